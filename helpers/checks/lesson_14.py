"""What right answers to the exercises of lesson 14 do; 14.2 to 14.5 have modules of their own."""

import inspect
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.lesson_14_crawl import whole_site
from helpers.checks.lesson_14_image import resumed_image
from helpers.checks.lesson_14_report import report_once
from helpers.checks.lesson_14_whole import whole_program
from helpers.checks.words import short

HERE = "http://gallery.test"
PAGE = f"{HERE}/rooms/2"
THERE = "http://127.0.0.1:8000"  # another server, with a port in its address

# What is tried: the key of what is wrong if it fails, the page, and the links that it has.
CASES = (
    ("plain", f'<a href="{HERE}/rooms/3">next</a>', ["/rooms/3"]),
    ("nothing", "<p>Nothing here.</p>", []),
    ("relative", '<a href="/rooms/3">', ["/rooms/3"]),
    ("images", '<img src="/images/waves.jpg" alt="waves">', ["/images/waves.jpg"]),
    (
        "relative",
        '<a href="3"><a href="../images/a.png"><a href="./4"><a href="?sort=new">',
        ["/rooms/3", "/images/a.png", "/rooms/4", "/rooms/2?sort=new"],
    ),
    ("fragment", '<a href="/rooms#first">', ["/rooms"]),
    ("fragment", '<a href="#top">', ["/rooms/2"]),
    ("twice", f'<a href="3"><a href="/rooms/3"><a href="{HERE}/rooms/3#end"><img src="3">', ["/rooms/3"]),
    (
        "order",
        '<a href="/c"><img src="/a"><a href="/b"><a href="/c"><img src="/d">',
        ["/c", "/a", "/b", "/d"],
    ),
    ("elsewhere", '<a href="https://else.test/x"><a href="//else.test/y"><a href="/in">', ["/in"]),
    (
        "elsewhere",
        '<a href="mailto:a@gallery.test"><a href="javascript:void(0)"><a href="https://gallery.test/x">',
        [],
    ),
    ("elsewhere", f'<a href="{HERE}:8080/x"><a href="{HERE}.else.test/x">', []),
    ("markup", "<A HREF='/a?x=1&amp;y=2'>", ["/a?x=1&y=2"]),
    ("markup", '<!-- <a href="/old"> --><a name="x"><a class="b" href=/c>', ["/c"]),
    # Whoever leaves a link without a value out may do so; to a browser it means the page itself.
    ("markup", '<a href="#top"><a href><a href="/c">', ["/rooms/2", "/c"]),
    ("tags", '<link href="/style.css"><a href="/c"><script src="/x.js"></script>', ["/c"]),
    ("tags", '<a src="/no" href="/c"><img href="/neither" src="/d.png">', ["/c", "/d.png"]),
)


def links_of_a_page(links: Any, arena: Arena) -> str:
    """14.1: `links(html, url)` is the list of what the page links to on its own server."""
    for why, html, paths in CASES:
        _try(links, arena, why, html, PAGE, [HERE + path for path in paths])
    html = f'<a href="b#end"><img src="{THERE}/c.png"><a href="{PAGE}">'
    _try(links, arena, "another_page", html, f"{THERE}/a", [f"{THERE}/b", f"{THERE}/c.png"])
    return f"{len(CASES) + 1} pages"


def _try(links: Any, arena: Arena, why: str, html: str, page: str, expected: list[str]) -> None:
    """Call the answer; raise `why` if it has found something else than expected."""
    shown = f"links({html!r}, {page!r})"

    async def program() -> Any:
        if not callable(links):
            raise NotYet("not_callable", seen=f"check() was given {an(links)}")
        value = links(html, page)
        if inspect.iscoroutine(value):
            value.close()
            raise NotYet("is_async", call=shown, seen="a coroutine came back")
        return value

    _judge(arena.run(program, shown), expected, why, shown)


def _judge(seen: Any, expected: list[str], why: str, shown: str) -> None:
    if isinstance(seen, tuple):
        seen = list(seen)
    facts = {"call": shown, "seen": short(seen), "expected": repr(expected)}
    if not isinstance(seen, list) or not all(isinstance(link, str) for link in seen):
        raise NotYet("none" if seen is None else "no_list", **facts)
    if seen != expected:
        same = len(seen) == len(expected) and set(seen) == set(expected)
        raise NotYet("order" if same else why, **{**facts, "seen": repr(seen)})


JUDGES: dict[str, Judge] = {
    "14.1": links_of_a_page,
    "14.2": whole_site,
    "14.3": resumed_image,
    "14.4": report_once,
    "14.5": whole_program,
}

SECONDS = {"14.3": 14.0, "14.5": 20.0}
"""Dozens of runs, each of which has a limit of its own: these are for a computer that is busy."""
