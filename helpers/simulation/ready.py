"""What is ready to run, and the choice among it.

What counts as a choice: steps of different *tasks*, the callbacks of the program itself (first-in-first-out
among each other, as ``call_soon`` promises) and timers that are due at the same time, whose order asyncio
leaves open. The callbacks by which asyncio keeps its own books (waking a sleeper, counting the children of
a gather) are chores: they run at once and are no choice. How many there are differs between Python
versions, and nobody sees their order. In the FIFO schedule alone they stand in the queue like everybody
else, as in asyncio.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial

from .schedule import Schedule


class Step(asyncio.Handle):
    """A handle that resumes a task."""

    __slots__ = ("task",)


class Ready:
    """The queue of ready handles, and the record of the choices made."""

    def __init__(self, schedule: Schedule) -> None:
        self.choices: list[int] = []  # what was chosen so far, and out of how many
        self.options: list[int] = []
        self._pick = schedule.pick()
        self._queue: deque[asyncio.Handle] = deque()
        self._chores: deque[asyncio.Handle] = deque()
        self._others = 0  # how many handles of the queue are not a Step

    def __bool__(self) -> bool:
        return bool(self._queue or self._chores)

    @property
    def choosing(self) -> bool:
        return self._pick is not None

    def stop_choosing(self) -> None:
        """From now on first-in-first-out."""
        self._pick = None

    def clear(self) -> None:
        self._queue.clear()
        self._chores.clear()
        self._others = 0

    def add_step(self, handle: Step) -> None:
        self._queue.append(handle)

    def add(self, handle: asyncio.Handle, *, chore: Callable[[], bool] = lambda: False) -> None:
        """Add a callback; ``chore()``, asked only when it matters, says whether it belongs to asyncio
        itself.
        """
        if self._pick is not None and chore():
            self._chores.append(handle)
        else:
            self._queue.append(handle)
            self._others += 1

    def take_chore(self) -> asyncio.Handle | None:
        return self._chores.popleft() if self._chores else None

    def take(self, index: int) -> asyncio.Handle:
        """The handle at this position of the queue."""
        handle = self._queue[index]
        del self._queue[index]
        if type(handle) is not Step:
            self._others -= 1
        return handle

    def candidates(self) -> range | list[int]:
        """Positions in the queue among which the schedule may choose."""
        if self._pick is None:
            return range(min(1, len(self._queue)))
        if not self._others:
            return range(len(self._queue))
        found, callback_seen = [], False
        for index, handle in enumerate(self._queue):
            if handle.cancelled():
                continue
            if (
                type(handle) is asyncio.Handle
            ):  # callbacks of call_soon keep their order: only the first may go
                if callback_seen:
                    continue
                callback_seen = True
            found.append(index)
        if not found:  # all cancelled
            self._queue.clear()
            self._others = 0
        return found

    def choose(self, count: int) -> int:
        """A number below ``count``, from the schedule. Where there is only one it is not asked."""
        if count == 1:
            return 0
        index = self._pick(count)
        self.choices.append(index)
        self.options.append(count)
        return index


def belongs_to_asyncio(callback: Callable) -> bool:
    """Whether this callback is part of the bookkeeping of asyncio (or of this package), not of the
    program.
    """
    while isinstance(callback, partial):
        callback = callback.func
    return (getattr(callback, "__module__", None) or "").startswith(("asyncio.", __package__))


def is_sleep(timer: asyncio.TimerHandle) -> bool:
    """Whether this timer ends an ``asyncio.sleep``; private, as there is no public way to see it."""
    return getattr(timer._callback, "__name__", "") == "_set_result_unless_cancelled"
