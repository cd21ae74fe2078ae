"""The service in the test's own event loop, and a client for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from helpers.service.app import application, listen
from helpers.service.gallery import LOST, PAGES, Gallery
from helpers.service.middleware import STATE, State


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[ClientSession, State, URL]]:
    """A client whose addresses are paths, what the service holds, and where it serves."""
    app = application()
    runner, url = await listen(app)
    try:
        async with ClientSession(url) as client:
            yield client, app[STATE], URL(url)
    finally:
        await runner.cleanup()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition()` is true; TimeoutError after 5 seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (what is waited for is a count, not an event)
            await asyncio.sleep(0.001)


def right_report() -> dict[str, Any]:
    """What a crawler that has found all of the gallery reports."""
    images = [{fact: entry[fact] for fact in ("path", "bytes", "sha256")} for entry in Gallery().entries()]
    pages = ["/gallery", *(f"/gallery/page/{n}" for n in PAGES)]
    return {"name": "Ada", "pages": pages, "images": images, "lost": [LOST]}
