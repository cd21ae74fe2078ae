"""Servers to download from, in the test's own event loop: the practice service, and such as do it wrong."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from helpers.download.journal import FILE
from helpers.service import data
from helpers.service.app import application, listen
from helpers.service.middleware import STATE, State

BODY = data.seeded(14)(0, 300_000)
"""What the servers of these tests have, if nothing else is said."""

DIGEST = hashlib.sha256(BODY).hexdigest()


@asynccontextmanager
async def practising() -> AsyncIterator[tuple[State, str]]:
    """The practice service: what it holds, and its URL."""
    app = application()
    runner, url = await listen(app)
    try:
        yield app[STATE], url
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(
    *answers: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """A server that answers the first request by the first of `answers`, and so on, all others by the last.

    Yields its URL, and the list of the requests that have come.
    """
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return await answers[min(len(seen), len(answers)) - 1](request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner, url = await listen(app)
    try:
        yield url, seen
    finally:
        await runner.cleanup()


def sends(
    body: bytes = BODY, etag: str | None = '"1"', cut: int | None = None, ranges: bool = True
) -> Callable:
    """An answer: `body`, or the part that was asked for by Range and If-Range; the connection ends after
    `cut` bytes.
    """

    async def answer(request: web.Request) -> web.StreamResponse:
        start = 0
        response = web.StreamResponse(headers={"ETag": etag} if etag else {})
        if ranges and "Range" in request.headers and request.headers.get("If-Range") == etag:
            start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
            response.set_status(206)
            response.headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        response.content_length = len(body) - start
        await response.prepare(request)
        await response.write(body[start:] if cut is None else body[start : start + cut])
        if cut is not None:
            await asyncio.sleep(0.02)  # so that it is read before the end of the connection is
            assert request.transport is not None
            request.transport.close()
        return response

    return answer


def says(status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Callable:
    """An answer of that status."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers, body=body)

    return answer


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder, without the journal."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != FILE}
