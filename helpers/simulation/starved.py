"""How long a thread was kept from running: on a loaded computer nobody's answer is too slow for that.

Linux counts, for each thread, the time that it was ready and waited for a processor
(https://docs.kernel.org/scheduler/sched-stats.html). Elsewhere nothing is known, and nothing is forgiven.
"""

from pathlib import Path


def seconds(thread: int | None) -> float:
    """What the thread with this `native_id`, one of this process, has waited so far; 0 where nobody knows."""
    return _waited(Path(f"/proc/self/task/{thread}/schedstat"))


def seconds_of_process(pid: int) -> float:
    """The most that any thread of another process has waited so far, in seconds."""
    return max(map(_waited, Path(f"/proc/{pid}/task").glob("*/schedstat")), default=0.0)


def _waited(statistics: Path) -> float:
    try:
        _, nanoseconds, _ = statistics.read_text().split()
    except (OSError, ValueError):  # another system, or the thread has ended
        return 0.0
    return int(nanoseconds) / 1e9
