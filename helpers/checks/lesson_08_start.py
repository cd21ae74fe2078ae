"""Exercise 08.1: a start that waits until all runners are there, in every order."""

import asyncio
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_08_stage import first_of, made, now, raised
from helpers.checks.orders import in_every_order
from helpers.simulation import Run

LAST_MOMENT = (
    "Start(3): two wait; at 1 s the third one comes and the first is cancelled; a fourth comes at 2 s"
)
GIVES_UP = "Start(2): one comes and is cancelled at 1 s; another comes at 2 s, a third one at 3 s"


def everybody_together(start_class: Any, arena: Arena) -> str:
    """08.1: nobody goes before all are ready, then all go; who is cancelled does not count."""

    def judge(race: Callable, wrong: Callable, shown: str, stuck: str = "asleep", **options: Any) -> str:
        return in_every_order(race, wrong, shown, stuck, raised, **options)

    covered = judge(_race(start_class, 3, 0, 0, 0), _not_before(0), "three runners")
    judge(_race(start_class, 3, 0, 1, 2), _not_before(2), "three runners, a second apart")
    judge(_race(start_class, 2, 0, 1, 2), _not_before(1), "two runners, then a third one", "late")
    judge(_race(start_class, 2, 0, 2, 3, gives_up=1), _not_before(3), GIVES_UP)
    judge(_race(start_class, 3, 0, 0, 1, 2, gives_up=1), _together, LAST_MOMENT, limit=100)
    return covered


def _race(start_class: Any, runners: int, *come: float, gives_up: float = 0) -> Callable:
    """Runners come at these times; the first is cancelled at `gives_up`. Returns when they went."""

    async def main() -> list[float]:
        start, went = made(start_class, runners), []

        async def run(at: float) -> None:
            await asyncio.sleep(at)
            await call(start.ready, shown="start.ready()")
            went.append(now())

        try:
            async with asyncio.TaskGroup() as group:
                racing = [
                    group.create_task(run(at), name=f"runner {number}") for number, at in enumerate(come, 1)
                ]
                if gives_up:
                    await asyncio.sleep(gives_up)
                    racing[0].cancel()
        except BaseExceptionGroup as failed:
            raise first_of(failed) from None
        return went

    return main


def _not_before(due: float) -> Callable[[Run], NotYet | None]:
    def wrong(run: Run) -> NotYet | None:
        if min(run.value) < due:
            key = "still_counted" if due == 3 else "too_early"
            return NotYet(key, seen=f"somebody went at {min(run.value):g} s", expected=f"at {due:g} s")
        return None

    return wrong


def _together(run: Run) -> NotYet | None:
    """The second and the third go at once, or with the fourth where the first was cancelled before."""
    second, third = sorted(run.value)[:2]
    if second != third:
        return NotYet("apart", seen=f"one went at {second:g} s, the other one at {third:g} s")
    return None
