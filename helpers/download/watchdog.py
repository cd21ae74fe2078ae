"""End tries for which no byte comes.

aiohttp has a timeout for that, `sock_read`, which takes back a timer and sets another one for each piece that
comes. Here one task looks at all tries, a few times in the time allowed, and asks whether anything has come
since it looked last. It counts its looks, not seconds: after each of them the event loop has read what there
was. So a computer that was asleep, or busy with something else, is no server that stalls.
"""

import asyncio

from helpers.download.retries import Stalled

LOOKS = 4
"""How often it looks in the time that a try may stall. A try ends up to a fourth of that time later."""


class Watched:
    """What one worker does, as the watchdog sees it. Whoever receives bytes adds their number to `received`.

    A context manager around each try: what happens in it is ended by Stalled, if nothing is received for too
    long.
    """

    def __init__(self, task: "asyncio.Task[None]", timeout: float) -> None:
        self.task = task
        self.timeout = timeout
        self.received = 0
        self.seen = -1
        """What `received` was at the last look; -1: none since the try began."""
        self.idle: int | None = None
        """Looks without a byte; None: it is not on a try."""
        self.stalled = False

    def __enter__(self) -> None:
        self.idle, self.seen, self.stalled = 0, -1, False

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.idle = None
        if self.stalled and self.task.uncancel() == 0 and kind is asyncio.CancelledError:
            # (Had somebody else cancelled it, too, that would go before.)
            raise Stalled(f"no byte for {self.timeout:g} seconds") from None


class Watchdog:
    """`timeout`: seconds without a byte after which a try ends."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._all: list[Watched] = []

    def watched(self) -> Watched:
        """For the task that calls this."""
        task = asyncio.current_task()
        assert task is not None
        self._all.append(Watched(task, self.timeout))
        return self._all[-1]

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(self.timeout / LOOKS)
            self.look()

    def look(self) -> None:
        """Has anything come since the last look? End the tries for which it has not for too long."""
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
