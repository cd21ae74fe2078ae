"""The session of a download: its connections, and how much of each may wait to be read."""

import functools
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import ClientSession

READ_AHEAD = 256 * 1024
"""Bytes of one file that may wait: what asyncio reads in one go. With less, it stops reading after each."""


def new_session(read_ahead: int) -> "ClientSession":
    """A session for downloads: no cookies, no limit of its own (there are only so many workers)."""
    import aiohttp

    make_socket = functools.partial(socket_that_buffers, read_ahead) if read_ahead < READ_AHEAD else None
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, socket_factory=make_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def socket_that_buffers(size: int, address: tuple) -> socket.socket:
    """A socket that takes no more than about `size` bytes from the network until they are read, so that many
    of them that are read at once do not fill the memory. For a few, the system's own choice is faster."""
    family, kind, protocol = address[:3]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    return made
