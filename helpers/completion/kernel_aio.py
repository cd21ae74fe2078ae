"""Linux's own asynchronous I/O, part of Linux since version 2.5.

io_setup makes a context, io_submit hands in work, io_getevents takes the ends of it, io_destroy closes.

For files that were opened in the usual way the kernel often does all of the work *in* io_submit, which then
blocks; only with O_DIRECT, past the page cache, is it sure to be asynchronous (https://kernel.dk/io_uring.pdf,
section 1). Structures: `linux/aio_abi.h`, https://man7.org/linux/man-pages/man2/io_submit.2.html
"""

import contextlib
import ctypes
import itertools
import os
from typing import Any, Self

from helpers.completion.system_calls import are_known, call
from helpers.completion.threads import End

ENTRIES = 8  # reads under way at once
PREAD = 0  # IOCB_CMD_PREAD


class _Request(ctypes.Structure):
    """struct iocb: one piece of work. `data` comes back with its end."""

    _fields_ = (
        ("data", ctypes.c_uint64),
        ("key", ctypes.c_uint32),
        ("rw_flags", ctypes.c_int32),
        ("opcode", ctypes.c_uint16),
        ("priority", ctypes.c_int16),
        ("descriptor", ctypes.c_uint32),
        ("buffer", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
        ("offset", ctypes.c_int64),
        ("reserved", ctypes.c_uint64),
        ("flags", ctypes.c_uint32),
        ("event_descriptor", ctypes.c_uint32),
    )


class _Event(ctypes.Structure):
    """struct io_event: `result` is the number of bytes, or an error's number, negative."""

    _fields_ = (
        ("data", ctypes.c_uint64),
        ("request", ctypes.c_uint64),
        ("result", ctypes.c_int64),
        ("result2", ctypes.c_int64),
    )


def works() -> bool:
    """Whether the kernel gives us a context."""
    with contextlib.suppress(OSError), KernelAIO():
        return True
    return False


class KernelAIO:
    """A context for kernel AIO; see the package for its methods. Reads begin at the file's first byte.

    Raises OSError where the kernel has no AIO or does not allow it.
    """

    def __init__(self) -> None:
        if not are_known():
            raise OSError("kernel AIO: not on this system")
        self._context = ctypes.c_ulong(0)
        self._numbers = itertools.count(1)
        self._under_way: dict[int, tuple[Any, _Request, ctypes.Array]] = {}
        call(
            "io_setup", ENTRIES, ctypes.byref(self._context)
        )  # man7.org/linux/man-pages/man2/io_setup.2.html

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """io_destroy waits for what is under way: man7.org/linux/man-pages/man2/io_destroy.2.html"""
        call("io_destroy", self._context)

    def submit_read(self, ticket: Any, descriptor: int, size: int) -> int:
        """Hand in the read of up to `size` bytes; return what io_submit says, the number accepted."""
        buffer = ctypes.create_string_buffer(size)
        number = next(self._numbers)
        request = _Request(data=number, opcode=PREAD, descriptor=descriptor, size=size)
        request.buffer = ctypes.addressof(buffer)
        self._under_way[number] = ticket, request, buffer  # the kernel writes into it: it must not go away
        try:
            return call("io_submit", self._context, 1, ctypes.byref(ctypes.pointer(request)))
        except OSError:
            del self._under_way[number]
            raise

    def wait(self, at_least: int = 1) -> list[End]:
        """The ends that have come; man7.org/linux/man-pages/man2/io_getevents.2.html"""
        events = (_Event * ENTRIES)()
        came = call("io_getevents", self._context, at_least, ENTRIES, events, None)
        return [self._end(event.data, event.result) for event in events[:came]]

    def _end(self, number: int, result: int) -> End:
        ticket, _, buffer = self._under_way.pop(number)
        return ticket, OSError(-result, os.strerror(-result)) if result < 0 else buffer.raw[:result]
