"""A download over plain sockets, for the learner's loop and for asyncio's alike."""

import socket
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PIECE = 65536  # bytes asked for at a time


async def fetch(loop: Any, url: str) -> bytes:
    """The body of the answer to a GET of `url`: http, with an address: looking up a name blocks.

    HTTP/1.0, one connection: the answer ends where the stream ends. Raises OSError if the connection
    fails or ends before all has come, and ValueError for an answer other than 200.
    """
    parts = urlsplit(url)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    request = f"GET {target} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
    answer = bytearray()
    with socket.socket() as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, (parts.hostname, parts.port or 80))
        await loop.sock_sendall(sock, request.encode("ascii"))
        while piece := await loop.sock_recv(sock, PIECE):
            answer += piece
    return body(bytes(answer))


def body(answer: bytes) -> bytes:
    """What comes behind the head, if the status is 200 and all of it is there."""
    head, _, content = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if status.split()[1:2] != ["200"]:
        raise ValueError(f"the server answers {status!r}")
    if len(content) != int(headers.get("content-length", len(content))):
        raise ConnectionError(f"the stream ended after {len(content)} bytes of {headers['content-length']}")
    return content
