"""A small fast HTTP server for comparisons: what it answers is a file, a file later, or nothing yet.

    python -P -m helpers.bench.raw_server FOLDER

    /NAME         the file of that name in FOLDER
    /delay/NAME   the same, 50 ms later
    /hold         no answer before somebody asks for /release
    /expect/N     from now on: how long until N are held?
    /counts       JSON: held, seconds until N were held (or null), most requests for files in flight at
                  once since somebody last asked

It is an asyncio Protocol, as that is several times faster than a web framework, and so leaves the measuring
to the clients. It prints its URL and ends when its standard input does. It minds nothing but paths, and the
end of a connection: no learner should serve anything with it.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from helpers import readiness
from helpers.bench.loads import DELAY

HOST = "127.0.0.1"
AT_ONCE = 65536  # bytes: files up to this size are kept in memory and written in one piece
BACKLOG = 16384  # connections that may wait to be accepted; the system may allow fewer
HEAD = "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nContent-Type: application/octet-stream\r\n\r\n"


class State:
    """What all connections share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.small: dict[str, bytes] = {}  # name: the whole answer
        self.held: list[Connection] = []
        self.expected, self.began, self.seconds = 0, 0.0, None
        self.in_flight = self.most_in_flight = 0

    def expect(self, number: int) -> None:
        self.held.clear()
        self.expected, self.began, self.seconds = number, time.perf_counter(), None

    def hold(self, connection: "Connection") -> None:
        self.held.append(connection)
        if len(self.held) == self.expected:
            self.seconds = time.perf_counter() - self.began

    def file_asked_for(self) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def small_file(self, path: Path) -> bytes:
        """The whole answer; 404 where there is no such file."""
        if path.name not in self.small:
            if not path.is_file():
                return answer(b"", "404 Not Found")
            self.small[path.name] = answer(path.read_bytes())
        return self.small[path.name]

    def counts(self) -> bytes:
        counted = {"held": len(self.held), "seconds": self.seconds, "most_in_flight": self.most_in_flight}
        self.most_in_flight = self.in_flight
        return json.dumps(counted).encode()


class Connection(asyncio.Protocol):
    """One client: its requests are answered one after the other."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._received = b""
        self._transport: asyncio.Transport
        self._sending: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            _, target, version = head.split(b"\r\n")[0].decode("latin-1").split()
            self._last = version == "HTTP/1.0"
            self._answer(*target.split("/")[1:])

    def _answer(self, what: str, name: str = "") -> None:
        if what == "hold":
            self._state.hold(self)
        elif what == "release":
            for each in self._state.held:
                each.send(answer(b"!"))
            self.send(answer(b""))
        elif what == "expect":
            self._state.expect(int(name))
            self.send(answer(b""))
        elif what == "counts":
            self.send(answer(self._state.counts()))
        else:
            self._state.file_asked_for()
            if what == "delay":
                asyncio.get_running_loop().call_later(DELAY, self._send_file, name)
            else:
                self._send_file(what)

    def send(self, data: bytes) -> None:
        self._transport.write(data)
        if self._last:
            self._transport.close()

    def _send_file(self, name: str) -> None:
        path = self._state.folder / name
        if name not in self._state.small and path.is_file() and path.stat().st_size > AT_ONCE:
            self._sending = asyncio.create_task(self._send_large(path))
            return
        self.send(self._state.small_file(path))
        self._state.in_flight -= 1

    async def _send_large(self, path: Path) -> None:
        with open(path, "rb") as file:  # noqa: ASYNC230 (it opens at once; sendfile does the rest)
            self._transport.write(head(os.fstat(file.fileno()).st_size))
            try:
                await asyncio.get_running_loop().sendfile(self._transport, file)
            except ConnectionError:
                return
            finally:
                self._state.in_flight -= 1
            self.send(b"")


def head(length: int, status: str = "200 OK") -> bytes:
    return HEAD.format(status=status, length=length).encode("ascii")


def answer(body: bytes, status: str = "200 OK") -> bytes:
    return head(len(body), status) + body


async def serve(folder: Path) -> None:
    """Serve until standard input ends."""
    state = State(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(state), HOST, 0, backlog=BACKLOG)
    print(f"http://{HOST}:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    with readiness.more_descriptors():
        asyncio.run(serve(Path(sys.argv[1])))
