"""The learner's Condition, Lock and Queue: on the learner's loop, and on asyncio's in every order."""

import asyncio
from typing import Any

from helpers.own_loop.clock import JumpingClock
from helpers.own_loop.locks import Lock, Queue
from helpers.own_loop.tasks import Loop
from helpers.simulation import explore


def sleep(loop: Any, seconds: float) -> Any:
    future = loop.create_future()
    loop.call_later(seconds, future.set_result, None)
    return future


async def deposits(loop: Any) -> int:
    lock, balance = Lock(loop), 0

    async def deposit() -> None:
        nonlocal balance
        async with lock:
            seen = balance
            await sleep(loop, 1)
            balance = seen + 1

    for task in [loop.create_task(deposit()) for _ in range(3)]:
        await task
    return balance


async def handed_over(loop: Any) -> tuple[list[int], int]:
    queue, taken, most = Queue(loop, room=2), [], 0

    async def produce() -> None:
        nonlocal most
        for number in range(5):
            await queue.put(number)
            most = max(most, len(queue._items))

    task = loop.create_task(produce())
    for _ in range(5):
        await sleep(loop, 1)
        taken.append(await queue.get())
    await task
    return taken, most


def test_they_work_on_the_learners_loop() -> None:
    loop = Loop(JumpingClock())
    assert loop.run_until_complete(deposits(loop)) == 3
    assert loop.time() == 3
    assert loop.run_until_complete(handed_over(loop)) == ([0, 1, 2, 3, 4], 2)


def test_they_are_right_in_every_order_on_asyncios() -> None:
    for program, value in (deposits, 3), (handed_over, ([0, 1, 2, 3, 4], 2)):
        found = explore(
            lambda program=program: lambda: program(asyncio.get_running_loop()),
            lambda run, value=value: run.problem or (None if run.value == value else f"{run.value}"),
            limit=300,
        )
        assert found.failure is None, found.failure.reason


def test_a_cancelled_waiter_takes_no_wake_up_with_it() -> None:
    async def main() -> bool:
        lock = Lock(asyncio.get_running_loop())

        async def use(seconds: float) -> None:
            async with lock:
                await asyncio.sleep(seconds)

        await asyncio.gather(
            *(asyncio.create_task(use(1), name=name) for name in "abc"), return_exceptions=True
        )
        async with asyncio.timeout(10):
            await use(0)
        return lock._locked

    found = explore(
        lambda: main,
        lambda run: run.problem or ("still locked" if run.value else None),
        cancel=True,
        limit=500,
    )
    assert found.failure is None, found.failure.reason
