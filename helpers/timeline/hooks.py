"""Where a recording hooks into an event loop, and how it lets go of it again.

Two places, neither of which adds a frame to the learner's tracebacks:

* ``asyncio.Handle._run``: the loop calls it for each step, so there it is known which task begins and ends
  one;
* ``loop.call_soon``: a task that is woken is handed to it by whoever wakes it, and a new one by whoever
  makes it.

(A task factory would see new tasks, too, but on 3.12.1 and 3.13.0 a loop that has one names every unnamed
task "None".) ``Handle._run`` is private and of all loops of the process; it is replaced while at least one
of them is recorded, and the others pass through it.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Protocol

from . import texts


class Recorder(Protocol):
    """What hooks call."""

    def step(self, handle: asyncio.Handle, run: Callable[[asyncio.Handle], None]) -> None:
        """Must run the handle."""

    def scheduled(self, handle: asyncio.Handle, callback: Callable[..., Any]) -> None:
        """A callback has been handed to the loop."""


_recorders: dict[asyncio.AbstractEventLoop, Recorder] = {}
_changing = threading.Lock()  # held while Handle._run is replaced or put back
_original_run = asyncio.Handle._run


def _run(handle: asyncio.Handle) -> None:
    recorder = _recorders.get(handle._loop)
    if recorder is None:
        _original_run(handle)
    else:
        recorder.step(handle, _original_run)
    handle = None  # as asyncio does: an exception keeps this frame, which must not lead back to the task


def _add(loop: asyncio.AbstractEventLoop, recorder: Recorder) -> None:
    global _original_run
    with _changing:
        if loop in _recorders:
            raise RuntimeError(texts.TWICE)
        if not _recorders:
            _original_run, asyncio.Handle._run = asyncio.Handle._run, _run
        _recorders[loop] = recorder


def _remove(loop: asyncio.AbstractEventLoop) -> None:
    with _changing:
        del _recorders[loop]
        if not _recorders:
            asyncio.Handle._run = _original_run


class Hooks:
    """The hooks of one recorder in one loop. Raises RuntimeError if the loop is being recorded already."""

    def __init__(self, loop: asyncio.AbstractEventLoop, recorder: Recorder) -> None:
        _add(loop, recorder)
        self._loop = loop
        self._call_soon = loop.__dict__.get("call_soon")
        loop.call_soon = _reporting(loop.call_soon, recorder.scheduled)

    def remove(self) -> None:
        """Put everything back as it was."""
        loop = self._loop
        if self._call_soon is None:
            del loop.call_soon
        else:
            loop.call_soon = self._call_soon
        _remove(loop)


def _reporting(call_soon: Callable, scheduled: Callable[[asyncio.Handle, Callable], None]) -> Callable:
    def reporting_call_soon(callback: Callable, *args: Any, context: Any = None) -> asyncio.Handle:
        handle = call_soon(callback, *args, context=context)
        scheduled(handle, callback)
        return handle

    return reporting_call_soon
