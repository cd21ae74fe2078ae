"""06.3: accounts that belong to one thread. Threads cannot be scheduled, so the one switch that matters is
forced: whoever first reads Ann's balance is held there until a second transfer has had its chance. Then a
caller is held between its request and its answer, and the owner before it writes.
"""

import asyncio
import inspect
import queue
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
LAST = {"Ann": 0, "Bob": 100}
REST = "bank.transfer('Ann', 'Bob', 20); Ann has 20"
SHOWN = "two threads call bank.transfer('Ann', 'Bob', 80) at once; Ann has 100"


class WatchedAccounts(dict):
    """Accounts that note which thread touches them, and hold a reader of Ann's balance once."""

    def __init__(self, recording: timeline.Recording, hold_at: int) -> None:
        super().__init__(BEFORE)
        self._recording, self._hold_at, self._reads = recording, hold_at, 0
        self.held, self.go_on = threading.Event(), threading.Event()
        self.hold_writer, self.writer_held = False, threading.Event()
        self.write = threading.Event()
        self.touched_by: set[threading.Thread] = set()

    def __getitem__(self, name: str) -> int:
        return self._read(name, super().__getitem__(name))

    def get(self, name: str, default: Any = None) -> Any:
        return self._read(name, super().get(name, default))

    def __setitem__(self, name: str, balance: int) -> None:
        self.touched_by.add(threading.current_thread())
        if self.hold_writer:
            self.writer_held.set()
            self.write.wait(5)
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
    arena.run(lambda: asyncio.to_thread(_play_answers, bank_class), SHOWN, seconds=8)
    return "4 forced switches between threads"


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


def _play_answers(bank_class: Callable) -> None:
    """The first caller is held when it has sent its request; later, the owner when it wants to write."""
    with Threads() as threads, timeline.record() as recording:
        accounts = WatchedAccounts(recording, hold_at=0)
        bank = _result(threads, threads.call("maker", bank_class, accounts), "Bank(accounts)")
        _hold_senders(bank, accounts, "first")
        first = threads.call("first", lambda: bank.transfer("Ann", "Bob", 80))
        threads.wait(lambda: accounts.held.is_set() or first.over)
        second = threads.call("second", lambda: bank.transfer("Ann", "Bob", 80))
        threads.wait(lambda: second.over)
        accounts.go_on.set()
        answers = [_result(threads, one, "bank.transfer('Ann', 'Bob', 80)") for one in (first, second)]
        early = _play_the_rest(threads, accounts, bank) if answers == [True, False] else False
        after = dict(accounts)
        _result(threads, threads.call("closer", lambda: bank.close()), "bank.close()")
    if answers != [True, False]:
        seen = f"the first caller got {answers[0]!r}, the second one {answers[1]!r}"
        raise NotYet("mixed_up", call=SHOWN, seen=seen, expected="True and False")
    if after != LAST:
        raise NotYet("exact", call=REST, seen=f"accounts = {after}", expected=str(LAST))
    if early:
        raise NotYet("early", call=REST, seen="it returned True before the owner had written the balances")


def _hold_senders(bank: Any, accounts: WatchedAccounts, name: str) -> None:
    """Hold the thread of that name when it has put its request; not for a bank with another kind of queue."""
    requests = getattr(bank, "requests", None)
    if not isinstance(requests, queue.Queue):
        return
    put = requests.put

    def put_and_hold(*arguments: Any, **keywords: Any) -> None:
        put(*arguments, **keywords)
        if threading.current_thread().name == name:
            accounts.held.set()
            accounts.go_on.wait(5)

    requests.put = put_and_hold


def _play_the_rest(threads: Threads, accounts: WatchedAccounts, bank: Any) -> bool:
    """Ann sends all that she has left. Return whether she heard True before all of it had arrived."""
    accounts.hold_writer = True
    third = threads.call("third", lambda: bank.transfer("Ann", "Bob", 20))
    threads.wait(lambda: accounts.writer_held.is_set() or third.over)
    early = threads.wait(lambda: third.over, CHANCE) and third.value is True and dict(accounts) != LAST
    accounts.write.set()
    _result(threads, third, REST)
    threads.wait(lambda: dict(accounts) == LAST, CHANCE)
    return early


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
    if all(map(inspect.iscoroutine, answers)):
        for answer in answers:
            answer.close()
        raise NotYet("coroutine", call=SHOWN, seen="a coroutine came back")
    if after == BEFORE and not touched_by:
        raise NotYet("untouched" if {*map(type, answers)} <= {bool, type(None)} else "own_request", **facts)
    if after != AFTER:
        several = "many_owners" if len(touched_by) > 1 else "balances"
        raise NotYet("lost" if touched_by & callers else several, picture=recording, **facts)
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
