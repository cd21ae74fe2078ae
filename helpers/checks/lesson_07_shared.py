"""Exercise 07.3: a shared lock. Who is inside, together with whom?"""

import asyncio
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.lesson_07_stage import Broken, entered
from helpers.checks.orders import in_every_order
from helpers.simulation import Run

MANY = 300  # schedules where all would be too many


class Room:
    """Notes who came in when, and who was inside together."""

    def __init__(self) -> None:
        self._inside: list[str] = []
        self.came: dict[str, float] = {}  # name → simulated seconds
        self.together: set[str] = set()

    async def visit(self, context: Any, name: str, seconds: float = 0, at: float = 0) -> None:
        await asyncio.sleep(at)
        async with context():
            self.came[name] = asyncio.get_running_loop().time()
            self._inside.append(name)
            self.together.add("+".join(sorted(self._inside)))
            try:
                await asyncio.sleep(seconds)
            finally:
                self._inside.remove(name)


def writers_first(lock_class: Any, arena: Arena) -> str:
    """07.3: readers share, writers are alone, and nobody passes a writer who waits."""
    in_every_order(_library(lock_class, "r1 0 1", "r2 0 1"), _readers_share, "two readers, one second each")
    in_every_order(_library(lock_class, "w1 0 1", "w2 0 1"), _alone, "two writers, one second each")
    covered = in_every_order(
        _library(lock_class, "r1 0 0", "r2 0 0", "w1 0 0"), _alone, "two readers and a writer", limit=MANY
    )
    passing = _library(lock_class, "r1 0 2", "w1 0.5 1", "r2 1 1", "r3 1.5 1")
    in_every_order(passing, _nobody_passes, "a reader, then a writer, then two readers", limit=MANY)
    two_writers = _library(lock_class, "r1 0 2", "w1 0.5 1", "w2 0.75 1", "r2 1 1")
    in_every_order(two_writers, _behind_both, "a reader, then two writers, then a reader", limit=MANY)
    in_every_order(_impatient_writer(lock_class), _let_in, "a writer who gives up", "for_ever", limit=MANY)
    in_every_order(_failing(lock_class), _works, "an error inside the lock", "not_left")
    crowd = _library(lock_class, "r1 0 0", "w1 0 0", "w2 0 0", "r2 0 0")
    in_every_order(crowd, _alone, "one of four is cancelled", "not_left", cancel=True, limit=MANY)
    return covered


def _library(lock_class: Any, *visits: str) -> Callable:
    """A program: `"r1 0 2"` is a reader who comes at 0 s and stays for 2 s, `"w1 …"` a writer."""

    async def main() -> Room:
        lock, room = _new_lock(lock_class), Room()
        async with asyncio.TaskGroup() as group:
            for name, at, seconds in map(str.split, visits):
                mode = lock.exclusive if name.startswith("w") else lock.shared
                visit = room.visit(lambda mode=mode: entered(mode), name, float(seconds), float(at))
                group.create_task(visit, name=name)
        await room.visit(lambda: entered(lock.exclusive), "last")
        return room

    return main


def _new_lock(lock_class: Any) -> Any:
    """A new lock of the class. Raises NotYet where it has not the two modes."""
    if not isinstance(lock_class, type):
        raise NotYet("no_class", seen=f"check() was given {an(lock_class)}")
    lock = lock_class()
    for mode in "shared", "exclusive":
        if not callable(getattr(lock, mode, None)):
            raise NotYet("no_mode", mode=mode)
    return lock


def _impatient_writer(lock_class: Any) -> Callable:
    """r2 and r3 are kept out until the writer gives up at 2 s. Two, because from Python 3.13 on a Condition
    wakes one other when a waiter is cancelled (python/cpython#112202), and nobody should rely on that."""

    async def main() -> Room:
        lock, room = _new_lock(lock_class), Room()
        async with asyncio.TaskGroup() as group:
            group.create_task(room.visit(lambda: entered(lock.shared), "r1", 5), name="r1")
            group.create_task(room.visit(lambda: entered(lock.shared), "r2", 1, 1), name="r2")
            group.create_task(room.visit(lambda: entered(lock.shared), "r3", 1, 1), name="r3")
            group.create_task(room.visit(lambda: entered(lock.shared), "r4", 0, 3), name="r4")
            writer = group.create_task(room.visit(lambda: entered(lock.exclusive), "w", 0, 0.5), name="w")
            await asyncio.sleep(2)
            writer.cancel()
        return room

    return main


def _failing(lock_class: Any) -> Callable:
    async def main() -> Room:
        lock, room = _new_lock(lock_class), Room()
        for mode in lock.shared, lock.exclusive:
            try:
                async with entered(mode):
                    raise Broken
            except Broken:
                pass
        await room.visit(lambda: entered(lock.exclusive), "last")
        return room

    return main


def _works(run: Run) -> NotYet | None:
    return None if "last" in run.value.came else NotYet("swallowed")


def _alone(run: Run) -> NotYet | None:
    crowds = sorted(crowd for crowd in run.value.together if "+" in crowd and "w" in crowd)
    return NotYet("together", seen=f"inside together: {crowds[0]}") if crowds else None


def _readers_share(run: Run) -> NotYet | None:
    if "r1+r2" in run.value.together:
        return None
    return NotYet("readers_wait", seen=f"the second one came in after {max(run.value.came.values()):g} s")


def _nobody_passes(run: Run) -> NotYet | None:
    came = run.value.came
    if max(came["r2"], came["r3"]) > came["w1"] > min(came["r2"], came["r3"]) or came["w1"] > 2.25:
        passed = [name for name in ("r2", "r3") if came[name] <= came["w1"]]
        return NotYet("passed", seen=f"{' and '.join(passed)} came in before the writer, who came first")
    if "r2+r3" not in run.value.together:
        return NotYet("readers_wait", seen="after the writer, the two readers came in one after the other")
    return _alone(run)


def _behind_both(run: Run) -> NotYet | None:
    came = run.value.came
    if came["r2"] > max(came["w1"], came["w2"]):
        return _alone(run)
    return NotYet("passed_second", seen="r2 came in while w1 or w2 still waited")


def _let_in(run: Run) -> NotYet | None:
    for name, due in ("r2", 2), ("r3", 2), ("r4", 3):
        if (came := run.value.came[name]) > due + 0.25:
            return NotYet("kept_out", seen=f"{name} came in at {came:g} s", expected=f"at {due} s")
    return None
