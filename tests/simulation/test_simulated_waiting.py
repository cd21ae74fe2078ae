"""A deadlock names which task waits for what, and who holds it; whatever it is."""

import asyncio
from collections.abc import Callable

import pytest

from helpers.simulation import run

PREFIX = "Nothing can run any more (deadlock). "


async def event():
    opened = asyncio.Event()
    await opened.wait()


async def queue_get():
    jobs = asyncio.Queue()
    await jobs.get()


async def queue_put():
    jobs = asyncio.Queue(1)
    await jobs.put(1)
    await jobs.put(2)


async def queue_join():
    jobs = asyncio.Queue()
    jobs.put_nowait(1)
    await jobs.join()


async def semaphore():
    slots = asyncio.BoundedSemaphore(2)
    await slots.acquire()
    async with slots, slots:
        pass


async def barrier():
    start = asyncio.Barrier(2)
    await start.wait()


async def condition():
    changed = asyncio.Condition()
    async with changed:
        await changed.wait_for(lambda: False)


async def condition_lock():
    changed = asyncio.Condition()

    async def sleeper():
        async with changed:
            await changed.wait()

    task = asyncio.create_task(sleeper(), name="sleeper")
    await asyncio.sleep(0)
    await changed.acquire()
    changed.notify()
    await task


async def future():
    answer = asyncio.get_running_loop().create_future()
    await answer


async def future_in_a_method():
    class Box:
        async def get(self):
            await asyncio.get_running_loop().create_future()

    await Box().get()


async def _forever():
    await asyncio.Event().wait()


async def task():
    await asyncio.create_task(_forever(), name="other")


async def gather():
    await asyncio.gather(_forever(), asyncio.sleep(1), _forever())


async def wait():
    await asyncio.wait([asyncio.create_task(_forever(), name="other")])


async def shield():
    await asyncio.shield(_forever())


async def each_other():
    async def wait_for_other(name):
        await asyncio.sleep(0)
        await tasks[name]

    tasks = {
        "a": asyncio.create_task(wait_for_other("b"), name="a"),
        "b": asyncio.create_task(wait_for_other("a"), name="b"),
    }
    await tasks["a"]


async def async_generator():
    async def pages():
        lock = asyncio.Lock()
        async with lock:
            yield 1
            await lock.acquire()

    async for _ in pages():
        pass


async def philosophers():
    forks = [asyncio.Lock() for _ in range(3)]

    async def dine(left, right):
        async with left:
            await asyncio.sleep(1)
            async with right:
                pass

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(dine(forks[number], forks[(number + 1) % 3]), name=f"P{number}")


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (event, "task ‘main’ waits for event ‘opened’ to be set."),
        (queue_get, "task ‘main’ waits for an item in queue ‘jobs’."),
        (queue_put, "task ‘main’ waits for room in queue ‘jobs’."),
        (queue_join, "task ‘main’ waits for queue ‘jobs’ to be worked off."),
        (semaphore, "task ‘main’ waits for semaphore ‘slots’, held by itself."),
        (barrier, "task ‘main’ waits for the others at barrier ‘start’."),
        (condition, "task ‘main’ waits for condition ‘changed’ to be notified."),
        (
            condition_lock,
            "task ‘sleeper’ waits for the lock of condition ‘changed’, held by task ‘main’.",
        ),
        (future, "task ‘main’ waits for a future ‘answer’ that nobody has set."),
        (future_in_a_method, "task ‘main’ waits for a future that nobody has set, in get()."),
        (task, "task ‘other’ waits for event to be set."),
        (gather, "task ‘_forever 1’ waits for event to be set; task ‘_forever 2’ waits for event to be set."),
        (wait, "task ‘other’ waits for event to be set."),
        (
            each_other,
            "task ‘main’ waits for task ‘a’; task ‘a’ waits for task ‘b’; task ‘b’ waits for task ‘a’.",
        ),
        (async_generator, "task ‘main’ waits for lock ‘lock’, held by itself."),
        (
            philosophers,
            "task ‘P0’ waits for lock ‘forks[1]’, held by task ‘P1’; "
            "task ‘P1’ waits for lock ‘forks[2]’, held by task ‘P2’; "
            "task ‘P2’ waits for lock ‘forks[0]’, held by task ‘P0’.",
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_deadlock_in_words(program: Callable, text: str) -> None:
    result = run(program)
    assert result.outcome == "deadlock"
    assert result.problem == PREFIX + text


@pytest.mark.parametrize(
    ("program", "what"),
    [
        (gather, "tasks ‘_forever 1’, ‘_forever 2’ (gather)"),
        (wait, "task ‘other’"),
        (task, "task ‘other’"),
        (shield, "a future that nobody has set, in shield()"),
    ],
)
def test_main_waits_for_tasks(program: Callable, what: str) -> None:
    waiting = run(program).waiting[0]
    assert (waiting.task, waiting.what) == ("main", what)
    assert waiting.place.function == program.__name__


def test_task_written_in_python_waits_like_one_in_c() -> None:
    async def main():
        tasks = asyncio.tasks
        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda loop, coro, **kwargs: tasks._PyTask(coro, loop=loop, **kwargs))
        await asyncio.create_task(event(), name="other")

    if issubclass(
        asyncio.tasks._PyTask, asyncio.Task
    ):  # pragma: no cover - an interpreter without the C module
        pytest.skip("there is no C version to compare with")
    assert "task ‘other’ waits for event ‘opened’ to be set" in run(main).problem
