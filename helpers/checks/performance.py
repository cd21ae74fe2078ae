"""One call of an answer, on an event loop in a thread of its own: what came of it, what it left behind."""

import asyncio
import contextlib
import gc
import re
import sys
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.simulation.places import is_learners
from helpers.simulation.watch import Report, StopSimulation, Supervised

STALL = 1.0  # seconds that an answer may keep the event loop busy: a loaded computer takes half a one itself
PATIENCE = 0.5  # seconds that an answer gets to end when its loop was stopped, or its rest is collected
HEARTBEAT = 0.01  # seconds between two signs of life of the event loop
STOPPED = "Event loop stopped before Future completed."  # what asyncio says then
NEVER_AWAITED = re.compile(r"coroutine '(?P<name>[^']+)' was never awaited")


class Performance:
    """One call of an answer, awaited for `seconds` at most: what came of it. It does not judge.

    `value` or `error`: what the answer returned or raised. `expired`, `stopped`: its time was up, it stopped
    its loop. What it left: `left_behind`, names of tasks; `never_awaited`, of coroutines; `unclosed`, whether
    there is a session.
    """

    def __init__(self, program: Callable[[], Awaitable[Any]], seconds: float) -> None:
        self._program, self._seconds, self._beats = program, seconds, 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.expired = self.stopped = False
        self.cancelled = False  # all tasks obeyed, so that only threads can be left
        self._ended = False  # the loop beats no more, as the answer is through
        self.left_behind: list[str] = []
        self.never_awaited: list[str] = []
        self.unclosed = False

    def supervise(self) -> Report:
        """Run it in a thread, once; come back when that has ended or cannot be stopped."""
        pulse = lambda: None if self._ended else self._beats  # noqa: E731
        self._supervised = Supervised(self._job, lambda: False, pulse)
        return self._supervised.watch(wall_limit=self._seconds + 1, stall=STALL, expire=self._expire)

    def _expire(self) -> None:
        self.expired = True
        self.stop()

    def stop(self) -> None:
        """Stop the loop from another thread, if it is still there."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._loop.stop)

    def has_ended(self) -> bool:
        """Whether the thread ends now, or within a moment."""
        return self._supervised.has_ended(PATIENCE)

    def forget(self) -> None:
        """Let go of the loop of an answer that was stopped by force, and so of its coroutines.

        An exception that is raised now, and perhaps kept, refers to this. The coroutines would be collected
        only with it, in somebody's own thread, and one that catches everything would never let go of that.
        """
        self._loop = self.error = None

    def _job(self) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                with asyncio.Runner() as runner:
                    self._loop = runner.get_loop()
                    runner.run(self._main())
            except StopSimulation:
                raise
            except BaseException as error:  # SystemExit, too: it must not end the kernel
                self.stopped = isinstance(error, RuntimeError) and error.args == (STOPPED,)
                self.error = self.error or error
            self._loop = None
            gc.collect()  # so that what nobody holds any more says so now
            messages = [str(warning.message) for warning in caught]
            if caught:  # a warning holds on to what it is about, which may have a warning of its own to give
                caught.clear()
                gc.collect()
        for message in messages:
            if found := NEVER_AWAITED.search(message):
                self.never_awaited.append(found["name"].rpartition(".")[2])

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._note)
        heart = loop.create_task(self._beat())
        own = {heart, asyncio.current_task()}
        try:
            async with asyncio.timeout(self._seconds) as limit:
                self.value = await self._program()
        except TimeoutError as error:
            self.expired = limit.expired()
            self.error = error
        except Exception as error:
            self.error = error
        left = [task for task in asyncio.all_tasks() - own if not task.done() and is_learners_task(task)]
        self.left_behind = sorted(task.get_coro().__name__ + "()" for task in left)
        for task in (*left, heart):
            task.cancel()
        self._ended = True
        _, refusing = await asyncio.wait([*left, heart], timeout=0.2)
        self.cancelled = not refusing

    async def _beat(self) -> None:
        while True:
            self._beats += 1
            await asyncio.sleep(HEARTBEAT)

    def _note(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """aiohttp tells the loop about sessions that nobody closed."""
        self.unclosed |= "client_session" in context


def collect_under_supervision() -> None:
    """Collect what an answer that was stopped by force has left half done.

    Its complaints interest nobody. A coroutine that catches everything may refuse to end even then, and then
    has to be stopped once more: so not in the kernel's own thread.
    """
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        Performance(lambda: asyncio.sleep(0), PATIENCE).supervise()
    finally:
        sys.unraisablehook = hook


def is_learners_task(task: asyncio.Task) -> bool:
    """Whether the task runs a coroutine function of the learner's."""
    frame = getattr(task.get_coro(), "cr_frame", None)
    return frame is not None and is_learners(frame)
