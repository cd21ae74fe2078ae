"""Who holds which lock, and from when to when.

An ``asyncio.Lock`` does not remember who took it, it only sets its attribute ``_locked`` to True and False.
So while something is being recorded, the class has a *data descriptor* of that name, which Python asks
before it looks into the instance (https://docs.python.org/3/howto/descriptor.html): it sees each change,
and stores it where it was. No method is replaced, no frame is added to a traceback. A semaphore's
``_value`` is watched in the same way. Both names are private, and tested on each Python.

``WatchedLock`` is for threads: their locks are written in C, so one has to be wrapped to be seen.
"""

import asyncio
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

# Called with the lock, "take" or "give", and the frame that did it.
Report = Callable[[object, str, FrameType], None]
_reports: list[Report] = []

_ACQUIRE = asyncio.Semaphore.acquire.__code__
_RELEASE = asyncio.Semaphore.release.__code__


class _WatchedAttribute:
    """Stores the attribute ``name`` in the instance, as if it were not there, and reports what the change
    means.
    """

    def __init__(self, name: str, meaning: Callable[[Any, Any, FrameType], str | None]) -> None:
        self._name = name
        self._meaning = meaning

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        if instance is None:
            return self
        try:
            return instance.__dict__[self._name]
        except KeyError:
            raise AttributeError(self._name) from None

    def __set__(self, instance: object, value: Any) -> None:
        before = instance.__dict__.get(self._name)
        instance.__dict__[self._name] = value
        if before is None:
            return  # it is being made
        frame = sys._getframe(1)
        change = self._meaning(before, value, frame)
        if change is not None:
            for report in list(_reports):
                report(instance, change, frame)


def _lock_changed(before: bool, after: bool, frame: FrameType) -> str | None:
    return None if before == after else "take" if after else "give"


def _semaphore_changed(before: int, after: int, frame: FrameType) -> str | None:
    """A release that lets a waiting task in counts down on its behalf: that task takes it when it runs."""
    if after < before:
        return "take" if frame.f_code is _ACQUIRE else None
    return (
        "give" if frame.f_code in (_ACQUIRE, _RELEASE) else None
    )  # acquire() gives back when it is cancelled


_WATCHED = (
    (asyncio.Lock, _WatchedAttribute("_locked", _lock_changed)),
    (asyncio.Semaphore, _WatchedAttribute("_value", _semaphore_changed)),
)


def watch(report: Report) -> None:
    """From now on, call ``report`` for each change of a lock or semaphore of asyncio, in any thread."""
    _reports.append(report)
    for kind, attribute in _WATCHED:
        setattr(kind, attribute._name, attribute)


def unwatch(report: Report) -> None:
    """No longer; when nobody watches, the classes are as they were."""
    _reports.remove(report)
    if not _reports:
        for kind, attribute in _WATCHED:
            delattr(kind, attribute._name)


class WatchedLock:
    """A ``threading`` lock or semaphore that tells a recording who waits for it and who holds it."""

    def __init__(
        self, lock: Any, waits: Callable[[], None], takes: Callable[[], None], gives: Callable[[], None]
    ) -> None:
        self._lock = lock
        self._waits, self._takes, self._gives = waits, takes, gives

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As that of the lock."""
        taken = self._lock.acquire(blocking=False)
        if not taken and blocking:
            self._waits()
            taken = self._lock.acquire(timeout=timeout)
        if taken:
            self._takes()
        return taken

    def release(self) -> None:
        """As that of the lock."""
        self._gives()
        self._lock.release()

    def locked(self) -> bool:
        """As that of the lock."""
        return self._lock.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()
