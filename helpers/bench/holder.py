"""A process that holds connections in one of the ways of `holders`, steered and measured from outside."""

import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import psutil

from helpers import processes
from helpers.bench import cores

HOLD = Path(__file__).with_name("holders") / "hold.py"


class Stopped(Exception):
    """A way could not hold so many connections; the message says why."""


class Holder:
    """The process of hold.py, on that processor. Use it in a `with`, which ends it."""

    def __init__(self, way: str, number: int, url: str, core: int | None) -> None:
        port = url.rpartition(":")[2]
        with cores.on(core):
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(HOLD), way, port, str(number)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=processes.environment(),
                **processes.own_group(),
            )
        self._seen = psutil.Process(self._process.pid)
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        # A thread, because Windows cannot wait for a pipe and a clock at once.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put("stopped: its process has ended")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._reader.join()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def go(self) -> None:
        """Tell it to open its connections."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def expect(self, word: str, limit: float) -> None:
        """Wait until it says this word, so many seconds at most. Raises Stopped."""
        try:
            said = self._lines.get(timeout=limit)
        except queue.Empty:
            raise Stopped(f"not {word!r} after {limit:g} s") from None
        if said != word:
            raise Stopped(said.removeprefix("stopped").strip(" :"))

    def complain(self) -> None:
        """Raises Stopped if it has said anything."""
        if not self._lines.empty():
            self.expect("", 0)

    def memory(self) -> int:
        """Bytes that it has in memory."""
        return self._seen.memory_info().rss

    def cpu(self) -> float:
        """CPU seconds that it has used."""
        spent = self._seen.cpu_times()
        return spent.user + spent.system
