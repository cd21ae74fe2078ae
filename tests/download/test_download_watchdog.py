import asyncio

import pytest

from helpers.download.retries import Stalled
from helpers.download.watchdog import LOOKS, Watchdog


def look(watchdog: Watchdog, times: int) -> None:
    for _ in range(times):
        watchdog.look()


def test_a_try_without_a_byte_ends() -> None:
    async def scenario() -> None:
        watchdog = Watchdog(10)
        watched = watchdog.watched()
        look(watchdog, 9)  # not on a try
        asyncio.get_running_loop().call_soon(look, watchdog, LOOKS + 1)
        with pytest.raises(Stalled, match="no byte for 10 seconds"), watched:
            await asyncio.sleep(60)
        assert asyncio.current_task().cancelling() == 0
        with watched:  # the first look may come just after the try began, so it does not count
            look(watchdog, LOOKS)
            await asyncio.sleep(0)

    asyncio.run(scenario())


def test_each_byte_gives_it_time_again() -> None:
    async def scenario() -> None:
        watchdog = Watchdog(10)
        watched = watchdog.watched()
        with watched:
            for _ in range(5):
                look(watchdog, LOOKS)
                watched.received += 1
            await asyncio.sleep(0)

    asyncio.run(scenario())


def test_a_cancellation_from_elsewhere_goes_before() -> None:
    async def scenario() -> None:
        watchdog = Watchdog(10)

        async def stall() -> None:
            with watchdog.watched():
                await asyncio.sleep(60)

        task = asyncio.create_task(stall())
        await asyncio.sleep(0)
        look(watchdog, LOOKS + 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    asyncio.run(scenario())


def test_it_looks_by_itself() -> None:
    async def scenario() -> None:
        watchdog = Watchdog(0.02)
        watching = asyncio.create_task(watchdog.watch())
        with pytest.raises(Stalled), watchdog.watched():
            await asyncio.sleep(60)
        watching.cancel()

    asyncio.run(scenario())
