"""What the programs of lesson 08 have in common."""

import asyncio
from typing import Any

from helpers.checks import NotYet, signal
from helpers.checks.calling import an

MANY = 300  # schedules where all would be too many


def made(answer: Any, *arguments: Any) -> Any:
    """A new object of the class that was handed over."""
    if not isinstance(answer, type):
        raise NotYet("no_class", seen=f"check() was given {an(answer)}")
    return answer(*arguments)


def now() -> float:
    return asyncio.get_running_loop().time()


def first_of(group: BaseExceptionGroup) -> BaseException:
    """The error that a learner should read: a group's own text says only how many there are."""
    return signal(group) or group.exceptions[0]


def raised(reason: str) -> str:
    return "no_lock" if "un-acquired" in reason else "in_a_schedule"
