"""Judge an answer that is about order alone: on a simulated clock, under many schedules (helpers/simulation).

One lucky run proves nothing about concurrent code, so every order in which its tasks could go is tried where
they are few, and a fixed selection where they are many. The plainest schedule that fails is drawn.
"""

import time
from collections.abc import Callable, Coroutine
from typing import Any

from helpers import simulation, timeline
from helpers.checks import NotYet, signal
from helpers.checks.arena import Arena, Stuck

Main = Callable[[], Coroutine[Any, Any, Any]]
Verdict = Callable[[simulation.Run], str | None]
SECONDS = 3.0  # for all schedules of one program
ALL_SECONDS = 4.0  # of the processor, for all programs of a check; then fewer orders are tried, as is said
LEAST = 0.1  # seconds that a program gets even then


def explore(make_main: Callable[[], Main], verdict: Verdict, call: str = "", **options: Any) -> str:
    """Run the programs that `make_main()` builds, one a schedule; return in words which schedules those were.

    `verdict(run)` says what is wrong with a run that came to its end, else None; `options` go to
    `simulation.explore`. Raises Stuck for a run that did not end, NotYet for what else is wrong, both with a
    picture of the schedule; NotImplementedError where the answer is still the stub.
    """
    left = ALL_SECONDS - (time.process_time() - Arena.entered)
    limit = min(SECONDS, max(left, LEAST))
    found = simulation.explore(
        make_main, lambda run: run.problem or verdict(run), wall_limit=limit, **options
    )
    if found.failure is None:
        return found.covered
    run = found.failure.run
    if said := signal(run.exception):
        raise said
    picture = timeline.drawn(found.failure.replay)
    if run.stop is not None:
        raise Stuck("in_a_schedule", call, picture, reason=found.failure.reason, outcome=run.outcome)
    raise NotYet("in_a_schedule", call=call, picture=picture, reason=found.failure.reason)
