"""Exercise 12.2: the digest of a body that is larger than what may be in memory."""

import hashlib
from typing import Any

import aiohttp

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call
from helpers.checks.downloads import begin, fails_with, with_session
from helpers.checks.lesson_12_stage import LOST
from helpers.checks.memory import Memory
from helpers.checks.words import short
from helpers.service.data import seeded

SMALL, LARGE = 40_000, 4_000_000  # bytes
MEMORY = 2_000_000  # bytes that an answer may hold at once; streaming takes less than a quarter of it


def digest_of_a_stream(sha256_of: Any, arena: Arena) -> None:
    """12.2: `await sha256_of(session, url)` is the digest, and little of the body is ever in memory."""
    _right_digest(sha256_of, arena, f"bytes/{SMALL}", SMALL)
    _right_digest(sha256_of, arena, f"bytes/{SMALL}?fault=stall:0.05", SMALL)
    peak = _right_digest(sha256_of, arena, f"bytes/{LARGE}", LARGE)
    if peak > MEMORY:
        seen, expected = f"about {peak / 1e6:.0f} MB in memory at once", "well under 1 MB"
        raise NotYet(
            "all_in_memory", call=f'await sha256_of(session, "…/bytes/{LARGE}")', seen=seen, expected=expected
        )
    server, shown, seen = begin(arena), f'sha256_of(session, "…/{LOST}")', []

    async def asking(session: aiohttp.ClientSession) -> None:
        seen.append(await call(sha256_of, session, f"{server.url}/{LOST}", shown=shown))

    def program() -> Any:
        return fails_with(with_session(server, asking), aiohttp.ClientResponseError)

    if not arena.run(program, shown):
        facts = {"seen": f"returned {short(seen[0])}", "expected": "raises ClientResponseError, status 404"}
        raise NotYet("error_page", call=f"await {shown}", **facts)


def _right_digest(sha256_of: Any, arena: Arena, path: str, size: int) -> int:
    """Judge the digest of that body; return how many bytes of memory the answer took at most."""
    server, shown = begin(arena), f'sha256_of(session, "…/{path}")'

    async def asking(session: aiohttp.ClientSession) -> tuple[Any, int]:
        with Memory() as memory:
            return await call(sha256_of, session, f"{server.url}/{path}", shown=shown), memory.peak()

    seen, peak = arena.run(lambda: with_session(server, asking), shown)
    body = seeded(0)(0, size)
    right = hashlib.sha256(body).hexdigest()
    facts = {"call": f"await {shown}", "seen": short(seen), "expected": repr(right)}
    if isinstance(seen, bytes) and seen == hashlib.sha256(body).digest():
        raise NotYet("not_hex", **facts)
    if not isinstance(seen, str):
        raise NotYet("no_text", **{**facts, "seen": an(seen) if seen is not None else "None"})
    if seen != right:
        raise NotYet("one_piece" if "stall" in path else "digest", **facts)
    if server.counts().connections:
        raise NotYet("own_session", call=f"await {shown}", seen="a connection of another session was opened")
    return peak
