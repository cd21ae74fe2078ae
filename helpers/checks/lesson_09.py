"""What right answers to the exercises of lesson 09 do: on real sockets, judged by what came and went."""

from collections.abc import Callable
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import refuse_unless_callable
from helpers.checks.lesson_09_connect import outcomes_of_connecting
from helpers.checks.lesson_09_lines import lines_of_a_stream
from helpers.checks.lesson_09_sockets import Out, Pair, pair, scene
from helpers.checks.words import SHOWN, said, short

LITTLE, PIECES = b"hello", bytes(range(200)) * 5
TIMES = 8_000  # PIECES so often is more than a system keeps


def function(answer: Any) -> Callable:
    refuse_unless_callable(answer)
    return answer


# --- 09.1 ------------------------------------------------------------------------------------------------

SENT = "far.send(…)  # {count} bytes; the socket gives {most} a call\nread_available(sock)"


def all_that_is_there(read_available: Any, arena: Arena) -> str:
    """09.1: nothing yet, a little, in many pieces, the end, and a connection that is broken."""
    read = function(read_available)
    much = SENT.format(count=len(PIECES), most=7)
    scene(arena, "read_available(sock)", lambda: _nothing_then_little(read))
    scene(arena, much, lambda: _in_pieces(read, much))
    scene(arena, "far.close()\nread_available(sock)", lambda: _the_end(read))
    scene(arena, "read_available(sock)  # the connection is broken", lambda: _broken_reading(read))
    return "nothing yet, a little, in 143 pieces, the end, a broken connection"


def _nothing_then_little(read: Callable) -> None:
    with pair() as two:
        _expect(two, read, "read_available(sock)  # nobody has sent anything", b"", False)
        two.often("read_available(sock)  # nobody has sent anything", read, two.sock)
        two.far.send(LITTLE)
        shown = "far.send(b'hello')\nread_available(sock)"
        _expect(two, read, shown, LITTLE, False)
        _expect(two, read, f"{shown}\nread_available(sock)", b"", False)


def _in_pieces(read: Callable, shown: str) -> None:
    with pair(most=7) as two:
        two.far.send(PIECES)
        _expect(two, read, shown, PIECES, False)


def _the_end(read: Callable) -> None:
    with pair() as two:
        two.far.send(LITTLE)
        two.far.close()
        shown = "far.send(b'hello')\nfar.close()\nread_available(sock)"
        _expect(two, read, shown, LITTLE, True)
        _expect(two, read, f"{shown}\nread_available(sock)", b"", True)


def _broken_reading(read: Callable) -> None:
    with pair() as two:
        two.sock.send(b"unread")
        two.far.close()  # with something unread: for the other end the connection is reset
        two.sock.failure = ConnectionResetError("Connection reset by peer")
        shown = "read_available(sock)  # the connection is broken"
        seen = two.call(shown, read, two.sock)
        if not isinstance(seen, Out):
            raise NotYet("swallowed", call=shown, seen=short(seen), expected="ConnectionResetError")


def _expect(two: Pair, read: Callable, shown: str, data: bytes, ended: bool) -> None:
    seen = two.call(shown, read, two.sock)
    facts = {"call": shown, "seen": _found(seen, data), "expected": _found((data, ended), data)}
    if isinstance(seen, Out):
        raise NotYet("raised", call=shown, seen=said(seen.error), expected=facts["expected"])
    if not isinstance(seen, tuple | list) or len(seen) != 2:
        raise NotYet("no_pair", **facts)
    if not isinstance(seen[0], bytes | bytearray | memoryview):
        raise NotYet("no_bytes", **facts)
    if bytes(seen[0]) != data:
        if ended and seen[1] and len(seen[0]) < len(data):
            raise NotYet("lost_at_the_end", **facts)
        raise NotYet("a_part" if data.startswith(bytes(seen[0])) else "other_data", **facts)
    if bool(seen[1]) != ended:
        raise NotYet("end_unseen" if ended else "false_end", **facts)


def _found(seen: Any, data: bytes) -> str:
    """`seen`, in numbers where `data`, which was due, is long."""
    if len(data) > SHOWN and isinstance(seen, tuple | list) and isinstance(seen[0], bytes | bytearray):
        return f"({len(seen[0])} bytes, {short(seen[1])})" if len(seen) == 2 else short(seen)
    return short(seen)


# --- 09.2 ------------------------------------------------------------------------------------------------


def as_much_as_goes(send_some: Any, arena: Arena) -> str:
    """09.2: all of it, in small bites, into a full buffer, to nobody."""
    send = function(send_some)
    scene(arena, "send_some(sock, b'hello')", lambda: _room_for_all(send))
    scene(arena, "send_some(sock, much)", lambda: _too_much(send))
    scene(arena, "send_some(sock, data)  # the other side is gone", lambda: _broken_sending(send))
    return "room for all, 10 bites, more than fits, a full buffer, a broken connection"


def _room_for_all(send: Callable) -> None:
    with pair(most=100) as two:
        for data in LITTLE, PIECES, b"":
            shown = f"send_some(sock, data)  # {len(data)} bytes; the socket takes 100 a call"
            rest = _rest_of(two, send, shown, data)
            arrived = _drained(two)
            facts = {"call": shown, "seen": f"{len(arrived)} bytes arrived, the rest is {short(rest)}"}
            facts["expected"] = f"{len(data)} bytes arrive, the rest is b''"
            if rest and arrived + rest == data:
                raise NotYet("one_send", **facts)
            if arrived + rest != data:
                raise NotYet("sendall" if two.sock.used_sendall else "rest", **facts)


def _too_much(send: Callable) -> None:
    """Several rounds, in which the other side reads between two of them; then one in which it does not."""
    much = PIECES * TIMES
    with pair() as two:
        rest, arrived = much, b""
        shown = f"send_some(sock, data)  # {len(much)} bytes, and nobody reads"
        for _ in range(3):
            left = _rest_of(two, send, shown, rest)
            arrived += _drained(two)
            facts = {"call": shown, "seen": f"{len(arrived)} bytes arrived, the rest is {len(left)} bytes"}
            facts["expected"] = "together what there was to send"
            if arrived + left != much:
                raise NotYet("sendall" if two.sock.used_sendall else "rest", **facts)
            rest = left
            shown = "rest = send_some(sock, rest)  # again, after the other side has read"
        _rest_of(two, send, shown, rest)
        shown = "send_some(sock, b'more')  # the buffer is full"
        left = _rest_of(two, send, shown, b"more")
        if rest and left != b"more":
            raise NotYet("rest", call=shown, seen=short(left), expected="b'more'")
        if rest:
            two.often(shown, send, two.sock, b"more")


def _broken_sending(send: Callable) -> None:
    with pair() as two:
        two.far.close()
        shown = "send_some(sock, b'hello')  # the other side is gone"
        seen = two.call(shown, send, two.sock, LITTLE)
        if not isinstance(seen, Out):
            raise NotYet("swallowed", call=shown, seen=short(seen), expected="BrokenPipeError")


def _rest_of(two: Pair, send: Callable, shown: str, data: bytes) -> bytes:
    seen = two.call(shown, send, two.sock, data)
    facts = {"call": shown, "seen": short(seen), "expected": "bytes: the rest"}
    if isinstance(seen, Out):
        raise NotYet("raised", call=shown, seen=said(seen.error))
    if isinstance(seen, int):
        raise NotYet("a_number", **facts)
    if not isinstance(seen, bytes | bytearray | memoryview):
        raise NotYet("no_bytes", **facts)
    return bytes(seen)


def _drained(two: Pair) -> bytes:
    """All that has arrived at the other side."""
    two.far.setblocking(False)
    arrived = b""
    try:
        while piece := two.far.recv(1_000_000):
            arrived += piece
    except BlockingIOError:
        pass
    return arrived


JUDGES: dict[str, Judge] = {
    "09.1": all_that_is_there,
    "09.2": as_much_as_goes,
    "09.3": outcomes_of_connecting,
    "09.4": lines_of_a_stream,
}
