"""What right answers to the exercises of lesson 10 do. 10.1 is judged here, the others in the modules
lesson_10_sending, lesson_10_patience and lesson_10_downloads."""

import contextlib
import inspect
import socket
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, refuse_unless_callable
from helpers.checks.lesson_04_plain import plainly
from helpers.checks.lesson_10_downloads import downloads_on_two_loops
from helpers.checks.lesson_10_patience import patience
from helpers.checks.lesson_10_sending import receiving_and_sending

NAMES = "abcde"
CALL = "ready_ones([a, b, c, d, e])"
OFTEN = 300  # calls with nobody ready: one that rests for a moment in each does not come to the end in time


def who_is_ready(ready_ones: Any, arena: Arena) -> None:
    """10.1: those with data, and those whose other side has gone; at once, with nothing read or changed."""
    refuse_unless_callable(ready_ones)
    for having, closed in ((), ()), ((3, 1), (4,)), ((), (0, 2)), ((0, 1, 2, 3, 4), ()):
        plainly(arena, lambda h=having, c=closed: _five_sockets(ready_ones, h, c), CALL)
    plainly(
        arena, lambda: _five_sockets(ready_ones, (), (), OFTEN), f"{CALL}   # {OFTEN} times, nobody is ready"
    )
    if (found := plainly(arena, lambda: ready_ones([]), "ready_ones([])")) not in ([], ()):
        raise NotYet("none", call="ready_ones([])", seen=repr(found)[:60], expected="[]")


def _five_sockets(ready_ones: Any, having: tuple[int, ...], closed: tuple[int, ...], times: int = 1) -> None:
    """Data has come to `having`, in this order; the other side of `closed` has gone."""
    with contextlib.ExitStack() as opened:
        both = [socket.socketpair() for _ in NAMES]
        for sock in (sock for pair in both for sock in pair):
            opened.enter_context(sock)
        for number in having:
            both[number][1].send(b"hello")
        for number in closed:
            both[number][1].close()
        near = [pair[0] for pair in both]
        for _ in range(times):
            _judge_ones(ready_ones(list(near)), near, having, closed)
        _judge_untouched(near, having)


def _judge_ones(found: Any, near: list[socket.socket], having: tuple, closed: tuple) -> None:
    if inspect.iscoroutine(found):
        found.close()
        raise NotYet("plain", call=CALL, seen="it returned a coroutine")
    expected = sorted((*having, *closed))
    situation = f"data has come to {_named(having)}; the other side of {_named(closed)} has gone"
    facts = {"call": f"{CALL}   # {situation}", "expected": f"[{_named(expected, '')}]"}
    if not isinstance(found, list | tuple):
        raise NotYet("no_list", seen="None" if found is None else an(found), **facts)
    if not all(isinstance(each, socket.socket) for each in found):
        raise NotYet("no_sockets", seen=f"a list of {type(found[0]).__name__} objects", **facts)
    numbers = [near.index(sock) for sock in found if sock in near]
    facts["seen"] = f"[{_named(numbers, '')}]"
    if numbers == expected:
        return
    if sorted(numbers) == expected:
        raise NotYet("order", **facts)
    if len(set(numbers)) == len(near):
        raise NotYet("all", **facts)
    raise NotYet("closed" if set(closed) - set(numbers) else "others", **facts)


def _judge_untouched(near: list[socket.socket], having: tuple[int, ...]) -> None:
    if any(sock.fileno() == -1 for sock in near):
        raise NotYet(
            "closes", call=CALL, seen="a socket is closed now", expected="the sockets are as they were"
        )
    if not all(sock.getblocking() for sock in near):
        facts = {"seen": "a socket is non-blocking now", "expected": "the sockets are as they were"}
        raise NotYet("changed", call=CALL, **facts)
    for number in having:
        near[number].setblocking(False)
        try:
            data = near[number].recv(100)
        except BlockingIOError:
            data = b""
        if data != b"hello":
            facts = {"seen": f"{NAMES[number]} had {data!r} left", "expected": "b'hello'"}
            raise NotYet("read", call=CALL, **facts)


def _named(numbers: Any, nobody: str = "nobody") -> str:
    return ", ".join(NAMES[number] for number in numbers) or nobody


JUDGES: dict[str, Judge] = {
    "10.1": who_is_ready,
    "10.2": receiving_and_sending,
    "10.3": patience,
    "10.4": downloads_on_two_loops,
}
