"""A gate that holds requests until enough of them are in flight at once: the fault `hold:N`.

How many requests of a program overlap is otherwise a matter of luck: on a fast machine the first answer may
be on its way before the last request has come. Behind a gate for N, N requests *are* in flight at once, if
the program can do it.
"""

import asyncio


class Gate:
    """Closed until `size` requests wait; then open for good."""

    patience = 5.0
    """Seconds. A program that never has `size` requests in flight is let through after that, for good."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting = 0
        self._opened = asyncio.Event()

    def open(self) -> None:
        self._opened.set()

    async def wait(self) -> None:
        """Wait until the gate is open."""
        self._waiting += 1
        try:
            if self._waiting >= self._size:
                self.open()
            async with asyncio.timeout(self.patience):
                await self._opened.wait()
        except TimeoutError:
            self.open()
        finally:
            self._waiting -= 1
