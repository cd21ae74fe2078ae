"""Runs one client as a process of its own and measures it from outside."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from helpers import processes
from helpers.bench import cores

LAUNCH = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]
POLL = 0.01  # seconds between two looks, where there is no wait4


class Failed(Exception):
    """The client ended with an error, or not in time; the message is what it said last."""


@dataclass(frozen=True)
class Usage:
    """`seconds` and `cpu` (seconds) of the whole process; `memory`, its peak, in bytes; `span`, the seconds
    that the client says it took without its start, or None where it says nothing; `in_flight`, the most
    requests at once that the server saw, where it counts them."""

    seconds: float
    cpu: float
    memory: int
    span: float | None = None
    in_flight: int | None = None


def run(command: Sequence[str], core: int | None, limit: float) -> Usage:
    """Run `command` on that processor. The client may print one number, its span.

    `limit`: seconds after which it is ended. Raises Failed.
    """
    if not hasattr(os, "wait4"):
        return _watched(command, limit)
    printed, complaint = _outputs([*LAUNCH, *command], core, limit)
    *said, status, seconds, cpu, memory = ["", "", "", "", *printed.split()]
    if status != "0":
        raise Failed((complaint.strip() or f"exit status {status}").splitlines()[-1])
    return Usage(float(seconds), float(cpu), int(memory), _span(said))


def _span(said: Sequence[str]) -> float | None:
    return float(said[-1]) if said and said[-1] else None


def _outputs(command: Sequence[str], core: int | None, limit: float) -> tuple[str, str]:
    """What it writes to standard output and to standard error."""
    with cores.started(command, core, subprocess.DEVNULL) as process:
        try:
            return process.communicate(timeout=limit)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has just ended
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise Failed(f"it had not ended after {limit:g} s") from None
            raise


def _watched(command: Sequence[str], limit: float) -> Usage:
    """The same for Windows: psutil is asked again and again, so what happened last may be missed."""
    began, cpu, memory = time.perf_counter(), 0.0, 0
    process = psutil.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=processes.environment(),
    )  # fmt: skip
    with process:
        try:
            while process.poll() is None:
                if time.perf_counter() - began > limit:
                    raise Failed(f"it had not ended after {limit:g} s")
                try:
                    spent, held = process.cpu_times(), process.memory_info()
                    cpu, memory = spent.user + spent.system, max(memory, getattr(held, "peak_wset", held.rss))
                except psutil.NoSuchProcess:
                    break
                time.sleep(POLL)
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - began
        said = process.stdout.read().split()
    if process.returncode:
        raise Failed(f"exit status {process.returncode}")
    return Usage(seconds, cpu, memory, _span(said))
