"""A kernel that runs what learners have written: with limits, and with an end.

Only replies are read. What a cell prints or draws goes to nobody, so it takes no memory of ours, however
much it is. A reply belongs to one request by its number, which nobody in the kernel knows before that comes.

Limits: seconds for each request; bytes of memory and of a file (Linux, by prlimit; other systems have no way
to set them from outside); processes. Everything that the notebook has started carries a mark in its
environment and ends with it, also what has left its process group.
"""

import asyncio
import contextlib
import os
import queue
import secrets
import signal
import subprocess
import sys
import time
from ast import literal_eval
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from helpers.authoring import execution

START_SECONDS = 60  # for a kernel to be there
INTERRUPT_SECONDS = 3  # for a request to end when it has been interrupted
MEMORY = 2 * 2**30  # bytes of data and stacks, for the kernel and for each process that it starts
FILE = 2**28  # bytes that a file may grow to
PROCESSES = 64  # at once
LOOK = 0.5  # seconds between two looks at whether the kernel still lives
MARK = "COURSE_SCORE"


class Lost(Exception):
    """The kernel is gone, or does not listen any more; the text says which."""


@dataclass(frozen=True)
class Reply:
    """`error`: the exception that ended the request, as `Name: text`; `value`: what was asked for."""

    error: str = ""
    interrupted: bool = False
    value: Any = None


@asynccontextmanager
async def limited(folder: Path) -> AsyncIterator["Kernel"]:
    """A kernel that works in `folder`. Raises Lost where it does not start. Nothing of it is left behind."""
    mark, temporary = secrets.token_hex(16), folder.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = {MARK: mark, "TMPDIR": str(temporary)}
    nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        async with execution.kernel(folder, environment, **nowhere) as manager:
            client = manager.client()
            client.start_channels(iopub=False, stdin=False, hb=False)
            try:
                yield Kernel(manager, client, mark)
            finally:
                client.stop_channels()
    finally:
        _end(mark)


class Kernel:
    """Runs source text and answers questions, one at a time."""

    def __init__(self, manager: AsyncKernelManager, client: AsyncKernelClient, mark: str) -> None:
        self._manager, self._client, self._mark = manager, client, mark
        self._processes = 0  # there were as many after the last cell

    async def ready(self) -> None:
        """Wait until it runs, and set its limits. Raises Lost."""
        _limit(self._manager.provisioner.pid)
        await self.ask("0", START_SECONDS)

    async def run(self, source: str, seconds: float) -> Reply:
        """Run a cell; interrupt it after `seconds`. Raises Lost, also for too many processes of its own."""
        reply = await self._request(source, {}, seconds)
        while (now := self._counted()) > self._processes:  # those may be starting others
            self._processes = now
            await asyncio.sleep(LOOK)
        self._processes = now
        return reply

    async def ask(self, expression: str, seconds: float) -> Reply:
        """Evaluate an expression in the notebook's namespace: a literal. Raises Lost."""
        return await self._request("", {"asked": expression}, seconds)

    async def _request(self, source: str, asked: dict[str, str], seconds: float) -> Reply:
        number = self._client.execute(
            source,
            silent=bool(asked),
            store_history=False,
            user_expressions=asked,
            allow_stdin=False,
            stop_on_error=False,
        )
        content = await self._reply(number, seconds)
        if content is not None:
            return _reply(content)
        await self._manager.interrupt_kernel()
        if await self._reply(number, INTERRUPT_SECONDS) is None:
            raise Lost("does not end")
        return Reply(error=f"KeyboardInterrupt: {seconds:g} s", interrupted=True)

    async def _reply(self, number: str, seconds: float) -> dict[str, Any] | None:
        """The reply to the request of that number; None when the time is up. Raises Lost."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = await self._client.get_shell_msg(timeout=min(LOOK, left))
                if message["parent_header"].get("msg_id") == number:
                    return message["content"]
                continue
            except queue.Empty:
                pass
            except Exception as error:  # whatever a broken kernel can send
                raise Lost("sends what is no reply") from error
            if not await self._manager.is_alive():
                raise Lost("has ended")
            self._counted()
        return None

    def _counted(self) -> int:
        """How many processes there are. Raises Lost if those are too many."""
        count = sum(1 for _ in _marked(self._mark))
        if count > PROCESSES:
            raise Lost("too many processes")
        return count


def _reply(content: dict[str, Any]) -> Reply:
    if any(part.get("source") == "ask_exit" for part in content.get("payload", ())):
        raise Lost("was asked to exit")
    if content.get("status") != "ok":
        return Reply(error=f"{content.get('ename')}: {content.get('evalue')}")
    asked = content.get("user_expressions", {}).get("asked")
    if asked is None:
        return Reply()
    if asked.get("status") != "ok":
        return Reply(error=f"{asked.get('ename')}: {asked.get('evalue')}")
    with contextlib.suppress(ValueError, SyntaxError, KeyError, MemoryError, RecursionError):
        return Reply(value=literal_eval(asked["data"]["text/plain"]))
    return Reply(error="no literal")


def _limit(pid: int) -> None:
    """Set the limits of a process from outside, before it has run anything of the notebook's."""
    if sys.platform != "linux":
        return
    import resource  # Unix alone has it

    for what, limit in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):  # it has ended, or has a lower limit already
            resource.prlimit(pid, what, (limit, limit))


def _marked(mark: str) -> Iterator[psutil.Process]:
    """The processes with the mark in their environment. A dead one has none."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                yield process


def _end(mark: str) -> None:
    """End every process with the mark. All are stopped first, so that none starts another meanwhile."""
    stop, kill = (getattr(signal, name, signal.SIGTERM) for name in ("SIGSTOP", "SIGKILL"))
    for _ in range(20):
        found = list(_marked(mark))
        if not found:
            return
        for number in stop, kill:
            for process in found:
                with contextlib.suppress(psutil.Error, OSError):
                    os.kill(process.pid, number)
        psutil.wait_procs(found, timeout=1)
