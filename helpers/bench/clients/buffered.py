"""asyncio without streams and without aiohttp: a BufferedProtocol, which reads into one buffer that it keeps
(https://docs.python.org/3/library/asyncio-protocol.html#buffered-streaming-protocols).

It understands one kind of answer: status 200 with a Content-Length. What a real client has to do besides is
left out: other statuses, redirects, chunked and compressed bodies, https, timeouts, a server that closes a
kept connection, retries, resuming.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

BUFFER = 262144  # bytes
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def download(urls: list[str], folder: Path, limit: int) -> None:
    asyncio.run(main(urls, folder, limit))


async def main(urls: list[str], folder: Path, limit: int) -> None:
    loop, waiting = asyncio.get_running_loop(), iter(urls)
    host = urlsplit(urls[0])
    connections = [Connection(waiting, folder, host.netloc) for _ in range(min(limit, len(urls)))]
    for each in connections:
        await loop.create_connection(lambda each=each: each, host.hostname, host.port)
    await asyncio.gather(*(each.ended for each in connections))


class Connection(asyncio.BufferedProtocol):
    """Asks for a file, saves it, asks for the next one; `ended` is done when there are no more."""

    def __init__(self, waiting: Iterator[str], folder: Path, host: str) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._waiting, self._folder, self._host = waiting, str(folder), host
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._head = 0  # bytes of the head that are in the buffer
        self._left = 0  # bytes of the body that are still to come
        self._file: IO[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if self._file is not None:
            self._file.close()
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("the server has closed the connection"))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._head :]

    def buffer_updated(self, size: int) -> None:
        if self._left:
            self._save(0, size)
            return
        self._head += size
        end = self._buffer.find(b"\r\n\r\n", 0, self._head)
        if end < 0:
            return
        head = bytes(self._view[:end])
        length = LENGTH.search(head)
        if b" 200 " not in head.partition(b"\r\n")[0] or length is None:
            self.ended.set_exception(ValueError(f"the server answers {head[:40]!r}"))
            self._transport.close()
            return
        filled, self._head, self._left = self._head, 0, int(length[1])
        self._file = open(self._path, "wb", buffering=0)  # noqa: SIM115 (_save closes it)
        self._save(end + 4, filled)

    def _ask(self) -> None:
        url = next(self._waiting, None)
        if url is None:
            self.ended.set_result(None)
            self._transport.close()
            return
        target = "/" + url.split("/", 3)[3]
        self._path = (
            self._folder + target[target.rindex("/") :]
        )  # a pathlib.Path would take as long as the rest
        self._transport.write(f"GET {target} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode("ascii"))

    def _save(self, start: int, end: int) -> None:
        self._file.write(self._view[start:end])
        self._left -= end - start
        if not self._left:
            self._file.close()
            self._ask()
