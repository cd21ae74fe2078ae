"""Threads of an answer: called with a time limit, watched for errors, all of them ended when the check is.

A thread that waits for ever in a `queue.Queue`, a `Condition`, an `Event` or a `Barrier` is ended like this:
an exception is put before it (`PyThreadState_SetAsyncExc`, see helpers/simulation/watch.py), and what it
waits for is woken, so that it meets the exception.
"""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from helpers.simulation.watch import StopSimulation, _set_async_exc, _take_back

PATIENCE = 2.0  # seconds to wait for what takes no time at all
TICK = 0.002


class Call:
    """A function that runs in a thread of its own: `value` or `error` is there when it is `over`."""

    def __init__(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        self.value: Any = None
        self.error: BaseException | None = None
        self.over = False
        self._function, self._arguments = function, arguments
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def _run(self) -> None:
        try:
            self.value = self._function(*self._arguments)
        except BaseException as error:
            self.error = error
        self.over = True


class Threads:
    """A context manager around all that an answer does in threads. `errors`: what its own threads raised."""

    def __enter__(self) -> Self:
        self.errors: list[BaseException] = []
        self._before, self._called = set(threading.enumerate()), []
        self._hook, threading.excepthook = threading.excepthook, self._note
        return self

    def __exit__(self, *_: object) -> None:
        deadline = time.monotonic() + PATIENCE
        while (left := self._new()) and time.monotonic() < deadline:
            for thread in left:
                _end(thread)
            time.sleep(TICK)
        threading.excepthook = self._hook
        for thread in left:
            _take_back(thread.ident)

    def call(self, name: str, function: Callable[..., Any], *arguments: Any) -> Call:
        """Call `function(*arguments)` in a new thread of that name."""
        one = Call(name, function, *arguments)
        self._called.append(one.thread)
        one.thread.start()
        return one

    def wait(self, until: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        """Wait until `until()` is true, so many seconds at most; return whether it is."""
        deadline = time.monotonic() + seconds
        while not (true := until()) and time.monotonic() < deadline:
            time.sleep(TICK)
        return true

    def others(self) -> list[threading.Thread]:
        """The threads that the answer has started itself and that still run."""
        return [thread for thread in self._new() if thread not in self._called]

    def _new(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in self._before]

    def _note(self, raised: threading.ExceptHookArgs) -> None:
        if raised.thread in self._before:
            self._hook(raised)
        elif raised.exc_value is not None and not isinstance(raised.exc_value, StopSimulation):
            self.errors.append(raised.exc_value)


def _end(thread: threading.Thread) -> None:
    """Put an exception before a thread, and wake what it waits for."""
    _set_async_exc(thread.ident, StopSimulation)
    frame = sys._current_frames().get(thread.ident)
    waited_for = frame and frame.f_locals.get("self")
    if isinstance(waited_for, threading.Condition) and waited_for.acquire(timeout=TICK):
        waited_for.notify_all()
        waited_for.release()
