"""Exercise 08.2: a buffer between producers and consumers. Nothing is lost, and nobody sleeps for nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call
from helpers.checks.orders import in_every_order
from helpers.simulation import Run

MANY = 300  # schedules where all would be too many
DRAINED = 10
PATIENCE = 10.0  # simulated seconds after which whoever still waits is not going to get anything


class Traffic:
    """What went into a buffer and what came out, and who was left waiting."""

    def __init__(self, buffer_class: Any, room: int) -> None:
        if not isinstance(buffer_class, type):
            raise NotYet("no_class", seen=f"check() was given {an(buffer_class)}")
        self._buffer, self.room = buffer_class(room), room
        self.asked: list[Any] = []  # to be put in: also those whose put was cancelled
        self.put_in: list[Any] = []
        self.getting = 0  # consumers inside `get`: each may have taken an item already
        self.most = 0  # items that were in the buffer together, at least
        self.taken: list[Any] = []
        self.drained: list[Any] = []
        self.asleep: set[str] = set()  # "producer", "consumer"

    async def produce(self, *items: Any) -> None:
        for item in items:
            self.asked.append(item)
            await call(self._buffer.put, item, shown=f"buffer.put({item!r})")
            self.put_in.append(item)
            self.most = max(self.most, len(self.put_in) - len(self.taken) - self.getting)

    async def consume(self, count: int) -> None:
        for _ in range(count):
            self.getting += 1
            try:
                self.taken.append(await call(self._buffer.get, shown="buffer.get()"))
            finally:
                self.getting -= 1

    async def drain(self) -> None:
        """Take what is left; where `get` invents items, not for ever."""
        while len(self.drained) < DRAINED:
            try:
                async with asyncio.timeout(1):  # not wait_for: before 3.12 that makes a task, to be cancelled
                    item = await self._buffer.get()
            except TimeoutError:
                return
            self.drained.append(item)


def buffer_with_a_bound(buffer_class: Any, arena: Arena) -> str:
    """08.2: first in, first out; never more than there is room for; no item is lost, nobody left asleep."""

    def judge(
        puts: list[tuple], gets: list[int], wrong: Callable, call: str, room: int = 1, **more: Any
    ) -> str:
        program = _traffic(buffer_class, room, puts, gets)
        return in_every_order(program, wrong, call, "asleep", _raised, limit=MANY, **more)

    judge([(1, 2, 3)], [3], _in_order, "room for 1: three items put and taken")
    judge([(0, 1, 2)], [], _stored_in_order, "room for 3: 0, 1 and 2 are put, then taken", room=3)
    judge([(1,), (2,), (3,)], [], _bounded, "room for 2: three producers, no consumer", room=2)
    in_every_order(_late_item(buffer_class), _at_once, LATE, "asleep", _raised)
    covered = judge([(1, 2), (3, 4)], [2, 2], _complete, MANY_TO_MANY)
    judge([(1,), (2,), (3,)], [1, 1, 1], _complete, "room for 1, three producers, three consumers")
    judge([(1, 2), (3,)], [2, 1], _nothing_lost, f"{MANY_TO_MANY}, one cancelled", cancel=True)
    return covered


def _raised(reason: str) -> str:
    return "no_lock" if "un-acquired" in reason else "raised"


MANY_TO_MANY = "room for 1, two producers, two consumers"
LATE = "a consumer waits; an item is put at 0.33 s"


def _traffic(buffer_class: Any, room: int, puts: list[tuple], gets: list[int]) -> Callable:
    """A program: a producer for each tuple of items, a consumer for each number of items to take."""

    async def main() -> Traffic:
        traffic = Traffic(buffer_class, room)
        each = [
            asyncio.create_task(traffic.consume(count), name=f"consumer {number}")
            for number, count in enumerate(gets, 1)
        ]
        each += [
            asyncio.create_task(traffic.produce(*items), name=f"producer {number}")
            for number, items in enumerate(puts, 1)
        ]
        _, waiting = await asyncio.wait(each, timeout=PATIENCE)
        traffic.asleep = {task.get_name().split()[0] for task in waiting}
        for task in waiting:
            task.cancel()
        for task in each:
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()
        await traffic.drain()
        return traffic

    return main


def _late_item(buffer_class: Any) -> Callable:
    async def main() -> float:
        traffic = Traffic(buffer_class, 1)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            group.create_task(traffic.consume(1), name="consumer")
            await asyncio.sleep(0.33)
            group.create_task(traffic.produce(1), name="producer")
        return asyncio.get_running_loop().time()

    return main


def _at_once(run: Run) -> NotYet | None:
    if run.value > 0.34:
        return NotYet("polls", seen=f"taken at {run.value:.2g} s", expected="at 0.33 s")
    return None


def _stored_in_order(run: Run) -> NotYet | None:
    drained = run.value.drained
    if run.value.asleep:
        return _sleepers(run.value)
    if drained == [0, 1, 2]:
        return None
    key = "order" if sorted(drained) == [0, 1, 2] else "any_item"
    return NotYet(key, seen=f"taken: {drained}", expected="taken: [0, 1, 2]")


def _in_order(run: Run) -> NotYet | None:
    if None in run.value.taken:
        return NotYet("no_return", seen=f"taken: {run.value.taken}", expected="taken: [1, 2, 3]")
    if run.value.taken != [1, 2, 3][: len(run.value.taken)]:
        return NotYet("order", seen=f"taken: {run.value.taken}", expected="taken: [1, 2, 3]")
    return _complete(run)


def _bounded(run: Run) -> NotYet | None:
    done = len(run.value.put_in)
    if done != run.value.room:
        key = "bound" if done > run.value.room else "asleep_only"
        return NotYet(key, seen=f"{done} puts came back", expected=f"{run.value.room}, and one waits")
    return _nothing_lost(run)


def _complete(run: Run) -> NotYet | None:
    if run.value.asleep:
        return _sleepers(run.value)
    return _nothing_lost(run)


def _nothing_lost(run: Run) -> NotYet | None:
    traffic = run.value
    if lost := _sleeps_for_nothing(traffic):
        return lost
    out = traffic.taken + traffic.drained
    if missing := set(traffic.put_in) - set(out):
        return NotYet(
            "lost", seen=f"put in and never taken: {sorted(missing)}. {run.injected or ''}".rstrip()
        )
    if traffic.most > traffic.room:
        return NotYet("bound", seen=f"{traffic.most} items were in it")
    if early := set(out) & set(traffic.asked) - set(traffic.put_in):
        return NotYet("left_behind", seen=f"never put in, and yet taken: {sorted(early)}")
    if len(set(out)) != len(out):
        return NotYet("twice", seen=f"taken: {out}")
    return None


def _sleeps_for_nothing(traffic: Traffic) -> NotYet | None:
    """A consumer may wait while it is empty, a producer while it is full, after a cancellation."""
    consumers_could = "consumer" in traffic.asleep and traffic.drained
    producers_could = "producer" in traffic.asleep and len(traffic.drained) < traffic.room
    return _sleepers(traffic) if consumers_could or producers_could else None


def _sleepers(traffic: Traffic) -> NotYet:
    who = " and a ".join(sorted(traffic.asleep))
    return NotYet("asleep_only", seen=f"a {who} still waits, with {len(traffic.drained)} in the buffer")
