"""The learner's loop after lesson 02: it runs callbacks, now or later, one at a time."""

import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable
from typing import Any


class Loop:
    """Runs callbacks in the order in which they became ready, and goes on when one of them fails.

    `clock` has `monotonic()` and `sleep(seconds)`, as the module `time` does.
    """

    def __init__(self, clock: Any = time) -> None:
        self._clock = clock
        self._ready: deque[tuple[Callable, tuple]] = deque()
        self._timers: list[tuple[float, int, Callable, tuple]] = []  # a heap: the earliest one is first
        self._count = itertools.count()  # of two timers for the same moment, the older one goes first

    def time(self) -> float:
        """The loop's clock, in seconds."""
        return self._clock.monotonic()

    def call_soon(self, callback: Callable, *args: Any) -> None:
        """Call `callback(*args)` as soon as everything that is ready already has had its turn."""
        self._ready.append((callback, args))

    def call_later(self, delay: float, callback: Callable, *args: Any) -> None:
        """Call `callback(*args)` in `delay` seconds."""
        heapq.heappush(self._timers, (self.time() + delay, next(self._count), callback, args))

    def run(self) -> None:
        """Run until nothing is left to do."""
        while self._ready or self._timers:
            self._run_once()

    def _run_once(self) -> None:
        if not self._ready:
            self._wait(max(0.0, self._timers[0][0] - self.time()))
        while self._timers and self._timers[0][0] <= self.time():
            _, _, callback, args = heapq.heappop(self._timers)
            self.call_soon(callback, *args)
        for _ in range(len(self._ready)):  # what these add has its turn in the next round
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception as error:
                self.report(error)

    def _wait(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    def report(self, error: Exception) -> None:
        """Say that a callback has failed. Whoever registered it is long gone, so the loop has to."""
        print(f"a callback failed: {type(error).__name__}: {error}")
