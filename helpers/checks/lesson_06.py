"""What right answers to the exercises of lesson 06 do: what is shared stays right, in every order.

Tasks are tried under all schedules, on a simulated clock (schedules.py): a load, a payment takes one second
there, so a time of two seconds means that one had to wait for the other. Threads: lesson_06_threads.py.
"""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from helpers import simulation
from helpers.checks import Judge, NotYet, schedules
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call
from helpers.checks.lesson_06_threads import one_owner

WRONG = Callable[[simulation.Run], NotYet | None]


def explore(make_main: schedules.Main, wrong: WRONG, shown: str, **options: Any) -> str:
    """As `schedules.explore`, for a verdict that is a NotYet: it is raised with the schedule's picture."""
    last: list[NotYet] = []

    def verdict(run: simulation.Run) -> str | None:
        found = wrong(run)
        if found is None:
            return None
        last[:] = [found]
        return found.why

    try:
        return schedules.explore(make_main, verdict, shown, **options)
    except NotYet as general:
        if last and general.fields.get("reason") == last[0].why:
            last[0].picture = general.picture
            raise last[0] from None
        raise


def points_are_added(add_points: Any, arena: Arena) -> str:
    """06.1: no points get lost, and all are fetched at the same time, once."""
    tried = _points(add_points, {"Ann": 10}, (5, 7, 1))
    _points(add_points, {}, (3, 4))
    return tried


def _points(add_points: Any, before: dict[str, int], fetched: tuple[int, ...]) -> str:
    shown = f"add_points(scores, 'Ann', fetch) {len(fetched)} times at once, with scores = {before}"
    expected = before.get("Ann", 0) + sum(fetched)

    def make_main() -> schedules.Main:
        scores, fetches = dict(before), []

        def giving(points: int) -> Callable:
            async def fetch(player: str) -> int:
                fetches.append(player)
                await asyncio.sleep(1)
                return points

            return fetch

        async def main() -> tuple[dict, list]:
            async with asyncio.TaskGroup() as group:
                for points in fetched:
                    group.create_task(call(add_points, scores, "Ann", giving(points)), name=f"+{points}")
            return scores, fetches

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        scores, fetches = run.value
        facts = {"call": shown, "seen": f"scores = {scores}", "expected": f"{{'Ann': {expected}}}"}
        if fetches != ["Ann"] * len(fetched):
            return NotYet("fetches", call=shown, seen=f"fetched for: {', '.join(map(repr, fetches))}")
        if scores == before:
            return NotYet("nothing_added", **facts)
        if scores != {"Ann": expected}:
            return NotYet("lost" if isinstance(scores.get("Ann"), int) else "no_number", **facts)
        return _serial(run, shown)

    return explore(make_main, wrong, shown)


def _serial(run: simulation.Run, shown: str) -> NotYet | None:
    if run.now < 2:
        return None
    return NotYet(
        "one_by_one", call=shown, seen=f"it took {run.now:g} simulated seconds", expected="1 second"
    )


def each_key_is_loaded_once(get: Any, arena: Arena) -> str:
    """06.2: one load a key, whoever asks when; everybody gets the value; other keys do not wait."""
    tried = _cache(get, "aa")
    _cache(get, "ab")
    return tried


def _cache(get: Any, keys: str) -> str:
    calls = [f"get(cache, {key!r}, load)" for key in keys]
    shown = f"{' and '.join(calls)} at once, then {calls[0]}"

    def make_main() -> schedules.Main:
        cache, loads = {}, []

        async def load(key: str) -> str:
            loads.append(key)
            await asyncio.sleep(1)
            return f"value of {key}"

        async def one(key: str) -> tuple[str, Any]:
            try:
                value = await call(get, cache, key, load, shown=f"get(cache, {key!r}, load)")
            except RuntimeError as error:
                if "coroutine" in str(error):
                    raise NotYet("coroutine_twice", call=shown, seen=f"RuntimeError: {error}") from None
                raise
            if asyncio.isfuture(value):
                raise NotYet("returned_future", call=shown, seen=f"{an(value)} came back")
            return key, value

        async def main() -> tuple[list, list]:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(key), name=f"{key} {n}") for n, key in enumerate(keys, 1)]
            return loads, [*(task.result() for task in tasks), await one(keys[0])]

        return main

    return explore(make_main, lambda run: _cache_wrong(run, sorted(set(keys)), shown), shown)


def _cache_wrong(run: simulation.Run, keys: list[str], shown: str) -> NotYet | None:
    loads, values = run.value
    for key, value in values:
        if value != f"value of {key}":
            seen = f"get(cache, {key!r}, load) returned {value!r}"[:120]
            return NotYet("value", call=shown, seen=seen, expected=f"'value of {key}'")
    if sorted(loads) != keys:
        return NotYet("loads", call=shown, seen=f"loaded: {', '.join(loads)}", expected="each key once")
    return _serial(run, shown)


def worked_off(work_off: Any, arena: Arena) -> str:
    """06.4: results in the order of the items, so many at a time, nothing left behind, errors come out."""
    _work(work_off, 0, 2)
    _work(work_off, 1, 3)
    tried = _work(work_off, 4, 2)
    _work_fails(work_off)
    return tried


def _work(work_off: Any, items: int, workers: int) -> str:
    shown = f"work_off({list(range(items))}, work, {workers})"

    def make_main() -> schedules.Main:
        state = SimpleNamespace(now=0, highest=0)

        async def work(item: int) -> int:
            state.now += 1
            state.highest = max(state.highest, state.now)
            await asyncio.sleep(1)
            state.now -= 1
            return item * 10

        async def main() -> tuple[Any, int]:
            return await call(work_off, list(range(items)), work, workers, shown=shown), state.highest

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        results, highest = run.value
        expected = [item * 10 for item in range(items)]
        facts = {"call": shown, "seen": repr(results)[:80], "expected": repr(expected)}
        if not isinstance(results, list):
            return NotYet("no_list", **facts)
        if results != expected:
            same = sorted(map(repr, results)) == sorted(map(repr, expected))
            return NotYet("order" if same else "results", **facts)
        if highest != min(items, workers):
            seen, most = f"{highest} at work at the same time", f"{min(items, workers)}"
            return NotYet("many" if highest > workers else "few", call=shown, seen=seen, expected=most)
        return None

    return explore(make_main, wrong, shown)


def _work_fails(work_off: Any) -> None:
    shown = "work_off([0, 1, 2], work, 2), where work(0) raises ValueError"

    def make_main() -> schedules.Main:
        async def work(item: int) -> int:
            await asyncio.sleep(1)
            if item == 0:
                raise ValueError("item 0")
            return item * 10

        async def main() -> Any:
            try:
                return await call(work_off, [0, 1, 2], work, 2, shown=shown)
            except* ValueError:
                pass
            return "raised"

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        if run.value == "raised":
            return None
        return NotYet("swallowed", call=shown, seen=f"it returned {run.value!r}"[:80], expected="ValueError")

    explore(make_main, wrong, shown)


SEATS = ["A1", "A2"]


def seats_are_sold(buy: Any, arena: Arena) -> str:
    """06.5: whatever happens to a payment, a seat is sold to one buyer, or free."""
    tried = _sale(buy, SEATS, ("Ann", "Bob", "Cy"))
    _sale(buy, SEATS[:1], ("Ann", "Bob"), declined="Ann")
    _sale(buy, SEATS, ("Ann", "Bob"), cancel="Ann")
    return tried


def _sale(buy: Any, seats: list[str], buyers: tuple[str, ...], declined: str = "", cancel: str = "") -> str:
    shown = f"{' and '.join(buyers)} buy at once; free: {', '.join(seats)}"
    shown += f"; {declined}'s payment fails" * bool(declined) + f"; {cancel} may be cancelled" * bool(cancel)

    def make_main() -> schedules.Main:
        office = SimpleNamespace(free=list(seats), sold={})
        paid: list[tuple[str, str]] = []
        paying: list[str] = []
        tried: list[str] = []
        clashes: list[str] = []

        async def pay(buyer: str, seat: str) -> None:
            if seat in paying or seat in [paid_seat for paid_seat, _ in paid]:
                clashes.append(f"{buyer} pays for {seat}, which another one is paying or has paid for")
            if seat in office.sold:
                clashes.append(f"{seat} stands in office.sold before {buyer} has paid")
            paying.append(seat)
            tried.append(buyer)
            try:
                await asyncio.sleep(1)
                if buyer == declined:
                    raise ValueError("declined")
                paid.append((seat, buyer))
            finally:
                paying.remove(seat)

        async def main() -> SimpleNamespace:
            tasks = [asyncio.create_task(call(buy, office, buyer, pay), name=buyer) for buyer in buyers]
            results = await asyncio.gather(*tasks, return_exceptions=True)
            for buyer, error in zip(buyers, results, strict=True):
                if isinstance(error, Exception) and buyer != declined and not clashes:
                    raise error
            ended = dict(zip(buyers, results, strict=True))
            return SimpleNamespace(office=office, paid=paid, clashes=clashes, tried=tried, results=ended)

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        return _sale_wrong(run, seats, declined, shown)

    return explore(make_main, wrong, shown, **({"cancel": cancel} if cancel else {}))


def _sale_wrong(run: simulation.Run, seats: list[str], declined: str, shown: str) -> NotYet | None:
    end = run.value
    free, sold = list(end.office.free), dict(end.office.sold)
    seen = f"free: {free}, sold: {sold}" + (f" {run.injected}" if run.injected else "")
    if end.clashes:
        return NotYet("clash", call=shown, seen=end.clashes[0])
    if declined in end.tried and not isinstance(end.results[declined], ValueError):
        return NotYet("swallowed", call=shown, seen=f"buy(…) gave {end.results[declined]!r}")
    if sorted([*free, *sold]) != sorted(seats):
        return NotYet("seats", call=shown, seen=seen, expected=f"each of {seats} once: free or sold")
    if sold != dict(end.paid):
        return NotYet("sold", call=shown, seen=seen, expected=f"sold: {dict(end.paid)}, what was paid")
    returned = {seat: buyer for buyer, seat in end.results.items() if isinstance(seat, str)}
    if not run.injected and returned != sold:
        return NotYet("returned", call=shown, seen=f"buy(…) returned {end.results}", expected=f"sold: {sold}")
    if free and not declined and not run.injected:
        return NotYet("unsold", call=shown, seen=seen, expected="as many sold as there are buyers")
    return None if declined else _serial(run, shown)


JUDGES: dict[str, Judge] = {
    "06.1": points_are_added,
    "06.2": each_key_is_loaded_once,
    "06.3": one_owner,
    "06.4": worked_off,
    "06.5": seats_are_sold,
}
