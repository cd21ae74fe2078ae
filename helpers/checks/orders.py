"""Judge a program in every order, with a text of the exercise's own for what is wrong in one of them."""

from collections.abc import Callable, Coroutine
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Stuck
from helpers.checks.schedules import explore
from helpers.simulation import Run
from helpers.simulation.result import DEADLOCK

Main = Callable[[], Coroutine[Any, Any, Any]]
STEPS = 1_000  # callbacks of the loop in one run, which is small; what takes more does not end


def in_every_order(
    main: Main,
    wrong: Callable[[Run], NotYet | None],
    call: str,
    stuck: str = "in_a_schedule",
    problem: str | Callable[[str], str] = "in_a_schedule",
    **options: Any,
) -> str:
    """Run `main`, which makes all its state itself, in every order; return in words how many those were.

    `wrong(run)` says what is wrong with a run that came to its end; `stuck` is the key of what to say to a
    deadlock, `problem` to one in which an exception was raised or a task left behind (or a function that
    picks the key by what is wrong). Raises one of them, with `call` and a picture of the plainest order that
    fails, and what else schedules.explore raises.
    """
    told: list[NotYet] = []

    def verdict(run: Run) -> str | None:
        reason = wrong(run)
        if reason is not None:
            told.append(reason)
        return reason and reason.why

    try:
        return explore(lambda: main, verdict, call, step_limit=STEPS, **options)
    except Stuck as found:
        if found.fields.get("outcome") == DEADLOCK:  # else it does not end, or blocks: that is said already
            found.why = stuck
        raise
    except NotYet as found:
        if found.why != "in_a_schedule":
            raise
        if "different event loop" in found.fields["reason"]:
            raise NotYet("another_loop", call=call) from None
        if not told or found.fields["reason"] != told[-1].why:
            found.why = problem(found.fields["reason"]) if callable(problem) else problem
            raise
        told[-1].call = call
        # The picture is of a second run. One that ended otherwise shows something else.
        same = found.picture is not None and found.picture.exception is None
        told[-1].picture = found.picture if same else None
        raise told[-1] from None
