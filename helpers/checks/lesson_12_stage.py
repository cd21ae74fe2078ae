"""What the judges of lesson 12 have in common."""

from collections.abc import Callable
from typing import Any

import aiohttp

from helpers.checks.calling import call
from helpers.checks.downloads import unless_held, with_session
from helpers.practice_server import PracticeServer

LOST = "gallery/images/lost.png"  # the gallery has no such image


def with_addresses(
    answer: Any, server: PracticeServer, paths: list[str], shown: str, *more: Any, watched: bool = False
) -> Callable[[], Any]:
    """A program that calls the answer with a session and the addresses of these paths."""
    urls = [f"{server.url}/{path}" for path in paths]

    async def use(session: aiohttp.ClientSession) -> Any:
        work = call(answer, session, urls, *more, shown=shown)
        return await (unless_held(work, server) if watched else work)

    return lambda: with_session(server, use)


def in_flight(highest: int, expected: int) -> dict[str, str]:
    return {"seen": f"{highest} in flight at most", "expected": f"{expected} in flight at once"}
