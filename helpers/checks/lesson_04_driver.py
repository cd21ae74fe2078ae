"""Exercise 04.3: `start(loop, coroutine)`, on the learner's own loop, with a clock that jumps.

The judge's programs use the Future and the sleep of helpers/own_loop; the loop keeps what it has to report.
"""

import inspect
from collections.abc import Generator
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import refuse_unless_callable
from helpers.checks.lesson_04_plain import plainly
from helpers.checks.words import said, short
from helpers.own_loop.callbacks import Loop
from helpers.own_loop.clock import JumpingClock
from helpers.own_loop.coroutines import Future, sleep

ROUNDS = 100  # of the loop, in one program: who waits for its future needs a tenth of that
STARTING = "start(loop, a); start(loop, b); loop.run()"


class _ReportingLoop(Loop):
    """A Loop that keeps what it would print."""

    def __init__(self) -> None:
        super().__init__(JumpingClock())
        self.reported: list[Exception] = []
        self.running, self.rounds = False, 0

    def run(self) -> None:
        if self.running:
            raise NotYet("nested", call=STARTING, seen="loop.run() was called while the loop ran")
        self.running = True
        super().run()
        self.running = False

    def _run_once(self) -> None:
        self.rounds += 1
        if self.rounds > ROUNDS:
            raise NotYet("polls", call=STARTING, seen=f"more than {ROUNDS} rounds of the loop")
        super()._run_once()

    def report(self, error: Exception) -> None:
        self.reported.append(error)


class _Listening(Future):
    """Notes what is sent to a coroutine that awaits it."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        self.sent: list[Any] = []

    def __await__(self) -> Generator[Future, Any, Any]:
        if not self.done():
            self.sent.append((yield self))
        return self.result()


def driver(start: Any, arena: Arena) -> None:
    """04.3: nothing runs in start(); turns by the loop's time; errors go where they belong."""
    refuse_unless_callable(start)
    for program in (_turns_on_the_loop, _failing_future, _done_already, _failing_coroutine):
        plainly(arena, lambda program=program: program(start), STARTING)


def _started(start: Any, loop: _ReportingLoop, coroutine: Any, log: list[str]) -> None:
    before = len(log)
    if inspect.iscoroutine(returned := start(loop, coroutine)):
        returned.close()
        coroutine.close()
        raise NotYet("not_plain", call="start(loop, a)", seen="it returned a coroutine")
    if len(log) > before:
        coroutine.close()
        raise NotYet("at_once", call="start(loop, a)", seen=f"{log[-1]}, before loop.run()")


def _finished(loop: _ReportingLoop, coroutines: list, call: str) -> None:
    """Run the loop; refuse what it has to report or what was not driven to its end."""
    loop.run()
    left = [coroutine for coroutine in coroutines if coroutine.cr_frame is not None]
    for coroutine in left:
        coroutine.close()
    for error in loop.reported:
        if isinstance(error, StopIteration):
            raise NotYet("stop_escapes", call=call, seen="the loop reported: StopIteration")
        if type(error).__name__ == "InvalidStateError":
            raise NotYet("too_early", call=call, seen=f"the loop reported: {said(error)}")
        if isinstance(error, NotImplementedError | NotYet):
            raise error
    if left:
        reported = "; the loop reported: " + said(loop.reported[0]) if loop.reported else ""
        raise NotYet("not_driven", call=call, seen=f"a coroutine was left at its await{reported}")


def _turns_on_the_loop(start: Any) -> None:
    loop, log = _ReportingLoop(), []

    async def tick(name: str, seconds: float) -> None:
        log.append(f"{name} begins")
        for _ in range(2):
            await sleep(loop, seconds)
            log.append(f"{loop.time():.0f} s {name}")

    both = [tick("a", 3), tick("b", 1)]
    for coroutine in both:
        _started(start, loop, coroutine, log)
    _finished(loop, both, STARTING)
    expected = ["a begins", "b begins", "1 s b", "2 s b", "3 s a", "6 s a"]
    if log != expected:
        raise NotYet("turns", call=STARTING, seen=" · ".join(log), expected=" · ".join(expected))


def _done_already(start: Any) -> None:
    """A value comes through, from a future that is set by hand while the loop runs."""
    loop, log = _ReportingLoop(), []
    dish = _Listening(loop)

    async def eat() -> None:
        log.append(f"ate {await dish}")

    guests = [eat(), eat()]
    for coroutine in guests:
        _started(start, loop, coroutine, log)
    loop.call_later(1000, dish.set_result, "soup")  # who looks every second is found out, too
    call = "start(loop, a); start(loop, b)  # both await the same future\nloop.run()"
    _finished(loop, guests, call)
    if sent := [value for value in dish.sent if value is not None]:
        raise NotYet("sent", call=call, seen=f"it was sent {_kind_of(sent[0])}", expected="None")
    if log != ["ate soup", "ate soup"]:
        raise NotYet("turns", call=call, seen=" · ".join(log), expected="ate soup · ate soup")


def _kind_of(sent: Any) -> str:
    return "the future" if isinstance(sent, Future) else short(sent)


def _failing_future(start: Any) -> None:
    loop, log = _ReportingLoop(), []
    dish = Future(loop)

    async def eat() -> None:
        try:
            await dish
        except LookupError:
            log.append("caught inside")
        await sleep(loop, 1)
        log.append("went on")

    coroutine = eat()
    _started(start, loop, coroutine, log)
    loop.call_later(1, dish.set_exception, LookupError("sold out"))
    call = 'start(loop, a); loop.run()  # the future gets an exception, and a has a "try"'
    loop.run()
    coroutine.close()
    if log != ["caught inside", "went on"]:
        raise NotYet("error_not_inside", call=call, seen=" · ".join(log) or "a caught nothing")


def _failing_coroutine(start: Any) -> None:
    loop, log, burnt = _ReportingLoop(), [], ValueError("burnt")

    async def cook() -> None:
        await sleep(loop, 1)
        raise burnt

    _started(start, loop, cook(), log)
    call = "start(loop, a); loop.run()  # a raises ValueError"
    loop.run()
    if loop.reported != [burnt]:
        reported = " · ".join(map(said, loop.reported)) or "nothing"
        raise NotYet("swallowed", call=call, seen=f"the loop reported: {reported}", expected=said(burnt))
