"""Run a program in many orders, and find the plainest one in which it goes wrong.

First in asyncio's own order. Then systematically: every schedule that differs from the plainest one
(``Recorded(())``) in one choice, then in two, and so on. Most bugs of concurrency need only one or two
unlucky moments (M. Musuvathi, S. Qadeer: "Iterative Context Bounding for Systematic Testing of
Multithreaded Programs", PLDI 2007), so they are found early, and found plain. Where there are few schedules
this covers all of them. Where there are more than ``limit``, half of the limit is spent so, the other half
on random schedules (from a seed: the same ones each time). A failing random schedule is shrunk: choices are
set back to 0 as long as the program still fails in the same way.

All of it happens in one thread, started once. The failing schedule is repeated a last time under
observation, which tells who holds the locks, and gives the trace.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import texts
from .ending import Main
from .result import Run
from .run import run as run_once
from .run import simulate
from .schedule import FIFO, Recorded, Schedule, Seeded
from .session import STEP_LIMIT, TIME_LIMIT, WALL_LIMIT, Limits, Session

LIMIT = 2_000
_BRANCHING_POINTS = (
    300  # the choices of one run from which the systematic part goes on; more is no longer "few"
)
_SHRINKING_RUNS = 300

MakeMain = Callable[[], Main]
Verdict = Callable[[Run], str | None]


@dataclass(slots=True)
class Failure:
    """A run that the verdict did not accept, and why. ``found_at``: in which schedule, counted from 1."""

    run: Run
    reason: str
    found_at: int
    make_main: MakeMain = field(repr=False)
    limits: Limits = field(repr=False)

    def replay(self, on_start=None) -> Run:
        """The same run once more, exactly, with a fresh program; see run() for ``on_start``."""
        main = _built_inside(self.make_main)
        limits = self.limits
        return run_once(
            main,
            schedule=self.run.schedule,
            step_limit=limits.steps,
            time_limit=limits.time,
            on_start=on_start,
        )


@dataclass(slots=True)
class Exploration:
    """How many schedules were run and whether these were all; the failure found, if any.

    ``systematic`` of them with the fewest changes of order, ``seeded`` at random. ``cut_short``: the time
    was up.
    """

    schedules: int = 0
    exhaustive: bool = False
    failure: Failure | None = None
    systematic: int = 0
    seeded: int = 0
    seed: int = 0
    cut_short: bool = False

    @property
    def covered(self) -> str:
        """In words, which schedules were run."""
        if self.exhaustive:
            return texts.ONE_ORDER if self.schedules == 1 else texts.ALL.format(count=self.schedules)
        return texts.SAMPLED.format(
            count=self.schedules, systematic=self.systematic, seeded=self.seeded, seed=self.seed
        )


def explore(
    make_main: MakeMain,
    verdict: Verdict,
    *,
    limit: int = LIMIT,
    seed: int = 0,
    cancel: str | bool | None = None,
    step_limit: int = STEP_LIMIT,
    time_limit: float = TIME_LIMIT,
    wall_limit: float = WALL_LIMIT,
) -> Exploration:
    """Run fresh programs in up to ``limit`` orders until ``verdict`` objects to one.

    ``make_main()`` makes a program (a zero-argument callable that returns a coroutine) with state of its
    own; ``verdict(run)`` returns what is wrong with a run, or None. With ``cancel`` each schedule may also
    cancel one task (see schedule.py) at any one of its awaits. ``wall_limit`` real seconds are the limit
    for all schedules together. Raises what ``make_main`` and ``verdict`` raise.
    """
    session = Session(Limits(step_limit, time_limit), wall_limit)
    search = _Search(session, make_main, verdict, limit=limit, seed=seed, cancel=cancel)
    report, stopped = session.supervise(search.go)
    result = search.result
    if stopped is not None and result.failure is None:
        result.schedules += 1
        if reason := verdict(stopped):
            result.failure = Failure(stopped, reason, result.schedules, make_main, session.limits)
        result.exhaustive = False
    result.cut_short = report.expired
    return result


class _Search:
    """The work of explore(), in the thread of the session."""

    def __init__(
        self, session: Session, make_main: MakeMain, verdict: Verdict, *, limit: int, seed: int, cancel
    ) -> None:
        self._session, self._make_main, self._verdict = session, make_main, verdict
        self._limit, self._seed, self._cancel = limit, seed, cancel
        self.result = Exploration(seed=seed)
        self._complete = True  # so far no part of the tree of choices was left out

    def go(self) -> None:
        for schedule in self._schedules():
            run = self._run(schedule, observe=schedule is FIFO)
            if self._session.expired and self.result.schedules:
                return  # the time of all was up, not the fault of this one
            self._count(schedule)
            self._last = run
            if reason := self._verdict(run):
                run = self._shrink(run) if isinstance(schedule, Seeded) else run
                self._fail(run, reason)
                return

    def _run(self, schedule: Schedule, *, observe: bool = False) -> Run:
        return simulate(self._session, _built_inside(self._make_main), schedule, observe=observe)

    def _count(self, schedule: Schedule) -> None:
        if schedule == Recorded((), self._cancel):
            return  # in this order FIFO has run it; they differ, if at all, in the bookkeeping of asyncio
        self.result.schedules += 1
        if isinstance(schedule, Seeded):
            self.result.seeded += 1
        else:
            self.result.systematic += 1

    # --- which schedules, in which order ---------------------------------------------------------------

    def _schedules(self) -> Iterator[Schedule]:
        yield FIFO
        yield from self._systematic()
        if self.result.exhaustive:
            return
        while self.result.schedules < self._limit:
            yield Seeded(self._seed * 1_000_003 + self.result.seeded, self._cancel)

    def _systematic(self) -> Iterator[Schedule]:
        """Breadth first: a schedule is its parent's with one more choice that is not 0, after all those
        of its parent.
        """
        waiting: deque[tuple[int, ...]] = deque([()])
        while waiting:
            done = self.result.schedules
            if done >= self._limit or (done >= self._limit // 2 and done + len(waiting) > self._limit):
                return
            prefix = waiting.popleft()
            yield Recorded(prefix, self._cancel)
            options = self._last.options
            self._complete = self._complete and len(options) <= _BRANCHING_POINTS
            for point in range(len(prefix), min(len(options), _BRANCHING_POINTS)):
                zeros = (0,) * (point - len(prefix))
                waiting.extend((*prefix, *zeros, choice) for choice in range(1, options[point]))
        self.result.exhaustive = self._complete

    # --- a failing one ---------------------------------------------------------------------------------

    def _shrink(self, run: Run) -> Run:
        """Set choices back to 0, in blocks and then one by one, while the program fails with the same
        outcome.
        """
        budget = _SHRINKING_RUNS
        size = max(1, len(run.choices) // 2)
        while size:
            start = 0
            while start < len(run.choices) and budget:
                choices = run.choices
                block = choices[start : start + size]
                if any(block):
                    budget -= 1
                    shorter = self._run(
                        Recorded(
                            (*choices[:start], *(0 for _ in block), *choices[start + size :]), self._cancel
                        )
                    )
                    if shorter.outcome == run.outcome and self._verdict(shorter):
                        run = shorter
                        continue
                start += size
            size //= 2
        return run

    def _fail(self, run: Run, reason: str) -> None:
        """Repeat the failing schedule under observation.

        A program that then behaves differently is shown as it was.
        """
        observed = self._run(run.schedule, observe=True)
        again = self._verdict(observed)
        if again and observed.outcome == run.outcome:
            run, reason = observed, again
        self.result.failure = Failure(
            run, reason, self.result.schedules, self._make_main, self._session.limits
        )


def _built_inside(make_main: MakeMain) -> Main:
    """A program that makes itself where it runs, so that objects bound to a loop meet the right one."""
    return lambda: make_main()()
