"""Exercise 05.4: a race under every schedule, and what is left when it is over."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from helpers.checks import NotYet, signal
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.schedules import explore
from helpers.checks.words import short

LIMIT = 400  # schedules of one program


def all_orders(program: Callable[[], Coroutine[Any, Any, None]], shown: str, **options: Any) -> str:
    """Run `program`, which raises NotYet itself, under many schedules; return which those were."""
    return explore(lambda: program, lambda _: None, f"await {shown}", **{"limit": LIMIT} | options)


RACE = "race(a(3), b(1), c(2))"


def first_result(race: Any, arena: Arena) -> str:
    """05.4: the first that ends decides; when `race` is over, the others were cancelled and have ended."""
    tried = all_orders(lambda: _raced(race, {"a": 3, "b": 1, "c": 2}, RACE), RACE)
    all_orders(lambda: _raced(race, {"a": 1, "b": 1, "c": 9}, TIE), TIE)
    all_orders(lambda: _raced(race, {"a": 3, "b": 1, "c": 2}, FAILING, fails=True), FAILING)
    all_orders(lambda: _raced(race, {"a": 2000, "b": 1000}, LONG), LONG, limit=1)
    all_orders(lambda: _cancelled_race(race), RACE)
    return tried


TIE = "race(a(1), b(1), c(9))"
LONG = "race(a(2000), b(1000))"
FAILING = "race(a(3), b(1), c(2))  # b raises ValueError"


class _Runners:
    """Coroutines that say what becomes of them; one that is cancelled takes long to tidy up."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.tidying: set[str] = set()
        self.ended: list[str] = []
        self._tasks: dict[str, asyncio.Task | None] = {}

    async def run(self, name: str, seconds: float, fails: bool = False) -> str:
        self.running.add(name)
        self._tasks[name] = asyncio.current_task()
        try:
            await asyncio.sleep(seconds)
            self.ended.append(name)
            if fails:
                raise ValueError(f"{name} failed")
            return f"{name} won"
        except asyncio.CancelledError:
            self.running.discard(name)
            self.tidying.add(name)
            await asyncio.sleep(1000)
            self.tidying.discard(name)
            raise
        finally:
            self.running.discard(name)

    def look(self, shown: str, running: str = "losers_run") -> None:
        """Raise NotYet where one of them has not ended; `running`: the key for those nobody has cancelled."""
        tidying = self.tidying | {name for name in self.running if self._tasks[name].cancelling()}
        if left := self.running - tidying:
            raise NotYet(running, call=shown, seen=f"still running: {_names(left)}")
        if tidying:
            raise NotYet("losers_tidy", call=shown, seen=f"still tidying up: {_names(tidying)}")


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names))


async def _raced(race: Any, seconds: dict[str, float], shown: str, fails: bool = False) -> None:
    runners, value, error = _Runners(), None, None
    started = [runners.run(name, time, fails and name == "b") for name, time in seconds.items()]
    try:
        value = await call(race, *started, shown=shown)
    except Exception as raised:
        if said_already := signal(raised):
            raise said_already from None
        error = raised
    except asyncio.CancelledError:
        raise NotYet("losers_error", call=f"await {shown}", seen="CancelledError was raised") from None
    shown = f"await {shown}"
    first = {name for name, time in seconds.items() if time == min(seconds.values())}
    if error is not None and not fails:
        raise error
    if not fails and value not in {f"{name} won" for name in first}:
        expected = " or ".join(repr(f"{name} won") for name in sorted(first))
        raise NotYet("value", call=shown, seen=short(value), expected=expected)
    if late := [name for name in runners.ended if name not in first]:
        raise NotYet("waited", call=shown, seen=f"{_names(set(late))} ran to the end, too")
    runners.look(shown)
    if fails and error is None:
        raise NotYet("error_lost", call=shown, seen=f"it returned {short(value)}", expected="ValueError")
    if fails and not _is(ValueError, error):
        raise error


def _is(kind: type[Exception], error: BaseException) -> bool:
    """Whether it is such an error, alone or in the group of a TaskGroup."""
    if isinstance(error, BaseExceptionGroup):
        return all(_is(kind, one) for one in error.exceptions)
    return isinstance(error, kind)


async def _cancelled_race(race: Any) -> None:
    runners, shown = _Runners(), f"{RACE}, cancelled after 0.5 s"
    task = asyncio.create_task(call(race, *(runners.run(n, s) for n, s in (("a", 3), ("b", 1), ("c", 2)))))
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled() and (said_already := signal(task.exception())):
        raise said_already
    runners.look(shown, "orphans")
    if not task.cancelled():
        raise NotYet("swallowed", call=shown, expected="CancelledError")
