"""Completion made of threads: each read blocks a thread of its own, and nobody else.

So does the C library for the functions `aio_read` and `aio_write` of POSIX
(https://man7.org/linux/man-pages/man7/aio.7.html), and libuv for the files of Node.js
(https://docs.libuv.org/en/v1.x/design.html#file-i-o).
"""

import os
import queue
import threading
from typing import Any, Self

End = tuple[Any, bytes | OSError]
"""The ticket of a read, and what it has come to."""


class Threads:
    """Reads by threads; see the package for its methods. Leaving its `with` waits for what is under way."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._ends: queue.SimpleQueue[End] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    def submit_read(self, ticket: Any, descriptor: int, size: int) -> int:
        """Have a thread read up to `size` bytes from `descriptor`; return 1, the reads accepted."""
        thread = threading.Thread(target=self._read, args=(ticket, descriptor, size), daemon=True)
        self._threads.append(thread)
        thread.start()
        return 1

    def _read(self, ticket: Any, descriptor: int, size: int) -> None:
        try:
            self._ends.put((ticket, os.read(descriptor, size)))
        except OSError as error:
            self._ends.put((ticket, error))

    def wait(self, at_least: int = 1) -> list[End]:
        """The ends that have come. Sleeps until there are `at_least` so many; 0 only looks."""
        ends = [self._ends.get() for _ in range(at_least)]
        while not self._ends.empty():
            ends.append(self._ends.get())
        return ends
