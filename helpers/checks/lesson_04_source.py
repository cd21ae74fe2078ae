"""What the exercises 04.4 and 04.5 read from: an async generator that notes what becomes of it."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Any


class Source:
    """An async generator that gives its items at fixed times, and what became of it."""

    def __init__(self, items: Iterable[Any], seconds: float = 0, error: Exception | None = None) -> None:
        self.items, self.seconds, self.error = items, seconds, error
        self.asked, self.begun, self.closed = 0, False, False
        self.stream = self._stream()

    async def _stream(self) -> AsyncGenerator[Any, None]:
        self.begun = True
        try:
            for item in self.items:
                self.asked += 1
                await asyncio.sleep(self.seconds)
                yield item
            if self.error is not None:
                await asyncio.sleep(self.seconds)
                raise self.error
        finally:
            try:
                await asyncio.sleep(0)
            finally:  # a second cancellation may come while it is being closed
                self.closed = True

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended, or could still begin."""
        if self.begun:
            return not self.closed
        return self.stream.ag_frame is not None
