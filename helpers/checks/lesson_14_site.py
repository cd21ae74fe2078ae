"""A site to crawl, of the judge's own and in the answer's event loop, that sees every request.

Pages are given by their links; what a page does besides, by a `Trouble`. Nothing depends on speed: a page can
be held until so many are asked for at once, or until another one has been asked for.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple

from aiohttp import web
from aiohttp.test_utils import TestServer

PATIENCE = 1.0  # seconds that a page is held at most
LINGER = 0.03  # seconds for which pages that were held together go on, so that one more would be noticed
MOST = 5  # requests of one path, which none but an endless crawl exceeds


class Trouble(NamedTuple):
    """What a page does. `statuses`: of its first answers. `half`: so many first answers are cut in two.
    `together`: it is held in mid-body until so many are in flight, and a moment longer; `after`: it is held
    until that path is asked for. `late`: seconds, of those that pass faster, until it answers."""

    statuses: tuple[int, ...] = ()
    half: int = 0
    together: int = 0
    after: str = ""
    late: float = 0.0
    content_type: str = "text/html"


class Crawled:
    """The site; on its loop everything happens `faster` times sooner.

    `asked`: how often each path was; `highest`: requests in flight at once; `held_in_vain`: what a page has
    waited for, if that never came; `endless`: is set when a path is asked for more than `MOST` times;
    `strangers`: how many requests did not say `mark`, which the session that is handed over does.
    """

    mark: ClassVar = {"X-Session": "the one that was handed over"}

    def __init__(self, pages: Mapping[str, str], troubles: Mapping[str, Trouble], faster: float) -> None:
        self._pages, self._troubles, self._faster = pages, troubles, faster
        self.asked: Counter[str] = Counter()
        self.in_flight = self.highest = self.strangers = 0
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
        self.strangers += not self.mark.items() <= request.headers.items()
        with self._counted(path):
            trouble = self._troubles.get(path, Trouble())
            async with self._changed:
                self._changed.notify_all()
            await asyncio.sleep(trouble.late)
            if trouble.after:
                await self._held("after", lambda: self.asked[trouble.after])
            if path not in self._pages:
                raise web.HTTPNotFound
            if self.asked[path] <= len(trouble.statuses):
                headers = {"Retry-After": "0"}
                return web.Response(status=trouble.statuses[self.asked[path] - 1], headers=headers)
            if self.asked[path] <= trouble.half:
                return await _half(request)
            if trouble.together:
                return await self._together(request, trouble.together)
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

    async def _together(self, request: web.Request, several: int) -> web.StreamResponse:
        """The page, of which a half is sent at once, and the rest when so many are in flight."""
        body = self._pages[request.path].encode()
        out = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "text/html"})
        await out.prepare(request)
        await out.write(body[: len(body) // 2])
        await self._held("together", lambda: self.highest >= several)
        await asyncio.sleep(LINGER * self._faster)
        await out.write(body[len(body) // 2 :])
        return out

    async def _held(self, what: str, condition: Callable[[], Any]) -> None:
        if self.held_in_vain:  # once is enough
            return
        try:
            async with asyncio.timeout(PATIENCE * self._faster), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            self.held_in_vain = self.held_in_vain or what


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
