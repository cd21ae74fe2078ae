"""Which new tasks belong to a recording: those that the recorded program makes, not those of libraries."""

import asyncio
import inspect
import os
import sys
from collections.abc import Callable
from types import FrameType

from .waits import is_program

_ASYNCIO = os.path.join(os.path.dirname(asyncio.__file__), "")
_COURSE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")


def is_new_and_own(task: asyncio.Task) -> bool:
    """Whether this task is just being made, and runs code of the program or is made by it."""
    coro = task.get_coro()
    # What closes an async generator, agen.aclose(), is run as a task, too, and has no state to ask for.
    if not inspect.iscoroutine(coro) or inspect.getcoroutinestate(coro) != inspect.CORO_CREATED:
        return False
    if is_program(coro.cr_frame):
        return True
    frame = sys._getframe(1)
    while frame is not None and _is_between(frame):
        frame = frame.f_back
    return frame is not None and is_program(frame)


def is_made_by(function: Callable) -> bool:
    """Whether this function of asyncio makes the task that is being made."""
    frame = sys._getframe(1)
    while frame is not None and _is_between(frame):
        if frame.f_code is function.__code__:
            return True
        frame = frame.f_back
    return False


def _is_between(frame: FrameType) -> bool:
    """Whether this is code of asyncio or of the course, between the program and the making of a task."""
    return frame.f_code.co_filename.startswith((_ASYNCIO, _COURSE)) and not is_program(frame)
