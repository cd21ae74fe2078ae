"""How many descriptors and threads the system lets a process have."""

import contextlib
import sys
from pathlib import Path

STACK_MAPS = 2  # entries of the memory map that a thread takes: its stack and the guard page below
FILES = {
    "threads-max": ("/proc/sys/kernel/threads-max", 1),
    "pid_max": ("/proc/sys/kernel/pid_max", 1),
    "max_map_count": ("/proc/sys/vm/max_map_count", STACK_MAPS),
    "pids.max of the control group": ("/sys/fs/cgroup/pids.max", 1),
}


def descriptors() -> int:
    """Files and sockets that this process may have open; `sys.maxsize` where there is no such limit."""
    try:
        import resource  # not on Windows
    except ImportError:
        return sys.maxsize
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


def threads() -> tuple[int, str] | None:
    """Threads that a process can have at most, and the name of the limit; None where nothing is known.

    The lowest of Linux' limits (https://man7.org/linux/man-pages/man3/pthread_create.3.html, under EAGAIN);
    who else has threads under the same limit is not counted.
    """
    found = []
    for name, (path, each) in FILES.items():
        with contextlib.suppress(OSError, ValueError):  # not there; "max"
            found.append((int(Path(path).read_text(encoding="ascii")) // each, name))
    with contextlib.suppress(ImportError, AttributeError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        if soft != resource.RLIM_INFINITY:
            found.append((soft, "RLIMIT_NPROC"))
    return min(found, default=None)
