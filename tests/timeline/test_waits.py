"""What a task waits for, in a short label and in words."""

import asyncio

import pytest

from helpers import timeline


class Turnstile:
    """A lock as learners build one."""

    def __init__(self) -> None:
        self._queue: list[asyncio.Future] = []

    async def enter(self) -> None:
        self._queue.append(asyncio.get_running_loop().create_future())
        await self._queue[-1]


class Account:
    def __init__(self) -> None:
        self.guard = asyncio.Lock()


async def lock() -> None:
    door = asyncio.Lock()
    await door.acquire()
    await door.acquire()


async def attribute() -> None:
    account = Account()
    await account.guard.acquire()
    async with account.guard:
        pass


async def item() -> None:
    forks = [asyncio.Lock(), asyncio.Lock()]
    await forks[1].acquire()
    await forks[1].acquire()


async def semaphore() -> None:
    slots = asyncio.Semaphore(0)
    async with slots:
        pass


async def event() -> None:
    go = asyncio.Event()
    await go.wait()


async def condition() -> None:
    full = asyncio.Condition()
    async with full:
        await full.wait()


async def condition_wait_for() -> None:
    full = asyncio.Condition()
    async with full:
        await full.wait_for(lambda: False)


async def condition_lock() -> None:
    full = asyncio.Condition()
    async with full, full:
        pass


async def get() -> None:
    jobs: asyncio.Queue = asyncio.Queue()
    await jobs.get()


async def put() -> None:
    jobs: asyncio.Queue = asyncio.Queue(1)
    for number in range(2):
        await jobs.put(number)


async def join() -> None:
    jobs: asyncio.Queue = asyncio.Queue()
    jobs.put_nowait(1)
    await jobs.join()


async def barrier() -> None:
    gate = asyncio.Barrier(2)
    await gate.wait()


async def future() -> None:
    reply = asyncio.get_running_loop().create_future()
    await reply


async def own_class() -> None:
    turnstile = Turnstile()
    await turnstile.enter()


async def timeout_around() -> None:
    go = asyncio.Event()
    async with asyncio.timeout(None):
        await go.wait()


async def wait_for_around() -> None:
    jobs: asyncio.Queue = asyncio.Queue()
    await asyncio.wait_for(jobs.get(), None)


async def generator() -> None:
    go = asyncio.Event()

    async def numbers():
        await go.wait()
        yield 1

    async for _ in numbers():
        pass


WAITS = [
    (lock, "lock door", "lock ‘door’"),
    (attribute, "lock account.guard", "lock ‘account.guard’"),
    (item, "lock forks[1]", "lock ‘forks[1]’"),
    (semaphore, "semaphore slots", "semaphore ‘slots’"),
    (event, "event go", "event ‘go’ to be set"),
    (condition, "condition full", "condition ‘full’ to be notified"),
    (condition_wait_for, "condition full", "condition ‘full’ to be notified"),
    (condition_lock, "lock of full", "the lock of condition ‘full’"),
    (get, "item from jobs", "an item in queue ‘jobs’"),
    (put, "room in jobs", "room in queue ‘jobs’"),
    (join, "jobs done", "queue ‘jobs’ to be worked off"),
    (barrier, "barrier gate", "the others at barrier ‘gate’"),
    (future, "future reply", "a future ‘reply’"),
    (own_class, "turnstile.enter()", "turnstile.enter()"),
    (timeout_around, "event go", "event ‘go’ to be set"),
    (wait_for_around, "item from jobs", "an item in queue ‘jobs’"),
    (generator, "event go", "event ‘go’ to be set"),
]


@pytest.mark.parametrize(("program", "label", "words"), WAITS, ids=[wait[0].__name__ for wait in WAITS])
def test_a_wait_without_end(program, label: str, words: str) -> None:
    """Each of these programs ends in a deadlock, and so shows its last wait."""
    picture = timeline.run(program)
    last = picture.lanes[0].pieces[-1]
    assert (last.kind, last.label, last.words) == ("wait", label, f"waits for {words}")
    assert f"{program.__name__} waits for {words}" in picture.caption


async def sleep() -> None:
    await asyncio.sleep(0.25)


async def two_tasks() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(1), name="a")
        group.create_task(asyncio.sleep(1), name="b")


async def gathered() -> None:
    await asyncio.gather(asyncio.sleep(1), sleep())


async def one_task() -> None:
    await asyncio.create_task(asyncio.sleep(1), name="a")


async def some_of_them() -> None:
    await asyncio.wait([asyncio.create_task(asyncio.sleep(1), name=name) for name in "abcd"])


async def task_with_timeout() -> None:
    await asyncio.wait_for(asyncio.create_task(asyncio.sleep(1), name="a"), 5)


async def as_completed() -> None:
    for one in asyncio.as_completed([sleep()]):
        await one


async def thread() -> None:
    await asyncio.to_thread(print, end="")


@pytest.mark.parametrize(
    ("program", "label", "words"),
    [
        (sleep, "sleep 0.25", "the end of its sleep (0.25 s)"),
        (two_tasks, "a, b", "tasks ‘a’, ‘b’"),
        (gathered, "sleep 1, sleep 2", "tasks ‘sleep 1’, ‘sleep 2’"),
        (one_task, "a", "task ‘a’"),
        (some_of_them, "4 tasks", "tasks ‘a’, ‘b’, ‘c’, ‘d’"),
        (task_with_timeout, "a", "task ‘a’"),
        (as_completed, "as_completed()", "as_completed()"),
        (thread, "thread print", "print() in a thread"),
    ],
)
def test_a_wait_that_ends(program, label: str, words: str) -> None:
    first = timeline.run(program).lanes[0].pieces[1]
    assert (first.kind, first.label, first.words) == ("wait", label, f"waits for {words}")
