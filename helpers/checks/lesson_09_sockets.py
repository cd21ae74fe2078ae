"""The sockets that the judges of lesson 09 hand to an answer, and the thread in which it uses them."""

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena, learners_lines
from helpers.checks.threads import Threads
from helpers.checks.words import said
from helpers.simulation.places import place_of
from helpers.simulation.watch import StopSimulation

PATIENCE = 1.5  # seconds for a call that must not wait
SLACK = 4.5  # seconds for all of a scene, its tidying included
POLLING = 20  # answers "not now", or "the end", to one call of an answer: more, and it is polling
TOO_MANY = 5000  # then the call is ended
OFTEN = 500  # calls of an answer that together take no longer than one may: so naps add up


class Watched(socket.socket):
    """A real socket, non-blocking, which is stingy and counts.

    It moves at most `most` bytes a call. `refused` and `ends` count the answers "not now" and `b""`,
    `empty` the sends of nothing. `changed`: whether somebody let it block. `failure`: an error that reading
    raises from now on.
    """

    def __init__(self, other: socket.socket, most: int) -> None:
        super().__init__(fileno=other.detach())
        super().setblocking(False)
        self.most = most
        self.failure: OSError | None = None
        self.refused = self.ends = self.empty = 0
        self.changed = self.used_sendall = False

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        return self._reading(lambda: super(Watched, self).recv(min(bufsize, self.most), flags))

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        room = min(nbytes or memoryview(buffer).nbytes, self.most)
        return self._reading(lambda: super(Watched, self).recv_into(buffer, room, flags))

    def send(self, data: Any, flags: int = 0) -> int:
        if not len(data):
            self.empty += 1
            self._stop_polling(self.empty)
        return self._counting(lambda: super(Watched, self).send(memoryview(data)[: self.most], flags))

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.used_sendall = True
        self._counting(lambda: super(Watched, self).sendall(data, flags))

    def setblocking(self, flag: bool) -> None:
        self.changed |= bool(flag)
        super().setblocking(flag)

    def settimeout(self, value: float | None) -> None:
        self.changed |= value != 0
        super().settimeout(value)

    def _reading(self, call: Callable[[], Any]) -> Any:
        if self.failure is not None:
            raise self.failure
        value = self._counting(call)
        if not value:
            self.ends += 1
            self._stop_polling(self.ends)
        return value

    def _counting(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except BlockingIOError:
            self.refused += 1
            self._stop_polling(self.refused)
            raise

    @staticmethod
    def _stop_polling(count: int) -> None:
        if count > TOO_MANY:
            raise StopSimulation


@dataclass(frozen=True)
class Out:
    """The `error` that came out of a call, in place of a value."""

    error: OSError


class Pair:
    """`sock`, for the answer, and `far`, which is connected to it."""

    def __init__(self, most: int) -> None:
        near, self.far = socket.socketpair()
        self.sock = Watched(near, most)

    def close(self) -> None:
        self.far.close()
        self.sock.close()

    def _break_off(self) -> None:
        """End the waiting of whoever uses `sock`, which stays open: its number must not become another's."""
        self.far.close()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def call(self, shown: str, function: Callable, *arguments: Any) -> Any:
        """What `function(*arguments)` returned, or `Out`, where it dealt with the socket properly.

        Raises NotYet where it waits, polls, closes it, or changes the flag. `shown`: the call in words.
        """
        sock = self.sock
        sock.refused = sock.ends = sock.empty = 0
        value = without_waiting(shown, self._break_off, function, *arguments)
        for count, why, answer in (
            (sock.refused, "polls", "BlockingIOError"),
            (sock.ends, "endless", 'b""'),
            (sock.empty, "sends_nothing", "0"),
        ):
            if count > POLLING:
                raise NotYet(why, call=shown, seen=f"more than {POLLING} answers {answer}")
        if self.sock.fileno() == -1:
            raise NotYet("closed_it", call=shown, seen="the socket was closed")
        if self.sock.changed:
            raise NotYet("changed_mode", call=shown, seen="the socket was made to block, or given a timeout")
        if isinstance(value, Out) and isinstance(value.error, BlockingIOError):
            raise NotYet("blocking_error", call=shown, seen="BlockingIOError came out")
        return value

    def often(self, shown: str, function: Callable, *arguments: Any) -> None:
        """Raises NotYet("naps") where each call waits a little. `shown`: one call in words."""
        over = threading.Event()

        def ask() -> None:
            for _ in range(OFTEN):
                self.sock.refused = self.sock.ends = self.sock.empty = 0
                if not over.is_set():
                    function(*arguments)

        without_waiting(f"{shown}; {OFTEN} times in a row", over.set, ask, why="naps")


@contextlib.contextmanager
def pair(most: int = 1_000_000) -> Iterator[Pair]:
    """Yields a `Pair`, closed in the end; its `sock` moves at most so many bytes a call."""
    made = Pair(most)
    try:
        yield made
    finally:
        made.close()


def without_waiting(
    shown: str,
    release: Callable[[], None],
    function: Callable,
    *arguments: Any,
    patience: float = PATIENCE,
    why: str = "waits",
) -> Any:
    """What `function(*arguments)` returns, or `Out` if it raises an OSError; other errors are raised here.

    After `patience` seconds: `release`, which must end its waiting, and NotYet(`why`).
    """
    with Threads() as threads:
        call = threads.call("answer", function, *arguments)
        if not threads.wait(lambda: call.over, patience):
            place = place_of(sys._current_frames().get(call.thread.ident)) or "Your code"
            release()
            seen = f"it had not come back after {patience:g} s"
            raise NotYet(why, call=shown, seen=seen, place=place)
    if call.error is None:
        return call.value
    if isinstance(call.error, OSError):
        return Out(call.error)
    if isinstance(call.error, TypeError) and not learners_lines(call.error):
        raise NotYet("signature", call=shown, seen=said(call.error))
    if not isinstance(call.error, StopSimulation):
        raise call.error
    return None


def scene(arena: Arena, shown: str, play: Callable[[], None]) -> None:
    """Run `play()` in a thread of the arena; `shown`: what to say is called, where it raises."""
    arena.run(lambda: asyncio.to_thread(play), shown, seconds=SLACK)
