"""``with record() as recording:`` and what a program may tell a recording."""

import asyncio
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any

from . import names, texts
from .build import build
from .events import Log
from .locks import WatchedLock
from .model import Timeline
from .recorder import Recorder
from .threads import ThreadNotes


class Recording:
    """What the tasks and threads of a ``with`` block do; shows itself as HTML in a notebook, as text
    elsewhere.

    In a coroutine (a notebook's cell is one), records the tasks that the block starts and the code of the
    block itself. Raises RuntimeError if the event loop is being recorded already, or if it is used a second
    time.
    """

    def __init__(self) -> None:
        self._log = Log()
        self._recorder: Recorder | None = None
        self._threads = ThreadNotes(self._log, self._before_a_thread, self._now)
        self._state = "new"
        self._clock = None
        self._result: Timeline | None = None

    def __enter__(self) -> "Recording":
        task = None
        with suppress(RuntimeError):  # no event loop in this thread: threads will be recorded
            task = asyncio.current_task()
        self._open()
        if task is not None:
            self._recorder = Recorder(task.get_loop(), self._log)
            self._recorder.enter_block(task, sys._getframe(1).f_code.co_name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._recorder is not None:
            self._recorder.leave_block(kind)
        self.close()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Record all tasks of a loop with a simulated clock, from now on until close()."""
        self._open()
        self._clock = loop.time
        self._recorder = Recorder(loop, self._log, everything=True)

    def close(self, *, handled: int | None = None, now: float | None = None, deadlock: bool = False) -> None:
        """End the recording and put everything back.

        ``handled``: forget what came after so many callbacks of the loop (somebody cleaned up); ``now``:
        the simulated time at the end, in seconds; ``deadlock``: it ended with one.
        """
        if self._state != "open":
            return
        self._state = "over"
        self._threads.name_threads()
        if self._recorder is not None:
            self._recorder.stop()
            self._recorder = None  # and with it all tasks and locks
        if handled is not None:
            self._log.cut(handled)
        self._log.now, self._log.deadlock = now, deadlock
        self._result = build(self._log)

    def mark(self, text: str) -> None:
        """Put a short text where the current task, or thread, is now. Does nothing once the recording is
        over.
        """
        if self._state == "open" and not (self._recorder is not None and self._recorder.mark(text)):
            self._threads.mark(text)

    def watch(self, lock: Any, name: str) -> WatchedLock:
        """Wrap a lock or semaphore of ``threading``: then it is shown who waits for it and who holds it."""
        return self._threads.watched(lock, name)

    def timeline(self) -> Timeline:
        """The picture; while the recording goes on, of what has happened so far."""
        if self._result is not None:
            return self._result
        self._threads.name_threads()
        if self._recorder is not None:
            self._recorder.name_tasks()
        return build(self._log)

    def __repr__(self) -> str:
        return repr(self.timeline())

    def _repr_html_(self) -> str:
        return self.timeline()._repr_html_()

    def _open(self) -> None:
        if self._state != "new":
            raise RuntimeError(texts.USED)
        self._state = "open"

    def _before_a_thread(self) -> None:
        if self._recorder is not None:
            self._recorder.interrupt(by_pool=names.is_of_a_pool(threading.current_thread().name))

    def _now(self) -> float | None:
        return None if self._clock is None else self._clock()


def record() -> Recording:
    """``with record() as recording:`` around awaits, or around threads; then ``recording`` shows itself."""
    return Recording()
