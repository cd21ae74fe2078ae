"""POSIX aio of the GNU C library: aio_read hands in a read. It looks like a system call and is none.

The library starts threads of its own, which read in the usual, blocking way
(https://man7.org/linux/man-pages/man7/aio.7.html, under NOTES). The structure differs between C libraries;
here is the GNU one's for 64 bits, from its header aio.h.
"""

import ctypes
import functools
import os
import platform
import sys
from typing import Any, Self

from helpers.completion.threads import End

NO_SIGNAL = 1  # SIGEV_NONE: tell us nothing at the end, we ask
IN_PROGRESS = 115  # EINPROGRESS


class _Request(ctypes.Structure):
    """struct aiocb. What is named `own_…` is the library's."""

    _fields_ = (
        ("descriptor", ctypes.c_int),
        ("opcode", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("signal_value", ctypes.c_void_p),
        ("signal_number", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("signal_rest", ctypes.c_char * 48),
        ("own_next", ctypes.c_void_p),
        ("own_numbers", ctypes.c_int * 4),
        ("own_result", ctypes.c_ssize_t),
        ("offset", ctypes.c_int64),
        ("own_rest", ctypes.c_char * 32),
    )


@functools.cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def works() -> bool:
    """Whether the C library is GNU's, with 64 bits, and has these functions (since its version 2.34)."""
    gnu = sys.platform == "linux" and platform.libc_ver()[0] == "glibc" and sys.maxsize > 2**32
    return gnu and hasattr(_library(), "aio_read")


class PosixAIO:
    """Reads by aio_read; see the package for its methods. Leaving its `with` waits for what is under way."""

    def __init__(self) -> None:
        self._under_way: dict[Any, tuple[_Request, ctypes.Array]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait(at_least=len(self._under_way))

    def submit_read(self, ticket: Any, descriptor: int, size: int) -> int:
        """https://man7.org/linux/man-pages/man3/aio_read.3.html; return 1, the reads accepted."""
        buffer = ctypes.create_string_buffer(size)
        request = _Request(descriptor=descriptor, size=size, notify=NO_SIGNAL)
        request.buffer = ctypes.addressof(buffer)
        if _library().aio_read(ctypes.byref(request)) != 0:
            raise OSError(ctypes.get_errno(), f"aio_read: {os.strerror(ctypes.get_errno())}")
        self._under_way[ticket] = request, buffer
        return 1

    def wait(self, at_least: int = 1) -> list[End]:
        """The ends that have come; https://man7.org/linux/man-pages/man3/aio_suspend.3.html sleeps for them.

        Raises ValueError where fewer than `at_least` are under way.
        """
        if at_least > len(self._under_way):
            raise ValueError(f"{len(self._under_way)} reads are under way, not {at_least}")
        ends = self._take()
        while len(ends) < at_least:
            pointers = [ctypes.pointer(request) for request, _ in self._under_way.values()]
            _library().aio_suspend((ctypes.POINTER(_Request) * len(pointers))(*pointers), len(pointers), None)
            ends += self._take()
        return ends

    def _take(self) -> list[End]:
        library, ends = _library(), []
        for ticket, (request, buffer) in list(self._under_way.items()):
            error = library.aio_error(ctypes.byref(request))
            if error != IN_PROGRESS:
                del self._under_way[ticket]
                size = library.aio_return(ctypes.byref(request))
                ends.append((ticket, OSError(error, os.strerror(error)) if error else buffer.raw[:size]))
        return ends
