"""The learner's loop after lesson 10: while nothing else is to do, it sleeps until a socket is ready.

The sockets must be non-blocking. Only one coroutine at a time may wait for a socket. Names and meanings are
those of asyncio (https://docs.python.org/3/library/asyncio-eventloop.html#working-with-socket-objects-directly).
"""

import errno
import os
import selectors
import socket
from typing import Any, Self

from helpers.own_loop import tasks

CONNECTING = (errno.EINPROGRESS, errno.EWOULDBLOCK)  # Linux and macOS say the first, Windows the second


class Loop(tasks.Loop):
    """The Loop of lesson 05, and it waits for sockets. Use it in a `with`, which closes its selector.

    A socket that is not ready after `patience` seconds raises TimeoutError in the coroutine that waits.
    """

    def __init__(self, patience: float = 5.0) -> None:
        super().__init__()
        self._patience = patience
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()

    def run(self) -> None:
        """Run until nothing is left to do, and nobody waits for a socket."""
        while self._ready or self._timers or self._selector.get_map():
            self._select()
            if self._ready or self._timers:
                self._run_once()

    def _select(self) -> None:
        for key, _ in self._selector.select(self._seconds_to_wait()):
            self._wake(key).set_result(None)
        for key in list(self._selector.get_map().values()):
            if self._deadline(key) <= self.time():
                self._wake(key).set_exception(TimeoutError("the other side is silent"))

    def _seconds_to_wait(self) -> float:
        if self._ready:
            return 0.0
        moments = [self._deadline(key) for key in self._selector.get_map().values()]
        moments += [when for when, *_ in self._timers[:1]]
        return max(0.0, min(moments) - self.time())

    @staticmethod
    def _deadline(key: selectors.SelectorKey) -> float:
        return key.data[1]

    def _wake(self, key: selectors.SelectorKey) -> Any:
        self._selector.unregister(key.fileobj)
        return key.data[0]

    async def until_ready(self, sock: socket.socket, event: int) -> None:
        """Sleep until the selector reports `event` for the socket: EVENT_READ or EVENT_WRITE."""
        future = self.create_future()
        self._selector.register(sock, event, (future, self.time() + self._patience))
        await future

    async def sock_recv(self, sock: socket.socket, most: int) -> bytes:
        """What has come, 1 to `most` bytes; nothing when the other side has ended the stream."""
        while True:
            try:
                return sock.recv(most)
            except BlockingIOError:
                await self.until_ready(sock, selectors.EVENT_READ)

    async def sock_sendall(self, sock: socket.socket, data: bytes) -> None:
        """Send it all, as much at a time as the system takes."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[sock.send(rest) :]
            except BlockingIOError:
                await self.until_ready(sock, selectors.EVENT_WRITE)

    async def sock_connect(self, sock: socket.socket, address: tuple[str, int]) -> None:
        """Connect to `address`. Raises OSError if that fails, ConnectionRefusedError for instance."""
        error = sock.connect_ex(address)
        if error in CONNECTING:
            await self.until_ready(sock, selectors.EVENT_WRITE)
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, os.strerror(error))
