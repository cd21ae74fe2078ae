"""What this computer's system offers for I/O, asked in one place.

    @system.needs("epoll")
    def edge_triggered(): ...

Where there is no epoll, the decorated function says so, and what the system has instead, and returns None.
So the same cell works everywhere. The sentences are in `system.toml`.
"""

import functools
import inspect
import os
import select
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

PLATFORM = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, "other")

_FOUND = {
    "epoll": hasattr(select, "epoll"),
    "poll": hasattr(select, "poll"),
    "kqueue": hasattr(select, "kqueue"),
    "O_NONBLOCK": hasattr(os, "O_NONBLOCK"),
}


def _has_posix_aio() -> bool:
    from helpers.completion import posix_aio  # needs ctypes, which other lessons need not load

    return posix_aio.works()


def _has_kernel_aio() -> bool:
    from helpers.completion import kernel_aio

    return kernel_aio.works()


def _has_io_uring() -> bool:
    from helpers.completion import io_uring

    return io_uring.works()


_ASKED_FIRST = {"posix_aio": _has_posix_aio, "kernel_aio": _has_kernel_aio, "io_uring": _has_io_uring}


def has(feature: str) -> bool:
    """Whether an "epoll", "poll", "kqueue", "posix_aio", "kernel_aio" or "io_uring" is here and works, and
    whether "O_NONBLOCK" is, the flag of any descriptor.

    Raises KeyError for another name. The last three interfaces are tried when they are first asked for.
    """
    if feature not in _FOUND:
        _FOUND[feature] = _ASKED_FIRST[feature]()
    return _FOUND[feature]


def needs(feature: str) -> Callable[[Callable], Callable]:
    """A decorator: the function, be it `async` or not, runs where the system has `feature`; elsewhere it says
    what is missing.
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def run_or_say(*args: Any, **kwargs: Any) -> Any:
            if has(feature):
                return function(*args, **kwargs)
            print(missing(feature))
            return _nothing() if inspect.iscoroutinefunction(function) else None

        return run_or_say

    return decorate


async def _nothing() -> None:
    """What is awaited in the place of a coroutine that cannot run."""


def missing(feature: str) -> str:
    """One sentence: that `feature` is not here, and what this system has in its place."""
    words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    own = words.get(feature, {})
    return words["missing"].format(
        feature=own.get("name", feature), instead=own.get(PLATFORM, words[PLATFORM])
    )
