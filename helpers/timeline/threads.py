"""Notes down what threads do, as far as they say so.

No hook sees at every moment what a thread does, and the order in which the operating system lets threads go
is another one each time. So a thread is shown by its own marks, and by the locks that are watched: if the
program makes sure in which order these come (by locks, events, barriers), the picture is the same each
time.
"""

import threading
from collections.abc import Callable
from typing import Any

from . import names
from .events import GOES_ON, GoesOn, Held, Log, Mark, Track
from .locks import WatchedLock
from .waits import Wait


class ThreadNotes:
    """Writes into ``log`` what threads tell; each thread gets a track of its own when it tells something.

    ``before()`` is called before each note; ``time()``: simulated seconds.
    """

    def __init__(self, log: Log, before: Callable[[], None], time: Callable[[], float | None]) -> None:
        self._log = log
        self._before = before
        self._time = time
        self._tracks: dict[int, tuple[threading.Thread, Track]] = {}  # by the id of the thread, which is kept
        self._one_at_a_time = threading.RLock()

    def mark(self, text: str) -> None:
        """The current thread puts a text at the next position."""
        with self._one_at_a_time:
            track = self._track()
            mark = Mark(text)
            self._log.marks.append(mark)
            self._log.during.append((mark, "position"))
            self._step(track)

    def watched(self, lock: Any, name: str) -> WatchedLock:
        """The lock, wrapped so that its users are noted."""
        holders: list[Held] = []
        waiting: set[int] = set()  # the numbers of the tracks that wait for it
        last_giver: int | None = None

        def waits() -> None:
            with self._one_at_a_time:
                track = self._track()
                waiting.add(track.number)
                self._step(track, Wait("lock", name, thing=id(lock)))

        def takes() -> None:
            with self._one_at_a_time:
                track = self._track()
                held = Held(track.number, id(lock), "lock", name=name)
                holders.append(held)
                self._log.held.append(held)
                self._log.during.append((held, "since"))
                self._step(track, woken_by=last_giver if track.number in waiting else None)
                waiting.discard(track.number)

        def gives() -> None:
            nonlocal last_giver
            with self._one_at_a_time:
                track = self._track()
                own = [held for held in holders if held.track == track.number] or holders
                if own:
                    self._log.during.append((own[0], "until"))
                    holders.remove(own[0])
                last_giver = track.number
                self._step(track)

        return WatchedLock(lock, waits, takes, gives)

    def _step(self, track: Track, then: Wait | GoesOn = GOES_ON, woken_by: int | None = None) -> None:
        ready_from = None if woken_by is None else len(self._log.steps)
        self._log.note((track.number, woken_by, ready_from, False, then, self._time(), 0))

    def _track(self) -> Track:
        self._before()
        thread = threading.current_thread()
        if id(thread) not in self._tracks:
            track = Track(len(self._log.tracks), "", "thread")
            self._tracks[id(thread)] = thread, track
            self._log.tracks.append(track)
        return self._tracks[id(thread)][1]

    def name_threads(self) -> None:
        """Give each track the name of its thread."""
        names.name_tracks(
            (track, thread.name, names.instead_of_thread_name(thread.name))
            for thread, track in self._tracks.values()
        )
