"""What a suspended task waits for: the kind of thing, its name, the tasks.

A suspended coroutine tells what it awaits, and that what it awaits in turn, down to a function of asyncio
whose ``self`` is the thing waited for (``Lock.acquire``, ``Queue.get``), or to a bare future. The chain is
walked, and the variable that holds the thing found, by ``helpers.simulation.waiting``, which explains how.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType, CoroutineType, FrameType
from typing import Any

from helpers.simulation.places import is_learners
from helpers.simulation.waiting import frames_of, name_of


@dataclass(frozen=True, slots=True)
class Wait:
    """``kind``: a key of texts.WAITS; ``name`` of the thing, if found; ``lanes``: the numbers of the tasks
    waited for; ``delay``: of a sleep, in seconds; ``thing``: the identity of the lock, to tell later who
    holds it.
    """

    kind: str
    name: str = ""
    lanes: tuple[int, ...] = ()
    delay: float | None = None
    thing: int | None = None

    def is_like(self, other: object) -> bool:
        """Whether a task that went from the one to the other came no further; of its tasks some may have
        ended.
        """
        return isinstance(other, Wait) and (self.kind, self.thing) == (other.kind, other.thing)


# By name, as it is quick to look for, with the code, as a learner may have a Lock.acquire of their own.
_METHODS: dict[str, tuple[CodeType, str]] = {
    method.__qualname__: (method.__code__, kind)
    for method, kind in (
        (asyncio.Lock.acquire, "lock"),
        (asyncio.Semaphore.acquire, "semaphore"),
        (asyncio.Event.wait, "event"),
        (asyncio.Condition.wait, "condition"),
        (asyncio.Queue.get, "item"),
        (asyncio.Queue.put, "room"),
        (asyncio.Queue.join, "queue"),
        (asyncio.Barrier.wait, "barrier"),
    )
}
# asyncio.wait() waits in a function of its own; private, tested on each Python.
_WAIT = asyncio.tasks._wait.__code__
_WAIT_FOR = asyncio.wait_for.__code__
_TO_THREAD = asyncio.to_thread.__code__
_SLEEP = asyncio.sleep.__code__

_CHECKS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "checks", "")


_is_program: dict[str, bool] = {}  # by file


def is_program(frame: FrameType) -> bool:
    """Whether this is code of the program that is shown: the learner's, or an exercise's around it."""
    file = frame.f_code.co_filename
    if file not in _is_program:
        _is_program[file] = is_learners(frame) or file.startswith(_CHECKS)
    return _is_program[file]


def _frames_quickly(task: asyncio.Task) -> list[FrameType]:
    """The frames of a task, as far as it is a chain of coroutines, which it is nearly always."""
    frames, awaited = [], task.get_coro()
    while type(awaited) is CoroutineType:
        frames.append(awaited.cr_frame)
        awaited = awaited.cr_await
    return frames


def _behind_the_program(frames: list[FrameType]) -> list[FrameType]:
    """Those of libraries at the inner end: the first of them is what the program's own code awaits."""
    first = len(frames)
    while first and not is_program(frames[first - 1]):
        first -= 1
    return frames[first:]


class Describer:
    """Describes waits; remembers the names that it has found, for as long as it lives.

    ``tasks()``: the tasks of the recording, oldest first; ``number(task)``: the lane of a task, or None.
    """

    def __init__(
        self, tasks: Callable[[], Sequence[asyncio.Task]], number: Callable[[Any], int | None]
    ) -> None:
        self._tasks = tasks
        self._number = number
        self._names: dict[int, tuple[object, str]] = {}  # the thing is kept, so that its id stays its own
        self._searches = 0

    @property
    def tasks(self) -> list[asyncio.Task]:
        """For name_of(), which looks through the variables of these; the oldest will do."""
        return list(self._tasks())[:50]

    def name(self, thing: object) -> str:
        """The variable that holds the thing, or "". A search costs, so there is a limit to their number."""
        known = self._names.get(id(thing))
        if known is not None:
            return known[1]
        if self._searches >= 300:
            return ""
        self._searches += 1
        name = name_of(thing, self) or ""
        if name:
            self._names[id(thing)] = thing, name
        return name

    def forget(self) -> None:
        """Let go of the things."""
        self._names.clear()

    def same_name(self, thing: object, other: object) -> None:
        """Let the thing have the name of the other."""
        if name := self.name(other):
            self._names[id(thing)] = thing, name

    def __call__(self, task: asyncio.Task) -> tuple[Wait | None, object, object]:
        """The wait, or None if the task only lets others go first; what the program's own code awaits; and
        the lock, queue or the like, if it is one.
        """
        inner = _behind_the_program(_frames_quickly(task))
        wait, thing = self._in_a_method(inner)
        if wait is not None:
            return wait, inner[0], thing
        frames, future = frames_of(task)
        if future is None:
            return None, None, None
        inner = _behind_the_program(frames)
        wait, thing = self._in_a_method(inner)
        return wait or self._describe(frames, inner, future), inner[0] if inner else future, thing

    def _describe(self, frames: list[FrameType], inner: list[FrameType], future: asyncio.Future) -> Wait:
        if inner and inner[0].f_code is _TO_THREAD:
            return Wait("thread", getattr(inner[0].f_locals["func"], "__name__", ""))
        if (others := self._other_tasks(inner, future)) is not None:
            return Wait("tasks", lanes=tuple(others))
        if inner:
            return Wait("call", inner[0].f_code.co_qualname.replace("<locals>.", ""))
        return self._bare(frames, future)

    def _in_a_method(self, inner: list[FrameType]) -> tuple[Wait | None, object]:
        """The outermost method that says something: ``Queue.get``, ``Condition.wait``, ``Lock.acquire``."""
        if inner and "ompleted" in inner[0].f_code.co_qualname:  # as_completed() has a queue inside
            return Wait("call", asyncio.as_completed.__name__), None
        if inner and inner[-1].f_code is _SLEEP:
            return Wait("sleep", delay=inner[-1].f_locals["delay"]), None
        for frame in inner:
            code, kind = _METHODS.get(frame.f_code.co_qualname, (None, ""))
            if code is frame.f_code:
                thing = frame.f_locals["self"]
                if kind == "condition" and isinstance(inner[-1].f_locals.get("self"), asyncio.Lock):
                    kind = "condition lock"  # it has been notified, and now waits for the lock
                elif kind == "lock" and isinstance(outer := inner[0].f_locals.get("self"), asyncio.Condition):
                    kind, thing = "condition lock", outer
                held = thing._lock if kind == "condition lock" else thing
                return Wait(kind, self.name(thing), thing=id(held)), held
        return None, None

    def _other_tasks(self, inner: list[FrameType], future: asyncio.Future) -> list[int] | None:
        """The lanes of the unfinished tasks that this one waits for; None if it does not wait for tasks."""
        tasks: Any = None  # None: it does not wait for tasks; an empty list: these are done already
        if isinstance(future, asyncio.Task):
            tasks = [future]
        elif children := getattr(future, "_children", None):  # of a gather; nothing public says which
            tasks = children
        else:
            for frame in inner:
                if isinstance(group := frame.f_locals.get("self"), asyncio.TaskGroup):
                    tasks = group._tasks
                elif frame.f_code is _WAIT:
                    tasks = frame.f_locals["fs"]
                elif frame.f_code is _WAIT_FOR and isinstance(frame.f_locals["fut"], asyncio.Task):
                    tasks = [frame.f_locals["fut"]]  # before 3.12; later on it is the future itself
        if tasks is None:
            return None
        numbers = (self._number(task) for task in tasks if not task.done())
        return sorted(number for number in numbers if number is not None)

    def _bare(self, frames: list[FrameType], future: asyncio.Future) -> Wait:
        """A future that the learner's own code awaits; in a method of their own class, such as a Lock, that
        one.
        """
        frame = frames[-1] if frames else None
        if frame is not None and (thing := frame.f_locals.get("self")) is not None and len(frames) > 1:
            owner = self.name(thing) or type(thing).__name__
            return Wait("call", f"{owner}.{frame.f_code.co_name}")
        return Wait("future", self.name(future))
