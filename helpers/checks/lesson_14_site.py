"""A site to crawl, of the judge's own and in the answer's event loop, that sees every request.

Pages are given by their links; what a page does besides, by a `Trouble`. Nothing depends on speed: a page can
be held until so many are asked for at once, or until another one has been asked for.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from aiohttp import web
from aiohttp.test_utils import TestServer

PATIENCE = 1.0  # seconds that a page is held at most
LINGER = 0.03  # seconds for which pages that were held together go on, so that one more would be noticed
MOST = 5  # requests of one path, which none but an endless crawl exceeds


class Trouble(NamedTuple):
    """What a page does. `statuses`: of its first answers. `half`: so many first answers are cut in two.
    `together`: it is held until so many are in flight, and a moment longer; `after`: until that path is asked
    for."""

    statuses: tuple[int, ...] = ()
    half: int = 0
    together: int = 0
    after: str = ""
    content_type: str = "text/html"


class Crawled:
    """The site; on its loop everything happens `faster` times sooner.

    `asked`: how often each path was; `highest`: requests in flight at once; `held_in_vain`: what a page has
    waited for, if that never came; `endless`: is set when a path is asked for more than `MOST` times.
    """

    def __init__(self, pages: Mapping[str, str], troubles: Mapping[str, Trouble], faster: float) -> None:
        self._pages, self._troubles, self._faster = pages, troubles, faster
        self.asked: Counter[str] = Counter()
        self.in_flight = self.highest = 0
        self.held_in_vain = ""
        self.endless = asyncio.Event()
        self.endless_path = ""
        self._changed = asyncio.Condition()

    def server(self) -> TestServer:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        return TestServer(app)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        with self._counted(path):
            trouble = self._troubles.get(path, Trouble())
            async with self._changed:
                self._changed.notify_all()
            await self._held(trouble)
            if path not in self._pages:
                raise web.HTTPNotFound
            if self.asked[path] <= len(trouble.statuses):
                headers = {"Retry-After": "0"}
                return web.Response(status=trouble.statuses[self.asked[path] - 1], headers=headers)
            if self.asked[path] <= trouble.half:
                return await _half(request)
            return web.Response(text=self._pages[path], content_type=trouble.content_type)

    @contextmanager
    def _counted(self, path: str) -> Iterator[None]:
        self.asked[path] += 1
        if self.asked[path] > MOST and not self.endless.is_set():
            self.endless_path = path
            self.endless.set()
        self.in_flight += 1
        self.highest = max(self.highest, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    async def _held(self, trouble: Trouble) -> None:
        if self.held_in_vain:  # once is enough
            return
        conditions: dict[str, Callable[[], Any]] = {}
        if trouble.together:
            conditions["together"] = lambda: self.highest >= trouble.together
        if trouble.after:
            conditions["after"] = lambda: self.asked[trouble.after]
        for what, condition in conditions.items():
            try:
                async with asyncio.timeout(PATIENCE * self._faster), self._changed:
                    await self._changed.wait_for(condition)
            except TimeoutError:
                self.held_in_vain = self.held_in_vain or what
        if trouble.together:
            await asyncio.sleep(LINGER * self._faster)


async def _half(request: web.Request) -> web.StreamResponse:
    """Announce a body, send half of it, close the connection."""
    out = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "text/html"})
    await out.prepare(request)
    await out.write(b"<p>" + b" " * 500)
    if request.transport is not None:
        request.transport.close()
    return out


def page(*links: str) -> str:
    """A page with these links; those to images as `<img>`."""
    tags = (
        f'<img src="{link}">' if link.endswith((".png", ".jpg")) else f'<a href="{link}">x</a>'
        for link in links
    )
    return "<!doctype html>\n<p>" + "\n".join(tags) + "</p>\n"
