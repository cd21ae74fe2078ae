"""What the pieces of asyncio and of threads cost, one of each: measured here and now.

    costs = primitives.measure()
    costs                       # a picture in a notebook, a table in a terminal
    costs.seconds["task"]

Each function below does its piece `number` times and returns the seconds that took. Some need others around
them that are not measured: who waits for a lock, for instance, is there before the time is taken.
"""

import asyncio
import queue
import statistics
import threading
import time
from collections.abc import Awaitable, Callable

from helpers.bench.costs import Costs

clock = time.perf_counter


async def _nothing() -> None:
    pass


async def await_coroutine(number: int) -> float:
    began = clock()
    for _ in range(number):
        await _nothing()
    return clock() - began


async def sleep_0(number: int) -> float:
    began = clock()
    for _ in range(number):
        await asyncio.sleep(0)
    return clock() - began


async def call_soon(number: int) -> float:
    """Together with the loop's call of it."""
    loop, called = asyncio.get_running_loop(), asyncio.Event()
    began = clock()
    for _ in range(number):
        loop.call_soon(int)
    loop.call_soon(called.set)
    await called.wait()
    return clock() - began


async def future(number: int) -> float:
    """Done before it is awaited: no turn of the loop in between."""
    loop = asyncio.get_running_loop()
    began = clock()
    for _ in range(number):
        made = loop.create_future()
        made.set_result(None)
        await made
    return clock() - began


async def task(number: int) -> float:
    began = clock()
    for _ in range(number):
        await asyncio.create_task(_nothing())
    return clock() - began


async def lock(number: int) -> float:
    free = asyncio.Lock()
    began = clock()
    for _ in range(number):
        async with free:
            pass
    return clock() - began


async def lock_handed_over(number: int) -> float:
    """All the tasks wait for it before the time is taken; each has it once."""
    wanted = asyncio.Lock()

    async def have_it_once() -> None:
        async with wanted:
            pass

    await wanted.acquire()
    return await _all_tasks(number, have_it_once, wanted.release)


async def event(number: int) -> float:
    """All the tasks wait for it before the time is taken; it wakes them all."""
    happened = asyncio.Event()
    return await _all_tasks(number, happened.wait, happened.set)


async def _all_tasks(
    number: int, work: Callable[[], Awaitable[object]], begin: Callable[[], object]
) -> float:
    """Seconds from `begin()` to the end of so many tasks that wait for it."""
    tasks = [asyncio.ensure_future(work()) for _ in range(number)]
    await asyncio.sleep(0)
    began = clock()
    begin()
    await asyncio.wait(tasks)
    return clock() - began


async def async_queue(number: int) -> float:
    items: asyncio.Queue[None] = asyncio.Queue()
    began = clock()
    for _ in range(number):
        await items.put(None)
        await items.get()
    return clock() - began


async def to_thread(number: int) -> float:
    await asyncio.to_thread(int)  # so that there is a thread
    began = clock()
    for _ in range(number):
        await asyncio.to_thread(int)
    return clock() - began


def thread_lock(number: int) -> float:
    free = threading.Lock()
    began = clock()
    for _ in range(number):
        with free:
            pass
    return clock() - began


def thread_queue(number: int) -> float:
    items: queue.Queue[None] = queue.Queue()
    began = clock()
    for _ in range(number):
        items.put(None)
        items.get()
    return clock() - began


def thread_switch(number: int) -> float:
    """Two threads wake each other in turns, by a lock that the other one waits for."""
    mine, other = threading.Lock(), threading.Lock()
    mine.acquire()
    other.acquire()

    def answer() -> None:
        for _ in range(number // 2):
            other.acquire()
            mine.release()

    partner = threading.Thread(target=answer)
    partner.start()
    began = clock()
    for _ in range(number // 2):
        other.release()
        mine.acquire()
    seconds = clock() - began
    partner.join()
    return seconds


def thread(number: int) -> float:
    began = clock()
    for _ in range(number):
        started = threading.Thread(target=_return)
        started.start()
        started.join()
    return clock() - began


def _return() -> None:
    pass


WORK: dict[str, tuple[Callable[[int], float | Awaitable[float]], int]] = {
    "await_coroutine": (await_coroutine, 100_000),
    "call_soon": (call_soon, 50_000),
    "future": (future, 50_000),
    "sleep_0": (sleep_0, 20_000),
    "task": (task, 10_000),
    "lock": (lock, 50_000),
    "lock_handed_over": (lock_handed_over, 5_000),
    "queue": (async_queue, 20_000),
    "event": (event, 5_000),
    "thread_lock": (thread_lock, 100_000),
    "thread_queue": (thread_queue, 20_000),
    "thread_switch": (thread_switch, 5_000),
    "thread": (thread, 500),
    "to_thread": (to_thread, 1_000),
}
"""What is measured, and how often it is done each time."""


def measure(repeats: int = 7, fewer: int = 1, tell: Callable[[str], object] = lambda _: None) -> Costs:
    """Measure each one `repeats` times, all of them in turns; `fewer`: by that factor fewer of each.

    Takes some three seconds. It has to run in a thread without a running event loop: in a notebook, by
    `asyncio.to_thread`. Raises ValueError for less than 1.
    """
    if repeats < 1 or fewer < 1:
        raise ValueError(f"At least 1 repeat, and 1 time fewer: not {repeats} and {fewer}.")
    taken: dict[str, list[float]] = {name: [] for name in WORK}
    for round_ in range(1, repeats + 1):
        tell(f"primitives: round {round_} of {repeats}")
        for name, (work, often) in WORK.items():
            number = max(2, often // fewer)
            done = work(number)
            seconds = done if isinstance(done, float) else asyncio.run(done)
            taken[name].append(seconds / number)
    return Costs({name: statistics.median(each) for name, each in taken.items()}, repeats)
