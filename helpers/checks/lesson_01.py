"""What right answers to the exercises of lesson 01 do. Judged by what happens, never by how long it takes.

A call that blocks waits here for a sign of life of the event loop: code that blocks the loop never gets it.
"""

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import an, call
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
}
WAITS = {"a": 3.0, "b": 1.0, "c": 2.0}  # simulated seconds of each download
PATIENCE = 0.9  # seconds that work waits for a sign of life: less than the arena's STALL, so that we say why
INSIDE, STILL, BESIDE = "in the loop's thread", "elsewhere, but the loop stood still", "beside the loop"
ALL_THERE = 0.8  # seconds that the first page waits for the others to be asked for


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
    if not callable(function):
        raise NotYet("not_callable", seen=f"check() was given {an(function)}")
    return function(*arguments)


def waits_that_overlap(all_at_once: Any, arena: Arena) -> str:
    """01.2: the downloads' values in the order of the names, as soon as the longest wait is over."""
    took = 0.0

    def make_main() -> Callable[[], Awaitable[None]]:
        async def download(name: str) -> str:
            await asyncio.sleep(WAITS[name])
            return name.upper()

        async def main() -> None:
            nonlocal took
            value = await call(all_at_once, download, list(WAITS), shown=shown)
            took = asyncio.get_running_loop().time()
            _values_in_order(value, [name.upper() for name in WAITS], f"await {shown}")

        return main

    shown = 'all_at_once(download, ["a", "b", "c"])'
    longest = max(WAITS.values())
    try:
        return explore(make_main, lambda run: None if run.now == longest else "too long", f"await {shown}")
    except NotYet as found:
        if found.fields.get("reason") != "too long":
            raise
        seen, expected = f"it took {took:g} simulated seconds", f"{longest:g}, the longest of 3, 1 and 2"
        facts = {"call": f"await {shown}", "seen": seen, "expected": expected, "picture": found.picture}
        raise NotYet("one_by_one" if took > longest else "too_early", **facts) from None


def _values_in_order(value: Any, expected: list[str], shown: str) -> None:
    facts = {"call": shown, "seen": repr(value)[:60], "expected": repr(expected)}
    if value is None:
        raise NotYet("nothing", **facts)
    if not isinstance(value, list | tuple):
        raise NotYet("no_list", call=shown, seen=an(value), expected=repr(expected))
    if any(inspect.isawaitable(each) for each in value):
        for each in value:
            getattr(each, "close", lambda: None)()
        raise NotYet(
            "tasks", call=shown, seen=f"a list of {type(value[0]).__name__} objects", expected=repr(expected)
        )
    if list(value) != expected:
        raise NotYet("order" if sorted(map(str, value)) == expected else "values", **facts)


class Heart:
    """Beats in the event loop, so that work in other threads can wait for the next beat."""

    def __init__(self) -> None:
        self.loops_thread = threading.get_ident()
        self._beat = threading.Event()
        self._stopped = False

    async def go_on(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            self._beat.set()

    def wait(self) -> str:
        """Wait for the next beat, if this is outside the loop's thread; say where this was."""
        if threading.get_ident() == self.loops_thread:
            return INSIDE
        self._beat.clear()
        if self._stopped or not self._beat.wait(PATIENCE):
            self._stopped = True  # seen once, that is enough
            return STILL
        return BESIDE


async def _beside_a_heart(program: Callable[[Heart], Awaitable[Any]]) -> Any:
    heart = Heart()
    beating = asyncio.create_task(heart.go_on())
    try:
        return await program(heart)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


def a_call_beside_the_loop(off_the_loop: Any, arena: Arena) -> None:
    """01.3: `await off_the_loop(work, argument)` is `work(argument)`, made while the event loop goes on."""
    shown = 'off_the_loop(work, "old")'
    places: list[str] = []

    async def program(heart: Heart) -> Any:
        def work(argument: str) -> str:
            places.append(heart.wait())
            return f"{argument} and done"

        return await call(off_the_loop, work, "old", shown=shown)

    facts = {"call": f"await {shown}", "expected": "'old and done', and the heart beats on"}
    try:
        seen = arena.run(lambda: _beside_a_heart(program), f"await {shown}")
    except Raised as raised:
        if INSIDE not in places:
            raise
        raise NotYet("in_the_loop", seen=f"work ran {INSIDE}; then {raised.summary}", **facts) from None
    if not places:
        raise NotYet("never_called", seen=repr(seen)[:60], **facts)
    _objects_to(places, "work", facts)
    if len(places) > 1:
        raise NotYet("twice", seen=f"work was called {len(places)} times", **facts)
    if seen != "old and done":
        raise NotYet("value", seen=repr(seen)[:60], **facts)


def _objects_to(places: list[str], what: str, facts: dict[str, str]) -> None:
    for place, why in (INSIDE, "in_the_loop"), (STILL, "loop_still"):
        if place in places:
            raise NotYet(why, seen=f"{what} ran {place}", **facts)


class Job:
    """The three parts of 01.4, and what they saw."""

    def __init__(self, names: list[str], heart: Heart) -> None:
        self.names, self.heart = names, heart
        self.in_flight = self.most = 0
        self.places: list[str] = []  # of the conversions
        self.out_of_the_loop = 0  # stores
        self.stored: dict[str, str] = {}
        self._all_there = asyncio.Event()

    async def fetch(self, name: str) -> str:
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        if self.in_flight == len(self.names):
            self._all_there.set()
        try:
            await asyncio.wait_for(self._all_there.wait(), ALL_THERE)
        except TimeoutError:
            self._all_there.set()  # seen often enough: let the others pass
        finally:
            self.in_flight -= 1
        return f"page {name}"

    def convert(self, page: str) -> str:
        self.places.append(self.heart.wait())
        return page.upper()

    def store(self, name: str, text: str) -> None:
        self.out_of_the_loop += threading.get_ident() != self.heart.loops_thread
        self.stored[name] = text


def the_right_tool_for_each(publish: Any, arena: Arena) -> str:
    """01.4: pages are waited for together, converted beside the loop, stored in the loop's thread."""
    names = ["a", "b", "c", "d"]
    shown = 'publish(["a", "b", "c", "d"], fetch, convert, store)'
    jobs: list[Job] = []

    async def program(heart: Heart) -> None:
        job = Job(names, heart)
        jobs.append(job)
        await call(publish, list(names), job.fetch, job.convert, job.store, shown=shown)

    arena.run(lambda: _beside_a_heart(program), f"await {shown}")
    (job,) = jobs
    expected = {name: f"PAGE {name.upper()}" for name in names}
    if job.stored != expected:
        facts = {"seen": f"stored: {job.stored!r}"[:90], "expected": repr(expected)}
        raise NotYet("stored", call=f"await {shown}", **facts)
    facts = {"call": f"await {shown}", "expected": "the event loop goes on during each conversion"}
    _objects_to(job.places, "convert", facts)
    if job.most < len(names):
        facts = {"seen": f"at most {job.most} fetched at once", "expected": str(len(names))}
        raise NotYet("one_by_one", call=f"await {shown}", **facts)
    if job.out_of_the_loop:
        facts = {"seen": f"{job.out_of_the_loop} of {len(names)} stores in another thread", "expected": "0"}
        raise NotYet("store_elsewhere", call=f"await {shown}", **facts)
    return "four pages, waiting together; the event loop had to beat during each conversion"


JUDGES: dict[str, Judge] = {
    "01.1": io_or_cpu,
    "01.2": waits_that_overlap,
    "01.3": a_call_beside_the_loop,
    "01.4": the_right_tool_for_each,
}
