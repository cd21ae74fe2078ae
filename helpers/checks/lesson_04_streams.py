"""Exercises 04.4 and 04.5: async generators, on a simulated clock, under many schedules.

The sources are the judge's own (lesson_04_source.py): they note what is asked of them, and
whether they were closed.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call, refuse_unless_callable
from helpers.checks.lesson_04_source import Source
from helpers.checks.schedules import explore
from helpers.checks.words import said, short

# --- 04.4 ----------------------------------------------------------------------------------------------

ITEMS = ["a", "b", None, "", "e"]  # an item may be anything
CASES = 2, 4, 7, 0  # how many are wanted


def first_few(take: Any, arena: Arena) -> None:
    """04.4: the right items, none asked for in vain, and closed however it ends."""
    refuse_unless_callable(take)

    def make_main() -> Callable:
        async def main() -> None:
            for count in CASES:
                await _to_the_end(take, count)
            await _left_early(take)
            await _failing(take)

        return main

    explore(make_main, lambda _: None, "take(source, …)")


async def _stream_of(take: Any, source: Source, count: int, shown: str) -> AsyncIterator:
    stream = take(source.stream, count)
    if inspect.isawaitable(stream):
        value = await stream
        await source.stream.aclose()
        raise NotYet("not_a_generator", call=shown, seen=f"a coroutine; awaited, it gave {short(value)}")
    if not hasattr(stream, "__anext__") or not hasattr(stream, "aclose"):
        await source.stream.aclose()
        raise NotYet("not_a_generator", call=shown, seen=f"it returned {an(stream)}")
    return stream


async def _to_the_end(take: Any, count: int) -> None:
    items, source, shown = ITEMS[:count], Source(ITEMS, 1), f"[item async for item in take(source, {count})]"
    try:
        got = await _items_of(await _stream_of(take, source, count, shown))
    except RuntimeError as error:
        if "StopAsyncIteration" in str(error):
            raise NotYet("end_escapes", call=shown, seen=said(error)) from None
        raise
    was_open = source.is_open
    await source.stream.aclose()
    if got != items:
        raise NotYet(_how_wrong(got, items), call=shown, seen=_listed(got), expected=repr(items))
    if source.asked > len(items):
        seen = f"{source.asked} items were asked for"
        raise NotYet("one_too_many", call=shown, seen=seen, expected=str(len(items)))
    if was_open:
        raise NotYet("open_at_the_end", call=shown, seen="the source is still open", expected="closed")


async def _items_of(stream: AsyncIterator) -> list:
    """All items of `stream`; of one that does not end, the first few."""
    got: list[Any] = []
    async for item in stream:
        got.append(item)
        if len(got) > len(ITEMS):
            break
    return got


def _how_wrong(got: list, items: list) -> str:
    if any(map(inspect.isawaitable, got)):
        return "not_awaited"
    if len(got) > len(ITEMS):
        return "endless"
    return "ended_early" if got == items[: len(got)] and not items[len(got)] else "items"


def _listed(got: list) -> str:
    """The list in a learner's words; what nobody awaited has an address, which says nothing."""
    items = [an(item) if inspect.isawaitable(item) else repr(item) for item in got]
    return f"[{', '.join(items)}{', …' if len(got) > len(ITEMS) else ''}]"


async def _left_early(take: Any) -> None:
    source = Source("abcd", 1)
    shown = "async with aclosing(take(source, 3)) as items:\n    async for item in items: break"
    async with aclosing(await _stream_of(take, source, 3, shown)) as items:
        await anext(items)
        asked = source.asked
    was_open = source.is_open
    await source.stream.aclose()
    if asked > 1:
        seen = f"{asked} items were asked for, before the first came out"
        raise NotYet("read_ahead", call=shown, seen=seen, expected="1")
    if was_open:
        raise NotYet("open_when_left", call=shown, seen="the source is still open", expected="closed")


async def _failing(take: Any) -> None:
    source = Source("a", 1, LookupError("sold out"))
    shown = "[item async for item in take(source, 3)]  # the source raises LookupError after one item"
    try:
        got = [item async for item in await _stream_of(take, source, 3, shown)]
    except LookupError:
        return
    raise NotYet("swallowed", call=shown, seen=repr(got), expected="LookupError: sold out")


# --- 04.5 ----------------------------------------------------------------------------------------------

COLLECTING = "await collect(a, b, c)"
LIMIT = 300  # schedules of each program


def all_sources(collect: Any, arena: Arena) -> str:
    """04.5: together, in the order of arrival; closed after an end, an error and a cancellation."""
    explore(_alone(collect), lambda _: None, "await collect()", limit=LIMIT)
    for make_main in (_together(collect), _one_fails(collect)):
        covered = explore(make_main, lambda _: None, COLLECTING, limit=LIMIT)
    explore(_cancelled(collect), lambda _: None, COLLECTING, limit=LIMIT)
    return covered


def _alone(collect: Any) -> Callable:
    def make_main() -> Callable:
        async def main() -> None:
            got = await call(collect, shown="collect()")
            if got != []:
                raise NotYet("items", call="await collect()", seen=short(got), expected="[]")

        return main

    return make_main


def _together(collect: Any) -> Callable:
    def make_main() -> Callable:
        async def main() -> None:
            sources = [Source(["a", "", "c"], 3), Source("ABCD", 1.25), Source("1A", 2)]
            loop = asyncio.get_running_loop()
            before = loop.time()
            got = await call(collect, *(s.stream for s in sources), shown=COLLECTING[6:])
            _look_at_items(got, loop.time() - before)
            _look_at_sources(sources, COLLECTING, "left_open")

        return main

    return make_main


ARRIVAL = ["A", "1", "B", "a", "C", "A", "D", "", "c"]  # one is empty, one comes twice


def _look_at_items(got: Any, seconds: float) -> None:
    facts = {"call": COLLECTING, "seen": short(got), "expected": short(ARRIVAL)}
    if not isinstance(got, list) or sorted(map(str, got)) != sorted(ARRIVAL):
        raise NotYet("items", **facts)
    if seconds > 9.5:
        took = f"{seconds:g} simulated seconds"
        raise NotYet("one_by_one", call=COLLECTING, seen=took, expected="9, those of the slowest source")
    if got != ARRIVAL:
        raise NotYet("order", **facts)


def _look_at_sources(sources: list[Source], shown: str, why: str) -> None:
    names = [name for name, source in zip("abc", sources, strict=False) if source.is_open]
    if names:
        raise NotYet(why, call=shown, seen=f"not closed: {', '.join(names)}", expected="all closed")


def _one_fails(collect: Any) -> Callable:
    shown = f"{COLLECTING}  # b raises LookupError after 2 seconds"

    def make_main() -> Callable:
        async def main() -> None:
            sources = [Source("abc", 3), Source("A", 1, LookupError("sold out")), Source("12345", 1)]
            loop = asyncio.get_running_loop()
            before = loop.time()
            try:
                got = await call(collect, *(s.stream for s in sources), shown=shown)
            except (LookupError, ExceptionGroup) as error:
                if not _holds_lookup_error(error):
                    raise
            except RuntimeError as error:
                if "already running" not in str(error):
                    raise
                raise NotYet("still_read", call=shown, seen=said(error), expected="LookupError") from None
            else:
                raise NotYet(
                    "swallowed", call=shown, seen=f"it returned {short(got)}", expected="LookupError"
                )
            _look_at_sources(sources, shown, "left_open_after_an_error")
            if (seconds := loop.time() - before) > 2.5:
                seen = f"the error came out after {seconds:g} seconds"
                raise NotYet("late", call=shown, seen=seen, expected="after 2")

        return main

    return make_main


def _holds_lookup_error(error: Exception) -> bool:
    if isinstance(error, ExceptionGroup):
        return any(map(_holds_lookup_error, error.exceptions))
    return isinstance(error, LookupError)


def _cancelled(collect: Any) -> Callable:
    shown = f"{COLLECTING}  # cancelled after 2.5 seconds"

    def make_main() -> Callable:
        async def main() -> None:
            sources = [Source("abc", 3), Source("ABCD", 1), Source("12", 2)]
            streams = [source.stream for source in sources]
            task = asyncio.create_task(call(collect, *streams, shown=shown), name="collect")
            await asyncio.sleep(2.5)
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                error = task.exception()
                seen = said(error) if isinstance(error, Exception) else "it returned a value"
                raise NotYet("cancellation", call=shown, seen=seen, expected="CancelledError")
            _look_at_sources(sources, shown, "left_open_when_cancelled")

        return main

    return make_main
