"""One call of ``run`` or ``explore``: what the thread that simulates and the one that waits for it share."""

import contextvars
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from . import blocking, hazards, texts
from .hazards import Hazard
from .isolation import isolated
from .loop import SimulatedLoop
from .result import BLOCKING_CALL, ENDLESS, Run
from .schedule import FIFO, Recorded, Schedule
from .watch import Report, Supervised

STEP_LIMIT = 10_000
TIME_LIMIT = 3_600.0
WALL_LIMIT = 5.0
STALL = 1.0  # real seconds that one step of the loop may take
LEAST_STALL = 0.3  # also where little time is left for the whole: below that, no step is said to stand still


@dataclass(slots=True)
class Limits:
    """Where a run is ended: callbacks of the loop, simulated seconds."""

    steps: int = STEP_LIMIT
    time: float = TIME_LIMIT


class Session:
    """One call of run() or explore(): what the thread that simulates and the one that watches it share."""

    def __init__(self, limits: Limits, wall_limit: float) -> None:
        self.limits = limits
        self.wall_limit = wall_limit
        self.loop: SimulatedLoop | None = None
        self.schedule: Schedule = FIFO
        self.runs = 0
        self.expired = False
        self.messages: list[str] = []
        self.context = contextvars.copy_context()

    def supervise(self, job: Callable[[], None]) -> tuple[Report, Run | None]:
        """Do the job in a thread; return how that went and, if it had to be stopped, the run it was in."""

        def start() -> None:
            _here.simulating = True
            # Tells where a forgotten coroutine was made. A setting of this thread alone.
            sys.set_coroutine_origin_tracking_depth(1)
            job()

        with isolated(_in_simulation) as self.messages:
            supervised = Supervised(start, self._abandon, self._pulse)
            stall = max(LEAST_STALL, min(STALL, self.wall_limit / 2))
            report = supervised.watch(wall_limit=self.wall_limit, stall=stall, expire=self._expire)
        return report, self._stopped_run(report, stall) if report.stalled else None

    def _pulse(self) -> object:
        loop = self.loop
        if loop is None:
            return self.runs, 0
        return None if loop.waits_for_threads else (self.runs, loop.steps)

    def _expire(self) -> None:
        self.expired = True
        if self.loop is not None:
            self.loop.halt = texts.TOO_SLOW.format(seconds=self.wall_limit)
            self.loop.jobs.wake()

    def _abandon(self) -> bool:
        """Clean up after a run that was stopped from outside, one task at a time; False when none is left."""
        blocking.unguard()
        if self.loop is None:
            return False
        while self.loop.tasks:
            task = self.loop.tasks.pop()
            if not task.done():
                hazards.close_coroutine(task)
                return True
        self.loop.leave()
        return False

    def _stopped_run(self, report: Report, stall: float) -> Run:
        place = report.place
        text, outcome = (
            (texts.ENDLESS_CODE, ENDLESS) if report.computing else (texts.STUCK_CALL, BLOCKING_CALL)
        )
        sentence = text.format(place=place or texts.SOMEWHERE, seconds=stall)
        kind = hazards.BLOCKING_CALL
        run = Run(outcome, FIFO, stop=sentence, place=place, hazards=(Hazard(kind, sentence, place),))
        run.thread_left = report.left_behind
        self._expire()  # should a blocked thread come back one day, it must not go on
        if self.loop is not None:
            run.schedule = replayable(self.schedule, self.loop)
            run.now, run.steps = self.loop.now, self.loop.steps
        return run


_here = threading.local()


def _in_simulation() -> bool:
    """Whether this thread runs a simulation."""
    return getattr(_here, "simulating", False)


def replayable(schedule: Schedule, loop: SimulatedLoop) -> Schedule:
    """The schedule that repeats what was done so far."""
    if schedule is FIFO:
        return FIFO
    choices = loop.ready.choices
    used = len(choices)
    while used and choices[used - 1] == 0:  # what comes after the list is 0 anyway
        used -= 1
    return Recorded(tuple(choices[:used]), schedule.cancel)
