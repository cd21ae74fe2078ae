"""The article's program, with one line more: it saves what it has read.

It has no limit of its own; aiohttp keeps to 100 connections
(https://docs.aiohttp.org/en/stable/client_advanced.html#limiting-connection-pool-size).
"""

import asyncio
from pathlib import Path

import aiohttp


def download(urls: list[str], folder: Path, limit: int) -> None:
    asyncio.run(main(urls, folder))


async def main(urls: list[str], folder: Path) -> None:
    async with aiohttp.ClientSession() as session:
        tasks = []
        for url in urls:
            task = asyncio.ensure_future(download_file(session, url, folder))
            tasks.append(task)
        await asyncio.gather(*tasks)


async def download_file(session: aiohttp.ClientSession, url: str, folder: Path) -> None:
    async with session.get(url) as response:
        content = await response.content.read()
        (folder / url.rpartition("/")[2]).write_bytes(content)
