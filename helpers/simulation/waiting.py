"""What a task waits for, in words, and who holds it.

A suspended coroutine says what it awaits (``cr_await``); what that awaits in turn leads, call by call, down
to a function of asyncio (``Lock.acquire``, ``Queue.get``) whose ``self`` is the thing waited for, or to a
bare future. See https://docs.python.org/3/library/inspect.html. The name of a lock is the name of the
variable or attribute that holds it in the frames of the tasks.
"""

import asyncio
import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType
from typing import Any

from . import texts
from .places import Place, is_learners

_CHAIN = (CoroutineType, GeneratorType, AsyncGeneratorType)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task, what it waits for in words, who holds that (in words), and the line where it waits.

    ``on_tasks``: it waits only for other tasks, so the reason is to be looked for there.
    """

    task: str
    what: str
    held_by: tuple[str, ...] = ()
    place: Place | None = None
    on_tasks: bool = False

    def __str__(self) -> str:
        text = texts.WAITS.format(task=quoted_task(self.task), what=self.what)
        return texts.HELD_BY.format(text=text, holders=texts.AND.join(self.held_by)) if self.held_by else text


def quoted_task(name: str) -> str:
    return texts.TASK.format(name=name)


def frames_of(task: asyncio.Task) -> tuple[list[FrameType], asyncio.Future | None]:
    """The frames of a suspended task, outermost first, and the future at the end of the chain."""
    frames, awaited = [], task.get_coro()
    while awaited is not None and len(frames) < 1_000:
        if asyncio.isfuture(awaited):
            return frames, awaited
        if isinstance(awaited, _CHAIN):
            frame, awaited = _frame_and_next(awaited)
            if frame is None:
                break
            # A future written in Python (nest-asyncio brings them back) awaits itself in a generator.
            if awaited is None and asyncio.isfuture(own := frame.f_locals.get("self")):
                return frames, own
            frames.append(frame)
        else:
            awaited = _behind(awaited)
    return frames, None


def _frame_and_next(coro: Any) -> tuple[FrameType | None, Any]:
    if isinstance(coro, CoroutineType):
        return coro.cr_frame, coro.cr_await
    if isinstance(coro, AsyncGeneratorType):
        return coro.ag_frame, coro.ag_await
    return coro.gi_frame, coro.gi_yieldfrom


def _behind(wrapper: object) -> object | None:
    """What an awaitable written in C (the iterator of a future, a step of an async generator) is about.

    They have no attribute for it; the garbage collector knows what they refer to.
    """
    for referent in gc.get_referents(wrapper):
        if isinstance(referent, _CHAIN) or asyncio.isfuture(referent):
            return referent
    return None


def waits_for(task: asyncio.Task, loop, holders=None) -> Waiting:
    """Describe what ``task`` waits for; ``holders(lock)``, if given, returns the tasks that hold a lock."""
    frames, future = frames_of(task)
    held: tuple[str, ...] = ()
    thing, text, named = _thing(frames)
    if thing is not None:
        what = text.format(name=_quoted_name(named, loop))
        if holders is not None and isinstance(thing, (asyncio.Lock, asyncio.Semaphore)):
            held = tuple(dict.fromkeys(_holder(holder, task, loop) for holder in holders(thing)))
    elif frames and frames[-1].f_code is asyncio.sleep.__code__:
        what = texts.SLEEP
    elif future is None:
        what = texts.ITS_TURN
    else:
        what = _future(future, frames, loop)
    return Waiting(loop.name(task), what, held, _place(frames), what.startswith(_TASK_WORDS))


_TASK_WORDS = (texts.TASK.partition("{")[0], texts.TASKS.partition("{")[0])
_SHOWN = 5


def in_words(waiting: Iterable[Waiting]) -> str:
    """One sentence; those who wait only for others among them are left out."""
    waiting = list(waiting)
    reasons = [one for one in waiting if not one.on_tasks] or waiting
    text = texts.THEN.join(str(one) for one in reasons[:_SHOWN])
    if len(reasons) > _SHOWN:
        text += texts.AND_MORE.format(count=len(reasons) - _SHOWN)
    return text + texts.FULL_STOP


def _holder(holder: asyncio.Task, waiter: asyncio.Task, loop) -> str:
    if holder is waiter:
        return texts.HELD_BY_ITSELF
    text = texts.HELD_BY_ENDED if holder.done() else texts.TASK
    return text.format(name=loop.name(holder))


def _place(frames: list[FrameType]) -> Place | None:
    for frame in reversed(frames):
        if is_learners(frame):
            return Place(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_name)
    return None


_THINGS = {
    (asyncio.Queue, "get"): texts.QUEUE_GET,
    (asyncio.Queue, "put"): texts.QUEUE_PUT,
    (asyncio.Queue, "join"): texts.QUEUE_JOIN,
    (asyncio.Barrier, "wait"): texts.BARRIER,
    (asyncio.Event, "wait"): texts.EVENT,
    (asyncio.Semaphore, "acquire"): texts.SEMAPHORE,
    (asyncio.Lock, "acquire"): texts.LOCK,
    (asyncio.Condition, "wait"): texts.CONDITION,
}


def _thing(frames: list[FrameType]) -> tuple[object | None, str, object | None]:
    """The lock, event, queue… in whose method the task waits, how to say so, and the thing whose name to
    say.
    """
    condition = None
    for frame in frames:
        own = frame.f_locals.get("self")
        if isinstance(own, asyncio.Condition):
            condition = own
        for (kind, method), text in _THINGS.items():
            if isinstance(own, kind) and frame.f_code is getattr(kind, method).__code__:
                if kind is asyncio.Lock and condition is not None:
                    return own, texts.CONDITION_LOCK, condition
                if kind is asyncio.Condition and isinstance(frames[-1].f_locals.get("self"), asyncio.Lock):
                    continue  # it has been notified, and now waits for the lock of the condition
                return own, text, own
    return None, "", None


def _future(future: asyncio.Future, frames: list[FrameType], loop) -> str:
    if future in loop.tasks:
        return quoted_task(loop.name(future))
    if loop.jobs.owes(future):
        return texts.JOB
    # A gather is a future with children, and nothing public says which: private, tested on each Python.
    children = getattr(future, "_children", None)
    if children:
        tasks = [child for child in children if not child.done()]
        return texts.GATHERED.format(tasks=_tasks(tasks, loop))
    for frame in frames:
        own = frame.f_locals.get("self")
        if isinstance(own, asyncio.TaskGroup):
            return _tasks([one for one in own._tasks if not one.done()], loop)
        if frame.f_code is _WAIT:
            return _tasks([one for one in frame.f_locals["fs"] if not one.done()], loop)
        if frame.f_code is _WAIT_FOR and (inner := frame.f_locals.get("fut")) in loop.tasks:
            return quoted_task(loop.name(inner))
    name = _quoted_name(future, loop)
    if not name and frames and (place := _place(frames)):
        return texts.FUTURE_IN.format(function=place.function)
    return texts.FUTURE.format(name=name)


# asyncio.wait() waits in a function of its own; private, tested on each Python.
_WAIT = asyncio.tasks._wait.__code__
_WAIT_FOR = asyncio.wait_for.__code__


def _tasks(tasks: Iterable[asyncio.Future], loop) -> str:
    """The names of these tasks as a phrase, in the order in which they were created."""
    wanted = set(tasks)
    names = [texts.QUOTED.format(name=loop.name(task)) for task in loop.tasks if task in wanted]
    if len(names) == 1:
        return f"task {names[0]}"
    return texts.TASKS.format(names=", ".join(names)) if names else texts.ITS_TURN


# --- the name of a thing -------------------------------------------------------------------------------


def _quoted_name(thing: object, loop) -> str:
    name = name_of(thing, loop)
    return f" {texts.QUOTED.format(name=name)}" if name else ""


def name_of(thing: object, loop) -> str | None:
    """The name of the variable or attribute that holds ``thing``: ``lock_a``, ``self._lock``, ``forks[1]``.

    Names that several functions share (of an enclosing function, global, attributes) come before local
    ones, as each philosopher has another ``left``; among local ones, those of the oldest task come first.
    """
    frames = [
        frame for task in loop.tasks if not task.done() for frame in frames_of(task)[0] if is_learners(frame)
    ]
    shared = [pair for scope in (_shared, _attributes) for frame in frames for pair in scope(frame)]
    for variables in (shared, *(list(_locals(frame)) for frame in frames)):
        for name, value in variables:
            if value is thing:
                return name
        for name, value in variables:
            for label, item in _items(value):
                if item is thing:
                    return f"{name}{label}"
    return None


def _shared(frame: FrameType) -> Iterator[tuple[str, Any]]:
    code, local, glob = frame.f_code, frame.f_locals, frame.f_globals
    for name in (*code.co_freevars, *code.co_cellvars):
        if name in local:
            yield name, local[name]
    for name in code.co_names:
        if name in glob:
            yield name, glob[name]


def _attributes(frame: FrameType) -> Iterator[tuple[str, Any]]:
    for name, value in list(frame.f_locals.items()):
        if not _is_plain(value):
            continue
        try:
            attributes = object.__getattribute__(value, "__dict__")
        except AttributeError:  # a class with __slots__
            continue
        for attribute, item in list(attributes.items()):
            yield f"{name}.{attribute}", item


def _is_plain(value: object) -> bool:
    """An object of a class of the learner's, whose attributes may be looked at without running code."""
    return (
        not isinstance(value, type)
        and not asyncio.isfuture(value)
        and type(value).__module__
        not in (
            "builtins",
            "asyncio",
        )
    )


def _locals(frame: FrameType) -> Iterator[tuple[str, Any]]:
    yield from list(frame.f_locals.items())


def _items(value: object) -> Iterator[tuple[str, Any]]:
    if type(value) in (list, tuple):
        for index, item in enumerate(value[:100]):
            yield f"[{index}]", item
    elif type(value) is dict:
        for key, item in list(value.items())[:100]:
            if isinstance(key, (str, int)):
                yield f"[{key!r}]", item
