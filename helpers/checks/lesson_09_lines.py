"""Exercise 09.4: `Lines(sock, limit)`. A scene is a list of what arrives, and of the lines due after it."""

from functools import partial
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.lesson_09_sockets import Out, Pair, pair, scene
from helpers.checks.words import said, short

END = None  # in place of bytes: the other side closes
TEXT = "grün\n你好世界\n"
HALF = TEXT.encode()

# name: what arrives and what is due then, again and again; and what is wrong where something else comes.
SCENES: dict[str, list[tuple[bytes | None, list[str]]]] = {
    "lines": [(b"", []), (b"one\ntwo\nthr", ["one", "two"]), (b"", []), (b"ee\n", ["three"])],
    "character": [(HALF[:3], []), (HALF[3:8], ["grün"]), (HALF[8:], ["你好世界"])],
    "newlines": [("a\rb\x0bc\u2028d\n".encode(), ["a\rb\x0bc\u2028d"])],
    "spaces": [(b"  a \t\n", ["  a \t"])],
    "empty": [(b"\n\none\n\n", ["", "", "one", ""])],
    "end": [(b"one\n", ["one"]), (END, []), (b"", [])],
    "last": [(b"one\nlast", ["one"]), (END, ["last"]), (b"", [])],
    "together": [(b"one\nlast", END, ["one", "last"])],
}


def lines_of_a_stream(lines_class: Any, arena: Arena) -> str:
    """09.4: lines come once, whole, as text; never a wait; and never more than the limit."""
    if not isinstance(lines_class, type):
        raise NotYet("no_class", seen=f"check() was given {an(lines_class)}")
    for name, steps in SCENES.items():
        scene(arena, "lines.ready()", lambda name=name, steps=steps: _read(lines_class, name, steps))
    others = _asked_often, _byte_by_byte, _two_at_once, _limited, _grown_too_long, _broken
    for play in others:
        scene(arena, "lines.ready()", lambda play=play: play(lines_class))
    return f"{len(SCENES) + len(others)} streams, one of them byte by byte"


def _read(lines_class: Any, name: str, steps: list) -> None:
    with pair() as two:
        shown, ended = "lines = Lines(sock)", False
        lines = two.call(shown, lines_class, two.sock)
        for *events, due in steps:
            for event in events:
                shown += _happens(two, event)
                ended |= event is END
            shown += "\nlines.ready()"
            _compare(_ready(two, lines, shown), due, name, shown)
            if bool(found := getattr(lines, "ended", None)) != ended:
                seen = f"lines.ended is {found!r}"
                raise NotYet("not_ended" if ended else "ended_early", call=shown, seen=seen)


def _happens(two: Pair, event: bytes | None) -> str:
    if event is END:
        two.far.close()
        return "\nfar.close()"
    if event:
        two.far.send(event)
        return f"\nfar.send({event!r})"
    return ""


def _ready(two: Pair, lines: Any, shown: str) -> Any:
    try:
        seen = two.call(shown, lines.ready)
    except UnicodeDecodeError as error:
        raise NotYet("character", call=shown, seen=said(error)) from None
    if isinstance(seen, Out):
        raise NotYet("raised", call=shown, seen=said(seen.error))
    if not isinstance(seen, list | tuple):
        raise NotYet("no_list", call=shown, seen=short(seen))
    if any(not isinstance(line, str) for line in seen):
        raise NotYet("no_text", call=shown, seen=short(seen))
    return list(seen)


def _compare(seen: list[str], due: list[str], name: str, shown: str) -> None:
    if seen == due:
        return
    why = name
    if [line.rstrip("\n") for line in seen] == due:
        why = "keeps_newline"
    elif name in ("end", "last", "together") and seen[: len(due)] == due and not any(seen[len(due) :]):
        why = "end"
    elif name == "last" and seen and due == []:
        why = "again"
    raise NotYet(why, call=shown, seen=short(seen), expected=short(due))


def _asked_often(lines_class: Any) -> None:
    with pair() as two:
        lines = lines_class(two.sock)
        two.often("lines.ready()  # nobody has sent anything", lines.ready)


def _byte_by_byte(lines_class: Any) -> None:
    """The socket gives one byte a call, first; then one byte arrives at a time."""
    with pair(most=1) as two:
        lines, found = lines_class(two.sock), []
        shown = "far.send(…)  # two lines; the socket gives one byte a call\nlines.ready()"
        two.far.send(HALF)
        _compare(_ready(two, lines, shown), TEXT.splitlines(), "lines", shown)
        shown = "far.send(…)  # one byte\nlines.ready()  # and so on"
        for byte in HALF:
            two.far.send(bytes([byte]))
            found += _ready(two, lines, shown)
        _compare(found, TEXT.splitlines(), "lines", shown)


def _two_at_once(lines_class: Any) -> None:
    with pair() as one, pair() as other:
        shown = (
            'one, other = Lines(a), Lines(b)  # to a: b"on", to b: b"other\\n"\none.ready()\nother.ready()'
        )
        first, second = lines_class(one.sock), lines_class(other.sock)
        one.far.send(b"on")
        other.far.send(b"other\n")
        seen = _ready(one, first, shown) + _ready(other, second, shown)
        _compare(seen, ["other"], "shared", shown)


def _limited(lines_class: Any) -> None:
    """Exactly `limit` bytes are a line; one more is too much, with or without its end; bytes, not letters."""
    for sent in b"1234567890\n", "grün5678\n".encode(), b"\n" * 11, b"12345\n67890\n":
        with pair() as two:
            shown = f"lines = Lines(sock, limit=10)\nfar.send({short(sent)})\nlines.ready()"
            two.far.send(sent)
            lines = two.call(shown, partial(lines_class, limit=10), two.sock)
            try:
                seen = _ready(two, lines, shown)
            except ValueError as error:
                raise NotYet("limit_too_low", call=shown, seen=said(error)) from None
            _compare(seen, sent.decode().split("\n")[:-1], "lines", shown)
    for sent in b"12345678901\n", b"123456\x0a12345678901\n", b"12345678901", "grüngrün9\n".encode():
        with pair() as two:
            shown = f"lines = Lines(sock, limit=10)\nfar.send({short(sent)})\nlines.ready()"
            two.far.send(sent)
            lines = two.call(shown, partial(lines_class, limit=10), two.sock)
            try:
                seen = _ready(two, lines, shown)
            except ValueError:
                continue
            raise NotYet("no_limit", call=shown, seen=short(seen), expected="ValueError")


def _grown_too_long(lines_class: Any) -> None:
    """No piece is longer than the limit, the line is."""
    with pair() as two:
        shown = "lines = Lines(sock, limit=10)"
        lines, seen = two.call(shown, partial(lines_class, limit=10), two.sock), []
        try:
            for sent in b"123456", b"789", b"01":
                shown += _happens(two, sent) + "\nlines.ready()"
                seen = _ready(two, lines, shown)
        except ValueError:
            return
        raise NotYet("no_limit", call=shown, seen=short(seen), expected="ValueError")


def _broken(lines_class: Any) -> None:
    with pair() as two:
        lines = lines_class(two.sock)
        two.sock.failure = ConnectionResetError("Connection reset by peer")
        shown = "lines.ready()  # the connection is broken"
        seen = two.call(shown, lines.ready)
        if not isinstance(seen, Out):
            raise NotYet("swallowed", call=shown, seen=short(seen), expected="ConnectionResetError")
