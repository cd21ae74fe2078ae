"""What a right answer to the exercise of lesson 00 does."""

import asyncio
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call

# Path → bytes: an ordinary body; one without a Content-Length, so that it has to be read; one whose second
# half comes a little later, so that whoever closes too early never gets it.
PATHS = {"bytes/1000": 1000, "stream-bytes/500": 500, "bytes/70000?fault=stall:0.05": 70_000}


def length_of_a_body(length: Any, arena: Arena) -> None:
    """00.1: `await length(url)` is the number of bytes that the server sends; others can run meanwhile."""
    for path, size in PATHS.items():
        shown = f'length("…/{path}")'
        url = f"{arena.server.url}/{path}"
        seen = arena.run(lambda url=url, shown=shown: call(length, url, shown=shown), shown)
        facts = {"call": f"await {shown}", "seen": repr(seen)[:60], "expected": str(size)}
        if isinstance(seen, bytes):
            raise NotYet("body", call=facts["call"], seen=f"bytes, {len(seen)} of them", expected=str(size))
        if isinstance(seen, bool) or seen != size:
            raise NotYet("number", **facts)
    _two_at_once(length, arena)


def _two_at_once(length: Any, arena: Arena) -> None:
    """The server holds its answers until two requests are in flight: code that blocks never gets there."""
    url = f"{arena.server.url}/bytes/10?fault=hold:2"
    shown = 'asyncio.gather(length("…"), length("…"))'

    async def both() -> None:
        await asyncio.gather(call(length, url), call(length, url))

    arena.run(both, shown)


JUDGES: dict[str, Judge] = {"00.1": length_of_a_body}
