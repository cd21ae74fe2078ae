"""The learner's loop after lesson 08: waiting for something to become true, and what can be made of that.

`loop` is anything with `create_future()`: the learner's own loop or asyncio's. In one thread nothing happens
between two awaits, so the state needs no lock. `notify_all` wakes everybody and everybody looks again: no
wake-up can be lost, also when a waiter is cancelled. asyncio's own classes wake one at a time, in the order
of coming, and have to pass the wake-up on in that case (https://github.com/python/cpython/issues/112202).
"""

from collections import deque
from collections.abc import Callable
from typing import Any


class Condition:
    """Waits until something is true. Whoever changes it calls notify_all()."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._waiting: list[Any] = []  # futures

    async def wait(self) -> None:
        """Wait for the next notify_all()."""
        woken = self._loop.create_future()
        self._waiting.append(woken)
        await woken

    async def wait_for(self, predicate: Callable[[], bool]) -> None:
        """Wait until predicate() is true: look, and look again after each notify_all()."""
        while not predicate():
            await self.wait()

    def notify_all(self) -> None:
        """Have everybody who waits now look again."""
        for woken in self._waiting:
            if not woken.done():  # it may have been cancelled
                woken.set_result(None)
        self._waiting.clear()


class Lock:
    """One holder at a time; of those who wait, any may be next."""

    def __init__(self, loop: Any) -> None:
        self._locked, self._changed = False, Condition(loop)

    async def __aenter__(self) -> None:
        await self._changed.wait_for(lambda: not self._locked)
        self._locked = True

    async def __aexit__(self, *_: object) -> None:
        self._locked = False
        self._changed.notify_all()


class Queue:
    """Hands items from tasks to tasks, first in first out; holds `room` of them, then put() waits."""

    def __init__(self, loop: Any, room: int) -> None:
        self._items: deque[Any] = deque()
        self._room, self._changed = room, Condition(loop)

    async def put(self, item: Any) -> None:
        await self._changed.wait_for(lambda: len(self._items) < self._room)
        self._items.append(item)
        self._changed.notify_all()

    async def get(self) -> Any:
        await self._changed.wait_for(lambda: len(self._items) > 0)
        item = self._items.popleft()
        self._changed.notify_all()
        return item
