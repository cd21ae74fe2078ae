"""Exercise 06.4: items worked off by so many workers, from a queue."""

import asyncio
from types import SimpleNamespace
from typing import Any

from helpers import simulation
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.orders import in_every_order


def worked_off(work_off: Any, arena: Arena) -> str:
    """06.4: results in the order of the items, so many at a time, nothing left behind, errors come out."""
    _work(work_off, 0, 2)
    _work(work_off, 1, 3)
    tried = _work(work_off, 4, 2)
    _work(work_off, 4, 2, slow=3)
    _work_equal(work_off)
    _work_fails(work_off)
    return tried


def _work(work_off: Any, items: int, workers: int, slow: int = 1) -> str:
    shown = f"work_off({list(range(items))}, work, {workers})"
    shown += f", where work(0) takes {slow} seconds, the others 1" * (slow > 1)

    async def main() -> tuple[Any, SimpleNamespace]:
        state = SimpleNamespace(now=0, highest=0, starts=[], ends=[])
        clock = asyncio.get_running_loop

        async def work(item: int) -> int:
            state.starts.append(clock().time())
            state.now += 1
            state.highest = max(state.highest, state.now)
            await asyncio.sleep(slow if item == 0 else 1)
            state.now -= 1
            state.ends.append(clock().time())
            return item * 10

        results = await call(work_off, list(range(items)), work, workers, shown=shown)
        state.left = _cancelled_tasks()
        return results, state

    def wrong(run: simulation.Run) -> NotYet | None:
        results, state = run.value
        expected = [item * 10 for item in range(items)]
        facts = {"call": shown, "seen": repr(results)[:80], "expected": repr(expected)}
        if not isinstance(results, list):
            return NotYet("no_list", **facts)
        if results != expected:
            same = sorted(map(repr, results)) == sorted(map(repr, expected))
            return NotYet("order" if same else "results", **facts)
        if state.highest != min(items, workers):
            seen, most = f"{state.highest} at work at the same time", f"{min(items, workers)}"
            return NotYet("many" if state.highest > workers else "few", call=shown, seen=seen, expected=most)
        for free, next_start in zip(state.ends, state.starts[workers:], strict=False):
            if next_start >= free + 1:
                seen = f"a worker was free at {free:g} s, and the next item begun at {next_start:g} s"
                return NotYet("idle", call=shown, seen=seen, expected=f"begun at {free:g} s")
        return _not_ended(state.left, shown)

    return in_every_order(main, wrong, shown)


def _cancelled_tasks() -> list[str]:
    """The names of the tasks that have been cancelled, and have not ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(task.get_name() for task in others if task.cancelling())


def _not_ended(left: list[str], shown: str) -> NotYet | None:
    if not left:
        return None
    return NotYet(
        "not_ended", call=shown, seen=f"when it ended, cancelled and still there: {', '.join(left)}"
    )


def _work_equal(work_off: Any) -> None:
    shown = "work_off(['a', 'a', 'b'], work, 2)"

    async def main() -> Any:
        works: list[str] = []

        async def work(item: str) -> str:
            works.append(item)
            result = f"{item}, as number {len(works)}"
            await asyncio.sleep(1)
            return result

        try:
            return await call(work_off, ["a", "a", "b"], work, 2, shown=shown)
        except (LookupError, ValueError) as error:  # as it finds an item's place by the item
            return [f"{type(error).__name__}: {error}"]

    def wrong(run: simulation.Run) -> NotYet | None:
        if [str(result)[:1] for result in run.value] == ["a", "a", "b"] and len(set(run.value)) == 3:
            return None
        return NotYet(
            "equal", call=shown, seen=repr(run.value)[:100], expected="a result of each of the three"
        )

    in_every_order(main, wrong, shown)


def _work_fails(work_off: Any) -> None:
    shown = "work_off([0, 1, 2], work, 2), where work(0) raises ValueError"

    async def main() -> Any:
        async def work(item: int) -> int:
            await asyncio.sleep(1)
            if item == 0:
                raise ValueError("item 0")
            return item * 10

        try:
            return await call(work_off, [0, 1, 2], work, 2, shown=shown)
        except* ValueError:
            pass
        return SimpleNamespace(left=_cancelled_tasks())

    def wrong(run: simulation.Run) -> NotYet | None:
        if isinstance(run.value, SimpleNamespace):
            return _not_ended(run.value.left, shown)
        return NotYet("swallowed", call=shown, seen=f"it returned {run.value!r}"[:80], expected="ValueError")

    in_every_order(main, wrong, shown)
