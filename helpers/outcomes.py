"""What a program comes to in every order in which its tasks could go.

    outcomes(main)                      # all 14 schedules: 10 × 1, 4 × 2
    outcomes(main).picture("1")         # the plainest order that ends so, drawn

One run shows one order. helpers.simulation runs them all where they are few, and a fixed selection where they
are many; here they are counted by what they come to.
"""

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from helpers import simulation, timeline
from helpers.simulation import FIFO, Run, Schedule

Main = Callable[[], Coroutine[Any, Any, Any]]

SECONDS = 20.0
"""Real seconds for all orders: on a busy machine the same ones are run as on an idle one."""


class Outcomes:
    """How often `main` came to what; shows itself as one line, the plainest order first."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._schedules: dict[str, Schedule] = {}
        self.counts: Counter[str] = Counter()
        self._covered = simulation.explore(lambda: main, self._note, wall_limit=SECONDS).covered

    def _note(self, run: Run) -> None:
        if run.schedule is not FIFO:  # it comes once more, as the plainest of all orders
            what = label(run)
            self.counts[what] += 1
            self._schedules.setdefault(what, run.schedule)

    def picture(self, what: str) -> timeline.Timeline:
        """The plainest order that comes to `what`, drawn. Raises KeyError, naming those there are."""
        if what not in self._schedules:
            raise KeyError(f"no order comes to {what!r}; there are: {', '.join(self._schedules)}")
        schedule = self._schedules[what]
        return timeline.drawn(
            lambda on_start: simulation.run(self._main, schedule=schedule, on_start=on_start)
        )

    def __repr__(self) -> str:
        return f"{self._covered}: {', '.join(f'{count} × {what}' for what, count in self.counts.items())}"


def outcomes(main: Main) -> Outcomes:
    """Run `main()`, which makes all its state itself, in every order, on a simulated clock."""
    return Outcomes(main)


def label(run: Run) -> str:
    """A run's end in a word or two: what was returned, the error's name, `deadlock`."""
    if run.stop is not None:
        return run.outcome
    error = run.exception
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__ if error is not None else str(run.value)
