"""What the pieces of asyncio and of threads cost, one of each: measured here and now.

    costs = primitives.measure()
    costs                       # a picture in a notebook, a table in a terminal
    costs.seconds["task"]

Each function below does its piece `number` times and returns the seconds that took. Some need others around
them that are not measured: who waits for a lock, for instance, is there before the time is taken.
"""

import asyncio
import queue
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
    "await_coroutine": (await_coroutine, 5_000),
    "call_soon": (call_soon, 2_500),
    "future": (future, 2_500),
    "sleep_0": (sleep_0, 1_000),
    "task": (task, 500),
    "lock": (lock, 2_500),
    "lock_handed_over": (lock_handed_over, 500),
    "queue": (async_queue, 1_000),
    "event": (event, 500),
    "thread_lock": (thread_lock, 5_000),
    "thread_queue": (thread_queue, 1_000),
    "thread_switch": (thread_switch, 500),
    "thread": (thread, 25),
    "to_thread": (to_thread, 50),
}
"""What is measured, and how often it is done each time: for a few milliseconds, which nobody may disturb."""


def measure(repeats: int = 50, tell: Callable[[str], object] = lambda _: None) -> Costs:
    """Measure each one `repeats` times, all of them in turns. The fastest counts: the others were disturbed
    by somebody (as in https://docs.python.org/3/library/timeit.html#timeit.Timer.repeat).

    Takes some five seconds. It has to run in a thread without a running event loop: in a notebook, by
    `asyncio.to_thread`. Raises ValueError for less than one repeat.
    """
    if repeats < 1:
        raise ValueError(f"There must be 1 repeat at least, not {repeats}.")
    taken: dict[str, list[float]] = {name: [] for name in WORK}
    for round_ in range(1, repeats + 1):
        tell(f"primitives: round {round_} of {repeats}")
        for name, (work, number) in WORK.items():
            done = work(number)
            taken[name].append((done if isinstance(done, float) else asyncio.run(done)) / number)
    return Costs({name: min(each) for name, each in taken.items()}, repeats)
