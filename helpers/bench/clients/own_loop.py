"""The learner's own loop of lesson 10 with the download of that lesson, in `limit` workers.

HTTP/1.0: a connection for each file; the whole body in memory; http and numeric addresses only. No redirects,
no chunked bodies, no retries, no resuming.
"""

from collections.abc import Iterator
from pathlib import Path

from helpers.own_loop.http import fetch
from helpers.own_loop.sockets import Loop


def download(urls: list[str], folder: Path, limit: int) -> None:
    waiting = iter(urls)
    with Loop(patience=30) as loop:

        async def all_workers() -> None:
            for each in [loop.create_task(worker(loop, waiting, folder)) for _ in range(limit)]:
                await each

        loop.run_until_complete(all_workers())


async def worker(loop: Loop, waiting: Iterator[str], folder: Path) -> None:
    for url in waiting:
        (folder / url.rpartition("/")[2]).write_bytes(await fetch(loop, url))
