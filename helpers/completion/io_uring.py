"""io_uring: two queues in memory that a program shares with the kernel. One is for work, one for its ends.

A program writes what it wants done behind the tail of the submission queue and moves the tail; the kernel
moves the head. In the completion queue it is the other way round. io_uring_enter tells the kernel to look,
and sleeps until ends have come. https://man7.org/linux/man-pages/man7/io_uring.7.html has it all, in C.

What is missing here: the order of memory accesses. Two processors may see one another's writes in another
order, so C programs use atomic loads and stores for heads and tails, which Python has not. Here a system call
lies between what we write and the kernel's reading; for our reading it works in practice, and nothing
guarantees it. And there is no check for a full queue: no more than ENTRIES reads at once.
"""

import contextlib
import ctypes
import itertools
import mmap
import os
import struct
from typing import Any, Self

from helpers.completion.system_calls import are_known, call
from helpers.completion.threads import End, Threads

ENTRIES = 8  # of the submission queue; the completion queue has twice as many
READ = 22  # IORING_OP_READ, since Linux 5.6
GET_EVENTS = 1  # IORING_ENTER_GETEVENTS: wait for ends
SINGLE_MMAP, CURRENT_POSITION = 1 << 0, 1 << 3  # features: both queues in one map, and Linux 5.6 at least
ENTRIES_AT = 0x10000000  # IORING_OFF_SQES: where mmap finds the entries; the queues are at 0
CURRENT = 2**64 - 1  # read from where the file stands, as read() does
ENTRY, END = struct.Struct("=BBHiQQIIQHHi16x"), struct.Struct("=QiI")  # io_uring_sqe and io_uring_cqe

_abandoned: list[ctypes.Array] = []  # buffers of reads that never ended: the kernel may still write to them


class _Parameters(ctypes.Structure):
    """struct io_uring_params: where in the map which part of the two queues begins, in bytes."""

    _fields_ = (
        *(
            (name, ctypes.c_uint32)
            for name in ("sq_entries", "cq_entries", "flags", "cpu", "idle", "features")
        ),
        ("unused", ctypes.c_uint32 * 4),
        *(
            (f"sq_{name}", ctypes.c_uint32)
            for name in ("head", "tail", "mask", "size", "flags_at", "dropped")
        ),
        ("sq_array", ctypes.c_uint32),
        ("sq_unused", ctypes.c_uint32 * 3),
        *((f"cq_{name}", ctypes.c_uint32) for name in ("head", "tail", "mask", "size", "overflow", "cqes")),
        ("cq_unused", ctypes.c_uint32 * 4),
    )


def open_ring() -> "Ring | Threads":
    """A Ring where the system has io_uring and allows it; elsewhere Threads, with the same methods."""
    return Ring() if works() else Threads()


def works() -> bool:
    """Whether a Ring can be made here. Containers often forbid it, and so can the administrator
    (https://docs.kernel.org/admin-guide/sysctl/kernel.html#io-uring-disabled)."""
    with contextlib.suppress(OSError), Ring():
        return True
    return False


class Ring:
    """An io_uring; see the package for its methods. Raises OSError where there is none or it is forbidden."""

    def __init__(self) -> None:
        if not are_known():
            raise OSError("io_uring: not on this system")
        self._numbers = itertools.count(1)
        self._under_way: dict[int, tuple[Any, ctypes.Array]] = {}
        self._at = at = _Parameters()
        self._descriptor = call("io_uring_setup", ENTRIES, ctypes.byref(at))
        try:
            if not at.features & SINGLE_MMAP or not at.features & CURRENT_POSITION:
                raise OSError("io_uring: this kernel's is too old")
            size = max(at.sq_array + 4 * at.sq_entries, at.cq_cqes + END.size * at.cq_entries)
            self._queues = mmap.mmap(self._descriptor, size)
            self._entries = mmap.mmap(self._descriptor, ENTRY.size * at.sq_entries, offset=ENTRIES_AT)
        except OSError:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _abandoned.extend(buffer for _, buffer in self._under_way.values())
        self._entries.close()
        self._queues.close()
        os.close(self._descriptor)

    def submit_read(self, ticket: Any, descriptor: int, size: int) -> int:
        """Put a read into the submission queue and tell the kernel; return how many it took, 1."""
        buffer = ctypes.create_string_buffer(size)
        number = next(self._numbers)
        self._under_way[number] = ticket, buffer  # the kernel writes into it: it must not go away
        place = self._get(self._at.sq_tail)
        index = place & self._get(self._at.sq_mask)
        where = ctypes.addressof(buffer)
        entry = READ, 0, 0, descriptor, CURRENT, where, size, 0, number, 0, 0, 0
        ENTRY.pack_into(self._entries, ENTRY.size * index, *entry)
        self._set(self._at.sq_array + 4 * index, index)
        self._set(self._at.sq_tail, place + 1)
        return call("io_uring_enter", self._descriptor, 1, 0, 0, None, 0)

    def wait(self, at_least: int = 1) -> list[End]:
        """The ends that have come, taken out of the completion queue. Sleeps until there are so many."""
        call("io_uring_enter", self._descriptor, 0, at_least, GET_EVENTS, None, 0)
        head, tail = self._get(self._at.cq_head), self._get(self._at.cq_tail)
        ends = []
        while head != tail:
            index = head & self._get(self._at.cq_mask)
            number, result, _ = END.unpack_from(self._queues, self._at.cq_cqes + END.size * index)
            ends.append(self._end(number, result))
            head = (head + 1) % 2**32
        self._set(self._at.cq_head, head)
        return ends

    def _end(self, number: int, result: int) -> End:
        ticket, buffer = self._under_way.pop(number)
        return ticket, OSError(-result, os.strerror(-result)) if result < 0 else buffer.raw[:result]

    def _get(self, offset: int) -> int:
        return struct.unpack_from("=I", self._queues, offset)[0]

    def _set(self, offset: int, value: int) -> None:
        struct.pack_into("=I", self._queues, offset, value % 2**32)
