"""Exercise 10.2: `sock_recv` and `sock_sendall` of a loop of the learner's."""

import contextlib
import errno
import inspect
import os
import socket
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.lesson_04_plain import plainly
from helpers.checks.lesson_10_stage import MOST, Script, loop_of, pair

RECV, SENDALL = "sock_recv", "sock_sendall"
DATA = bytes(range(251)) * 12_000  # three megabytes: many times what a socket takes at once


def receiving_and_sending(answer: Any, arena: Arena) -> None:
    """10.2: what is there comes at once, what is not is waited for; all is sent, once, and in order."""
    for program, call in (
        (_pieces, "await loop.sock_recv(sock, 100)"),
        (_no_more_than, "await loop.sock_recv(sock, 4)"),
        (_two_at_once, "await loop.sock_recv(sock, 100)   # two tasks, each with its socket"),
        (_a_short_message, 'await loop.sock_sendall(sock, b"hello")'),
        (_a_long_message, "await loop.sock_sendall(sock, three_megabytes)"),
        (_too_late_to_receive, "await loop.sock_recv(sock, 100)   # somebody else takes the first data"),
        (_too_late_to_send, 'await loop.sock_sendall(sock, b"hello")   # somebody else fills the room'),
        (_broken_to_receive, "await loop.sock_recv(sock, 100)   # the connection is reset"),
        (_broken_to_send, 'await loop.sock_sendall(sock, b"hello")   # the connection is reset'),
    ):
        plainly(arena, lambda program=program, call=call: _blaming(call, program, answer), call)


def _blaming(call: str, program: Callable[[Any], None], answer: Any) -> None:
    """Run the program; say which call it was about, if something was wrong."""
    try:
        program(answer)
    except NotYet as wrong:
        wrong.call = wrong.call or call
        raise
    except BlockingIOError:
        raise NotYet("refused", call=call, seen="BlockingIOError came out of it") from None
    except KeyError as error:
        if "already registered" not in str(error):
            raise
        raise NotYet("registered", call=call, seen="KeyError: the socket is registered already") from None


async def _called(loop: Any, name: str, *arguments: Any) -> Any:
    """Await that method of the loop's, if there is one that can be awaited."""
    method = getattr(loop, name, None)
    if method is None:
        raise NotYet("missing", seen=f"{type(loop).__name__} has no {name}", name=name)
    try:
        awaitable = method(*arguments)
    except TypeError as error:
        if error.__traceback__ and error.__traceback__.tb_next:
            raise  # from inside of the method
        raise NotYet("arguments", seen=str(error), name=name) from None
    if not inspect.isawaitable(awaitable):
        raise NotYet("not_async", seen=f"it returned {an(awaitable)} at once")
    return await awaitable


def _pieces(answer: Any) -> None:
    """Two pieces come, at 1 and at 2 seconds, and then the end."""
    with pair() as (near, far):
        script = iter([(1, lambda: far.send(b"hello")), (2, lambda: far.send(b"world")), (3, far.close)])
        with loop_of(answer, script) as loop:

            async def receive() -> list:
                return [(await _called(loop, RECV, near, 100), loop.time()) for _ in range(3)]

            found = loop.run_until_complete(receive())
            _nobody_is_registered(loop)
    expected = [(b"hello", 1), (b"world", 2), (b"", 3)]
    if found != expected:
        said = [" · ".join(f"{moment:g} s: {data!r}" for data, moment in each) for each in (found, expected)]
        raise NotYet("pieces", seen=said[0], expected=said[1])


def _no_more_than(answer: Any) -> None:
    with pair() as (near, far), loop_of(answer, iter([(9, far.close)])) as loop:
        far.send(b"0123456789")

        async def receive() -> list:
            return [await _called(loop, RECV, near, 4) for _ in range(3)]

        found, expected = loop.run_until_complete(receive()), [b"0123", b"4567", b"89"]
    if found != expected:
        raise NotYet("most", seen=repr(found)[:80], expected=repr(expected))


def _two_at_once(answer: Any) -> None:
    log: list[str] = []
    with pair() as (near_a, far_a), pair() as (near_b, far_b):
        script = iter([(1, lambda: far_b.send(b"b")), (2, lambda: far_a.send(b"a"))])
        with loop_of(answer, script) as loop:

            async def receive(name: str, sock: Any) -> None:
                log.append(f"{name} got {(await _called(loop, RECV, sock, 100)).decode()}")

            async def both() -> None:
                for task in [loop.create_task(receive("A", near_a)), loop.create_task(receive("B", near_b))]:
                    await task

            loop.run_until_complete(both())
    if log != ["B got b", "A got a"]:
        raise NotYet("pieces", seen=" · ".join(log), expected="B got b · A got a")


def _a_short_message(answer: Any) -> None:
    with pair() as (near, far), loop_of(answer, iter([])) as loop:
        loop.run_until_complete(_called(loop, SENDALL, near, b"hello"))
        _nobody_is_registered(loop)
        found = _drained(far)
    if found != b"hello":
        raise NotYet("sent", seen=f"the other side got {bytes(found)!r}", expected="b'hello'")


def _a_long_message(answer: Any) -> None:
    """Whenever the loop sleeps, the other side reads what is there; at last it finds nothing."""
    received = bytearray()
    with pair() as (near, far):

        def script() -> Script:
            idle = 0
            for moment in range(1, MOST):
                before = len(received)
                yield moment, lambda: received.extend(_drained(far))
                idle = idle + 1 if len(received) == before else 0
                if idle == 3:
                    return

        with loop_of(answer, script()) as loop:
            try:
                loop.run_until_complete(_called(loop, SENDALL, near, DATA))
            except NotYet as wrong:
                if wrong.why == "for_ever":
                    facts = {"expected": "it goes on when there is room"}
                    raise NotYet("wrong_event", seen="there was room, and it slept on", **facts) from None
                raise
            _nobody_is_registered(loop)
        received += _drained(far)
    if received != DATA:
        why = "part" if DATA.startswith(received) else "sent"
        in_order = next((n for n, (a, b) in enumerate(zip(received, DATA, strict=False)) if a != b), None)
        seen = (
            "the other side got the beginning only"
            if in_order is None
            else "other bytes, or in another order"
        )
        raise NotYet(why, seen=seen, expected=f"all {len(DATA):,} bytes, each once, in order")


def _too_late_to_receive(answer: Any) -> None:
    """Data is reported, but before the task has its turn, somebody else takes it."""
    with pair() as (near, far):

        def somebody_is_faster() -> None:
            far.send(b"first")
            loop.call_soon(near._sock.recv, 100)

        script = iter([(1, somebody_is_faster), (2, lambda: far.send(b"second")), (3, far.close)])
        with loop_of(answer, script) as loop:
            found = _unless_refused(lambda: loop.run_until_complete(_called(loop, RECV, near, 100)))
    if found != b"second":
        raise NotYet("pieces", seen=repr(found)[:80], expected="b'second'")


def _too_late_to_send(answer: Any) -> None:
    """There is room, but before the task has its turn, somebody else takes it."""
    with pair() as (near, far):

        def fill() -> None:
            with contextlib.suppress(BlockingIOError):
                while True:
                    near._sock.send(bytes(1 << 20))

        def room_for_a_moment() -> None:
            _drained(far)
            loop.call_soon(fill)

        fill()
        script = iter([(1, room_for_a_moment), (2, lambda: _drained(far))])
        with loop_of(answer, script) as loop:
            _unless_refused(lambda: loop.run_until_complete(_called(loop, SENDALL, near, b"hello")))
        found = _drained(far)
    if found != b"hello":
        raise NotYet("sent", seen=f"the other side got {bytes(found[:60])!r}", expected="b'hello'")


def _unless_refused(program: Callable[[], Any]) -> Any:
    try:
        return program()
    except BlockingIOError:
        raise NotYet("out_of_date", seen="BlockingIOError came out of it, after the wait") from None


def _broken_to_receive(answer: Any) -> None:
    _broken(answer, RECV, 100)


def _broken_to_send(answer: Any) -> None:
    _broken(answer, SENDALL, b"hello")


def _broken(answer: Any, name: str, argument: Any) -> None:
    """Every use of the socket fails, as it does when the other side has reset the connection."""
    tries = iter([ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))])

    def fail(*_: Any) -> Any:
        raise next(tries, None) or NotYet("hidden", seen="the error was caught, and it tried again")

    with pair() as (near, far), loop_of(answer, iter([(1, lambda: far.send(b"x"))])) as loop:
        near.recv = near.recv_into = near.send = fail
        with contextlib.suppress(ConnectionResetError):
            found = loop.run_until_complete(_called(loop, name, near, argument))
            raise NotYet(
                "hidden", seen=f"it returned {found!r}", expected="ConnectionResetError comes out of it"
            )


def _drained(sock: socket.socket) -> bytearray:
    """All that is there."""
    found = bytearray()
    with contextlib.suppress(BlockingIOError):
        while piece := sock.recv(1 << 20):
            found += piece
    return found


def _nobody_is_registered(loop: Any) -> None:
    if loop._selector.get_map():
        raise NotYet(
            "registered", seen="the selector still watches the socket", expected="nobody waits any more"
        )
