"""Files that deliver when the judge wants: pipes with names, which are opened and read like any file.

Opening one waits until somebody opens it for writing, so a reader is under way until it is fed. The judge's
thread feeds them: it sees how many are read at the same time, and whether the event loop goes on meanwhile.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

from helpers.checks.heart import STILL, Heart

ALL_THERE = 1.5  # seconds that a reader waits for the others
CHANCE = 0.15  # seconds for one more than there should be
APART = 0.05  # seconds between two feedings, so that they end in this order
TICK = 0.005


class NamedPipes:
    """`count` pipes in `folder`, of which `at_once` should be read at the same time.

    `contents`: what each path delivers; `most`: the most that were read at the same time; `missed`: whether
    there was room for another one that did not come; `places`: what the heart said, see `Heart.wait`.
    """

    def __init__(self, folder: Path, count: int, at_once: int) -> None:
        numbers = range(1, count + 1)
        self.contents = {folder / f"pipe {number}": f"from pipe {number}".encode() for number in numbers}
        self.most = 0
        self.missed = False
        self.places: list[str] = []
        self._at_once = at_once
        self._over = threading.Event()
        self._open: dict[Path, int] = {}  # what has a reader; by the descriptor to write to
        self._unfed = dict(reversed(self.contents.items()))
        for path in self.contents:
            os.mkfifo(path)

    @contextlib.asynccontextmanager
    async def fed(self, heart: Heart) -> AsyncIterator[None]:
        """Feed all that is opened. Afterwards the pipes are gone, and nobody waits at one."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def feed() -> None:
            self._feed(heart)
            with contextlib.suppress(RuntimeError):  # the loop was ended by force
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=feed, daemon=True).start()
        try:
            yield
        finally:
            self._over.set()
            await ended.wait()  # the loop goes on: the thread may wait for its heart

    def _feed(self, heart: Heart) -> None:
        try:
            while self._unfed and not self._over.is_set():
                self._wait_for(1, ALL_THERE)
                if not self._open:
                    continue
                self.places.append(heart.wait())
                if self.places[-1] != STILL:
                    wanted = min(self._at_once, len(self._unfed))
                    self._wait_for(wanted, CHANCE if self.missed else ALL_THERE)
                    if wanted < len(self._unfed):
                        self._wait_for(wanted + 1, CHANCE)
                    self.missed = self.missed or len(self._open) < wanted
                self.most = max(self.most, len(self._open))
                self._deliver_one()
        finally:
            self._let_go()

    def _wait_for(self, readers: int, seconds: float) -> None:
        """Wait until so many pipes are open to be read."""
        deadline = time.monotonic() + seconds
        while True:
            for path in self._unfed.keys() - self._open.keys():
                with contextlib.suppress(OSError):  # ENXIO: nobody reads it
                    self._open[path] = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            if len(self._open) >= readers or self._over.is_set() or time.monotonic() > deadline:
                return
            time.sleep(TICK)

    def _deliver_one(self) -> None:
        """The last one: the first is at it until the others are through."""
        path = next(path for path in self._unfed if path in self._open)
        with contextlib.suppress(BrokenPipeError):  # the reader has gone
            os.write(self._open[path], self._unfed.pop(path))
        os.close(self._open.pop(path))
        time.sleep(APART)

    def _let_go(self) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        for path in self.contents:
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)  # whoever waits in open() returns
                path.unlink()
                os.close(descriptor)
