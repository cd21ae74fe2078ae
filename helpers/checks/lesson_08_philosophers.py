"""Exercise 08.4: the dining philosophers, in every order, and cancelled while they wait for their forks."""

import asyncio
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_08_stage import MANY, first_of, made, now, raised
from helpers.checks.orders import in_every_order
from helpers.simulation import Run


def philosophers(table_class: Any, arena: Arena) -> str:
    """08.4: neighbours never eat together, others do, and nobody gets stuck."""

    def judge(
        seats: int, meals: list, wrong: Callable, shown: str, stuck: str = "stuck", **leaves: Any
    ) -> str:
        return in_every_order(
            _dinner(table_class, seats, *meals, **leaves), wrong, shown, stuck, raised, limit=MANY
        )

    covered = judge(5, [(seat, 0, 1) for seat in range(5)], _ate, "five, all hungry")
    judge(3, [(0, 0, 1, 2), (1, 0.5, 1), (2, 1, 1)], _ate, "three seats, 0 eats twice without a pause")
    judge(5, [(0, 0, 1), (2, 0, 1)], _at_once, "0 and 2 of five are hungry, one second each")
    bells = [(0, 0, 1), (2, 0, 3), (4, 0, 3), (1, 0.25, 1), (3, 0.25, 1), (6, 0.5, 1)]
    judge(7, bells, _right_one_woken, "seven seats: 0, 2 and 4 eat; 1, 3 and 6 wait; 0 puts back")
    for seat, eater, other in (1, 0, 2), (1, 2, 0), (4, 3, 0):
        shown = f"{seat} is hungry, waits for {eater}, and is cancelled; then {other} is hungry"
        meals = [(eater, 0, 3), (other, 2, 1)]
        judge(5, meals, _ate_in_time(other), shown, "kept", leaves=(seat, 0.5, 1))
    twice = [(seat, 0, 1) for seat in (0, 1, 2, 0, 1, 2)]
    judge(3, twice, _ate, "three seats, each eats twice")
    return covered


class Dinner:
    """Who ate when, and which neighbours together."""

    def __init__(self, table: Any, seats: int) -> None:
        self._table, self._seats = table, seats
        self._eating: list[int] = []
        self._at: dict[int, asyncio.Lock] = {seat: asyncio.Lock() for seat in range(seats)}
        self.neighbours = ""
        self.began: dict[int, float] = {}

    async def eat(self, seat: int, at: float, seconds: float, times: int = 1) -> None:
        await asyncio.sleep(at)
        async with self._at[seat]:  # on each seat sits one philosopher
            for _ in range(times):
                await self._meal(seat, seconds)

    async def _meal(self, seat: int, seconds: float) -> None:
        await call(self._table.take, seat, shown=f"table.take({seat})")
        self.began[seat] = now()
        for other in self._eating:
            if (other - seat) % self._seats in (1, self._seats - 1):
                self.neighbours = f"{other} and {seat} ate at the same time"
        self._eating.append(seat)
        await asyncio.sleep(seconds)
        self._eating.remove(seat)
        await call(self._table.put_back, seat, shown=f"table.put_back({seat})")


def _dinner(table_class: Any, seats: int, *meals: tuple, leaves: tuple | None = None) -> Callable:
    """A program: `(seat, at, seconds[, times])` for each meal; `leaves=(seat, at, after)`: one gives up."""

    async def main() -> Dinner:
        dinner = Dinner(made(table_class, seats), seats)
        try:
            async with asyncio.TaskGroup() as group:
                for meal in meals:
                    group.create_task(dinner.eat(*meal), name=f"{meal[0]}")
                if leaves is not None:
                    seat, at, after = leaves
                    hungry = group.create_task(dinner.eat(seat, at, 1), name=f"{seat}")
                    await asyncio.sleep(at + after)
                    hungry.cancel()
        except BaseExceptionGroup as failed:
            raise first_of(failed) from None
        return dinner

    return main


def _ate(run: Run) -> NotYet | None:
    return NotYet("neighbours", seen=run.value.neighbours) if run.value.neighbours else None


def _at_once(run: Run) -> NotYet | None:
    if run.now > 1.5:
        return NotYet("one_at_a_time", seen=f"both done after {run.now:g} s", expected="after 1 s")
    return _ate(run)


def _right_one_woken(run: Run) -> NotYet | None:
    if run.value.began[6] > 1.25:
        return NotYet("late_bell", seen=f"6 ate at {run.value.began[6]:g} s", expected="at 1 s")
    return _ate(run)


def _ate_in_time(seat: int) -> Callable[[Run], NotYet | None]:
    def wrong(run: Run) -> NotYet | None:
        if (began := run.value.began[seat]) > 2.25:
            return NotYet("not_let_in", seen=f"{seat} ate at {began:g} s", expected="at 2 s")
        return _ate(run)

    return wrong
