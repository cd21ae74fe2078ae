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
    """As `schedules.explore`, for a verdict that is a NotYet: it is raised with the schedule's picture.

    The picture is of a second run. Where that ends otherwise, as with a lock that is bound to the first
    run's loop, there is none.
    """
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
        reason = str(general.fields.get("reason"))
        if last and reason == last[0].why:
            same = general.picture is not None and general.picture.exception is None
            last[0].picture = general.picture if same else None
            raise last[0] from None
        if "different event loop" in reason:
            raise NotYet("another_loop", call=shown) from None
        raise


async def at_once(*named: tuple[str, Any]) -> list[Any]:
    """Run (name, coroutine) pairs in tasks of these names; raise the first error without its group."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine, name=name) for name, coroutine in named]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def points_are_added(add_points: Any, arena: Arena) -> str:
    """06.1: no points get lost, and all are fetched at the same time, once."""
    tried = _points(add_points, {"Ann": 10}, ("Ann", 5), ("Ann", 7), ("Ann", 1))
    _points(add_points, {}, ("Ann", 3), ("Ann", 4))
    _points(add_points, {"Ann": 10}, ("Ann", 5), ("Bob", 7))
    return tried


def _points(add_points: Any, before: dict[str, int], *fetched: tuple[str, int]) -> str:
    players = [player for player, _ in fetched]
    calls = [f"add_points(scores, {player!r}, fetch)" for player in dict.fromkeys(players)]
    often = f"{len(fetched)} times at once" if len(calls) == 1 else "at once"
    shown = f"{' and '.join(calls)} {often}, with scores = {before}"
    expected = dict(before)
    for player, points in fetched:
        expected[player] = expected.get(player, 0) + points

    def make_main() -> schedules.Main:
        scores, fetches = dict(before), []

        def giving(points: int) -> Callable:
            async def fetch(player: str) -> int:
                fetches.append(player)
                await asyncio.sleep(1)
                return points

            return fetch

        async def main() -> tuple[dict, list]:
            await at_once(
                *((f"+{points}", call(add_points, scores, who, giving(points))) for who, points in fetched)
            )
            return scores, fetches

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        scores, fetches = run.value
        facts = {"call": shown, "seen": f"scores = {scores}", "expected": str(expected)}
        if sorted(fetches) != sorted(players):
            return NotYet("fetches", call=shown, seen=f"fetched for: {', '.join(map(repr, fetches))}")
        if scores == before:
            return NotYet("nothing_added", **facts)
        if scores != expected:
            return NotYet(_why_not(scores, players), **facts)
        return _serial(run, shown)

    return explore(make_main, wrong, shown)


def _why_not(scores: dict, players: list[str]) -> str:
    if not all(isinstance(score, int) for score in scores.values()):
        return "no_number"
    return "lost" if len(set(players)) == 1 else "other_player"


def _serial(run: simulation.Run, shown: str) -> NotYet | None:
    if run.now < 2:
        return None
    return NotYet(
        "one_by_one", call=shown, seen=f"it took {run.now:g} simulated seconds", expected="1 second"
    )


def each_key_is_loaded_once(get: Any, arena: Arena) -> str:
    """06.2: one load a key, whoever asks when; everybody gets the value; other keys do not wait."""
    tried = _cache(get, "aa", a=1)
    _cache(get, "aba", a=2, b=1)
    return tried


def _cache(get: Any, keys: str, **seconds: float) -> str:
    """All `keys` are asked for at once, and each once more when these have their values."""
    calls = {key: f"get(cache, {key!r}, load)" for key in keys}
    shown = f"{' and '.join(calls[key] for key in keys)} at once, then {' and '.join(calls.values())}"

    def make_main() -> schedules.Main:
        cache, loads = {}, []

        async def load(key: str) -> str:
            loads.append(key)
            await asyncio.sleep(seconds[key])
            return f"value of {key}"

        async def one(key: str) -> tuple[str, Any, float]:
            try:
                value = await call(get, cache, key, load, shown=calls[key])
            except RuntimeError as error:
                if "coroutine" in str(error):
                    raise NotYet("coroutine_twice", call=shown, seen=f"RuntimeError: {error}") from None
                raise
            if asyncio.isfuture(value):
                raise NotYet("returned_future", call=shown, seen=f"{an(value)} came back")
            return key, value, asyncio.get_running_loop().time()

        async def main() -> SimpleNamespace:
            started = asyncio.get_running_loop().time()
            first = await at_once(*((f"{key} {n}", one(key)) for n, key in enumerate(keys, 1)))
            loaded_first = sorted(loads)
            later = [await one(key) for key in seconds]
            await asyncio.sleep(max(seconds.values()))  # for a load that nobody awaits, so that it is counted
            late = [key for key, _, time in first if time - started >= seconds[key] + 1]
            values = [(key, value) for key, value, _ in [*first, *later]]
            return SimpleNamespace(values=values, loaded_first=loaded_first, loads=loads, late=late)

        return main

    return explore(make_main, lambda run: _cache_wrong(run.value, list(seconds), shown), shown)


def _cache_wrong(end: SimpleNamespace, keys: list[str], shown: str) -> NotYet | None:
    right = {key: f"value of {key}" for key in keys}
    for key, value in end.values:
        if value != right[key]:
            seen = f"get(cache, {key!r}, load) returned {value!r}"[:120]
            why = "mixed_up" if value in right.values() else "value"
            return NotYet(why, call=shown, seen=seen, expected=repr(right[key]))
    if sorted(end.loads) != keys:
        seen = f"loaded: {', '.join(end.loads) or 'nothing'}"
        return NotYet(_how_loaded(end, keys), call=shown, seen=seen, expected="each key once")
    if end.late:
        seen = f"get(cache, {end.late[0]!r}, load) came back after another load, too"
        return NotYet("one_by_one", call=shown, seen=seen, expected="when its own load is done")
    return None


def _how_loaded(end: SimpleNamespace, keys: list[str]) -> str:
    if set(end.loads) != set(keys):
        return "not_loaded"
    return "loads_again" if end.loaded_first == keys else "loads"


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

    def make_main() -> schedules.Main:
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

        async def main() -> tuple[Any, SimpleNamespace]:
            results = await call(work_off, list(range(items)), work, workers, shown=shown)
            state.left = _cancelled_tasks()
            return results, state

        return main

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

    return explore(make_main, wrong, shown)


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

    def make_main() -> schedules.Main:
        works: list[str] = []

        async def work(item: str) -> str:
            works.append(item)
            result = f"{item}, as number {len(works)}"
            await asyncio.sleep(1)
            return result

        async def main() -> Any:
            try:
                return await call(work_off, ["a", "a", "b"], work, 2, shown=shown)
            except (LookupError, ValueError) as error:  # as it finds an item's place by the item
                return [f"{type(error).__name__}: {error}"]

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        if [str(result)[:1] for result in run.value] == ["a", "a", "b"] and len(set(run.value)) == 3:
            return None
        return NotYet(
            "equal", call=shown, seen=repr(run.value)[:100], expected="a result of each of the three"
        )

    explore(make_main, wrong, shown)


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
            return SimpleNamespace(left=_cancelled_tasks())

        return main

    def wrong(run: simulation.Run) -> NotYet | None:
        if isinstance(run.value, SimpleNamespace):
            return _not_ended(run.value.left, shown)
        return NotYet("swallowed", call=shown, seen=f"it returned {run.value!r}"[:80], expected="ValueError")

    explore(make_main, wrong, shown)


SEATS = ["A1", "A2"]


def seats_are_sold(buy: Any, arena: Arena) -> str:
    """06.5: whatever happens to a payment, a seat is sold to one buyer, or free."""
    tried = _sale(buy, SEATS, ("Ann", "Bob", "Cy"))
    _sale(buy, SEATS[:1], ("Ann", "Bob"), declined="Ann")
    _sale(buy, SEATS, ("Ann", "Bob"), cancel="Ann")
    _sale(buy, SEATS[:1], ("Ann",), declined="Ann", cancel="Ann")
    return tried


def _buy(buyers: tuple[str, ...]) -> str:
    return f"{' and '.join(buyers)} buy at once" if len(buyers) > 1 else f"{buyers[0]} buys"


def _sale(buy: Any, seats: list[str], buyers: tuple[str, ...], declined: str = "", cancel: str = "") -> str:
    shown = f"{_buy(buyers)}; free: {', '.join(seats)}"
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
                expected = buyer == declined or isinstance(error, IndexError)
                if isinstance(error, Exception) and not expected and not clashes:
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
    if any(isinstance(result, IndexError) for result in end.results.values()):
        return NotYet("old_answer", call=shown, seen=f"buy(…) ended so: {end.results}")
    passed_on = (ValueError, asyncio.CancelledError) if run.injected else ValueError
    if declined in end.tried and not isinstance(end.results[declined], passed_on):
        return NotYet("swallowed", call=shown, seen=f"buy(…) gave {end.results[declined]!r}")
    if set(sold) - set(seats):
        return NotYet("sold", call=shown, seen=seen, expected=f"sold: {dict(end.paid)}, what was paid")
    if sorted([*free, *sold]) != sorted(seats):
        return NotYet("seats", call=shown, seen=seen, expected=f"each of {seats} once: free or sold")
    if sold != dict(end.paid):
        why = "paid_and_free" if run.injected and set(free) & set(dict(end.paid)) else "sold"
        return NotYet(why, call=shown, seen=seen, expected=f"sold: {dict(end.paid)}, what was paid")
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
