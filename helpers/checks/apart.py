"""Judge an answer in a process of its own: whatever the answer does, the notebook's kernel lives and answers.

A thread under supervision (arena.py) can be ended in nearly every case, and can say what it was doing. Not
where the answer keeps the interpreter for itself in one call (`sum(itertools.count())`), ends the process, or
takes all the memory. So the kernel forks: the child judges, in the usual thread, and sends its verdict back
through a pipe, as a line of JSON; a word that only the two know goes before it, so that an answer that writes
to whatever it finds open sends no verdict of its own. The kernel waits, for `LIMIT` seconds at most (more
where the computer is busy with something else, see helpers/simulation/starved.py), and then kills the child
and all that it has started.

What an answer does to the objects of the notebook, it does to the child's copies: it can change, break or
patch what it likes, and the notebook never notices. An answer that needs a thread of the notebook's will not
find it: a fork has one thread, the one that forked.

The child is a copy of a kernel, and must never go on as one. It takes its hands off what it shares with the
kernel (forked.py) and ends by `os._exit`, without the kernel's last acts.

Elsewhere than on Linux the judge works in the kernel itself. Windows cannot fork. On macOS a fork of a
process with threads may crash in the system's own libraries (https://github.com/python/cpython/issues/77906).
"""

import contextlib
import faulthandler
import json
import os
import re
import secrets
import select
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from helpers import practice_server
from helpers.checks.arena import Stuck
from helpers.checks.forked import leave_the_kernel, limit_memory
from helpers.simulation import starved
from helpers.simulation.places import Place, is_learners_file
from helpers.verdict import Picture, Verdict

FORKS = sys.platform == "linux"
LIMIT = 5.5  # seconds for one verdict; the judge's own limits are below that, and say more
PATIENCE = 4  # times that, where the computer is busy with something else
TICK = 0.05  # seconds between two looks at whether the child still lives
LAST_WORDS = 0.5  # seconds for a child that is out of time to note where it is
OUT_OF_MEMORY = 77  # the exit status that says so
NOTE = "where"  # the name of the file for that note
FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)\n', re.MULTILINE)

_wants_server = False  # whether a check has used the practice server: then it is started before the fork


def judged(judge: Callable[[], Verdict], seconds: float | None = None) -> Verdict:
    """The verdict of `judge()`, which works in a process of its own where the system can do that.

    `seconds`: what it may take, where that is not `LIMIT`. Raises Stuck where that process did not come to
    its end, or came to another one.
    """
    if not FORKS:
        return judge()
    if _wants_server:
        with contextlib.suppress(RuntimeError):  # the judge will fail in the same way, and say why
            practice_server.start_for_checks()
    report: dict[str, Any] = {}
    limit = seconds or LIMIT
    password = secrets.token_hex().encode()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            work = lambda writing: _judge_in_child(judge, writing, password, Path(folder), limit)  # noqa: E731
            with _forked(work) as (pid, reading):
                line = _first_line(pid, reading, limit)
                place = None if line else _place(pid, Path(folder))
            if not line:
                raise Stuck("no_end", "", place=place or "Your code", seconds=limit)
            if not line.startswith(password):
                raise Stuck("overwritten", "")
            report = json.loads(line.removeprefix(password))
        finally:
            _take_back_the_server(report)
    return _unpacked(report["verdict"])


def _take_back_the_server(report: dict[str, Any]) -> None:
    """A child without a report was ended while it used the server, perhaps; with one, it may say that it has
    given the server up, or had to start one of its own. Then the next check gets a new one."""
    global _wants_server
    if not report.get("server kept"):
        _wants_server = _wants_server or bool(report)
        practice_server.stop_for_checks()


# ---- in the kernel -------------------------------------------------------------------------------


@contextlib.contextmanager
def _forked(work: Callable[[int], NoReturn]) -> Iterator[tuple[int, int]]:
    """A child that does `work(descriptor to write to)`. Yields its number and the descriptor to read from.

    Afterwards it is gone, with all of its process group; also where the learner interrupts.
    """
    parent, pid = os.getpid(), 0
    ends = os.pipe()
    # File objects: to close one twice does no harm, where an interrupt comes just behind the first time.
    with open(ends[0], "rb", buffering=0) as reading, open(ends[1], "wb", buffering=0) as writing:
        try:
            with _interrupts_later(), practice_server.lent_to_a_fork(), warnings.catch_warnings():
                # A fork of a process with threads: asked for, and what may go wrong with it is seen to.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                work(writing.fileno())
            writing.close()
            with contextlib.suppress(OSError):  # the child does the same: whoever comes first
                os.setpgid(pid, pid)
            yield pid, reading.fileno()
        finally:
            if os.getpid() != parent:
                os._exit(1)  # whatever went wrong in the child: it does not come back into the kernel's code
            if pid:
                _end(pid)


@contextlib.contextmanager
def _interrupts_later() -> Iterator[None]:
    """Between a fork and the note of the child's number no KeyboardInterrupt may come: it comes after it."""
    came: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield  # interrupts do not come here, or do no harm
        return
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        signal.raise_signal(signal.SIGINT)


def _end(pid: int) -> None:
    """Kill the child and its group, and take note of its end, so that no zombie stays."""
    for kill in os.killpg, os.kill:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):  # the notebook ignores SIGCHLD: the system took note
        os.waitpid(pid, 0)


def _first_line(pid: int, reading: int, limit: float) -> bytes:
    """What the child writes, up to the end of the line; nothing when the time is up. Raises Stuck if it dies.

    Ticks are counted, not clock time: a computer that slept accuses nobody. Nor does a busy one: what the
    child had to wait for a processor does not count.
    """
    received = bytearray()
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    began, waited, kept = time.monotonic(), 0.0, starved.Process(pid)
    while waited - kept.seconds() < limit and time.monotonic() - began < PATIENCE * limit:
        how = _how_it_ended(pid)  # asked first: then all that it has written can be read
        for descriptor, _ in poll.poll(0 if how else TICK * 1000):
            piece = os.read(descriptor, 2**20)
            received += piece
            if received.endswith(b"\n"):
                return bytes(received)
            if not piece:
                poll.unregister(descriptor)
        if how == f"exit status {OUT_OF_MEMORY}":
            raise Stuck("memory", "")
        if how:
            raise Stuck("ended", "", how=how)
        waited += TICK
    return b""


def _how_it_ended(pid: int) -> str:
    """How the child ended, in words; nothing while it lives. Its number stays its own until `_end`."""
    try:
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return "it is gone"
    if ended is None:
        return ""
    if ended.si_code == os.CLD_EXITED:
        return f"exit status {ended.si_status}"
    return f"signal {signal.Signals(ended.si_status).name}"


def _place(pid: int, folder: Path) -> Place | None:
    """The learner's line at which the child is: it is asked to note it.

    Not before its time is up, as the note can crash it: other threads go on while theirs is written.
    """
    with contextlib.suppress(ProcessLookupError):  # it was just killed, by somebody else
        os.kill(pid, signal.SIGUSR2)
    for _ in range(round(LAST_WORDS / TICK)):
        time.sleep(TICK)
        if place := _noted_place(folder):
            return place
    return None


def _noted_place(folder: Path) -> Place | None:
    """The learner's line in the child's last note: the newest thread and the innermost call come first."""
    with contextlib.suppress(OSError):
        for frame in FRAME.finditer((folder / NOTE).read_text(encoding="utf-8", errors="replace")):
            if is_learners_file(frame["file"]) and frame["function"] != "<module>":
                return Place(frame["file"], int(frame["line"]), frame["function"])
    return None


def _unpacked(verdict: dict[str, Any]) -> Verdict:
    picture = verdict.pop("picture")
    return Verdict(**verdict, picture=picture and Picture(**picture))


# ---- in the child --------------------------------------------------------------------------------


def _judge_in_child(
    judge: Callable[[], Verdict], writing: int, password: bytes, folder: Path, limit: float
) -> NoReturn:
    try:
        leave_the_kernel(PATIENCE * limit + 2)
        limit_memory()
        tempfile.tempdir = str(folder)  # gone afterwards, however this ends
        with open(folder / NOTE, "w") as note:
            faulthandler.register(signal.SIGUSR2, file=note)  # needs no interpreter
            verdict = _packed(judge())
            report = {"verdict": verdict, "server kept": practice_server.as_it_was_lent()}
            line = password + json.dumps(report).encode() + b"\n"
            while line:
                line = line[os.write(writing, line) :]
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    os._exit(0)


def _packed(verdict: Verdict) -> dict[str, Any]:
    """JSON, not pickle: nothing of the answer's own making, such as a subclass of str, reaches the kernel."""
    drawn = verdict.picture
    picture = None if drawn is None else asdict(Picture(repr(drawn), drawn._repr_html_()))
    return {name: getattr(verdict, name) for name in ("kind", "title", "text", "facts", "code")} | {
        "picture": picture
    }
