"""Answers to the exercises 04.4 and 04.5, right ones and wrong ones."""

import asyncio
import functools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from helpers import check
from tests.checks.lesson_04_solutions import answers_of

SOLUTIONS = answers_of("04_generators_and_coroutines")


def verdicts(id: str, answer: object, kind: str, says: str) -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in " ".join(repr(verdict).split())) == (kind, True), repr(verdict)


def test_the_solutions_of_the_lesson() -> None:
    for id in "04.4", "04.5":
        assert check(id, SOLUTIONS[id]).kind == "correct"


async def stub(*_: object) -> None:
    # YOUR CODE HERE
    raise NotImplementedError


@pytest.mark.parametrize("id", ["04.4", "04.5"])
def test_the_stub(id: str) -> None:
    assert check(id, stub).kind == "not attempted"


# --- 04.4 -----------------------------------------------------------------------------------------------


async def by_finally(source: Any, count: int) -> AsyncGenerator:
    taken = 0
    try:
        if count:
            async for item in source:
                yield item
                taken += 1
                if taken == count:
                    break
    finally:
        await source.aclose()


class Take:
    """Not an async generator, and it behaves as one."""

    def __init__(self, source: Any, count: int) -> None:
        self.source, self.left = source, count

    def __aiter__(self) -> "Take":
        return self

    async def __anext__(self) -> Any:
        if self.left:
            self.left -= 1
            async for item in self.source:
                return item
        await self.aclose()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        await self.source.aclose()


async def recursive(source: Any, count: int) -> AsyncGenerator:
    async with aclosing(source):
        item = await anext(source, stub) if count else stub
        if item is not stub:
            yield item
            async with aclosing(recursive(source, count - 1)) as rest:
                async for item in rest:
                    yield item


@pytest.mark.parametrize("answer", [by_finally, Take, recursive, functools.partial(by_finally)])
def test_right_takes(answer: object) -> None:
    verdicts("04.4", answer, "correct", "")


async def does_not_close(source: Any, count: int) -> AsyncGenerator:
    for _ in range(count):
        try:
            yield await anext(source)
        except StopAsyncIteration:
            return


async def closes_at_the_normal_end(source: Any, count: int) -> AsyncGenerator:
    for _ in range(count):
        try:
            yield await anext(source)
        except StopAsyncIteration:
            break
    await source.aclose()


async def one_too_many(source: Any, count: int) -> AsyncGenerator:
    async with aclosing(source):
        async for item in source:
            if count == 0:
                break
            count -= 1
            yield item


async def breaks_after_the_last(source: Any, count: int) -> AsyncGenerator:
    async with aclosing(source):
        async for item in source:
            yield item
            count -= 1
            if count == 0:
                break


async def lets_the_end_out(source: Any, count: int) -> AsyncGenerator:
    async with aclosing(source):
        for _ in range(count):
            yield await anext(source)


async def swallows(source: Any, count: int) -> AsyncGenerator:
    async with aclosing(source):
        for _ in range(count):
            try:
                yield await anext(source)
            except Exception:
                return


async def all_at_first(source: Any, count: int) -> AsyncGenerator:
    for item in await a_list(source, count):
        yield item


def ends_at(default: Any) -> Any:
    async def take(source: Any, count: int) -> AsyncGenerator:
        async with aclosing(source):
            for _ in range(count):
                if (item := await anext(source, default)) == default:
                    return
                yield item

    return take


async def forgets_the_await(source: Any, count: int) -> AsyncGenerator:
    async with aclosing(source):
        for _ in range(count):
            yield anext(source)


async def goes_on(source: Any, count: int) -> AsyncGenerator:
    while True:
        yield 1


async def a_list(source: Any, count: int) -> list:
    return [item async for item in by_finally(source, count)]


def plain_generator(source: Any, count: int) -> Any:
    yield from range(count)


async def for_ever(source: Any, count: int) -> AsyncGenerator:
    while True:
        pass
    yield


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (does_not_close, "not yet", "and the source is still open: paused"),
        (closes_at_the_normal_end, "not yet", "At the normal end you close"),
        (one_too_many, "not yet", "an item that nobody wanted"),
        (breaks_after_the_last, "not yet", "may be 0"),
        (lets_the_end_out, "not yet", "fewer items than were wanted"),
        (swallows, "not yet", "made a quiet end of it"),
        (all_at_first, "not yet", "before the first came out"),
        (ends_at(None), "not yet", "An item may be anything"),
        (ends_at(""), "not yet", "An item may be anything"),
        (forgets_the_await, "not yet", "Write `await anext(source)`"),
        (goes_on, "not yet", "when the items are over"),
        (a_list, "not yet", "An async generator is asked for"),
        (plain_generator, "not yet", "An async generator is asked for"),
        (for_ever, "stuck", "for_ever(), line"),
        (3, "not yet", "check() was given an int"),
    ],
)
def test_wrong_takes(answer: object, kind: str, says: str) -> None:
    verdicts("04.4", answer, kind, says)


# --- 04.5 -----------------------------------------------------------------------------------------------


async def with_a_queue(*sources: Any) -> list:
    queue: asyncio.Queue = asyncio.Queue()

    async def pump(source: Any) -> None:
        try:
            async for item in source:
                queue.put_nowait(item)
        finally:
            await source.aclose()

    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(pump(source))
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def with_wait(*sources: Any) -> list:
    found, waiting = [], {asyncio.ensure_future(anext(source)): source for source in sources}
    try:
        while waiting:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                source = waiting.pop(task)
                try:
                    found.append(task.result())
                except StopAsyncIteration:
                    continue
                waiting[asyncio.ensure_future(anext(source))] = source
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for source in sources:
            await source.aclose()
    return found


async def group_alone(*sources: Any) -> list:
    """Nothing is awaited between two items: a cancellation finds the source at work, and ends it."""
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async for item in source:
            found.append(item)

    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(drain(source))
    return found


async def with_gather_and_care(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async with aclosing(source):
            async for item in source:
                found.append(item)

    tasks = [asyncio.create_task(drain(source)) for source in sources]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return found


class Collector:
    async def __call__(self, *sources: Any) -> list:
        return await with_a_queue(*sources)


@pytest.mark.parametrize("answer", [with_a_queue, with_wait, group_alone, with_gather_and_care, Collector()])
def test_right_collectors(answer: object) -> None:
    verdicts("04.5", answer, "correct", "")


async def one_after_the_other(*sources: Any) -> list:
    return [item for source in sources async for item in source]


async def a_list_each(*sources: Any) -> list:
    async def drain(source: Any) -> list:
        async with aclosing(source):
            return [item async for item in source]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(drain(source)) for source in sources]
    return [item for task in tasks for item in task.result()]


async def gather_alone(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async for item in source:
            found.append(item)

    await asyncio.gather(*map(drain, sources))
    return found


async def group_without_closing(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async for item in source:
            found.append(item)
            await asyncio.sleep(0)  # it is cancelled here, and the source is paused at its yield

    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(drain(source))
    return found


async def in_rounds(*sources: Any) -> list:
    found, left, end = [], list(sources), object()
    while left:
        items = await asyncio.gather(*(anext(source, end) for source in left))
        found += [item for item in items if item is not end]
        left = [source for source, item in zip(left, items, strict=True) if item is not end]
    return found


async def each_item_once(*sources: Any) -> list:
    return list(dict.fromkeys(await with_a_queue(*sources)))


async def without_empty_ones(*sources: Any) -> list:
    return list(filter(None, await with_a_queue(*sources)))


async def awaits_one_task_after_the_other(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async with aclosing(source):
            async for item in source:
                found.append(item)

    tasks = [asyncio.create_task(drain(source)) for source in sources]
    try:
        for task in tasks:
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return found


async def looks_at_the_results_afterwards(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async with aclosing(source):
            async for item in source:
                found.append(item)

    for result in await asyncio.gather(*map(drain, sources), return_exceptions=True):
        if isinstance(result, Exception):
            raise result
    return found


async def closes_what_is_still_read(*sources: Any) -> list:
    try:
        return await gather_alone(*sources)
    finally:
        for source in sources:
            await source.aclose()


async def needs_a_source(*sources: Any) -> list:
    tasks = [asyncio.create_task(with_a_queue(source)) for source in sources]
    await asyncio.wait(tasks)
    return [item for task in tasks for item in task.result()]


async def a_generator(*sources: Any) -> AsyncGenerator:
    for item in await with_a_queue(*sources):
        yield item


async def loses_errors(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async with aclosing(source):
            async for item in source:
                found.append(item)

    await asyncio.gather(*map(drain, sources), return_exceptions=True)
    return found


async def returns_when_cancelled(*sources: Any) -> list:
    try:
        return await with_a_queue(*sources)
    except asyncio.CancelledError:
        return []


async def does_not_wait(*sources: Any) -> list:
    found: list[Any] = []

    async def drain(source: Any) -> None:
        async for item in source:
            found.append(item)

    for source in sources:
        asyncio.ensure_future(drain(source))  # noqa: RUF006
    return found


async def waits_for_nobody(*sources: Any) -> list:
    await asyncio.Event().wait()
    return []


def not_async(*sources: Any) -> list:
    return []


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (one_after_the_other, "not yet", "longer than the slowest source"),
        (in_rounds, "not yet", "asking all for one item in rounds"),
        (each_item_once, "not yet", "Equal items are all wanted"),
        (without_empty_ones, "not yet", "so is an empty one"),
        (awaits_one_task_after_the_other, "not yet", "hears of it late"),
        (looks_at_the_results_afterwards, "not yet", "hears of it late"),
        (closes_what_is_still_read, "not yet", "while a task still waited for its next item"),
        (needs_a_source, "not yet", "Set of Tasks/Futures is empty"),
        (needs_a_source, "not yet", "The call: await collect() "),
        (a_generator, "not yet", "with no `yield`"),
        (a_list_each, "not yet", "not in the order in which they came"),
        (gather_alone, "not yet", "another one is still open"),
        (group_without_closing, "not yet", "another one is still open"),
        (loses_errors, "not yet", "its error was lost"),
        (returns_when_cancelled, "not yet", "made something else of it"),
        (does_not_wait, "not yet", "list of all items"),
        (waits_for_nobody, "stuck", "Nothing can run any more"),
        (not_async, "not yet", "`async def`, with a `return`"),
        ([], "not yet", "check() was given a list"),
    ],
)
def test_wrong_collectors(answer: object, kind: str, says: str) -> None:
    verdicts("04.5", answer, kind, says)
