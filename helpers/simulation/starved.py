"""How long a thread was kept from running: on a loaded computer nobody's answer is too slow for that.

Linux counts, for each thread, the time that it was ready and waited for a processor
(https://docs.kernel.org/scheduler/sched-stats.html). Elsewhere nothing is known, and nothing is forgiven.
"""

from pathlib import Path


def seconds(thread: int | None) -> float:
    """What the thread with this `native_id`, one of this process, has waited so far; 0 where nobody knows."""
    return _waited(Path(f"/proc/self/task/{thread}/schedstat"))


class Process:
    """How long another process was kept from running; its threads come and go, so look often."""

    def __init__(self, pid: int) -> None:
        self._threads, self._seen = Path(f"/proc/{pid}/task"), dict[Path, float]()
        self._seconds = 0.0

    def seconds(self) -> float:
        """Since the first look; for the time between two looks that of the thread that waited most."""
        now = {thread: _waited(thread) for thread in self._threads.glob("*/schedstat")}
        grown = (waited - self._seen.get(thread, 0.0) for thread, waited in now.items())
        self._seconds += max(grown, default=0.0)
        self._seen = now
        return self._seconds


def _waited(statistics: Path) -> float:
    try:
        _, nanoseconds, _ = statistics.read_text().split()
    except (OSError, ValueError):  # another system, or the thread has ended
        return 0.0
    return int(nanoseconds) / 1e9
