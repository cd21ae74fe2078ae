"""The learner's own loop of lesson 10, with connections that are kept: HTTP/1.1 by hand, in `limit` workers.

It understands one kind of answer: status 200 with a Content-Length. What a real client has to do besides is
left out: other statuses, redirects, chunked and compressed bodies, https, names to look up, a server that
closes a kept connection, retries, resuming.
"""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from helpers.own_loop.sockets import Loop

PIECE = 262144  # bytes asked for at a time
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def download(urls: list[str], folder: Path, limit: int) -> None:
    host, waiting = urlsplit(urls[0]), iter(urls)
    with Loop(patience=30) as loop:

        async def all_workers() -> None:
            for each in [loop.create_task(worker(loop, host, waiting, folder)) for _ in range(limit)]:
                await each

        loop.run_until_complete(all_workers())


async def worker(loop: Loop, host: SplitResult, waiting: Iterator[str], folder: Path) -> None:
    with socket.socket() as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, (host.hostname, host.port))
        for url in waiting:
            target = "/" + url.split("/", 3)[3]
            request = f"GET {target} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n"
            await loop.sock_sendall(sock, request.encode("ascii"))
            await save(loop, sock, f"{folder}{target[target.rindex('/') :]}")


async def save(loop: Loop, sock: socket.socket, path: str) -> None:
    """Read one answer, write its body to `path` piece by piece. Raises ConnectionError if it ends early."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += await piece_of(loop, sock)
    head, _, piece = answer.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    if b" 200 " not in head.partition(b"\r\n")[0] or length is None:
        raise ValueError(f"the server answers {head[:40]!r}")
    left = int(length[1]) - len(piece)
    with open(path, "wb", buffering=0) as file:  # noqa: ASYNC230 (to the page cache: it does not wait)
        file.write(piece)
        while left:
            piece = await piece_of(loop, sock)
            file.write(piece)
            left -= len(piece)


async def piece_of(loop: Loop, sock: socket.socket) -> bytes:
    piece = await loop.sock_recv(sock, PIECE)
    if not piece:
        raise ConnectionError("the server has closed the connection")
    return piece
