"""The ledger of a recording: which task holds which lock, under which name."""

import asyncio
from collections.abc import Callable
from types import FrameType

from .events import Held, Log, Track
from .waits import Describer


class Ledger:
    """Writes into ``log`` what is taken and given back while ``running()`` returns the track that runs."""

    def __init__(self, log: Log, describe: Describer, running: Callable[[], Track | None]) -> None:
        self._log = log
        self._describe = describe
        self._running = running
        self._held: dict[int, tuple[object, list[Held]]] = {}  # by the id of the lock, which is kept
        self.unnamed: list[tuple[object, Held]] = []

    def changed(self, lock: object, change: str, frame: FrameType) -> None:
        """Called by locks.py; ``frame``: of the method that does it."""
        if self._running() is None:
            return
        if change == "give":
            self._give(lock)
            return
        # A Condition takes its lock from a method of its own: then the condition's name is the one to show.
        outer = frame.f_back.f_locals.get("self") if frame.f_back is not None else None
        if isinstance(outer, asyncio.Condition):
            self._describe.same_name(lock, outer)
        self.take(lock)

    def take(self, lock: object) -> None:
        """The running task has taken it."""
        kind = "semaphore" if isinstance(lock, asyncio.Semaphore) else "lock"
        held = Held(self._running().number, id(lock), kind)
        if self._log.full:
            return
        self._held.setdefault(id(lock), (lock, []))[1].append(held)
        self._log.held.append(held)
        self._log.during.append((held, "since"))
        self.unnamed.append((lock, held))

    def _give(self, lock: object) -> None:
        holders = self._held.get(id(lock), (lock, []))[1]
        own = [held for held in holders if held.track == self._running().number]
        if holders:
            held = (own or holders)[0]  # a semaphore may be released by another task
            holders.remove(held)
            self._log.during.append((held, "until"))

    def forget(self) -> None:
        """Let go of the locks."""
        self._held.clear()
        self.unnamed.clear()

    def find_names(self) -> None:
        """Name the locks just taken and still held; now, as the task is suspended and its variables can be
        seen.
        """
        for lock, held in self.unnamed:
            if any(held is one for one in self._held[id(lock)][1]):
                held.name = self._describe.name(lock)
        self.unnamed.clear()
