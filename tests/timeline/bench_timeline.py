"""What recording costs per step of the loop: ``python tests/timeline/bench_timeline.py`` (on demand, some
seconds).

The same program runs with and without a recording, in turn; the least processor times are subtracted, as
other processes can only add to them.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import nullcontext

from helpers import timeline

ROUNDS = 7
STEPS = 100_000


async def only_yields(steps: int) -> None:
    """One task that lets others go first, again and again."""
    for _ in range(steps):
        await asyncio.sleep(0)


async def two_yield(steps: int) -> None:
    """Two tasks in turn."""
    await asyncio.gather(only_yields(steps // 2), only_yields(steps // 2))


async def queue(steps: int) -> None:
    """A producer and a consumer that wait for each other at each item: two steps an item."""
    jobs: asyncio.Queue[int] = asyncio.Queue(1)

    async def produce() -> None:
        for number in range(steps // 2):
            await jobs.put(number)

    producer = asyncio.create_task(produce())
    for _ in range(steps // 2):
        await jobs.get()
    await producer


async def locked(steps: int) -> None:
    """Two tasks that hand a lock to each other."""
    lock = asyncio.Lock()

    async def work() -> None:
        for _ in range(steps // 4):
            async with lock:
                await asyncio.sleep(0)

    await asyncio.gather(work(), work())


def seconds(program: Callable[[int], Coroutine], steps: int, *, recorded: bool) -> float:
    async def main() -> float:
        with timeline.record() if recorded else nullcontext():
            begin = time.process_time()
            await program(steps)
            return time.process_time() - begin

    return asyncio.run(main())


def report(program: Callable[[int], Coroutine], steps: int) -> str:
    plain, recorded = [], []
    for _ in range(ROUNDS):
        plain.append(seconds(program, steps, recorded=False))
        recorded.append(seconds(program, steps, recorded=True))
    before, after = (min(times) / steps * 1e6 for times in (plain, recorded))
    return f"{program.__name__:12} {before:6.2f} µs a step, recorded {after:6.2f}: + {after - before:5.2f} µs"


if __name__ == "__main__":
    for one in (only_yields, two_yield):
        print(report(one, STEPS))
    for one in (queue, locked):
        print(report(one, STEPS // 10))
