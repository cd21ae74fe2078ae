"""Exercises 07.3 and 07.4: a shared lock, and many locks at once. Who is inside, together with whom?"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, refuse_unless_callable
from helpers.checks.orders import in_every_order
from helpers.simulation import Run

MANY = 300  # schedules where all would be too many


class Broken(Exception):
    """What fails on purpose inside a lock."""


def entered(answer: Any, *arguments: Any) -> Any:
    """`answer(*arguments)`, which `async with` has to accept."""
    if asyncio.iscoroutine(answer):
        answer.close()
    refuse_unless_callable(answer)
    context = answer(*arguments)
    if hasattr(type(context), "__aenter__") and hasattr(type(context), "__aexit__"):
        return context
    if asyncio.iscoroutine(context):
        context.close()
    raise NotYet("no_context", seen=f"it returned {an(context)}")


class Room:
    """Notes who came in when, and who was inside together."""

    def __init__(self) -> None:
        self._inside: list[str] = []
        self.came: dict[str, float] = {}  # name → simulated seconds
        self.together: set[str] = set()
        self.worked = True  # whether the lock could still be used in the end

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


# --- 07.3 ------------------------------------------------------------------------------------------------


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
        lock, room = entered_lock(lock_class), Room()
        async with asyncio.TaskGroup() as group:
            for name, at, seconds in map(str.split, visits):
                mode = lock.exclusive if name.startswith("w") else lock.shared
                visit = room.visit(lambda mode=mode: entered(mode), name, float(seconds), float(at))
                group.create_task(visit, name=name)
        await room.visit(lambda: entered(lock.exclusive), "last")
        return room

    return main


def entered_lock(lock_class: Any) -> Any:
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
        lock, room = entered_lock(lock_class), Room()
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
        lock, room = entered_lock(lock_class), Room()
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


# --- 07.4 ------------------------------------------------------------------------------------------------


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
