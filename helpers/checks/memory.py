"""How much memory an answer takes at most, as Python itself counts it (tracemalloc)."""

import tracemalloc
from typing import Self


class Memory:
    """How much memory was taken at most, in bytes, from entering to `peak()`."""

    def __enter__(self) -> Self:
        self._ours = not tracemalloc.is_tracing()  # else a learner is at it: leave theirs running
        if self._ours:
            tracemalloc.start()
        tracemalloc.reset_peak()
        self._before, _ = tracemalloc.get_traced_memory()
        return self

    def peak(self) -> int:
        return tracemalloc.get_traced_memory()[1] - self._before

    def __exit__(self, *_: object) -> None:
        if self._ours:
            tracemalloc.stop()
