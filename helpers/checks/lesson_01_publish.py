"""Exercise 01.4: what waits, what computes and what touches the loop's own data, each with its tool."""

import asyncio
import inspect
import threading
from collections import Counter
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import call
from helpers.checks.heart import INSIDE, STRAY, Heart, beside_a_heart, object_to

GOES_ON = "the event loop goes on during each conversion"
ALL_THERE = 0.8  # seconds that the first page waits for the others to be asked for


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
        arena.run(lambda: beside_a_heart(program), f"await {shown}")
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
    object_to(job.places, "convert", {"call": call, "expected": GOES_ON})
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
