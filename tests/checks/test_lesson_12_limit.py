"""Exercise 12.3: limits that hold, and limits that let too many or too few through."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from expected import assert_verdict
from lesson_functions import lessons_own

LESSON = lessons_own("12_aiohttp_download", "fetch")
fetch = LESSON["fetch"]


async def all_by_semaphore(session, urls, limit):
    places = asyncio.Semaphore(limit)

    async def polite(url):
        async with places:
            return await fetch(session, url)

    return await asyncio.gather(*(polite(url) for url in urls))


async def all_by_workers(session, urls, limit):
    bodies, work = {}, iter(enumerate(urls))

    async def worker():
        for number, url in work:
            bodies[number] = await fetch(session, url)

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    return [bodies[number] for number in range(len(urls))]


async def all_by_queue(session, urls, limit):
    queue, bodies = asyncio.Queue(), [b""] * len(urls)
    for entry in enumerate(urls):
        queue.put_nowait(entry)

    async def worker():
        while not queue.empty():
            number, url = queue.get_nowait()
            bodies[number] = await fetch(session, url)

    await asyncio.gather(*(worker() for _ in range(limit)))
    return bodies


async def all_by_wait(session, urls, limit):
    tasks, running = [], set()
    for url in urls:
        if len(running) == limit:
            _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        tasks.append(asyncio.create_task(fetch(session, url)))
        running = running | {tasks[-1]}
    return await asyncio.gather(*tasks)


@pytest.mark.parametrize("answer", [all_by_semaphore, all_by_workers, all_by_queue, all_by_wait])
def test_limits_right(answer: Callable) -> None:
    assert_verdict("12.3", answer, "correct", "a slow one held up nobody but itself")


async def all_by_a_connector_of_its_own(session, urls, limit):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=limit)) as own:
        return await asyncio.gather(*(fetch(own, url) for url in urls))


async def all_with_a_semaphore_each(session, urls, limit):
    async def polite(url):
        async with asyncio.Semaphore(limit):
            return await fetch(session, url)

    return await asyncio.gather(*(polite(url) for url in urls))


async def all_with_a_semaphore_around(session, urls, limit):
    async with asyncio.Semaphore(limit):
        return await asyncio.gather(*(fetch(session, url) for url in urls))


async def all_at_once(session, urls, limit):
    return await asyncio.gather(*(fetch(session, url) for url in urls))


async def all_with_a_fixed_limit(session, urls, limit):
    return await all_by_semaphore(session, urls, 5)


async def all_released_early(session, urls, limit):
    places = asyncio.Semaphore(limit)

    async def polite(url):
        async with places:
            response = await session.get(url)
        async with response:
            return await response.read()

    return await asyncio.gather(*(polite(url) for url in urls))


async def all_in_batches(session, urls, limit):
    bodies = []
    for start in range(0, len(urls), limit):
        bodies += await asyncio.gather(*(fetch(session, url) for url in urls[start : start + limit]))
    return bodies


async def all_one_by_one(session, urls, limit):
    return [await fetch(session, url) for url in urls]


async def all_but_one_place(session, urls, limit):
    return await all_by_semaphore(session, urls, limit - 1)


async def all_in_order_of_arrival(session, urls, limit):
    places, bodies = asyncio.Semaphore(limit), []

    async def polite(url):
        async with places:
            bodies.append(await fetch(session, url))

    await asyncio.gather(*(polite(url) for url in urls))
    return bodies


async def all_without_return(session, urls, limit):
    await all_by_semaphore(session, urls, limit)


async def all_as_sizes(session, urls, limit):
    return [len(body) for body in await all_by_semaphore(session, urls, limit)]


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (all_with_a_semaphore_each, "not yet", "What happened: 4 in flight at most"),
        (all_with_a_semaphore_around, "not yet", "Around `gather` a semaphore counts one user"),
        (all_by_a_connector_of_its_own, "not yet", "a second session was opened"),
        (all_at_once, "not yet", "More requests were in flight than allowed"),
        (all_with_a_fixed_limit, "not yet", "More requests were in flight than allowed"),
        (all_released_early, "not yet", "given back before the body was read"),
        (all_in_batches, "not yet", "you work in batches"),
        (all_one_by_one, "not yet", "Fewer requests were in flight"),
        (all_but_one_place, "not yet", "What happened: 1 in flight at most"),
        (all_in_order_of_arrival, "not yet", "in the order in which they came"),
        (all_without_return, "not yet", "Is there a `return` in it"),
        (all_as_sizes, "not yet", "each of them bytes"),
    ],
)
def test_limits_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.3", answer, kind, says)
