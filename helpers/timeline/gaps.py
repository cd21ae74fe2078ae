"""Where time passes between two steps.

On a simulated clock that is known, and a gap is as wide as its time. On a real clock no measured time is
shown; but of two tasks that began ``sleep(0.1)`` and ``sleep(0.2)`` at the same step the second one wakes
later, so there is a gap between. This *nominal* time, the sum of the delays that the program asks for, is
the same in each run.
"""

from .events import Step
from .model import Column
from .waits import Wait

_RESOLUTION = 1e-9  # seconds: 0.1 + 0.2 is not quite 0.3


def gaps_before(steps: list[Step], now: float | None) -> list[Column | None]:
    """For each step the gap before it, or None; and last the one at the end. ``now``: the simulated time
    then.
    """
    return _nominal(steps) if now is None else _simulated(steps, now)


def _simulated(steps: list[Step], now: float) -> list[Column | None]:
    before = 0.0
    gaps: list[Column | None] = []
    last: dict[int, int] = {}  # by track: the position of its last step
    for position, step in enumerate(steps):
        passed, before = step.time - before, step.time
        # A task that waits for a thread may wake without any time passing.
        no_column = step.ready_from is None and last.get(step.track) == position - 1 and position > 0
        gap = passed > _RESOLUTION or (no_column and isinstance(steps[position - 1].then, Wait))
        gaps.append(Column("gap", share=passed / (now or 1.0)) if gap else None)
        last[step.track] = position
    at_the_end = now - before
    return [*gaps, Column("gap", share=at_the_end / now) if at_the_end > _RESOLUTION else None]


def _nominal(steps: list[Step]) -> list[Column | None]:
    """A gap where time must have passed, by what the program has asked for; at the end none."""
    now = 0.0
    began: dict[int, tuple] = {}  # by track: the wait, when it began, the gaps so far, the position
    gaps: list[Column | None] = []
    count = 0
    for position, step in enumerate(steps):
        wait, since, before, last = began.get(step.track, (None, 0.0, 0, -1))
        gap = False
        if isinstance(wait, Wait) and step.ready_from is None:  # no task has woken it
            if wait.delay is not None and not step.cancelled:
                gap = since + wait.delay > now + _RESOLUTION
                now = max(now, since + wait.delay)
            else:
                gap = count == before
            gap = gap or last == position - 1
        count += gap
        gaps.append(Column("gap") if gap else None)
        began[step.track] = step.then, now, count, position
    return [*gaps, None]
