"""What can be known only by looking on: who took which lock, and what each task did when.

An ``asyncio.Lock`` does not remember who took it. A *profile function* (``sys.setprofile``), which Python
calls on each call and return in this one thread, sees ``Lock.acquire`` return True and ``Lock.release``
being called, and keeps the ledger. Nothing is patched, and nothing stays: the profile function ends with
the thread. It makes a run two to three times slower, so an exploration looks on only in its first schedule
and when it repeats the failing one.
"""

import asyncio
import sys
from dataclasses import dataclass
from types import FrameType

from . import texts
from .blocking import SLEEP_IS_AUDITED, check_c_call, look_for_sleep
from .waiting import waits_for

_TAKE = {asyncio.Lock.acquire.__code__, asyncio.Semaphore.acquire.__code__}
_GIVE = {asyncio.Lock.release.__code__, asyncio.Semaphore.release.__code__}

TRACE_LIMIT = 1_000  # events; what an endless program does after that is more of the same


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a trace: at ``time`` (simulated seconds), what the task named ``task`` came to do."""

    time: float
    task: str
    text: str

    def __str__(self) -> str:
        return f"{self.time:8.3f}  {self.task}: {self.text}"


class Observer:
    """The ledger of locks and the trace of one run."""

    def __init__(self, loop) -> None:
        self._loop = loop
        self._taken: dict[int, tuple[object, list[asyncio.Task]]] = {}  # by id, as a class may define __eq__
        self._steps: list[tuple[float, asyncio.Task, str]] = []

    def start(self) -> None:
        self._loop.on_step = self._stepped
        sys.setprofile(self._profile)

    def stop(self) -> None:
        self._loop.on_step = None
        look_for_sleep()

    def trace(self) -> tuple[Event, ...]:
        """What each task came to, step by step. To be asked for once, at the end: the names are final then,
        and no task is held any longer."""
        steps, self._steps = self._steps, []
        return tuple(Event(time, self._loop.name(task), text) for time, task, text in steps)

    def holders(self, lock: object) -> list[asyncio.Task]:
        """The tasks that took this lock or semaphore and have not released it, first taken first."""
        return list(self._taken.get(id(lock), (lock, []))[1])

    def _profile(self, frame: FrameType, event: str, arg: object) -> None:
        if event == "return":
            # A coroutine also "returns" whenever it waits, but then what it hands out is a future.
            if arg is True and frame.f_code in _TAKE:
                lock = frame.f_locals["self"]
                self._taken.setdefault(id(lock), (lock, []))[1].append(asyncio.current_task())
        elif event == "call":
            if frame.f_code in _GIVE:
                self._release(frame.f_locals["self"])
        elif event == "c_call" and not SLEEP_IS_AUDITED:
            check_c_call(arg, frame)

    def _release(self, lock: object) -> None:
        holders = self.holders(lock)
        task = asyncio.current_task()
        if task in holders:
            holders.remove(task)
        elif holders:  # released by somebody else, which a semaphore allows
            holders.pop(0)
        self._taken[id(lock)] = lock, holders

    def _stepped(self, task: asyncio.Task) -> None:
        """After a step of a task: note what it came to."""
        if not task.done():
            text = texts.STARTED_WAITING.format(what=waits_for(task, self._loop).what)
        elif task.cancelled():
            text = texts.CANCELLED
        elif _error(task) is not None:
            text = texts.FAILED.format(error=type(_error(task)).__name__)
        else:
            text = texts.RETURNED
        if len(self._steps) == TRACE_LIMIT - 1:
            self._loop.on_step = None
        self._steps.append((round(self._loop.time(), 6), task, text))


def _error(task: asyncio.Task) -> BaseException | None:
    # task.exception() would count as having looked at the error, and nobody could be told that no one did.
    return task._exception
