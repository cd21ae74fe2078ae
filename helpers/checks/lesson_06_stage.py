"""What the programs of lesson 06 have in common: tasks that start together, and whether they took turns."""

import asyncio
from typing import Any

from helpers import simulation
from helpers.checks import NotYet


async def at_once(*named: tuple[str, Any]) -> list[Any]:
    """Run (name, coroutine) pairs in tasks of these names; raise the first error without its group."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine, name=name) for name, coroutine in named]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def one_by_one(run: simulation.Run, shown: str) -> NotYet | None:
    if run.now < 2:
        return None
    return NotYet(
        "one_by_one", call=shown, seen=f"it took {run.now:g} simulated seconds", expected="1 second"
    )
