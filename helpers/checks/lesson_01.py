"""What right answers to the exercises of lesson 01 do. Judged by what happens, never by how long it takes.

A call that blocks waits here for a sign of life of the event loop: code that blocks the loop never gets it.
"""

import asyncio
import inspect
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import an, call, refuse_unless_callable
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
PATIENCE = 0.9  # seconds that work waits for a sign of life: less than the arena's STALL, so that we say why
INSIDE, STILL, BESIDE = "in the loop's thread", "elsewhere, but the loop stood still", "beside the loop"
STRAY = "another thread used the loop"
GOES_ON = "the event loop goes on during each conversion"
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


class Heart:
    """Beats in the event loop, so that work in other threads can wait for the next beat."""

    def __init__(self) -> None:
        self.loops_thread = threading.get_ident()
        self._beat = threading.Event()
        self._stopped = False
        self.strays = 0  # calls of the loop's `call_soon` by other threads
        self._watch(asyncio.get_running_loop())

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Such a call does not wake the loop: it works here by luck, as our beats wake it all the time."""
        plain = loop.call_soon

        def call_soon(*arguments: Any, **keywords: Any) -> asyncio.Handle:
            self.strays += threading.get_ident() != self.loops_thread
            return plain(*arguments, **keywords)

        loop.call_soon = call_soon

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
    if hearts[0].strays:
        raise NotYet("not_threadsafe", seen=STRAY, **facts)


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
        self.calls: Counter[str] = Counter()
        self.not_awaited = ""  # what was handed on as a coroutine: "fetch" or "convert"
        self._all_there = asyncio.Event()

    async def fetch(self, name: str) -> str:
        self.calls["fetch"] += 1
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
        self.calls["convert"] += 1
        self.places.append(self.heart.wait())
        self._look_at(page, "fetch")
        return page.upper()

    def store(self, name: str, text: str) -> None:
        self.calls["store"] += 1
        self.out_of_the_loop += threading.get_ident() != self.heart.loops_thread
        self._look_at(text, "convert")
        self.stored[name] = text

    def _look_at(self, value: Any, what: str) -> None:
        if inspect.isawaitable(value):
            self.not_awaited = self.not_awaited or what
            getattr(value, "close", lambda: None)()


def the_right_tool_for_each(publish: Any, arena: Arena) -> str:
    """01.4: pages are waited for together, converted beside the loop, stored in the loop's thread."""
    names = ["a", "b", "c", "d"]
    shown = 'publish(["a", "b", "c", "d"], fetch, convert, store)'
    jobs: list[Job] = []

    async def program(heart: Heart) -> None:
        job = Job(names, heart)
        jobs.append(job)
        await call(publish, list(names), job.fetch, job.convert, job.store, shown=shown)

    raised: Raised | None = None
    try:
        arena.run(lambda: _beside_a_heart(program), f"await {shown}")
    except Raised as error:
        raised = error
    (job,) = jobs
    _look_at_the_tools(job, f"await {shown}", raised)
    if raised:
        raise raised
    _look_at_the_outcome(job, f"await {shown}")
    return "four pages, waiting together; the event loop had to beat during each conversion"


def _look_at_the_tools(job: Job, call: str, raised: Raised | None) -> None:
    """What explains an exception, too, if there was one."""
    if job.not_awaited:
        goes_to = {"fetch": "convert", "convert": "store"}[job.not_awaited]
        raise NotYet(f"{job.not_awaited}_not_awaited", call=call, seen=f"{goes_to} was given a coroutine")
    if INSIDE in job.places:
        seen = f"convert ran {INSIDE}" + (f"; then {raised.summary}" if raised else "")
        raise NotYet("in_the_loop", call=call, seen=seen, expected=GOES_ON)


def _look_at_the_outcome(job: Job, call: str) -> None:
    expected = {name: f"PAGE {name.upper()}" for name in job.names}
    if job.stored != expected:
        facts = {"seen": f"stored: {job.stored!r}"[:90], "expected": repr(expected)}
        raise NotYet("stored", call=call, **facts)
    _objects_to(job.places, "convert", {"call": call, "expected": GOES_ON})
    number = len(job.names)
    if job.most < number:
        seen = f"at most {job.most} fetched at once"
        raise NotYet("one_by_one", call=call, seen=seen, expected=str(number))
    if job.out_of_the_loop:
        seen = f"{job.out_of_the_loop} of {number} stores in another thread"
        raise NotYet("store_elsewhere", call=call, seen=seen, expected="0")
    if job.heart.strays:
        raise NotYet("not_threadsafe", call=call, seen=STRAY)
    for what, times in job.calls.items():
        if times > number:
            seen = f"{what} was called {times} times"
            raise NotYet("twice", call=call, seen=seen, expected=f"{number}, once for each name")


JUDGES: dict[str, Judge] = {
    "01.1": io_or_cpu,
    "01.2": waits_that_overlap,
    "01.3": a_call_beside_the_loop,
    "01.4": the_right_tool_for_each,
}
