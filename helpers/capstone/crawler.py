"""Every page of a site, once, a few at a time (exercise 14.2)."""

import asyncio
from dataclasses import dataclass, field

import aiohttp

from helpers.capstone.pages import kind, links
from helpers.capstone.retries import with_retries


@dataclass
class Site:
    """What a crawl has found, as addresses: pages that it has read, images that they show (not asked for
    yet), and pages that could not be had."""

    pages: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)


async def crawl(session: aiohttp.ClientSession, url: str, limit: int) -> Site:
    """Read the page at `url` and every page of the same server that can be reached from it, `limit` at a
    time. Pages that cannot be had are noted in `lost`; they raise nothing.
    """
    site, seen, waiting = Site(), {url}, asyncio.Queue[str]()
    waiting.put_nowait(url)

    async def visit(page: str) -> None:
        try:
            html = await with_retries(lambda: read(session, page))
        except (aiohttp.ClientError, TimeoutError):
            site.lost.add(page)
            return
        if html is None:
            return
        site.pages.add(page)
        for link in links(html, page):
            if kind(link) == "image":
                site.images.add(link)
            elif kind(link) == "page" and link not in seen:
                seen.add(link)
                waiting.put_nowait(link)

    async def work() -> None:
        while True:
            page = await waiting.get()
            await visit(page)
            waiting.task_done()

    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(work()) for _ in range(limit)]
        await waiting.join()  # until each page that was put in has been visited, not only taken out
        for worker in workers:
            worker.cancel()
    return site


async def read(session: aiohttp.ClientSession, url: str) -> str | None:
    """The page's HTML; None if what is there is no HTML."""
    async with session.get(url) as response:
        response.raise_for_status()
        return await response.text() if response.content_type == "text/html" else None
