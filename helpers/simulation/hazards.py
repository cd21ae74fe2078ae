"""What is wrong with a program although its main task may have ended well.

After a run, while its loop still stands: which tasks were left behind, which swallowed their cancellation,
whose error nobody looked at, which coroutines were never awaited. And the cleaning: what is left is
cancelled and driven to its end.
"""

import asyncio
import contextlib
import gc
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import CoroutineType

from . import blocking, texts
from .loop import SimulatedLoop
from .places import Place
from .waiting import quoted_task, waits_for
from .watch import StopSimulation

# The kinds of hazards.
BLOCKING_CALL = "blocking call"
LEFT_BEHIND = "left behind"
SWALLOWED = "swallowed cancellation"
NEVER_AWAITED = "never awaited"
UNRETRIEVED = "unretrieved exception"

_SETTLING_STEPS = (
    1_000  # that tasks get after the main task has ended, and again when they have been cancelled
)
_CLEANING_TIME = 3_600.0  # simulated seconds that cleaning may take


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing that is wrong: its kind (a constant of this module), the sentence to show, and where."""

    kind: str
    text: str
    place: Place | None = None
    task: str | None = None

    def __str__(self) -> str:
        return self.text


def settle(loop: SimulatedLoop) -> None:
    """Let what is ready run to its next wait, without moving the clock: a task just cancelled may end."""
    loop.stop_choosing()
    if any(not task.done() for task in loop.tasks):
        _drive(loop, jump=False)


def of_tasks(loop: SimulatedLoop, *, finished: bool) -> list[Hazard]:
    """The hazards in the tasks of a run.

    ``finished``: the main task is done, so the others should be, too.
    """
    found = []
    for task in loop.tasks:
        name = loop.name(task) if not _is_well(task) else ""
        if not task.done():
            if finished and not _was_cancelled(task, loop):
                found.append(_left_behind(task, loop))
        elif task.cancelled():
            continue
        elif _nobody_looked(task) and task is not loop.tasks[0]:
            text = texts.UNRETRIEVED.format(task=quoted_task(name), error=error_text(task.exception()))
            found.append(Hazard(UNRETRIEVED, sentence(text), task=name))
        elif _was_cancelled(task, loop) and task.exception() is None:
            found.append(_swallowed(task, loop))
    return found


def of_errors(loop: SimulatedLoop) -> list[Hazard]:
    """What reached the loop's exception handler: errors in callbacks, and futures whose error nobody
    looked at.
    """
    found = []
    for context in loop.errors:
        if (error := context.get("exception")) is None:
            continue
        is_future = "future" in context or "task" in context
        text = texts.UNRETRIEVED_FUTURE if is_future else texts.CALLBACK_RAISED
        found.append(Hazard(UNRETRIEVED, text.format(error=error_text(error))))
    return found


def clean_up(loop: SimulatedLoop) -> list[Hazard]:
    """Cancel what is left, let it end, close what does not; report the tasks that swallow the
    cancellation.
    """
    left = [task for task in loop.tasks if not task.done()]
    for _ in range(3):
        if not (still := [task for task in loop.tasks if not task.done()]):
            break
        for task in still:
            with contextlib.suppress(RecursionError):  # tasks that wait for each other pass it on for ever
                task.cancel()
        _drive(loop, jump=True)
    found = [_swallowed(task, loop) for task in left if not task.done()]
    for task in loop.tasks:
        if not task.done():
            close_coroutine(task)
        elif not task.cancelled():
            task.exception()  # now somebody has looked at it
    for agen in list(loop.agens):
        loop.create_task(agen.aclose())
    if loop.agens:
        _drive(loop, jump=True)
    return found


def close_coroutine(task: asyncio.Task) -> None:
    """End a coroutine that nothing else ends."""
    with contextlib.suppress(Exception):  # it ignored even that, or is being executed
        task.get_coro().close()


def never_awaited(messages: list[str]) -> list[Hazard]:
    """The coroutines that were not awaited: those that Python warned about, and those that still wait for it.

    The latter (held by a variable of a traceback, or in a reference cycle) would warn later, in somebody
    else's cell. Coroutines of the simulation are known by their origin, which only its thread keeps
    (``sys.set_coroutine_origin_tracking_depth``).
    """
    found = []
    for message in messages:
        name = re.search(r"coroutine '(.*)' was never awaited", message)[1]
        lines = re.findall(r'File "(.*)", line (\d+), in (.*)', message)
        found.append(_never_awaited(name, *lines[-1]) if lines else _never_awaited(name))
    messages.clear()
    for coro in gc.get_objects(0):
        if type(coro) is not CoroutineType or not coro.cr_origin:
            continue
        if inspect.getcoroutinestate(coro) == inspect.CORO_CREATED:
            coro.close()
            found.append(_never_awaited(coro.__qualname__, *coro.cr_origin[-1]))
    return found


def _never_awaited(name: str, file: str = "", line: str | int = 0, function: str = "") -> Hazard:
    place = Place(file, int(line), function) if file else None
    return Hazard(NEVER_AWAITED, texts.NEVER_AWAITED.format(name=name.rpartition(".")[2]), place)


def error_text(error: BaseException) -> str:
    """``ValueError: no such page``, or the name alone; never fails, whatever the class of the error does."""
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _drive(loop: SimulatedLoop, *, jump: bool) -> None:
    """Drive until all tasks are done, within limits.

    Blocking calls and exits on the way end one task only.
    """
    loop.step_limit = loop.steps + _SETTLING_STEPS
    loop.time_limit = loop.now + _CLEANING_TIME
    until: Callable[[], bool] = lambda: all(task.done() for task in loop.tasks)  # noqa: E731
    for _ in range(len(loop.tasks) + 1):
        loop.halt = None
        blocking.look_for_sleep()
        try:
            loop.drive(until, jump=jump)
        except (SystemExit, KeyboardInterrupt) as error:
            if isinstance(error, StopSimulation):
                raise
            continue
        if loop.halt is None:
            break


def _is_well(task: asyncio.Task) -> bool:
    return task.done() and not task.cancelled() and not task.cancelling() and not _nobody_looked(task)


def _was_cancelled(task: asyncio.Task, loop: SimulatedLoop) -> bool:
    """Whether somebody asked this task to end, and it did not take that back (``uncancel``), as
    ``timeout`` does.
    """
    return task.cancelling() > loop.cancelled_by_group.get(task, 0)


def _nobody_looked(task: asyncio.Task) -> bool:
    # Private, tested on each Python. The public way, waiting for Task.__del__ to complain, depends on the
    # collector.
    return task._log_traceback


def _left_behind(task: asyncio.Task, loop: SimulatedLoop) -> Hazard:
    waiting = waits_for(task, loop)
    if waiting.what == texts.ITS_TURN:
        text = texts.LEFT_BEHIND_RUNNING.format(task=quoted_task(waiting.task))
    else:
        text = texts.LEFT_BEHIND.format(task=quoted_task(waiting.task), what=waiting.what)
    return Hazard(LEFT_BEHIND, sentence(text), waiting.place, waiting.task)


def _swallowed(task: asyncio.Task, loop: SimulatedLoop) -> Hazard:
    text = texts.SWALLOWED.format(task=quoted_task(loop.name(task)))
    return Hazard(SWALLOWED, sentence(text), task=loop.name(task))


def sentence(text: str) -> str:
    """With a capital letter at the beginning."""
    return text[:1].upper() + text[1:]
