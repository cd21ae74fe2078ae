"""Exercise 12.1, and the stubs of 12.1 to 12.4. What the lesson has defined comes from its notebook."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from expected import assert_verdict
from lesson_functions import lessons_own

from helpers import check

LESSON = lessons_own("12_aiohttp_download", "fetch")
fetch = LESSON["fetch"]


async def stub(*arguments: object) -> None:
    # YOUR CODE HERE
    raise NotImplementedError


@pytest.mark.parametrize("id", ["12.1", "12.2", "12.3", "12.4"])
def test_the_stub(id: str) -> None:
    assert check(id, stub).kind == "not attempted"


async def sizes_by_gather(session, urls):
    async def size(url):
        return len(await fetch(session, url))

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_of_gathered_bodies(session, urls):
    return [len(body) for body in await asyncio.gather(*(fetch(session, url) for url in urls))]


async def sizes_by_group(session, urls):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(session, url)) for url in urls]
    return [len(task.result()) for task in tasks]


class SizesByTasks:
    async def __call__(self, session, urls):
        tasks = [asyncio.ensure_future(self.size(session, url)) for url in urls]
        return tuple([await task for task in tasks])

    async def size(self, session, url):
        async with session.get(url, raise_for_status=True) as response:
            return sum([len(piece) async for piece in response.content.iter_any()])


@pytest.mark.parametrize(
    "answer", [sizes_by_gather, sizes_of_gathered_bodies, sizes_by_group, SizesByTasks()]
)
def test_sizes_right(answer: Callable) -> None:
    assert_verdict("12.1", answer, "correct", "in flight at once")


async def sizes_not_awaited(session, urls):
    async def size(url):
        return len(await fetch(session, url))

    return [size(url) for url in urls]


async def sizes_forgets_one_await(session, urls):
    return [len(fetch(session, url)) for url in urls]


async def sizes_gather_not_awaited(session, urls):
    return asyncio.gather(*(fetch(session, url) for url in urls))


async def sizes_of_error_pages(session, urls):
    async def size(url):
        async with session.get(url) as response:
            return len(await response.read())

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_with_errors_as_results(session, urls):
    bodies = await asyncio.gather(*(fetch(session, url) for url in urls), return_exceptions=True)
    return [len(body) if isinstance(body, bytes) else body for body in bodies]


async def sizes_as_completed(session, urls):
    return [len(await body) for body in asyncio.as_completed([fetch(session, url) for url in urls])]


async def sizes_appended(session, urls):
    found = []

    async def size(url):
        found.append(len(await fetch(session, url)))

    await asyncio.gather(*(size(url) for url in urls))
    return found


async def sizes_one_by_one(session, urls):
    return [len(await fetch(session, url)) for url in urls]


async def sizes_in_own_sessions(session, urls):
    async def size(url):
        async with aiohttp.ClientSession() as own:
            return len(await fetch(own, url))

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_are_bodies(session, urls):
    return await asyncio.gather(*(fetch(session, url) for url in urls))


async def sizes_summed(session, urls):
    return sum(await sizes_by_gather(session, urls))


async def sizes_as_announced(session, urls):
    async def size(url):
        async with session.get(url, raise_for_status=True) as response:
            return int(response.headers["Content-Length"])

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_returns_nothing(session, urls):
    await sizes_by_gather(session, urls)


async def sizes_of_text(session, urls):
    async def size(url):
        async with session.get(url, raise_for_status=True) as response:
            return len(await response.text(errors="ignore"))

    return await asyncio.gather(*(size(url) for url in urls))


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (sizes_not_awaited, "not yet", "a list with a coroutine in it"),
        (sizes_forgets_one_await, "not yet", "called fetch() and did not await"),
        (sizes_gather_not_awaited, "not yet", "with one number for each address"),
        (sizes_of_error_pages, "not yet", "you took the size of the error message"),
        (sizes_with_errors_as_results, "not yet", "What happened: returned [ClientResponseError("),
        (sizes_as_completed, "not yet", "What happened: [1000, 2000, 3000]"),
        (sizes_appended, "not yet", "in which the answers came"),
        (sizes_one_by_one, "not yet", "What happened: 1 in flight at most"),
        (sizes_in_own_sessions, "not yet", "a second session was opened"),
        (sizes_are_bodies, "not yet", "Those are the bodies"),
        (sizes_summed, "not yet", "A list is asked for"),
        (sizes_returns_nothing, "not yet", "Is there a `return` in it"),
        (sizes_as_announced, "not yet", "Content-Length counts what travels"),
        (sizes_of_text, "not yet", "not the lengths of the bodies"),
    ],
)
def test_sizes_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.1", answer, kind, says)
