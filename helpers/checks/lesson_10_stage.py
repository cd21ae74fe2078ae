"""The stage for exercises 10.2 and 10.3: a loop of the learner's, with real sockets, on a simulated clock.

The judge puts a selector of its own into the loop. It looks at real sockets, but never sleeps: where the loop
would, the next thing of a script happens, at its moment, or the time of the loop's next timer comes.
"""

import contextlib
import inspect
import selectors
import socket
from collections.abc import Callable, Iterator
from typing import Any

from helpers.checks import NotYet
from helpers.checks.calling import an
from helpers.own_loop.clock import JumpingClock
from helpers.own_loop.selector import Selector

Script = Iterator[tuple[float, Callable[[], Any]]]  # at which second what happens, earliest first

MOST = 1000  # looks of a loop in one program; a right one needs less than a tenth
REFUSALS = 100  # in a row, without a look of the loop's
AT_ONCE = 0.2  # seconds in which what has just been sent is there; on Linux it is at once


class ScriptedSelector(Selector):
    """Looks at real sockets; in place of sleeping, something happens."""

    def __init__(self, clock: JumpingClock, script: Script) -> None:
        super().__init__()
        self._clock, self._script = clock, script
        self._next = next(script, None)
        self.calls = 0

    def select(self, timeout: float | None = None) -> list:
        self.calls += 1
        if self.calls > MOST:
            raise NotYet("spins", seen="the loop asked its selector more than 1000 times")
        if (found := super().select(0)) or timeout == 0:
            return found
        now = self._clock.monotonic()
        if self._next is None or (timeout is not None and self._next[0] > now + timeout):
            if timeout is None:
                raise NotYet("for_ever", seen="the loop would sleep for ever: nothing more is to come")
            self._clock.sleep(timeout)
            return []
        moment, happen = self._next
        self._next = next(self._script, None)
        self._clock.sleep(max(0.0, moment - now))
        happen()
        return super().select(AT_ONCE)


class Watched:
    """A socket that notices how it is used."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._refused = self._ends = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int, *flags: int) -> bytes:
        data = self._tried(lambda: self._sock.recv(size, *flags))
        self._ends += not data
        if self._ends > REFUSALS:
            raise NotYet("end", seen="the stream had ended, and sock_recv asked again and again")
        return data

    def send(self, data: Any, *flags: int) -> int:
        return self._tried(lambda: self._sock.send(data, *flags))

    def _tried(self, call: Callable[[], Any]) -> Any:
        try:
            result = call()
        except BlockingIOError:
            self._refused += 1
            if self._refused > REFUSALS:
                raise NotYet("spins", seen="the socket was asked again and again, and refused") from None
            raise
        self._refused = 0
        return result

    def setblocking(self, flag: bool) -> None:
        self.settimeout(None if flag else 0.0)

    def settimeout(self, value: float | None) -> None:
        if value != 0:
            raise NotYet("blocking", seen="the socket was made blocking")


@contextlib.contextmanager
def loop_of(answer: Any, script: Script, *arguments: Any) -> Iterator[Any]:
    """The answer's loop, with the judge's clock and selector. Raises NotYet if it is no such loop."""
    if not inspect.isclass(answer):
        raise NotYet("no_class", seen=f"check() was given {an(answer)}")
    loop = answer(*arguments)
    own = getattr(loop, "_selector", None)
    if not isinstance(own, selectors.BaseSelector) or not hasattr(loop, "until_ready"):
        raise NotYet("no_loop", seen=f"{answer.__name__}() has no selector")
    own.close()
    loop._clock = JumpingClock()
    loop._selector = ScriptedSelector(loop._clock, script)
    loop.reported = []
    loop.report = loop.reported.append
    try:
        yield loop
    finally:
        loop._selector.close()


@contextlib.contextmanager
def pair() -> Iterator[tuple[Any, socket.socket]]:
    """Two connected sockets: the watched end, which is the answer's, and the judge's, non-blocking, too."""
    near, far = socket.socketpair()
    with near, far:
        far.setblocking(False)
        yield Watched(near), far
