"""Exercise 05.1: the learner's own Task does what asyncio's does, event by event.

Each program below runs twice: on the learner's loop with the learner's Task, and on asyncio's tasks with a
simulated clock. What the two have logged and returned has to be equal.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from helpers import simulation
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.words import SHOWN, cut, said, short
from helpers.own_loop import tasks
from helpers.own_loop.clock import JumpingClock

ROUNDS = 500  # of the loop; the programs need fewer than 20


class _Endless(Exception): ...


class _Loop(tasks.Loop):
    """The learner's loop, whose tasks are made by the answer; it counts its rounds and keeps errors."""

    def __init__(self, make_task: Callable) -> None:
        super().__init__(JumpingClock())
        self._make_task, self._rounds = make_task, 0
        self.errors: list[Exception] = []
        self.coroutines: list[Coroutine] = []

    def create_task(self, coroutine: Coroutine) -> Any:
        self.coroutines.append(coroutine)
        return self._make_task(coroutine, self)

    def report(self, error: Exception) -> None:
        if isinstance(error, NotImplementedError):  # the stub
            raise error
        self.errors.append(error)

    def _run_once(self) -> None:
        self._rounds += 1
        if self._rounds > ROUNDS:
            raise _Endless
        super()._run_once()


@dataclass
class _Seen:
    """What a program did: its log, how it ended, and which errors reached the loop."""

    log: list[str] = field(default_factory=list)
    end: str = "it never ended"
    errors: list[Exception] = field(default_factory=list)

    def __str__(self) -> str:
        reported = [f"the loop reported {said(error)}" for error in self.errors[:1]]
        return "; ".join(filter(None, (*reported, cut(", ".join(self.log), 2 * SHOWN), self.end)))


async def _sleep(loop: Any, seconds: float) -> None:
    future = loop.create_future()
    loop.call_later(seconds, future.set_result, None)
    await future


async def later(loop: Any, log: list[str]) -> None:
    async def child() -> None:
        log.append("child begins")

    task = loop.create_task(child())
    log.append("task is made")
    await task


async def value(loop: Any, log: list[str]) -> int:
    return 42


async def sleeps(loop: Any, log: list[str]) -> str:
    for second in 1, 2:
        await _sleep(loop, 1)
        log.append(f"{loop.time():g} s: awake, time {second}")
    return "slept"


async def error(loop: Any, log: list[str]) -> str:
    async def fails(error: Exception) -> None:
        await _sleep(loop, 1)
        raise error

    for task in [loop.create_task(fails(one)) for one in (ValueError("no luck"), KeyError("gone"))]:
        try:
            await task
        except (ValueError, KeyError) as caught:
            log.append(f"caught {caught!r}")
    return "went on"


async def future_error(loop: Any, log: list[str]) -> str:
    future = loop.create_future()
    loop.call_later(1, future.set_exception, KeyError("gone"))
    try:
        await future
    except KeyError as caught:
        log.append(f"caught {caught!r}")
    await _sleep(loop, 1)
    return "went on"


async def bare_yield(loop: Any, log: list[str]) -> None:
    async def count(name: str) -> None:
        for number in 1, 2:
            log.append(f"{name}{number}")
            await asyncio.sleep(0)

    for task in [loop.create_task(count("a")), loop.create_task(count("b"))]:
        await task


async def many(loop: Any, log: list[str]) -> list[str]:
    async def work(name: str, seconds: float) -> str:
        log.append(f"{name} begins")
        await _sleep(loop, seconds)
        log.append(f"{loop.time():g} s: {name} ends")
        return name.lower()

    async def waits_for(task: Any, name: str) -> None:
        log.append(f"{name} got {await task}")

    a, b, c = (loop.create_task(work(name, seconds)) for name, seconds in (("A", 2), ("B", 3), ("C", 1)))
    a.add_done_callback(lambda task: log.append(f"told of {task.result()}"))
    waiting = [loop.create_task(waits_for(a, name)) for name in "xy"]
    loop.call_soon(log.append, "soon")
    loop.call_later(1.5, a.add_done_callback, lambda _: log.append("told last"))
    return [await task for task in (a, b, c, c, *waiting)]


# Program, its call in a learner's words, and the key of what to say where it does something else.
PROGRAMS = (
    (value, "Task(coroutine, loop)  # async def: return 42", "value"),
    (later, "task = Task(child(), loop)\nlog.append('task is made')", "eager"),
    (sleeps, "await sleep(loop, 1), twice, in a Task", "waits"),
    (error, "await Task(fails(), loop)  # in it: raise ValueError('no luck'); then a KeyError", "error"),
    (future_error, "await future  # that gets a KeyError after a second", "error"),
    (bare_yield, "await asyncio.sleep(0), in two Tasks", "bare_yield"),
    (many, "five Tasks that sleep, end and await each other", "order"),
)


def own_task(make_task: Any, arena: Arena) -> str:
    """05.1: `Task(coroutine, loop)` runs the coroutine, and is the Future of what it returns or raises."""
    if not callable(make_task):
        raise NotYet("not_callable", seen=f"check() was given {short(make_task)}")
    for program, call, why in PROGRAMS:
        expected = _on_asyncio(program)
        seen = arena.run(lambda program=program, call=call: _on_own(make_task, program, call), call)
        if (seen.log, seen.end, seen.errors) == (expected.log, expected.end, []):
            continue
        if "InvalidStateError: the result is not there yet" in f"{seen} {seen.errors}":
            why = "waits"
        elif seen.end == "it never ended" and not seen.errors:
            why = "never_done"
        raise NotYet(why, call=call, seen=str(seen), expected=str(expected))
    return f"{len(PROGRAMS)} programs, compared with asyncio event by event"


async def _on_own(make_task: Callable, program: Callable, call: str) -> _Seen:
    seen, loop = _Seen(), _Loop(make_task)
    try:
        task = loop.create_task(program(loop, seen.log))
        if not all(hasattr(task, name) for name in ("done", "result", "add_done_callback", "__await__")):
            raise NotYet("no_future", call=call, seen=short(task))
        loop.run()
    except _Endless:
        raise NotYet("endless", call=call) from None
    finally:
        for coroutine in loop.coroutines:  # so that none complains later, in another cell
            coroutine.close()
    seen.errors = loop.errors
    if program is value and seen.errors and not isinstance(seen.errors[0], StopIteration):
        raise seen.errors[0]  # a slip in the answer itself: its traceback says more than any of our texts
    if task.done():
        seen.end = _end(task.result)
    return seen


def _end(result: Callable[[], Any]) -> str:
    try:
        return f"result {result()!r}"
    except Exception as error:
        return f"raised {said(error)}"


def _on_asyncio(program: Callable) -> _Seen:
    seen = _Seen()
    seen.end = f"result {simulation.run(lambda: program(asyncio.get_running_loop(), seen.log)).value!r}"
    return seen
