import asyncio

import pytest

from helpers.outcomes import outcomes


async def lost_update() -> int:
    count = 0

    async def add() -> None:
        nonlocal count
        seen = count
        await asyncio.sleep(0)
        count = seen + 1

    await asyncio.gather(add(), add())
    return count


async def both_ways() -> str:
    async def take(first: asyncio.Lock, second: asyncio.Lock) -> None:
        async with first:
            await asyncio.sleep(0)
            async with second:
                pass

    locks = asyncio.Lock(), asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(take(*locks), name="Ada")
        group.create_task(take(*reversed(locks)), name="Bob")
    return "done"


async def fails() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(-1, 1 / 0))


def test_each_order_counts_once() -> None:
    found = outcomes(lost_update)
    assert found.counts == {"1": 4, "2": 2}
    assert repr(found) == "all 6 schedules: 4 × 1, 2 × 2"


def test_a_deadlock_and_an_error_have_their_names() -> None:
    assert set(outcomes(both_ways).counts) == {"done", "deadlock"}
    assert set(outcomes(fails).counts) == {"ZeroDivisionError"}


def test_a_picture_shows_the_order_that_came_to_it() -> None:
    picture = outcomes(both_ways).picture("deadlock")
    assert "Deadlock: " in repr(picture)
    assert picture.value is None
    with pytest.raises(KeyError, match="there are: deadlock, done"):
        outcomes(both_ways).picture("2")
