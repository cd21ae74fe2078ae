"""What the programs of lesson 07 have in common."""

import asyncio
from typing import Any

from helpers.checks import NotYet
from helpers.checks.calling import an, refuse_unless_callable


class Broken(Exception):
    """What fails on purpose while an answer holds a lock."""


def entered(answer: Any, *arguments: Any) -> Any:
    """`answer(*arguments)`, which `async with` has to accept."""
    if asyncio.iscoroutine(answer):
        answer.close()
    refuse_unless_callable(answer)
    context = answer(*arguments)
    if hasattr(type(context), "__aenter__") and hasattr(type(context), "__aexit__"):
        return context
    if asyncio.iscoroutine(context):
        context.close()
    raise NotYet("no_context", seen=f"it returned {an(context)}")
