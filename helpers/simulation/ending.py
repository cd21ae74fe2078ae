"""Drive a run to its end, and put together what there is to say about it."""

import asyncio
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

from . import blocking, hazards, texts
from . import loop as loops
from .hazards import Hazard
from .loop import SimulatedLoop
from .observer import Observer
from .places import place_of
from .result import BLOCKING_CALL, DEADLOCK, ENDLESS, FINISHED, RAISED, STUCK_THREAD, Run
from .schedule import Schedule
from .session import Session, replayable
from .waiting import in_words, quoted_task, waits_for
from .watch import StopSimulation

Main = Callable[[], Coroutine[Any, Any, Any]]


class _NotACoroutine(TypeError):
    """main() is not what run() was asked for: a mistake of its caller, not of the program."""


class Ending:
    """Drives a run to its end and puts together what there is to say about it."""

    def __init__(self, loop: SimulatedLoop, schedule: Schedule) -> None:
        self._loop = loop
        self._schedule = schedule
        self._blocked: Hazard | None = None
        self._injected: str | None = None  # what the task waited for that the schedule cancelled

    def note_blocking(self, call: str, frame: FrameType | None) -> None:
        if self._blocked is None:
            place = place_of(frame)
            text = texts.SOCKET if call.startswith("socket.socket") else texts.BLOCKING
            sentence = text.format(place=place or texts.SOMEWHERE, call=call)
            self._blocked = Hazard(hazards.BLOCKING_CALL, sentence, place)
        self._loop.halt = self._blocked.text

    def note_cancellation(self, task: asyncio.Task) -> None:
        self._injected = waits_for(task, self._loop).what

    def of(self, main: Main, session: Session, observer: Observer | None) -> Run:
        loop = self._loop
        result = Run(FINISHED, self._schedule)
        task, reason = self._drive(main, session, result)
        result.now, result.steps = round(loop.now, 9), loop.steps
        result.schedule, result.options = replayable(self._schedule, loop), tuple(loop.ready.options)
        if result.outcome == FINISHED:
            self._judge(task, reason, result, observer)
        if observer is not None:
            observer.stop()
            result.trace = observer.trace()
        if self._injected is not None:
            cancelled = quoted_task(loop.name(loop.cancelled))
            result.injected = texts.INJECTED.format(task=cancelled, what=self._injected)
        finished = result.outcome in (FINISHED, RAISED)
        if finished:
            hazards.settle(loop)
        found = [self._blocked] if self._blocked else []
        if result.outcome != BLOCKING_CALL:
            found += hazards.of_tasks(loop, finished=finished)
        errors = hazards.of_errors(loop)
        loop.errors.clear()
        swallowed = hazards.clean_up(loop)
        result.hazards = tuple(dict.fromkeys(found + errors + swallowed))
        loop.jobs.forget()
        return result

    def _drive(self, main: Main, session: Session, result: Run) -> tuple[asyncio.Task | None, str]:
        loop, task = self._loop, None
        try:
            coro = main()
            if not asyncio.iscoroutine(coro):
                raise _NotACoroutine(texts.NOT_A_COROUTINE.format(kind=type(coro).__name__))
            task = loop.create_task(coro, context=session.context.copy())
            del coro
            return task, loop.drive(task.done)
        except (StopSimulation, _NotACoroutine):
            raise
        except BaseException as error:  # from main() itself; or SystemExit, KeyboardInterrupt from any task
            if not isinstance(error, blocking.BlockingCallError):
                result.outcome, result.exception = RAISED, error
            return task, loops.HALTED

    def _judge(self, task: asyncio.Task | None, reason: str, result: Run, observer: Observer | None) -> None:
        """Set the outcome, and the sentence that explains it unless the main task came to an end."""
        loop = self._loop
        if self._blocked is not None:
            result.outcome, result.stop, result.place = BLOCKING_CALL, self._blocked.text, self._blocked.place
        elif reason == loops.DONE:
            result.exception = asyncio.CancelledError() if task.cancelled() else task.exception()
            if result.exception is None:
                result.value = task.result()
            else:
                result.outcome = RAISED
        elif reason == loops.HALTED and loop.halt == texts.STOPPED:
            result.outcome, result.exception = RAISED, RuntimeError(texts.STOPPED)
        else:
            holders = observer.holders if observer is not None else None
            result.waiting = tuple(waits_for(one, loop, holders) for one in loop.tasks if not one.done())
            result.outcome, result.stop = self._why_endless(reason, result)

    def _why_endless(self, reason: str, result: Run) -> tuple[str, str]:
        waiting = in_words(result.waiting)
        if reason == loops.DEADLOCK:
            return DEADLOCK, texts.DEADLOCK.format(waiting=waiting)
        if reason == loops.STEPS:
            running = next((one for one in result.waiting if not one.on_tasks), result.waiting[0])
            text = texts.ENDLESS_STEPS.format(steps=self._loop.steps, task=quoted_task(running.task))
            return ENDLESS, text
        if reason == loops.TIME:
            return ENDLESS, texts.ENDLESS_TIME.format(seconds=self._loop.time_limit, waiting=waiting)
        if self._loop.jobs.unfinished:
            return STUCK_THREAD, texts.STUCK_THREAD.format(halt=self._loop.halt, waiting=waiting)
        return ENDLESS, self._loop.halt
