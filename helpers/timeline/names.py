"""Names for lanes. What Python has numbered over the whole process is numbered anew within a recording."""

import re
from collections.abc import Iterable

from . import texts
from .events import Track

_TASK = re.compile(r"Task-\d+")
_THREAD = re.compile(r"Thread-\d+(?: \((.*)\))?")
_POOL_THREAD = re.compile(r"(?:ThreadPoolExecutor-\d+|asyncio)_\d+")


def name_tracks(given: Iterable[tuple[Track, str, str]]) -> None:
    """Set the names of these tracks, given the name that each has and the one that it gets if that is a
    mere number.

    Tracks alike get numbers: ``download 1``, ``download 2``.
    """
    alike: dict[str, list[Track]] = {}
    for track, name, instead in given:
        if instead:
            alike.setdefault(instead, []).append(track)
        else:
            track.name = name
    for name, tracks in alike.items():
        for number, track in enumerate(tracks, 1):
            track.name = name if len(tracks) == 1 else texts.NUMBERED.format(name=name, number=number)


def instead_of_task_name(name: str, coro: object) -> str:
    """The name of the coroutine function for a task called ``Task-17``, else ""."""
    return getattr(coro, "__name__", type(coro).__name__) if _TASK.fullmatch(name) else ""


def is_of_a_pool(name: str) -> bool:
    """Whether a thread of this name belongs to an executor."""
    return _POOL_THREAD.fullmatch(name) is not None


def instead_of_thread_name(name: str) -> str:
    """``reader`` for ``Thread-17 (reader)``, ``pool thread`` for ``asyncio_3``; "" for a name that somebody
    gave.
    """
    if name == "MainThread":
        return texts.MAIN_THREAD
    if is_of_a_pool(name):
        return texts.POOL_THREAD
    found = _THREAD.fullmatch(name)
    return (found[1] or texts.THREAD) if found else ""
