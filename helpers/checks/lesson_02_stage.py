"""Where an answer of lesson 02 works: plain calls, on a clock that jumps, watched from outside.

An answer is a class of event loop, or a function for one. It may well never end, sleep for an hour, or call
the same callback again and again. So it runs inside a simulation (helpers/simulation), which ends whatever
does not end and refuses `time.sleep`; and its clock and its log say at once when something goes too far.
"""

import contextlib
import io
from collections.abc import Callable
from typing import Any

from helpers import simulation
from helpers.checks import NotYet, signal
from helpers.checks.arena import PRINTED, Arena, Raised, Stuck
from helpers.own_loop.clock import JumpingClock
from helpers.simulation.result import BLOCKING_CALL

SECONDS = 3.0  # real ones, for one program
BEGINS_AT = 100.0  # what the clock shows first, so that a delay is not mistaken for a time
LOOKS, SLEEPS = 20_000, 500  # far more than any of the programs needs
CALLS = 200  # likewise


class Halt(BaseException):
    """Ends a program at once, for a `reason`. No Exception: an answer must not catch it by mistake."""

    def __init__(self, reason: NotYet) -> None:
        super().__init__(reason.why)
        self.reason = reason


class StrictClock(JumpingClock):
    """A clock that jumps, refuses to sleep a negative time, and notices when it is polled."""

    def __init__(self) -> None:
        super().__init__()
        self._now = BEGINS_AT
        self._looks = self._sleeps = self._seen = 0  # _seen: the looks before the last sleep

    def monotonic(self) -> float:
        self._looks += 1
        if self._looks > LOOKS:
            raise Halt(NotYet("polls", seen=f"it looked at the clock {LOOKS:,} times"))
        return super().monotonic()

    def sleep(self, seconds: float) -> None:
        self._sleeps, never_looked, self._seen = self._sleeps + 1, self._looks == self._seen, self._looks
        if seconds < 0:
            raise Halt(NotYet("negative_sleep", seen=f"clock.sleep({seconds:g})", expected="0 or more"))
        if self._sleeps > SLEEPS:
            raise Halt(NotYet(self._why(seconds, never_looked), seen=f"it slept {SLEEPS} times"))
        super().sleep(seconds)

    def _why(self, seconds: float, never_looked: bool) -> str:
        """Why a loop sleeps so often: by another clock; as `<` is not `<=`; or it polls."""
        if never_looked:
            return "other_clock"
        return "sleeps_nothing" if seconds == 0 < self.passed else "polls"

    def work(self, seconds: float) -> None:
        """What a callback does that takes `seconds`."""
        self._now += seconds

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return round(self._now - BEGINS_AT, 6)


class Log(list):
    """What was called, in order. Ends a program that calls without end."""

    def append(self, entry: Any) -> None:
        if len(self) >= CALLS:
            raise Halt(NotYet("again", seen=f"{CALLS} calls, and no end", expected=""))
        super().append(entry)


def perform(program: Callable[[], Any], arena: Arena, call: str) -> Any:
    """Return `program()`, run under supervision; `call` is in a learner's words what it does.

    Raises NotYet or NotImplementedError where the program did, Stuck for one that does not end, Raised for an
    error of the answer's.
    """

    async def main() -> Any:
        try:
            return program()
        except Halt as halt:
            halt.reason.call = call
            raise halt.reason from None

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        run = simulation.run(main, wall_limit=SECONDS)
    arena.printed = printed.getvalue()[:PRINTED].rstrip()
    if said := signal(run.exception):
        raise said
    if run.outcome == BLOCKING_CALL:
        raise NotYet("real_clock", call=call, place=run.place or "your code")
    if run.stop is not None:
        raise Stuck("endless", call, place=run.place or "Your code")
    if run.exception is not None:
        raise Raised(run.exception, call)
    return run.value
