"""The practice server: a small HTTP service on your own machine that takes the place of the internet.

    from helpers import practice_server

    server = practice_server.start()
    server.url                      # ask it: f"{server.url}/get"
    server.counts().requests        # what it saw
    server.set_faults(practice_server.Fault("status", 503, first=2))

It runs in a process of its own, so that whatever a lesson does to its notebook (a blocked event loop, a
patched clock) does not touch it. This module starts that process and steers it through its standard input and
output, one JSON object a line: synchronous, with no thread and no socket in the notebook. When the notebook's
kernel ends, the pipe ends, and the service stops by itself. The service itself is in `helpers.service`.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any

from helpers import processes
from helpers.service.counters import Counts
from helpers.service.faults import Fault

__all__ = ["Counts", "Fault", "PracticeServer", "start"]

NOT_RUNNING = "The practice server is not running. Start it again: server = practice_server.start()"
DIED = "The practice server has stopped by itself. Start it again: server = practice_server.start()\n{stderr}"
NOT_STARTED = (
    "The practice server did not start; what it said last is below. In a terminal, "
    "`python -m helpers doctor` checks that everything the course needs is there.\n{stderr}"
)
STDERR_TAIL = 2000
"""Bytes of the service's last words that an error message shows."""


class PracticeServer:
    """The handle of the one practice server of this process. `start()` makes it."""

    def __init__(self) -> None:
        self.url = ""
        """Where it serves, like "http://127.0.0.1:8000"; the port is another one each time."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | _Borrowed | None = None
        self._is_lent = False
        self._borrowed: _Borrowed | None = None
        self._owed = False  # whether an answer is still to come, to a question that was interrupted
        self._stderr: Any = None
        self._unread = b""
        self._number = 0

    def __repr__(self) -> str:
        return f"<practice server: {'running' if self.running else 'stopped'}>"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def counts(self) -> Counts:
        """What the server has counted since its start or the last `reset_counts()`.

        Whatever has reached the server before this call is in the counts. Raises RuntimeError if it is not
        running.
        """
        return Counts.from_dict(self._ask("counts")["counts"])

    def reset_counts(self) -> None:
        """Count from zero again (requests in flight stay in flight). Forgets the orders and reports, too."""
        self._ask("reset_counts")

    def set_faults(self, *faults: Fault) -> None:
        """These faults from now on, in place of those set before; none: everything works again."""
        self._ask("set_faults", faults=[asdict(fault) for fault in faults])

    def stop(self) -> None:
        """Stop the server, if it runs; `practice_server.start()` starts it again, at another URL."""
        with self._lock:
            self._release()

    def _launch(self) -> None:
        """Start the service and wait until it serves."""
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (_release closes it)
        self._unread = b""
        try:
            # -P: do not import from the current folder, where a learner may have a random.py.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "helpers.service.run"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                bufsize=0,
                env=processes.environment(),
                **processes.own_group(),
            )
            self.url = json.loads(self._read_line())["url"]
        except (OSError, EOFError) as error:
            message = NOT_STARTED.format(stderr=self._last_words() or error)
            self._release()
            raise RuntimeError(message) from None
        except BaseException:  # the learner interrupted it
            self._release()
            raise

    def _ask(self, do: str, **details: Any) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        with self._lock:
            if self._process is None:
                raise RuntimeError(NOT_RUNNING)
            assert self._process.stdin is not None
            self._number += 1
            command = {"number": self._number, "do": do, **details}
            self._owed = True
            try:
                self._process.stdin.write(json.dumps(command).encode() + b"\n")
                while True:
                    answer = json.loads(self._read_line())
                    # An older number: the answer to a call that was interrupted before it could read it.
                    if answer["number"] == self._number:
                        self._owed = False
                        return answer
            except (OSError, EOFError):
                message = DIED.format(stderr=self._last_words()).rstrip()
                self._release()
                raise RuntimeError(message) from None

    def _read_line(self) -> bytes:
        """The next line that the service wrote. Raises EOFError when it has ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        while b"\n" not in self._unread:
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise EOFError
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _last_words(self) -> str:
        """The end of what the service wrote to its standard error."""
        if self._process is not None:
            processes.with_patience(self._process)  # so that it has written all
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - STDERR_TAIL))
        return self._stderr.read().decode(errors="replace").strip()

    def _release(self) -> None:
        """End the process, if it still runs, and close the pipes."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()  # this is what tells it to stop
            processes.with_patience(process)
            process.stdout.close()
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None

    def _forget(self) -> None:
        """In a forked child of this process: the server is the parent's. Keep no hold of it, unless it is
        lent to this child."""
        process, self._process = self._process, None
        # A new lock: the old one may have been held by a thread that this child does not have.
        self._lock = threading.Lock()
        if process is not None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.returncode = 0  # not our child: nothing to wait for, nothing to warn of
            if self._is_lent:
                self._process = self._borrowed = _Borrowed(process.stdin, process.stdout)
                return
            process.stdin.close()  # else the service would live as long as this child
            process.stdout.close()


@dataclass
class _Borrowed:
    """The process of a server that another process has started and will end: one talks to it, no more."""

    stdin: IO[bytes]
    stdout: IO[bytes]

    def poll(self) -> None:
        return None

    def wait(self, timeout: float) -> int:
        return 0


_server, _server_for_checks = PracticeServer(), PracticeServer()
for _each in (_server, _server_for_checks):
    atexit.register(_each.stop)
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(after_in_child=_each._forget)


def start() -> PracticeServer:
    """The practice server of this process: the one that runs, or a new one if none does (any more).

    Returns when it serves, after a fraction of a second. Raises RuntimeError if it cannot be started.
    """
    return _started(_server)


def start_for_checks() -> PracticeServer:
    """The server that `check()` uses, another one: its requests must not show in the learner's counts."""
    return _started(_server_for_checks)


def stop_for_checks() -> None:
    """Stop that one, if it runs."""
    _server_for_checks.stop()


@contextmanager
def lent_to_a_fork() -> Iterator[None]:
    """A process that is forked meanwhile may use the server of the checks; this one must leave it alone until
    that process has ended."""
    _server_for_checks._is_lent = True
    try:
        yield
    finally:
        _server_for_checks._is_lent = False


def as_it_was_lent() -> bool:
    """In such a fork: whether who has lent the server can go on with it, or need not start one."""
    return _server_for_checks._process is _server_for_checks._borrowed and not _server_for_checks._owed


def _started(server: PracticeServer) -> PracticeServer:
    with server._lock:
        if not server.running:
            server._release()
            server._launch()
    return server
