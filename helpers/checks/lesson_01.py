"""What right answers to the exercises of lesson 01 do. Judged by what happens, never by how long it takes."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import an, call, refuse_unless_callable
from helpers.checks.heart import INSIDE, STRAY, Heart, beside_a_heart, object_to
from helpers.checks.lesson_01_publish import the_right_tool_for_each
from helpers.checks.schedules import explore

IO, CPU = "I/O-bound", "CPU-bound"
# Seconds that a piece of work took, and those of them in which it computed.
KINDS = {
    (0.5, 0.01): IO,
    (2.0, 1.9): CPU,
    (60.0, 3.0): IO,
    (0.02, 0.018): CPU,
    (10.0, 9.0): CPU,
    (3.0, 0.0): IO,
    (1.0, 0.45): IO,  # both sides of the half: a twentieth or a third is not what decides
    (1.0, 0.55): CPU,
}
# Simulated seconds of each download. Neither the alphabet nor the order of arrival is the order of the names.
WAITS = {"d": 3.0, "a": 1.0, "c": 2.0, "b": 2.5}


def io_or_cpu(kind: Any, arena: Arena) -> None:
    """01.1: `kind(elapsed, computing)` names what took more than half of the time."""
    for (elapsed, computing), expected in KINDS.items():
        shown = f"kind({elapsed:g}, {computing:g})"
        seen = arena.run(lambda e=elapsed, c=computing: _plain(kind, e, c), shown)
        facts = {"call": shown, "seen": repr(seen)[:60], "expected": repr(expected)}
        if seen is None:
            raise NotYet("nothing", **facts)
        if inspect.isawaitable(seen):
            getattr(seen, "close", lambda: None)()
            raise NotYet("plain", call=shown, seen=an(seen), expected=repr(expected))
        if seen not in (IO, CPU):
            raise NotYet("words", **facts)
        if seen != expected:
            raise NotYet("waited" if expected == IO else "computed", **facts)


async def _plain(function: Any, *arguments: Any) -> Any:
    refuse_unless_callable(function)
    return function(*arguments)


def waits_that_overlap(all_at_once: Any, arena: Arena) -> str:
    """01.2: the downloads' values in the order of the names, as soon as the longest wait is over."""
    took = 0.0
    shown = "await all_at_once(download, [" + ", ".join(f'"{name}"' for name in WAITS) + "])"

    def make_main() -> Callable[[], Awaitable[None]]:
        asked: list[str] = []
        arrived: list[str] = []

        async def download(name: str) -> str:
            asked.append(name)
            await asyncio.sleep(WAITS[name])
            arrived.append(name.upper())
            return name.upper()

        async def main() -> None:
            nonlocal took
            value = await call(all_at_once, download, list(WAITS), shown=shown.removeprefix("await "))
            took = asyncio.get_running_loop().time()
            _values_in_order(value, arrived, shown)
            if len(asked) > len(WAITS):
                raise NotYet("twice", call=shown, seen=f"{len(asked)} downloads", expected=f"{len(WAITS)}")

        return main

    longest = max(WAITS.values())
    try:
        return explore(make_main, lambda run: None if run.now == longest else "wrong time", shown)
    except NotYet as found:
        if found.fields.get("reason") != "wrong time":
            raise
        why = "too_early" if took < longest else "one_by_one" if took == sum(WAITS.values()) else "in_parts"
        seen, expected = f"it took {took:g} simulated seconds", f"{longest:g}, the longest of 3, 1, 2 and 2.5"
        raise NotYet(why, call=shown, seen=seen, expected=expected, picture=found.picture) from None


def _values_in_order(value: Any, arrived: list[str], shown: str) -> None:
    expected = [name.upper() for name in WAITS]
    facts = {"call": shown, "seen": repr(value)[:60], "expected": repr(expected)}
    if value is None:
        raise NotYet("nothing", **facts)
    if asyncio.isfuture(value):
        raise NotYet("not_awaited", call=shown, seen=an(value), expected=repr(expected))
    if not isinstance(value, list | tuple):
        raise NotYet("no_list", call=shown, seen=an(value), expected=repr(expected))
    if any(inspect.isawaitable(each) for each in value):
        for each in value:
            getattr(each, "close", lambda: None)()
        raise NotYet(
            "tasks", call=shown, seen=f"a list of {type(value[0]).__name__} objects", expected=repr(expected)
        )
    if list(value) != expected:
        same = sorted(map(str, value)) == sorted(expected)
        why = "values" if not same else "order" if list(value) == arrived else "another_order"
        raise NotYet(why, **facts)


def a_call_beside_the_loop(off_the_loop: Any, arena: Arena) -> None:
    """01.3: `await off_the_loop(work, argument)` is `work(argument)`, made while the event loop goes on."""
    shown = 'off_the_loop(work, "old")'
    places: list[str] = []
    hearts: list[Heart] = []
    facts = {"call": f"await {shown}", "expected": "'old and done', and the heart beats on"}

    async def program(heart: Heart) -> Any:
        def work(argument: str) -> str:
            places.append(heart.wait())
            return f"{argument} and done"

        work.__qualname__ = "work"  # as an error of the call names it
        hearts.append(heart)
        value = await call(off_the_loop, work, "old", shown=shown)
        if asyncio.isfuture(value):
            value.cancel()
            raise NotYet("not_awaited", seen=f"{an(value)} came back", **facts)
        return value

    try:
        seen = arena.run(lambda: beside_a_heart(program), f"await {shown}")
    except Raised as raised:
        if INSIDE not in places:
            raise
        raise NotYet("in_the_loop", seen=f"work ran {INSIDE}; then {raised.summary}", **facts) from None
    if not places:
        raise NotYet("never_called", seen=repr(seen)[:60], **facts)
    object_to(places, "work", facts)
    if len(places) > 1:
        raise NotYet("twice", seen=f"work was called {len(places)} times", **facts)
    if seen != "old and done":
        raise NotYet("value", seen=repr(seen)[:60], **facts)
    if hearts[0].strays:
        raise NotYet("not_threadsafe", seen=STRAY, **facts)


JUDGES: dict[str, Judge] = {
    "01.1": io_or_cpu,
    "01.2": waits_that_overlap,
    "01.3": a_call_beside_the_loop,
    "01.4": the_right_tool_for_each,
}
