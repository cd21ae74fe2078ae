"""Exercise 12.3: so many requests in flight and no more. What the server counts decides."""

from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.downloads import Held, begin
from helpers.checks.lesson_12_stage import in_flight, with_addresses
from helpers.checks.words import short


def limited(fetch_all: Any, arena: Arena) -> None:
    """12.3: `await fetch_all(session, urls, limit)` has `limit` requests in flight wherever there is work."""
    # Four addresses, two at a time: each body stops in its middle, so that any third request comes meanwhile.
    highest = _bodies(fetch_all, arena, _four("stall"), 2)
    if highest > 2:
        # The same, but the answers begin late: who keeps the limit here gives the places back too early.
        without_bodies = _bodies(fetch_all, arena, _four("delay"), 2)
        why = "no_limit" if without_bodies > 2 else "released_early"
        shown = "await fetch_all(session, urls, 2), with 4 urls"
        raise NotYet(why, call=shown, **in_flight(max(highest, without_bodies), 2))
    # The first one is not answered before the last one has been asked for.
    ends = ["?fault=hold:2" if n in (1, 6) else "" for n in range(1, 7)]
    _bodies(fetch_all, arena, [f"bytes/{n}00{end}" for n, end in enumerate(ends, start=1)], 3, "batches")
    _bodies(fetch_all, arena, ["bytes/100"], 2)
    if arena.server.counts().connections:
        seen = "a connection of another session was opened"
        raise NotYet("own_session", call="await fetch_all(session, urls, 2), with 1 url", seen=seen)


def _four(slow: str) -> list[str]:
    """Paths that are answered two at a time, with a pause at that place."""
    return [f"bytes/{n}00?fault=hold:2&fault={slow}:0.03" for n in range(1, 5)]


def _bodies(fetch_all: Any, arena: Arena, paths: list[str], limit: int, held: str = "too_few") -> int:
    """Judge what comes back for these paths; return how many requests were in flight at most.

    `held`: the key of what is wrong when the server waits in vain for another request.
    """
    server = begin(arena)
    shown = f"fetch_all(session, urls, {limit})"
    with_urls = f"await {shown}, with {len(paths)} urls"
    try:
        seen = arena.run(with_addresses(fetch_all, server, paths, shown, limit, watched=True), with_urls)
    except Held as stopped:
        raise NotYet(held, call=with_urls, **in_flight(stopped.highest, limit)) from None
    expected = [int(path.removeprefix("bytes/").partition("?")[0]) for path in paths]
    lengths = [len(item) for item in seen] if _all_bytes(seen) else None
    facts = {"call": with_urls, "expected": f"bodies of {', '.join(map(str, expected))} bytes"}
    if lengths is None:
        raise NotYet("nothing" if seen is None else "no_bodies", **facts, seen=short(seen))
    if lengths != expected:
        facts["seen"] = f"bodies of {', '.join(map(str, lengths))} bytes"
        raise NotYet("order" if sorted(lengths) == expected else "bodies", **facts)
    return server.counts().in_flight_highest


def _all_bytes(seen: Any) -> bool:
    return isinstance(seen, list | tuple) and all(isinstance(item, bytes | bytearray) for item in seen)
