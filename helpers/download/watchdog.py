"""End tries for which no byte comes.

aiohttp has a timeout for that, `sock_read`, which takes back a timer and sets another one for each piece that
comes. Here one task looks at all tries, a few times in the time allowed, and asks whether anything has come
since it looked last. It counts its looks, not seconds: after each of them the event loop has read what there
was. So a computer that was asleep, or busy with something else, is no server that stalls.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from helpers.download.retries import Stalled

LOOKS = 4
"""How often it looks in the time that a try may stall. A try ends up to a fourth of that time later."""


class Watched:
    """What one worker does; the watchdog's view of it. Whoever receives bytes adds their number to
    `received`.
    """

    def __init__(self, task: "asyncio.Task[None]") -> None:
        self.task = task
        self.received = 0
        self.seen = -1
        self.idle: int | None = None
        """Looks without a byte; None: it is not on a try."""
        self.stalled = False


class Watchdog:
    """`timeout`: seconds without a byte after which a try ends."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._all: list[Watched] = []

    def watched(self) -> Watched:
        """For the task that calls this."""
        task = asyncio.current_task()
        assert task is not None
        self._all.append(Watched(task))
        return self._all[-1]

    @contextmanager
    def on_a_try(self, watched: Watched) -> Iterator[None]:
        """What happens in it is ended by Stalled, if nothing is received for too long."""
        watched.idle, watched.stalled = 0, False
        try:
            yield
        except asyncio.CancelledError:
            # By the watchdog; or by somebody else at the same time, which goes before.
            if watched.stalled and watched.task.cancelling() == 1:
                raise Stalled(f"no byte for {self.timeout:g} seconds") from None
            raise
        finally:
            watched.idle = None
            if watched.stalled:
                watched.task.uncancel()

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(self.timeout / LOOKS)
            for watched in self._all:
                if watched.idle is None or watched.stalled:
                    continue
                if watched.received != watched.seen:
                    watched.seen, watched.idle = watched.received, 0
                    continue
                watched.idle += 1
                if watched.idle >= LOOKS:
                    watched.stalled = True
                    watched.task.cancel()
