"""Right and wrong answers to exercise 10.4, each wrong one with its message."""

import asyncio
import hashlib
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from helpers import check
from helpers.exercise import solution_code
from helpers.own_loop.http import fetch
from helpers.own_loop.locks import Condition, Queue
from helpers.own_loop.sockets import Loop

Digests, Results = dict[str, str], dict[str, Any]


def judged(answer: object) -> tuple[str, str]:
    verdict = check("10.4", answer)
    return verdict.kind, " ".join(repr(verdict).split())


async def stub(loop: Any, digests: Digests, limit: int) -> Results:
    raise NotImplementedError


async def one(loop: Any, url: str, digest: str) -> bytes | Exception:
    """What the dict should have for this URL."""
    try:
        data = await fetch(loop, url)
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError("another digest")
        return data
    except (OSError, ValueError) as error:
        return error


async def ended(tasks: list) -> None:
    for task in tasks:
        await task


# ---- right ones --------------------------------------------------------------------------------------


async def a_task_for_each(loop: Any, digests: Digests, limit: int) -> Results:
    results, free, changed = {}, limit, Condition(loop)

    async def work(url: str, digest: str) -> None:
        nonlocal free
        await changed.wait_for(lambda: free > 0)
        free -= 1
        results[url] = await one(loop, url, digest)
        free += 1
        changed.notify_all()

    await ended([loop.create_task(work(*item)) for item in digests.items()])
    return results


async def a_queue_of_places(loop: Any, digests: Digests, limit: int) -> Results:
    places = Queue(loop, limit)

    async def work(url: str, digest: str) -> bytes | Exception:
        await places.put(None)
        try:
            return await one(loop, url, digest)
        finally:
            await places.get()

    tasks = {url: loop.create_task(work(url, digest)) for url, digest in digests.items()}
    return {url: await task for url, task in tasks.items()}


async def a_shared_iterator(loop: Any, digests: Digests, limit: int) -> Results:
    results, todo = {}, iter(digests.items())

    async def work() -> None:
        for url, digest in todo:
            results[url] = await one(loop, url, digest)

    await ended([loop.create_task(work()) for _ in range(limit)])
    return results


class Downloader:
    """Starts the next one where one has ended: a chain of tasks, and a future for the end."""

    async def __call__(self, loop: Any, digests: Digests, limit: int) -> Results:
        self.loop, self.results, self.todo = loop, {}, dict(digests)
        self.running, self.end = 0, loop.create_future()
        for _ in range(limit):
            self.start()
        if digests:
            await self.end
        return self.results

    def start(self) -> None:
        if self.todo:
            self.running += 1
            url = next(iter(self.todo))
            self.loop.create_task(self.work(url, self.todo.pop(url)))

    async def work(self, url: str, digest: str) -> None:
        self.results[url] = await one(self.loop, url, digest)
        self.running -= 1
        self.start()
        if not self.running:
            self.end.set_result(None)


# ---- wrong ones --------------------------------------------------------------------------------------


async def all_at_once(loop: Any, digests: Digests, limit: int) -> Results:
    tasks = {
        url: loop.create_task(one(loop, *item)) for url, item in zip(digests, digests.items(), strict=True)
    }
    return {url: await task for url, task in tasks.items()}


async def one_by_one(loop: Any, digests: Digests, limit: int) -> Results:
    return {url: await loop.create_task(one(loop, url, digest)) for url, digest in digests.items()}


async def in_batches(loop: Any, digests: Digests, limit: int) -> Results:
    results, items = {}, list(digests.items())
    for begin in range(0, len(items), limit):
        tasks = {item[0]: loop.create_task(one(loop, *item)) for item in items[begin : begin + limit]}
        results |= {url: await task for url, task in tasks.items()}
    return results


async def backwards_in_batches(loop: Any, digests: Digests, limit: int) -> Results:
    return await in_batches(loop, dict(reversed(digests.items())), limit)


async def in_shares(loop: Any, digests: Digests, limit: int) -> Results:
    results, items = {}, list(digests.items())

    async def work(share: list) -> None:
        for url, digest in share:
            results[url] = await one(loop, url, digest)

    await ended([loop.create_task(work(items[number::limit])) for number in range(limit)])
    return results


async def the_oldest_makes_place(loop: Any, digests: Digests, limit: int) -> Results:
    results, running = {}, {}
    for item in digests.items():
        if len(running) == limit:
            oldest = next(iter(running))
            results[oldest] = await running.pop(oldest)
        running[item[0]] = loop.create_task(one(loop, *item))
    return results | {url: await task for url, task in running.items()}


async def a_loop_of_its_own(loop: Any, digests: Digests, limit: int) -> Results:
    with Loop() as another:
        return {item[0]: another.run_until_complete(one(another, *item)) for item in digests.items()}


async def polls_for_a_place(loop: Any, digests: Digests, limit: int) -> Results:
    results, running = {}, 0

    async def work(url: str, digest: str) -> None:
        nonlocal running
        results[url] = await one(loop, url, digest)
        running -= 1

    for item in digests.items():
        while running == limit:
            await loop.create_task(nothing())
        running += 1
        loop.create_task(work(*item))
    while running:
        await loop.create_task(nothing())
    return results


async def nothing() -> None:
    pass


async def one_too_many(loop: Any, digests: Digests, limit: int) -> Results:
    return await a_shared_iterator(loop, digests, limit + 1)


async def one_too_few(loop: Any, digests: Digests, limit: int) -> Results:
    return await a_shared_iterator(loop, digests, max(1, limit - 1))


async def first_error_ends_all(loop: Any, digests: Digests, limit: int) -> Results:
    results, todo = {}, list(digests)

    async def work() -> None:
        while todo:
            url = todo.pop(0)
            results[url] = await fetch(loop, url)

    await ended([loop.create_task(work()) for _ in range(limit)])
    return results


def with_each(keep: Callable[[bytes | Exception], Any]) -> Callable:
    async def download_all(loop: Any, digests: Digests, limit: int) -> Results:
        found = await a_shared_iterator(loop, digests, limit)
        return {url: keep(value) for url, value in found.items()}

    return download_all


async def without_digests(loop: Any, digests: Digests, limit: int) -> Results:
    results, todo = {}, list(digests)

    async def work() -> None:
        while todo:
            url = todo.pop(0)
            try:
                results[url] = await fetch(loop, url)
            except (OSError, ValueError) as error:
                results[url] = error

    await ended([loop.create_task(work()) for _ in range(limit)])
    return results


async def only_what_went_well(loop: Any, digests: Digests, limit: int) -> Results:
    found = await a_shared_iterator(loop, digests, limit)
    return {url: value for url, value in found.items() if isinstance(value, bytes)}


async def a_list(loop: Any, digests: Digests, limit: int) -> list:
    return list((await a_shared_iterator(loop, digests, limit)).values())


async def returns_nothing(loop: Any, digests: Digests, limit: int) -> None:
    await a_shared_iterator(loop, digests, limit)


async def does_nothing(loop: Any, digests: Digests, limit: int) -> Results:
    return {}


async def does_not_wait(loop: Any, digests: Digests, limit: int) -> Results:
    results: Results = {}
    for url, digest in digests.items():
        loop.create_task(keep(loop, results, url, digest))
    return results


async def keep(loop: Any, results: Results, url: str, digest: str) -> None:
    results[url] = await one(loop, url, digest)


async def leaves_the_last(loop: Any, digests: Digests, limit: int) -> Results:
    results = await a_shared_iterator(loop, digests, limit)
    loop.create_task(asks_again(loop, list(digests)))
    return results


async def asks_again(loop: Any, urls: list[str]) -> None:
    for url in urls:
        await one(loop, url, "")


async def gathers(loop: Any, digests: Digests, limit: int) -> Results:
    found = await asyncio.gather(*(one(loop, *item) for item in digests.items()))
    return dict(zip(digests, found, strict=True))


async def by_semaphore(loop: Any, digests: Digests, limit: int) -> Results:
    places, results = asyncio.Semaphore(limit), {}

    async def work(url: str, digest: str) -> None:
        async with places:
            results[url] = await one(loop, url, digest)

    await ended([loop.create_task(work(*item)) for item in digests.items()])
    return results


async def takes_a_timeout(loop: Any, digests: Digests, limit: int) -> Results:
    async with asyncio.timeout(1):
        return await a_shared_iterator(loop, digests, limit)


async def sleeps_in_between(loop: Any, digests: Digests, limit: int) -> Results:
    await asyncio.sleep(0.01)
    return await a_shared_iterator(loop, digests, limit)


async def waits_for_nobody(loop: Any, digests: Digests, limit: int) -> Results:
    await loop.create_future()
    return {}


async def by_urllib(loop: Any, digests: Digests, limit: int) -> Results:
    return {url: urllib.request.urlopen(url).read() for url in digests}


async def never_ends(loop: Any, digests: Digests, limit: int) -> Results:
    while True:
        pass


def plain(loop: Any, digests: Digests, limit: int) -> Results:
    return {}


def text(value: bytes | Exception) -> Any:
    return value if isinstance(value, bytes) else str(value)


def runtime_error(value: bytes | Exception) -> Any:
    return value if isinstance(value, bytes) else RuntimeError(str(value))


RIGHT = [a_task_for_each, a_queue_of_places, a_shared_iterator, Downloader()]
WRONG = [
    (all_at_once, "not yet", "More requests were in flight"),
    (one_too_many, "not yet", "More requests were in flight"),
    (one_by_one, "not yet", "Fewer requests were in flight"),
    (one_too_few, "not yet", "Fewer requests were in flight"),
    (in_batches, "not yet", "In batches, the next one begins only when"),
    (backwards_in_batches, "not yet", "In batches, the next one begins only when"),
    (polls_for_a_place, "stuck", "without a rest"),
    (in_shares, "not yet", "shares that are dealt out beforehand"),
    (the_oldest_makes_place, "not yet", "a place stood empty"),
    (first_error_ends_all, "not yet", "One failure came out"),
    (without_digests, "not yet", "not the bytes that were announced"),
    (with_each(text), "not yet", "The exception itself"),
    (with_each(runtime_error), "not yet", "not the one that `fetch` raised"),
    (
        with_each(lambda value: value[:100] if isinstance(value, bytes) else value),
        "not yet",
        "can be had, whole",
    ),
    (only_what_went_well, "not yet", "those that failed, too"),
    (a_list, "not yet", "A dict is asked for"),
    (returns_nothing, "not yet", "A dict is asked for"),
    (does_nothing, "not yet", "Each one of them has to be a key"),
    (does_not_wait, "not yet", "Await every task"),
    (leaves_the_last, "not yet", "Await every task"),
    (gathers, "not yet", "works on asyncio's loop only"),
    (by_semaphore, "not yet", "works on asyncio's loop only"),
    (takes_a_timeout, "not yet", "works on asyncio's loop only"),
    (sleeps_in_between, "not yet", "works on asyncio's loop only"),
    (waits_for_nobody, "not yet", "nothing on this loop will ever set"),
    (by_urllib, "stuck", "keeps the event loop busy"),
    (a_loop_of_its_own, "stuck", "another loop, has no place"),
    (never_ends, "stuck", "keeps the event loop busy"),
    (plain, "not yet", "Write `async def`"),
    ("fetch", "not yet", "Hand over the function itself"),
]


@pytest.mark.parametrize("answer", RIGHT)
def test_right_answers(answer: object) -> None:
    kind, shown = judged(answer)
    assert kind == "correct", shown


@pytest.mark.parametrize(("answer", "kind", "says"), WRONG)
def test_wrong_answers(answer: object, kind: str, says: str) -> None:
    seen, shown = judged(answer)
    assert (seen, says in shown) == (kind, True), shown


def test_the_stub_is_not_attempted() -> None:
    assert judged(stub)[0] == "not attempted"


def test_the_lessons_own_solution() -> None:
    found: dict[str, Any] = {"fetch": fetch, "hashlib": hashlib}
    exec(solution_code("10.4"), found)
    assert judged(found["download_all"])[0] == "correct"
