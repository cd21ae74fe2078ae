"""System calls by their numbers, for those that neither Python nor the C library has a function for.

The numbers differ between processors (https://man7.org/linux/man-pages/man2/syscalls.2.html). Here are those
of x86_64 and aarch64, with 64 bits.
"""

import ctypes
import errno
import functools
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

IO_URING = {"io_uring_setup": 425, "io_uring_enter": 426}  # the same on both
NUMBERS = {
    "x86_64": {"io_setup": 206, "io_destroy": 207, "io_getevents": 208, "io_submit": 209, **IO_URING},
    "aarch64": {"io_setup": 0, "io_destroy": 1, "io_submit": 2, "io_getevents": 4, **IO_URING},
}


def are_known() -> bool:
    """Whether this is a Linux whose numbers are in the table above."""
    return sys.platform == "linux" and platform.machine() in NUMBERS and sys.maxsize > 2**32


def call(name: str, *arguments: Any) -> int:
    """Make the system call `name`. Arguments: ints, None for a null pointer, or values of ctypes.

    Returns what the kernel gives back; raises OSError where it refuses, PermissionError for instance.
    Other threads run meanwhile: ctypes releases the GIL.
    """
    number = NUMBERS[platform.machine()][name]
    while (result := _syscall()(ctypes.c_long(number), *map(_as_word, arguments))) < 0:
        error = ctypes.get_errno()
        if error != errno.EINTR:  # a signal came: Python handles it, then try again
            raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def _as_word(argument: Any) -> Any:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


@functools.cache
def _syscall() -> Callable[..., int]:
    """The C library's own syscall(2): https://man7.org/linux/man-pages/man2/syscall.2.html"""
    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    return function
