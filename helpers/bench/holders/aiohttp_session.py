"""aiohttp: a task for each connection, which waits for its answer; one session, without its limit of 100."""

import asyncio
from collections.abc import Callable

import aiohttp


def hold(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    asyncio.run(main(f"http://{address[0]}:{address[1]}/hold", number, answered))


async def main(url: str, number: int, answered: Callable[[], None]) -> None:
    waiting = number

    async def one(session: aiohttp.ClientSession) -> None:
        nonlocal waiting
        async with session.get(url) as response:
            await response.content.readexactly(1)
            waiting -= 1
            if not waiting:
                answered()
            await asyncio.Event().wait()  # the connection stays open

    unlimited = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout()
    )
    async with unlimited as session, asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(one(session))
