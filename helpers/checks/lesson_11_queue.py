"""11.3: Completions(). Jobs wait at gates, which the judge opens in the order that it wants."""

import asyncio
import inspect
import sys
import threading
import time
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena, Raised, Stuck
from helpers.checks.calling import refuse_unless_callable
from helpers.checks.threads import Call, Threads
from helpers.checks.words import said, short

CHANCE = 0.15  # seconds for what should not happen
SOON = 1.0  # seconds for what should happen at once
SHOWN = "three jobs are submitted; the last one ends first, then the second (by an error), then the first"


def a_queue_of_ends(cls: Any, arena: Arena) -> str:
    refuse_unless_callable(cls, "not_a_class")
    for apart in 0.1, 0.5:  # seconds between two ends; where their order seems wrong, once more, slower
        try:
            arena.run(lambda apart=apart: asyncio.to_thread(_play, cls, apart), SHOWN, seconds=4)
            break
        except NotYet as found:
            if found.why != "order" or apart == 0.5:
                raise
    return "6 jobs, whose ends were forced into another order"


class _Jobs:
    """Jobs that say when they begin, and end when their gate is opened."""

    def __init__(self, count: int) -> None:
        self.gates = [threading.Event() for _ in range(count)]
        self.begun: list[int] = []
        self.failure = ValueError("job 2 failed")

    def work(self, number: int, word: str) -> str | None:
        self.begun.append(number)
        self.gates[number - 1].wait(5)
        if number == 2:
            raise self.failure
        return None if number == 4 else f"{word} {number}"

    def open_all(self) -> None:
        for gate in self.gates:
            gate.set()


def _play(cls: Any, apart: float) -> None:
    jobs = _Jobs(6)
    with Threads() as threads:
        game = _Game(cls, threads, jobs)
        try:
            game.play(apart)
        finally:
            jobs.open_all()
            game.end()


class _Game:
    def __init__(self, cls: Any, threads: Threads, jobs: _Jobs) -> None:
        self.threads, self.jobs = threads, jobs
        self.work = jobs.work  # one object, as a learner's function is: no ticket can be made of it
        self.steps = 0  # that the answer's `wait` has made
        self.tickets: dict[int, Any] = {}
        self.told: list[int] = []
        self.queue = self._result(threads.call("maker", cls), "Completions()")

    def play(self, apart: float) -> None:
        for number in 1, 2, 3:
            self._submit(number)
        if not self.threads.wait(lambda: len(self.jobs.begun) == 3, SOON):
            seen = f"{len(self.jobs.begun)} of 3 jobs have begun"
            raise NotYet("not_at_once", call=SHOWN, seen=seen, expected="all 3")
        waiter = self._waiter()
        if self.threads.wait(lambda: waiter.over, CHANCE):
            value = self._result(waiter, "wait()")
            raise NotYet("too_early", call="wait(), while nothing has ended", seen=short(value))
        if not self._sleeps():
            raise NotYet("polls", call="wait(), while nothing has ended", seen="it looked again and again")
        self.jobs.gates[2].set()
        self._is_end(waiter, 3)
        self._two_ends_before_they_are_asked_for(apart)
        waiter = self._waiter()
        if self.threads.wait(lambda: waiter.over, CHANCE):
            seen = short(self._result(waiter, "wait()"))
            raise NotYet("twice", call="wait(), a fourth time, after three jobs", seen=seen)
        self.jobs.gates[3].set()
        self._submit(4)
        self._is_end(waiter, 4)
        self._close()

    def end(self) -> None:
        """Have the answer end its idle threads, if it can; the others cost time."""
        closing = self.threads.call("closer", lambda: self.queue.close())
        self.threads.wait(lambda: closing.over, 2 * CHANCE)

    def _two_ends_before_they_are_asked_for(self, apart: float) -> None:
        for number in 2, 1:
            self.jobs.gates[number - 1].set()
            time.sleep(apart)
        self._is_end(self._waiter(), 2)
        self._is_end(self._waiter(), 1)

    def _close(self) -> None:
        for number in 5, 6:
            self._submit(number)
        self.threads.wait(lambda: {5, 6} <= set(self.jobs.begun), SOON)
        closing = self.threads.call("closer", lambda: self.queue.close())
        self.jobs.gates[5].set()
        if self.threads.wait(lambda: closing.over, CHANCE):
            self._result(closing, "close()")
            raise NotYet("close_early", call="close(), while a job is under way", seen="it has returned")
        self.jobs.gates[4].set()
        self._result(closing, "close()")
        if not self.threads.wait(lambda: not self.threads.others(), SOON):
            raise NotYet("threads_left", call="close()", seen=f"threads left: {len(self.threads.others())}")

    def _submit(self, number: int) -> None:
        shown = "submit(function, argument, argument)"
        submit = lambda: self.queue.submit(self.work, number, "tea")  # noqa: E731
        submitting = self.threads.call("submitter", submit)
        if not self.threads.wait(lambda: submitting.over, SOON):
            raise NotYet("submit_waits", call=shown, seen="it did not return while the function worked")
        ticket = self._result(submitting, shown)
        if ticket is None or ticket in self.tickets.values():
            seen = "no ticket" if ticket is None else "a ticket that was given before"
            raise NotYet("tickets", call=shown, seen=seen)
        self.tickets[number] = ticket

    def _waiter(self) -> Call:
        def wait() -> Any:
            sys.settrace(self._step)
            try:
                return self.queue.wait()
            finally:
                sys.settrace(None)

        return self.threads.call("waiter", wait)

    def _step(self, *_: Any) -> Any:
        self.steps += 1
        return self._step

    def _sleeps(self) -> bool:
        """Whether `wait`, with nothing to tell, makes no step for a while; on a busy computer, later."""
        for _ in range(5):
            before = self.steps
            time.sleep(CHANCE)
            if self.steps == before:
                return True
        return False

    def _is_end(self, waiter: Call, number: int) -> None:
        shown = f"wait(), when job {number} has ended"
        if not self.threads.wait(lambda: waiter.over, SOON):
            expected = f"the ticket of job {number}"
            raise NotYet("not_told", call=shown, seen="it did not return", expected=expected)
        if self.jobs.failure in self.threads.errors:
            seen = "the error ended the thread, and told nobody"
            raise NotYet("not_told", call=shown, seen=seen, expected=f"the ticket of job {number}")
        if waiter.error is self.jobs.failure:
            raise NotYet("raised", call=shown, seen=f"it raised {said(waiter.error)}")
        value = self._result(waiter, shown)
        if not isinstance(value, tuple | list) or len(value) != 2:
            raise NotYet("no_pair", call=shown, seen=short(value), expected="(ticket, result or exception)")
        ticket, result = value
        whose = [known for known, own in self.tickets.items() if own is ticket or own == ticket]
        facts = {"call": shown, "expected": f"the ticket of job {number}"}
        if not whose:
            raise NotYet("foreign_ticket", seen=short(value), **facts)
        if whose[0] in self.told:
            raise NotYet("twice", seen=f"the ticket of job {whose[0]} again", **facts)
        if whose != [number]:
            raise NotYet("order", seen=f"the ticket of job {whose[0]}", **facts)
        expected = {2: self.jobs.failure, 4: None}.get(number, f"tea {number}")
        if result is not expected and result != expected:
            raise NotYet("result", call=shown, seen=short(result), expected=short(expected))
        self.told.append(number)

    def _result(self, one: Call, shown: str) -> Any:
        """What a call in a thread returned, or raise what it raised; Stuck where it does not come back."""
        if not self.threads.wait(lambda: one.over, SOON):
            raise Stuck("no_answer", SHOWN, shown=shown)
        if one.error is not None:
            # A StopIteration would get lost on its way: no future of asyncio takes one.
            raise Raised(one.error, shown) if isinstance(one.error, StopIteration) else one.error
        if inspect.iscoroutine(one.value):
            one.value.close()
            raise NotYet("not_plain", call=shown, seen="it returned a coroutine")
        return one.value
