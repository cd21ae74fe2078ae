"""A pipe: what is written at one end can be read at the other. A read of an empty one has to wait."""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """A new pipe's descriptors, to read from and to write to; both are closed at the end of the `with`."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)
