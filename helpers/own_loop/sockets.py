"""The learner's loop after lesson 10: while nothing else is to do, it sleeps until a socket is ready.

Three small steps, and what is built on them:

    Waiting      who waits for which socket
    Selecting    sleeps in the selector's `select`, until a socket is ready or a timer is due
    SocketLoop   goes on as long as there is anything to do or to wait for
    Loop         connects, receives, sends; and loses patience with a silent socket

The sockets must be non-blocking. Only one coroutine at a time may wait for a socket. Names and meanings are
those of asyncio (https://docs.python.org/3/library/asyncio-eventloop.html#working-with-socket-objects-directly).
"""

import errno
import os
import selectors
import socket
from collections.abc import Coroutine
from typing import Any, Self

from helpers.own_loop import tasks
from helpers.own_loop.coroutines import Future
from helpers.own_loop.selector import Selector

CONNECTING = (errno.EINPROGRESS, errno.EWOULDBLOCK)  # Linux and macOS say the first, Windows the second


class Waiting(tasks.Loop):
    """The Loop of lesson 05 with a selector. Use it in a `with`, which closes the selector."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = Selector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()

    async def until_ready(self, sock: socket.socket, event: int) -> None:
        """Wait until the selector reports `event` for the socket: EVENT_READ or EVENT_WRITE."""
        future = self.create_future()
        self._selector.register(sock, event, future)
        await future


class Selecting(Waiting):
    """Looks at the sockets once a round; sleeps there when nothing is ready."""

    def _run_once(self) -> None:
        for key, _ in self._selector.select(self._seconds_to_wait()):
            self._selector.unregister(key.fileobj)
            key.data.set_result(None)
        if self._ready or self._timers:
            super()._run_once()

    def _seconds_to_wait(self) -> float | None:
        if self._ready:
            return 0
        if self._timers:
            return max(0, self._timers[0][0] - self.time())
        return None  # for a socket, however long it takes


class SocketLoop(Selecting):
    """Knows when to stop."""

    def _has_work(self) -> bool:
        return bool(self._ready or self._timers or self._selector.get_map())

    def run(self) -> None:
        """Run until nothing is left to do, and nobody waits for a socket."""
        while self._has_work():
            self._run_once()

    def run_until_complete(self, coroutine: Coroutine) -> Any:
        """Run until `coroutine` has ended; return what it returned, or raise what it raised.

        What others have still to do stays undone, as on asyncio's loop.
        """
        task = self.create_task(coroutine)
        while not task.done() and self._has_work():
            self._run_once()
        return task.result()


class Loop(SocketLoop):
    """Does the input and output of sockets. One that is not ready after `patience` seconds raises
    TimeoutError in the coroutine that waits for it."""

    def __init__(self, patience: float = 5.0) -> None:
        super().__init__()
        self._patience = patience

    async def until_ready(self, sock: socket.socket, event: int) -> None:
        """Wait until the selector reports `event` for the socket. Raises TimeoutError."""
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._give_up, sock, future)
        await future

    def _give_up(self, sock: socket.socket, future: Future) -> None:
        if not future.done():
            self._selector.unregister(sock)
            future.set_exception(TimeoutError("the other side is silent"))

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
