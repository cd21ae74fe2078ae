"""A task while it is being recorded, and what can be seen of a task from outside."""

import asyncio
from types import CoroutineType, GeneratorType

from .events import Ending, Track


class Tracked:
    """A task while it is being recorded."""

    __slots__ = (
        *("announced", "awaited", "cancelled", "child", "coro", "parent"),
        *("position", "semaphore", "task", "then", "track", "woken"),
    )

    def __init__(self, task: asyncio.Task, track: Track, parent: "Tracked | None" = None) -> None:
        self.task = task
        self.coro = task.get_coro()
        self.track = track
        self.woken: tuple[int, int] | None = None  # by whom, and from when on it is ready
        self.cancelled = False  # its current step began with a cancellation
        self.then: object = None  # what its last step came to
        self.awaited: object = None  # what the program's code awaits in it
        self.semaphore: asyncio.Semaphore | None = None  # the one that it waits for
        # Before 3.12 wait_for() gives a coroutine a task of its own, which is shown as part of its parent.
        self.parent = parent
        self.child: Tracked | None = None
        self.announced = False  # the step of the parent in which it was made has been noted
        self.position = 0  # of its last step


def has_only_yielded(coro: object) -> bool:
    """Whether the task only lets others go first, as in ``await asyncio.sleep(0)``: a bare yield."""
    while type(coro) is CoroutineType:
        coro = coro.cr_await
    return type(coro) is GeneratorType and coro.gi_yieldfrom is None


def is_cancelled(argument: object) -> bool:
    """Whether the future with which a task is woken was cancelled."""
    return isinstance(argument, asyncio.Future) and argument.cancelled()


def ending_of(task: asyncio.Task) -> Ending:
    if task.cancelled():
        return Ending("cancelled")
    # task.exception() would count as having looked at the error, and asyncio could not tell that no one did.
    error = task._exception
    return Ending("returned") if error is None else Ending("raised", type(error).__name__)
