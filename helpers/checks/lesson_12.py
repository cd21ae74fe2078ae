"""What right answers to the exercises of lesson 12 do; 12.2 to 12.5 have modules of their own."""

import inspect
from typing import Any

import aiohttp

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.downloads import Held, begin, fails_with
from helpers.checks.lesson_12_digest import digest_of_a_stream
from helpers.checks.lesson_12_gallery import whole_gallery
from helpers.checks.lesson_12_limit import limited
from helpers.checks.lesson_12_retries import retries
from helpers.checks.lesson_12_stage import LOST, in_flight, with_addresses
from helpers.checks.words import short

# Held until all three are asked for, then answered in another order.
THREE = {
    "bytes/3000?fault=hold:3&fault=delay:0.06": 3000,
    "bytes/1000?fault=hold:3": 1000,
    "bytes/2000?fault=hold:3&fault=delay:0.03": 2000,
}


def sizes_of_all(sizes: Any, arena: Arena) -> None:
    """12.1: `await sizes(session, urls)` is the list of the bodies' lengths, asked for at the same time."""
    _one_size(sizes, arena)
    _three_sizes(sizes, arena)
    _decoded_size(sizes, arena)
    _lost_size(sizes, arena)


def _one_size(sizes: Any, arena: Arena) -> None:
    server = begin(arena)
    shown = 'sizes(session, ["…/bytes/1000"])'
    seen = arena.run(with_addresses(sizes, server, ["bytes/1000"], shown), shown)
    _listed(seen, [1000], shown)
    if server.counts().connections:
        raise NotYet("own_session", call=f"await {shown}", seen="a connection of another session was opened")


def _three_sizes(sizes: Any, arena: Arena) -> None:
    server = begin(arena)
    shown = 'sizes(session, ["…/bytes/3000", "…/bytes/1000", "…/bytes/2000"])'
    try:
        seen = arena.run(with_addresses(sizes, server, list(THREE), shown, watched=True), shown)
    except Held as held:
        raise NotYet("one_by_one", call=f"await {shown}", **in_flight(held.highest, 3)) from None
    _listed(seen, list(THREE.values()), shown)


def _decoded_size(sizes: Any, arena: Arena) -> None:
    """The body of /gzip travels compressed: what the server counts is not the length that is asked for."""
    server = begin(arena)
    shown = 'sizes(session, ["…/gzip"])'
    seen = arena.run(with_addresses(sizes, server, ["gzip"], shown), shown)
    travelled = server.counts().bytes_sent
    if seen in ([travelled], (travelled,)):
        expected = f"more than {travelled}: the length of the decoded body"
        raise NotYet("travels", call=f"await {shown}", seen=short(seen), expected=expected)


def _lost_size(sizes: Any, arena: Arena) -> None:
    server = begin(arena)
    shown = f'sizes(session, ["…/{LOST}"])'
    seen: list[Any] = []

    async def asking() -> None:
        seen.append(await with_addresses(sizes, server, [LOST], shown)())

    if not arena.run(lambda: fails_with(asking(), aiohttp.ClientResponseError), shown):
        facts = {"seen": f"returned {short(seen[0])}", "expected": "raises ClientResponseError, status 404"}
        raise NotYet("error_page", call=f"await {shown}", **facts)


def _listed(seen: Any, expected: list[int], shown: str) -> None:
    """Raise what is wrong with `seen`, which should be that list."""
    items = list(seen) if isinstance(seen, list | tuple) else None
    facts = {"call": f"await {shown}", "seen": short(seen), "expected": repr(expected)}
    if items is None:
        raise NotYet("nothing" if seen is None else "no_list", **facts)
    if waiting := [item for item in items if inspect.isawaitable(item)]:
        for item in filter(inspect.iscoroutine, waiting):
            item.close()
        raise NotYet("not_awaited", **{**facts, "seen": f"a list with {an(waiting[0])} in it"})
    if any(isinstance(item, bytes | str) for item in items):
        raise NotYet("bodies", **{**facts, "seen": f"a list with {an(items[0])} in it"})
    if items != expected:
        same = items and all(isinstance(item, int) for item in items) and sorted(items) == sorted(expected)
        raise NotYet("order" if same else "numbers", **facts)


JUDGES: dict[str, Judge] = {
    "12.1": sizes_of_all,
    "12.2": digest_of_a_stream,
    "12.3": limited,
    "12.4": retries,
    "12.5": whole_gallery,
}
