"""The learner's loop and asyncio's, watched in the same way while they download, for exercise 10.4.

What counts: which sockets are connected, and how many have sent a request and are open still. Nobody's
patience is measured in seconds: when nothing moves at the server any more, all who wait are told that the
other side is silent.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from helpers.checks import NotYet
from helpers.checks.downloads import LOOK, STILL
from helpers.own_loop import sockets
from helpers.practice_server import PracticeServer

SILENT = "the other side is silent"


class Watch:
    """What one loop did with its sockets, and whether the server still moves."""

    def __init__(self, server: PracticeServer) -> None:
        self._server = server
        self._still, self._before = 0, None
        self.connected: list[socket.socket] = []
        self._asked: list[socket.socket] = []
        self.most = 0
        self.asked_by_silence: int | None = None  # requests until nothing moved for the first time

    def connects(self, sock: socket.socket) -> None:
        self.connected.append(sock)

    def sends(self, sock: socket.socket) -> None:
        self._asked.append(sock)
        self.most = max(self.most, sum(each.fileno() != -1 for each in self._asked))

    def is_silent(self) -> bool:
        """Asked when nothing was ready: whether the server has not moved for a while."""
        counts = self._server.counts()
        now = (counts.requests, counts.in_flight, counts.bytes_sent)
        self._still = self._still + 1 if now == self._before else 0
        self._before = now
        if self._still < STILL:
            return False
        self._still = 0
        if self.asked_by_silence is None:
            self.asked_by_silence = counts.requests
        return True


class Own(sockets.Loop):
    """The course's loop, watched. `turn` is one round of it."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    until_ready = sockets.SocketLoop.until_ready  # patience is not measured in seconds here

    def _wait(self, seconds: float) -> None:
        """Timers of the answer's are looked at again in the next round."""

    def _seconds_to_wait(self) -> float:
        longest = super()._seconds_to_wait()
        return LOOK if longest is None else min(longest, LOOK)

    def turn(self) -> None:
        self._run_once()
        if not self._ready and self._selector.get_map() and self._watch.is_silent():
            for key in list(self._selector.get_map().values()):
                self._give_up(key.fileobj, key.data)

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        self._watch.connects(sock)
        await super().sock_connect(sock, address)

    async def sock_sendall(self, sock: socket.socket, data: bytes) -> None:
        self._watch.sends(sock)
        await super().sock_sendall(sock, data)


async def on_own(program: Callable[[Any], Awaitable[Any]], watch: Watch) -> Any:
    """Drive the own loop round by round, so that the arena's loop has its turns, too."""
    with Own(watch) as loop:
        with _nobody_runs():
            task = loop.create_task(program(loop))
        while not task.done():
            if not loop._has_work():
                raise NotYet("no_wake_up")
            with _nobody_runs():
                loop.turn()
            await asyncio.sleep(0)
        value = task.result()
        while loop._ready:
            with _nobody_runs():
                loop.turn()  # who has ended in this very round tells its observers
        if loop._has_work():
            raise NotYet("left_running", seen="somebody still waits for a socket or a timer")
        return value


@contextlib.contextmanager
def _nobody_runs() -> Iterator[None]:
    """Meanwhile asyncio finds no running loop in this thread, as in a program without asyncio."""
    running = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    asyncio.set_event_loop(None)
    try:
        yield
    finally:
        asyncio.set_event_loop(running)
        asyncio._set_running_loop(running)


class Theirs:
    """asyncio's running loop, watched, with the same patience."""

    def __init__(self, watch: Watch) -> None:
        self._loop, self._watch = asyncio.get_running_loop(), watch
        self._waiting: set[asyncio.Future] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        self._watch.connects(sock)
        await self._loop.sock_connect(sock, address)

    async def sock_sendall(self, sock: socket.socket, data: bytes) -> None:
        self._watch.sends(sock)
        await self._loop.sock_sendall(sock, data)

    async def sock_recv(self, sock: socket.socket, most: int) -> bytes:
        waiting = asyncio.ensure_future(self._loop.sock_recv(sock, most))
        self._waiting.add(waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting in self._waiting:
                raise
            raise TimeoutError(SILENT) from None
        finally:
            self._waiting.discard(waiting)

    def give_up(self) -> None:
        given_up, self._waiting = self._waiting, set()
        for waiting in given_up:
            waiting.cancel()


async def on_asyncio(program: Callable[[Any], Awaitable[Any]], watch: Watch) -> Any:
    loop = Theirs(watch)
    task = asyncio.ensure_future(program(loop))
    try:
        while not task.done():
            await asyncio.wait([task], timeout=LOOK)
            if loop._waiting and watch.is_silent():
                loop.give_up()
        return task.result()
    finally:
        task.cancel()
        await asyncio.wait([task])
