"""asyncio's streams: a task for each connection, which waits in `read`."""

import asyncio
from collections.abc import Callable

REQUEST = b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n"
OPENING = 100  # at once: no more than any system lets wait to be accepted


def hold(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    asyncio.run(main(address, number, answered))


async def main(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    gate, waiting = asyncio.Semaphore(OPENING), number

    async def one() -> None:
        nonlocal waiting
        async with gate:
            reader, writer = await asyncio.open_connection(*address)
        writer.write(REQUEST)
        await reader.readexactly(1)
        waiting -= 1
        if not waiting:
            answered()
        await asyncio.Event().wait()  # the connection stays open

    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(one())
