"""What right answers to the exercises of lesson 08 do: in every order, and cancelled while they wait."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

from helpers.checks import Judge, NotYet, signal
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call
from helpers.checks.lesson_08_buffer import buffer_with_a_bound
from helpers.checks.orders import in_every_order
from helpers.own_loop import locks, tasks
from helpers.own_loop.clock import JumpingClock
from helpers.simulation import Run

MANY = 300  # schedules where all would be too many


def made(answer: Any, *arguments: Any) -> Any:
    """A new object of the class that was handed over."""
    if not isinstance(answer, type):
        raise NotYet("no_class", seen=f"check() was given {an(answer)}")
    return answer(*arguments)


def now() -> float:
    return asyncio.get_running_loop().time()


def first_of(group: BaseExceptionGroup) -> BaseException:
    """The error that a learner should read: a group's own text says only how many there are."""
    return signal(group) or group.exceptions[0]


def raised(reason: str) -> str:
    return "no_lock" if "un-acquired" in reason else "in_a_schedule"


# --- 08.1 ------------------------------------------------------------------------------------------------


def everybody_together(start_class: Any, arena: Arena) -> str:
    """08.1: nobody goes before all are ready, then all go; who is cancelled does not count."""

    def judge(race: Callable, wrong: Callable, shown: str, stuck: str = "asleep", **options: Any) -> str:
        return in_every_order(race, wrong, shown, stuck, raised, **options)

    covered = judge(_race(start_class, 3, 0, 0, 0), _not_before(0), "three runners")
    judge(_race(start_class, 3, 0, 1, 2), _not_before(2), "three runners, a second apart")
    judge(_race(start_class, 2, 0, 1, 2), _not_before(1), "two runners, then a third one", "late")
    judge(_race(start_class, 2, 0, 2, 3, gives_up=1), _not_before(3), GIVES_UP)
    judge(_race(start_class, 3, 0, 0, 1, 2, gives_up=1), _together, LAST_MOMENT, limit=100)
    return covered


LAST_MOMENT = (
    "Start(3): two wait; at 1 s the third one comes and the first is cancelled; a fourth comes at 2 s"
)
GIVES_UP = "Start(2): one comes and is cancelled at 1 s; another comes at 2 s, a third one at 3 s"


def _race(start_class: Any, runners: int, *come: float, gives_up: float = 0) -> Callable:
    """Runners come at these times; the first is cancelled at `gives_up`. Returns when they went."""

    async def main() -> list[float]:
        start, went = made(start_class, runners), []

        async def run(at: float) -> None:
            await asyncio.sleep(at)
            await call(start.ready, shown="start.ready()")
            went.append(now())

        try:
            async with asyncio.TaskGroup() as group:
                racing = [
                    group.create_task(run(at), name=f"runner {number}") for number, at in enumerate(come, 1)
                ]
                if gives_up:
                    await asyncio.sleep(gives_up)
                    racing[0].cancel()
        except BaseExceptionGroup as failed:
            raise first_of(failed) from None
        return went

    return main


def _not_before(due: float) -> Callable[[Run], NotYet | None]:
    def wrong(run: Run) -> NotYet | None:
        if min(run.value) < due:
            key = "still_counted" if due == 3 else "too_early"
            return NotYet(key, seen=f"somebody went at {min(run.value):g} s", expected=f"at {due:g} s")
        return None

    return wrong


def _together(run: Run) -> NotYet | None:
    """The second and the third go at once, or with the fourth where the first was cancelled before."""
    second, third = sorted(run.value)[:2]
    if second != third:
        return NotYet("apart", seen=f"one went at {second:g} s, the other one at {third:g} s")
    return None


# --- 08.3 ------------------------------------------------------------------------------------------------


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


BELLS = 100
PAUSES = 3  # of _bell, each of which takes a future
ONE_GIVES_UP = "three wait, and one of them is cancelled"


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


# --- 08.4 ------------------------------------------------------------------------------------------------


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


JUDGES: dict[str, Judge] = {
    "08.1": everybody_together,
    "08.2": buffer_with_a_bound,
    "08.3": condition_of_futures,
    "08.4": philosophers,
}
