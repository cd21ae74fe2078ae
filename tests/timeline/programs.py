"""Programs whose pictures are in pictures.txt: ``python -m tests.timeline.programs`` prints them anew."""

import asyncio
from collections.abc import Callable, Coroutine

from helpers import timeline

Main = Callable[[], Coroutine]


async def lock_with_contention() -> None:
    lock = asyncio.Lock()

    async def deposit() -> None:
        async with lock:
            await asyncio.sleep(1)

    await asyncio.gather(deposit(), deposit())


async def deadlock() -> None:
    first, second = asyncio.Lock(), asyncio.Lock()

    async def take(one: asyncio.Lock, other: asyncio.Lock) -> None:
        async with one:
            await asyncio.sleep(0.1)
            async with other:
                pass

    async with asyncio.TaskGroup() as group:
        group.create_task(take(first, second), name="Plato")
        group.create_task(take(second, first), name="孔子")


async def error_cancels_siblings() -> None:
    async def download(number: int) -> None:
        await asyncio.sleep(number)
        if number == 2:
            raise ValueError("broken")

    async with asyncio.TaskGroup() as group:
        for number in range(1, 5):
            group.create_task(download(number))


async def queue() -> None:
    jobs: asyncio.Queue[int] = asyncio.Queue(1)

    async def produce() -> None:
        for number in range(3):
            await jobs.put(number)

    async def consume() -> None:
        for _ in range(3):
            await jobs.get()
            await asyncio.sleep(1)

    await asyncio.gather(produce(), consume())


async def condition() -> None:
    full = asyncio.Condition()

    async def waiter() -> None:
        async with full:
            await full.wait()

    async def notifier() -> None:
        async with full:
            full.notify_all()
            await asyncio.sleep(1)

    await asyncio.gather(waiter(), notifier())


async def semaphore_and_timeout() -> None:
    slots = asyncio.Semaphore(2)

    async def fetch() -> None:
        async with slots:
            await asyncio.sleep(1)

    async with asyncio.timeout(1.5):
        await asyncio.gather(*(fetch() for _ in range(3)))


async def wait_for() -> None:
    async def slow() -> None:
        await asyncio.sleep(2)

    try:
        await asyncio.wait_for(slow(), 1)
    except TimeoutError:
        await asyncio.wait_for(asyncio.sleep(1), 5)


async def lost_update_broken() -> None:
    count = 0

    async def add() -> None:
        nonlocal count
        value = count
        await asyncio.sleep(0)
        count = value + 1

    await asyncio.gather(add(), add())


async def ping_pong() -> None:
    async def play(own: asyncio.Event, other: asyncio.Event) -> None:
        for _ in range(40):
            other.set()
            await own.wait()
            own.clear()
        other.set()

    left, right = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(play(left, right), name="ping")
        group.create_task(play(right, left), name="pong")


async def crowd() -> None:
    async def guest(number: int) -> None:
        await asyncio.sleep(number)

    await asyncio.gather(*(guest(number) for number in range(40)))


PROGRAMS: dict[str, Main] = {
    program.__name__: program
    for program in (
        *(lock_with_contention, deadlock, error_cancels_siblings, queue, condition),
        *(semaphore_and_timeout, wait_for, lost_update_broken, ping_pong, crowd),
    )
}

if __name__ == "__main__":
    for name, program in PROGRAMS.items():
        print(f"== {name}\n{timeline.run(program)!r}\n")
