"""The service as a process: in a terminal, or steered by a notebook.

`python -m helpers serve` calls `serve`. `helpers.practice_server` starts `python -m helpers.service.run`,
which is `steered`: commands come in on standard input, one JSON object a line, answers go out on standard
output in the same way. A pipe, not HTTP: so the steering is neither counted nor spoilt by faults. And when
the notebook's kernel is gone, however it went, standard input ends and the service stops: it cannot outlive
its kernel.
"""

import asyncio
import errno
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp.http import HttpProcessingError

from helpers.service.app import HOST, application, listen
from helpers.service.faults import Fault
from helpers.service.middleware import STATE, State

RUNNING = "The practice server runs at {url}; the list of its paths is there.\nPress Ctrl-C to stop it."
STOPPED = "\nThe practice server has stopped. It saw:\n\n{counts}"
CANNOT = "The practice server cannot use port {port} of {host}: {reason}. {advice}"
PORT_RANGE = "a port is a number from 0 to 65535"
IN_USE = "Perhaps another practice server uses it: stop that, or take another port. 0 takes a free one."
TAKE_ANOTHER = "Take another port, from 1024 up. 0 takes a free one."

SETTLING = 10
"""Passes of the event loop before counts are given: what has reached the service by then is counted."""


def serve(port: int = 0) -> int:
    """Run the service in this terminal until Ctrl-C. Returns the exit status: 1 if it cannot have the port.

    `port`: 0 takes a free one.
    """
    if not 0 <= port <= 65535:
        print(CANNOT.format(port=port, host=HOST, reason=PORT_RANGE, advice=TAKE_ANOTHER), file=sys.stderr)
        return 1
    prepare()
    try:
        asyncio.run(until_cancelled(port))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        advice = IN_USE if error.errno == errno.EADDRINUSE else TAKE_ANOTHER
        reason = os.strerror(error.errno or 0).lower()
        print(CANNOT.format(port=port, host=HOST, reason=reason, advice=advice), file=sys.stderr)
        return 1
    return 0


async def until_cancelled(port: int) -> None:
    app = application()
    runner, url = await listen(app, port)
    try:
        print(RUNNING.format(url=url), flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
        print(STOPPED.format(counts=app[STATE].counters.counts), flush=True)


def main() -> None:
    """The process that a notebook has started."""
    # Interrupting a notebook can send SIGINT to all that its kernel has started. Not meant for the service.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers_out = os.dup(1)
    os.dup2(2, 1)  # whatever is printed by accident does not get among the answers
    prepare()
    asyncio.run(steered(0, answers_out))


async def steered(commands_in: int, answers_out: int) -> None:
    """Serve on a free port, say where, obey commands until their end. Takes two file descriptors."""
    app = application()
    runner, url = await listen(app)
    commands: asyncio.Queue[bytes | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def pass_on(line: bytes | None) -> None:
        with suppress(RuntimeError):  # the loop has ended by other means
            loop.call_soon_threadsafe(commands.put_nowait, line)

    # A thread, because Windows has no way to await a pipe that this process did not make.
    threading.Thread(target=read_lines, args=(commands_in, pass_on), daemon=True).start()
    try:
        write_line(answers_out, {"url": url})
        while (line := await commands.get()) is not None:
            for _ in range(SETTLING):
                await asyncio.sleep(0)
            write_line(answers_out, obey(app[STATE], json.loads(line)))
    except BrokenPipeError:
        pass  # the notebook went away while it was being answered
    finally:
        await runner.cleanup()


def obey(state: State, command: dict[str, Any]) -> dict[str, Any]:
    """Carry out one command of `helpers.practice_server`; the answer carries the command's number."""
    answer = {"number": command["number"]}
    if command["do"] == "counts":
        return answer | {"counts": state.counters.counts.as_dict()}
    if command["do"] == "reset_counts":
        state.reset()
        return answer
    if command["do"] == "set_faults":
        state.faults.set([Fault(**fault) for fault in command["faults"]])
        return answer
    raise ValueError(f"no such command: {command}")


def read_lines(descriptor: int, pass_on: Callable[[bytes | None], None]) -> None:
    """Pass on each line that can be read, then None. Blocks: for a thread of its own."""
    rest = b""
    with suppress(OSError):
        while data := os.read(descriptor, 65536):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                pass_on(line)
    pass_on(None)


def write_line(descriptor: int, data: dict[str, Any]) -> None:
    line = json.dumps(data).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line) :]


def prepare() -> None:
    logging.getLogger("aiohttp.server").addFilter(worth_telling)
    raise_descriptor_limit()


def worth_telling(record: logging.LogRecord) -> bool:
    """Whether a message of aiohttp's is of interest: that a client speaks broken HTTP is not."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | ConnectionError)


def raise_descriptor_limit() -> None:
    """Each connection takes a file descriptor: allow as many as the system gives, within reason."""
    try:
        import resource  # not on Windows, which has no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 10_000 if hard == resource.RLIM_INFINITY else min(hard, 10_000)
    with suppress(OSError, ValueError):
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
