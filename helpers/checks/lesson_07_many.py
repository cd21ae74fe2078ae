"""Exercise 07.4: many locks at once. Are all of them held inside, and free afterwards?"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_07_stage import Broken, entered
from helpers.checks.orders import in_every_order
from helpers.simulation import Run

MANY = 300  # schedules where all would be too many


def all_of_them(take_all: Any, arena: Arena) -> str:
    """07.4: all locks are held inside and free afterwards, nothing gets stuck, and strangers do not wait."""
    in_every_order(_holding(take_all), _held, "async with take_all([a, b, c])")
    in_every_order(_visits(take_all, "aab"), _held, "take_all([a, a, b])", "twice")
    in_every_order(_visits(take_all, "ab", fails=True), _told, "take_all([a, b]), and the block fails")
    both_ways = "take_all([a, b]) and take_all([b, a]), while somebody has b for 1 s"
    covered = in_every_order(
        _visits(take_all, "b 0 1", "ab 0.5", "ba 0.5"), _held, both_ways, "circle", limit=MANY
    )
    circle = "take_all([a, b]), take_all([b, c]) and take_all([c, a]), while somebody has all for 1 s"
    in_every_order(
        _visits(take_all, "abc 0 1", "ab 0.5", "bc 0.5", "ca 0.5"), _held, circle, "circle", limit=MANY
    )
    cancelled = "take_all([a, b, c]) while somebody has one of them, cancelled"
    for taken in "abc":
        visits = _visits(take_all, f"{taken} 0 1", "abc 0.5")
        in_every_order(visits, _held, cancelled, cancel="a+b+c", limit=MANY)
    strangers = "take_all([a]) for 2 s; take_all([a, b]); at last take_all([c, d])"
    in_every_order(_visits(take_all, "a 0 2", "ab 0.5", "cd 1 0.5"), _strangers, strangers)
    return covered


class Locks:
    """Four locks by their letters, and who is inside with which."""

    def __init__(self) -> None:
        # Made in another order than their letters.
        self._by_name = {name: asyncio.Lock() for name in "cadb"}
        self._inside: Counter[str] = Counter()
        self.broken = ""  # what went wrong first: a key of the texts
        self.came: dict[str, float] = {}
        self.told = False  # whether the block's error came out

    def named(self, names: str) -> list[asyncio.Lock]:
        return [self._by_name[name] for name in names]

    async def visit(self, take_all: Any, names: str, at: float, seconds: float, fails: bool) -> None:
        await asyncio.sleep(at)
        async with entered(take_all, self.named(names)):
            self.came[names] = asyncio.get_running_loop().time()
            if not all(lock.locked() for lock in self.named(names)):
                self.broken = self.broken or "not_all"
            self._inside.update(set(names))
            if max(self._inside.values()) > 1:
                self.broken = self.broken or "not_alone"
            try:
                await asyncio.sleep(seconds)
                if fails:
                    raise Broken
            finally:
                self._inside.subtract(set(names))

    def held(self) -> str:
        return ", ".join(sorted(name for name, lock in self._by_name.items() if lock.locked()))


def _visits(take_all: Any, *visits: str, fails: bool = False) -> Callable:
    """A program: `"ab 0.5 2"` takes the locks a and b at 0.5 s, for 2 s."""

    async def main() -> Locks:
        locks = Locks()
        try:
            async with asyncio.TaskGroup() as group:
                for visit in visits:
                    names, at, seconds = [*visit.split(), "0", "0"][:3]
                    one = locks.visit(take_all, names, float(at), float(seconds), fails)
                    group.create_task(one, name="+".join(names))
        except* Broken:
            locks.told = True
        return locks

    return main


def _holding(take_all: Any) -> Callable:
    async def main() -> Locks:
        locks = Locks()
        async with entered(take_all, locks.named("abc")):
            if len(locks.held()) != len("a, b, c"):
                locks.broken = "not_all"
        return locks

    return main


def _held(run: Run) -> NotYet | None:
    if run.value.broken:
        return NotYet(run.value.broken)
    return NotYet("not_released", seen=f"still locked: {run.value.held()}") if run.value.held() else None


def _told(run: Run) -> NotYet | None:
    return _held(run) or (None if run.value.told else NotYet("swallowed"))


def _strangers(run: Run) -> NotYet | None:
    if (came := run.value.came["cd"]) > 1.25:
        return NotYet("strangers", seen=f"c and d were had at {came:g} s", expected="at 1 s")
    return _held(run)
