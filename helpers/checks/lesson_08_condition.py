"""Exercise 08.3: a condition of futures, on the learner's own loop and on asyncio's."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_08_stage import MANY, made
from helpers.checks.orders import in_every_order
from helpers.own_loop import locks, tasks
from helpers.own_loop.clock import JumpingClock
from helpers.simulation import Run

BELLS = 100
PAUSES = 3  # of _bell, each of which takes a future
ONE_GIVES_UP = "three wait, and one of them is cancelled"


def condition_of_futures(condition_class: Any, arena: Arena) -> str:
    """08.3: a bell reaches all who wait and none who come later, on both loops; cancelled ones do no harm."""

    def on_asyncios(program: Callable[[Any, Any], Coroutine]) -> Callable:
        async def main() -> Any:
            loop = asyncio.get_running_loop()
            return await program(loop, made(condition_class, loop))

        return main

    async def on_the_learners() -> list[str]:
        loop = CountingLoop(JumpingClock())
        task = loop.create_task(_bell(loop, made(condition_class, loop)))
        loop.run()
        if not task.done():
            key = "not_all" if loop.made > PAUSES else "foreign"
            raise NotYet(key, seen="nothing is left to run, and somebody still waits")
        return task.result()

    def judge(program: Callable, wrong: Callable, shown: str, stuck: str = "asleep", **options: Any) -> str:
        return in_every_order(program, wrong, shown, stuck, "raised", **options)

    judge(on_the_learners, _rang, "two waiters, on the loop of lesson 05", limit=1)
    covered = judge(on_asyncios(_bell), _rang, "two waiters, on asyncio's loop")
    judge(on_asyncios(_true_already), _nothing, "wait_for(lambda: True), and nobody rings", "waits_first")
    judge(on_asyncios(_looks_again), _looked, "wait_for(predicate), and two bells for nothing")
    judge(on_asyncios(_one_gives_up), _rang, ONE_GIVES_UP)
    judge(_many_bells(condition_class), _let_go, f"{BELLS} times: one waits, and the bell rings", limit=1)
    deposits = on_asyncios(_deposits)
    judge(deposits, _deposited, "a lock made of it, and one is cancelled", cancel=True, limit=MANY)
    return covered


class CountingLoop(tasks.Loop):
    """Knows how many futures it has made."""

    made = 0

    def create_future(self) -> Any:
        self.made += 1
        return super().create_future()


def _ring(condition: Any) -> None:
    result = condition.notify_all()
    if asyncio.iscoroutine(result):
        result.close()
        raise NotYet("notify_async")


async def _pause(loop: Any) -> None:
    future = loop.create_future()
    loop.call_later(1, future.set_result, None)
    await future


async def _bell(loop: Any, condition: Any) -> list[str]:
    """Two wait; a bell at 1 s; then one waits who comes too late, and gets the bell at 3 s."""
    log: list[str] = []

    async def wait(name: str) -> None:
        await call(condition.wait, shown="condition.wait()")
        log.append(f"{name} at {loop.time():g} s")

    waiting = [loop.create_task(wait(name)) for name in ("a", "b")]
    await _pause(loop)
    _ring(condition)
    await _pause(loop)
    waiting.append(loop.create_task(wait("late")))
    await _pause(loop)
    _ring(condition)
    for name, task in zip(("a", "b", "late"), waiting, strict=True):
        try:
            await task
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            log.append(f"{name} was cancelled")
    return log


def _rang(run: Run) -> NotYet | None:
    seen = sorted(run.value)
    due = ["a at 1 s", "b at 1 s", "late at 3 s"]
    if seen == due:
        return None
    if any(one.endswith(" 0 s") for one in seen):
        key = "not_waited"
    elif any(one.endswith("cancelled") for one in seen):
        key = "shared"
    else:
        key = "at_once" if "late at 2 s" in seen else "not_all"
    return NotYet(key, seen=", ".join(seen), expected=", ".join(due))


async def _looks_again(loop: Any, condition: Any) -> tuple[float, int]:
    looks: list[float] = []

    def predicate() -> bool:
        looks.append(loop.time())
        return loop.time() > 2.5

    async def ring() -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            _ring(condition)

    async with asyncio.TaskGroup() as group:
        group.create_task(call(condition.wait_for, predicate, shown="condition.wait_for(…)"), name="waiter")
        bell = group.create_task(ring(), name="bell")
    await bell
    return looks[-1], len(looks)


def _looked(run: Run) -> NotYet | None:
    last, count = run.value
    if last < 2.5:
        return NotYet("once", seen=f"it went on at {last:g} s, though the predicate was false")
    return NotYet("polls", seen=f"it looked {count} times", expected="4 times") if count > 10 else None


async def _one_gives_up(loop: Any, condition: Any) -> list[str]:
    async def wait() -> None:
        await condition.wait()

    gone = loop.create_task(wait())
    loop.call_later(0.5, gone.cancel)
    return await _bell(loop, condition)


async def _true_already(loop: Any, condition: Any) -> None:
    await call(condition.wait_for, lambda: True, shown="condition.wait_for(lambda: True)")


def _nothing(run: Run) -> None:
    return None


def _many_bells(condition_class: Any) -> Callable:
    """A program that returns how many futures somebody keeps after their bells."""

    async def main() -> int:
        loop = asyncio.get_running_loop()
        made_here: weakref.WeakSet = weakref.WeakSet()

        def create_future() -> asyncio.Future:
            made_here.add(future := loop.create_future())
            return future

        condition = made(condition_class, SimpleNamespace(create_future=create_future))
        for _ in range(BELLS):
            loop.call_soon(_ring, condition)
            await condition.wait()
        gc.collect()
        return len(made_here)

    return main


def _let_go(run: Run) -> NotYet | None:
    return NotYet("grows", seen=f"{run.value} futures were kept") if run.value > 10 else None


async def _deposits(loop: Any, condition: Any) -> int:
    lock, inside, most = locks.Lock(loop), 0, 0
    lock._changed = condition

    async def visit() -> None:
        nonlocal inside, most
        async with lock:
            inside += 1
            most = max(most, inside)
            try:
                await asyncio.sleep(0)
            finally:
                inside -= 1

    each = [loop.create_task(visit()) for _ in range(3)]
    await asyncio.wait(each)
    await visit()
    return most


def _deposited(run: Run) -> NotYet | None:
    return NotYet("once", seen=f"{run.value} were inside the lock together") if run.value > 1 else None
