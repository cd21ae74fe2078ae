"""aiohttp in `limit` workers that stream to disk, and nothing around it: no retries, no resuming, no checks.

What the course's downloader costs beyond this is what its care costs.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp


def download(urls: list[str], folder: Path, limit: int) -> None:
    asyncio.run(main(urls, folder, limit))


async def main(urls: list[str], folder: Path, limit: int) -> None:
    waiting = iter(urls)
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker(session, waiting, folder))


async def worker(session: aiohttp.ClientSession, waiting: Iterator[str], folder: Path) -> None:
    for url in waiting:
        async with session.get(url) as response:
            response.raise_for_status()
            # Written at once, from the loop: handing each piece to a thread takes longer than the write.
            with open(folder / url.rpartition("/")[2], "wb", buffering=0) as file:  # noqa: ASYNC230
                async for piece in response.content.iter_any():
                    file.write(piece)
