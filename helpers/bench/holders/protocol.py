"""asyncio's transports and a protocol: two objects for each connection, no task."""

import asyncio
from collections.abc import Callable

REQUEST = b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n"
OPENING = 100  # at once: no more than any system lets wait to be accepted


def hold(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    asyncio.run(main(address, number, answered))


async def main(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    loop, waiting = asyncio.get_running_loop(), number
    all_answered = asyncio.Event()

    class Waiter(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transport.write(REQUEST)

        def data_received(self, data: bytes) -> None:
            nonlocal waiting
            waiting -= 1
            if not waiting:
                all_answered.set()

    for start in range(0, number, OPENING):
        several = range(min(OPENING, number - start))
        await asyncio.gather(*(loop.create_connection(Waiter, *address) for _ in several))
    await all_answered.wait()
    answered()
