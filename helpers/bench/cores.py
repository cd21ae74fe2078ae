"""Which processor does what: the server has one for itself and the client another, where the system lets us.

Else both share all processors, and what is measured is their sum.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence

from helpers import processes


def server_and_client() -> tuple[int, int] | None:
    """Two processors that this process may use; None where there is only one, or no way to choose."""
    if not hasattr(os, "sched_setaffinity"):  # macOS, Windows
        return None
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else None


@contextlib.contextmanager
def on(core: int | None) -> Iterator[None]:
    """What this thread starts meanwhile runs on that processor; None: on any."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def started(command: Sequence[str], core: int | None, stdin: int) -> subprocess.Popen[str]:
    """A process on that processor, whose outputs can be read as text. It has a process group of its own, so
    that all that it starts can be ended with it."""
    with on(core):
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=processes.environment(),
            **processes.own_group(),
        )
