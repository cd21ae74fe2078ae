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
        self.put_in: list[Any] = []
        self.taken: list[Any] = []
        self.drained: list[Any] = []
        self.asleep: set[str] = set()  # "producer", "consumer"

    async def produce(self, *items: Any) -> None:
        for item in items:
            await call(self._buffer.put, item, shown=f"buffer.put({item!r})")
            self.put_in.append(item)

    async def consume(self, count: int) -> None:
        for _ in range(count):
            self.taken.append(await call(self._buffer.get, shown="buffer.get()"))

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
    one = _traffic(buffer_class, 1, [(1, 2, 3)], [3])
    in_every_order(one, _in_order, "room for 1: three items put and taken", "asleep", "raised")
    full = _traffic(buffer_class, 2, [(1,), (2,), (3,)], [])
    in_every_order(full, _bounded, "room for 2: three producers, no consumer", "asleep", "raised")
    many = _traffic(buffer_class, 1, [(1, 2), (3, 4)], [2, 2])
    covered = in_every_order(many, _complete, MANY_TO_MANY, "asleep", "raised", limit=MANY)
    in_every_order(
        _traffic(buffer_class, 1, [(1,), (2,), (3,)], [1, 1, 1]),
        _complete,
        THREE,
        "asleep",
        "raised",
        limit=MANY,
    )
    cancelled = _traffic(buffer_class, 1, [(1, 2), (3,)], [2, 1])
    in_every_order(
        cancelled,
        _nothing_lost,
        f"{MANY_TO_MANY}, one cancelled",
        "asleep",
        "raised",
        cancel=True,
        limit=MANY,
    )
    return covered


MANY_TO_MANY = "room for 1, two producers, two consumers"
THREE = "room for 1, three producers, three consumers"


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


def _in_order(run: Run) -> NotYet | None:
    if run.value.taken != [1, 2, 3][: len(run.value.taken)]:
        return NotYet("order", seen=f"taken: {run.value.taken}", expected="taken: [1, 2, 3]")
    return _complete(run)


def _bounded(run: Run) -> NotYet | None:
    done = len(run.value.put_in)
    if done != run.value.room:
        key = "bound" if done > run.value.room else "asleep_only"
        return NotYet(key, seen=f"{done} puts came back", expected=f"{run.value.room}, and one waits")
    return None


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
