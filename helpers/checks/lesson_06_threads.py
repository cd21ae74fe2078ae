"""06.3: accounts that belong to one thread. Threads cannot be scheduled, so the one switch that matters is
forced: whoever first reads Ann's balance is held there until a second transfer has had its chance.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from helpers import timeline
from helpers.checks import NotYet
from helpers.checks.arena import Arena, Stuck
from helpers.checks.threads import Threads

CHANCE = 0.2  # seconds that the second transfer gets while the first one is held
BEFORE = {"Ann": 100, "Bob": 0}
AFTER = {"Ann": 20, "Bob": 80}
SHOWN = "two threads call bank.transfer('Ann', 'Bob', 80) at once; Ann has 100"


class WatchedAccounts(dict):
    """Accounts that note which thread touches them, and hold a reader of Ann's balance once."""

    def __init__(self, recording: timeline.Recording, hold_at: int) -> None:
        super().__init__(BEFORE)
        self._recording, self._hold_at, self._reads = recording, hold_at, 0
        self.held, self.go_on = threading.Event(), threading.Event()
        self.touched_by: set[threading.Thread] = set()

    def __getitem__(self, name: str) -> int:
        return self._read(name, super().__getitem__(name))

    def get(self, name: str, default: Any = None) -> Any:
        return self._read(name, super().get(name, default))

    def __setitem__(self, name: str, balance: int) -> None:
        self.touched_by.add(threading.current_thread())
        super().__setitem__(name, balance)
        self._recording.mark(f"{name} = {balance}")

    def _read(self, name: str, balance: int) -> int:
        self.touched_by.add(threading.current_thread())
        self._recording.mark(f"{name}: {balance}?")
        self._reads += name == "Ann"
        if name == "Ann" and self._reads == self._hold_at:
            self.held.set()
            self.go_on.wait(5)
        return balance


def one_owner(bank_class: Any, arena: Arena) -> str:
    """06.3: two transfers that clash, the first one held at its first, or second, look at the balance."""
    if not callable(bank_class):
        raise NotYet("not_a_class", seen=f"check() was given {bank_class!r}"[:80])
    for hold_at in 1, 2:
        arena.run(lambda hold_at=hold_at: asyncio.to_thread(_play, bank_class, hold_at), SHOWN, seconds=8)
    return "2 forced switches between threads"


def _play(bank_class: Callable, hold_at: int) -> None:
    with Threads() as threads, timeline.record() as recording:
        accounts = WatchedAccounts(recording, hold_at)
        bank = _result(threads, threads.call("maker", bank_class, accounts), "Bank(accounts)")
        first = threads.call("first", lambda: bank.transfer("Ann", "Bob", 80))
        threads.wait(lambda: accounts.held.is_set() or first.over)
        second = threads.call("second", lambda: bank.transfer("Ann", "Bob", 80))
        threads.wait(lambda: second.over, CHANCE)
        accounts.go_on.set()
        answers = [_result(threads, one, "bank.transfer('Ann', 'Bob', 80)") for one in (first, second)]
        threads.wait(lambda: dict(accounts) == AFTER, CHANCE)  # for a transfer that did not wait
        after, callers = dict(accounts), {first.thread, second.thread}
        if after == AFTER:
            _result(threads, threads.call("closer", lambda: bank.close()), "bank.close()")
            threads.wait(lambda: not threads.others())
        left = bool(threads.others())
    _judge(answers, after, accounts.touched_by, callers, recording)
    if left:
        raise NotYet("owner_left", call="bank.close()", seen="the owner's thread was still running")


def _result(threads: Threads, one: Any, shown: str) -> Any:
    """What a call in a thread returned. Raises what it, or the owner's thread, has raised; else Stuck."""
    threads.wait(lambda: one.over or bool(threads.errors))
    if one.over and one.error is None:
        return one.value
    if one.error is not None or threads.errors:
        raise one.error or threads.errors[0]
    raise Stuck("no_answer", SHOWN, shown=shown)


def _judge(answers: list, after: dict, touched_by: set, callers: set, recording: timeline.Recording) -> None:
    facts = {"call": SHOWN, "seen": f"accounts = {after}, answers: {answers[0]!r} and {answers[1]!r}"}
    facts["expected"] = f"accounts = {AFTER}, one answer True, one False"
    if after == BEFORE and not touched_by:
        raise NotYet("untouched", **facts)
    if after != AFTER:
        raise NotYet("lost" if touched_by & callers else "balances", picture=recording, **facts)
    if touched_by & callers or len(touched_by) > 1:
        raise NotYet(
            "many_threads",
            call=SHOWN,
            seen=f"threads that touched accounts: {len(touched_by)}",
            expected="1, the owner",
            picture=recording,
        )
    if sorted(map(repr, answers)) != ["False", "True"]:
        raise NotYet("answers", **facts)
