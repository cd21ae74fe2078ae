"""What right answers to the exercises of lesson 02 do: the last one here, the loops in their own modules."""

import inspect
import itertools
import threading
from collections.abc import Callable
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import refuse_unless_callable
from helpers.checks.lesson_02_failing import safe
from helpers.checks.lesson_02_queue import queue
from helpers.checks.lesson_02_stage import Log, StrictClock, perform
from helpers.checks.lesson_02_timers import timed
from helpers.own_loop import callbacks

NAMES = ("tea", "egg", "cake")
WHEN = (None, 1, 2, 3)  # seconds until an answer comes; None: at once, before fetch returns


class Kitchen:
    """Answers the n-th question after `delays[n]` seconds with `values[n]`; notes what `done` is given."""

    def __init__(self, delays: tuple, values: list) -> None:
        self._delays, self._values = delays, values
        self._loop = callbacks.Loop(StrictClock())
        self._loop.report = self._fail
        self.error: Exception | None = None
        self.asked = self.answered = self.asked_first = 0
        self.done = Log()  # (what done() was given, how many answers had come by then)
        self.arrived: list = []
        self.thread: threading.Thread | None = None  # the one that may fetch
        self.in_threads = False

    def fetch(self, name: str, callback: Callable) -> None:
        self.in_threads = self.in_threads or threading.current_thread() is not self.thread
        number, self.asked = self.asked, self.asked + 1
        if self._delays[number] is None:
            self._answer(callback, number)
        else:
            self._loop.call_later(self._delays[number], self._answer, callback, number)

    def _answer(self, callback: Callable, number: int) -> None:
        self.asked_first = self.asked_first or self.asked
        self.answered += 1
        self.arrived.append(self._values[number])
        callback(self._values[number])

    def note(self, *values: Any) -> None:
        """The callback `done`."""
        first = values[0] if len(values) == 1 else values
        self.done.append((list(first) if isinstance(first, list) else first, self.answered))

    def _fail(self, error: Exception) -> None:
        self.error = self.error or error

    def run(self) -> None:
        self._loop.run()
        if self.error is not None:
            raise self.error


def fan_in(fetch_all: Any, arena: Arena) -> str:
    """02.4: `done(values)` is called once, when all have come, whatever the order."""
    refuse_unless_callable(fetch_all)
    for delays in itertools.permutations((3, 1, 2)):
        _ask(fetch_all, arena, delays)
    orders = list(itertools.product(WHEN, repeat=3))
    for delays in orders:
        _ask(fetch_all, arena, delays, "at_once" if None in delays else "")
    _ask(fetch_all, arena, (2, 1, 3), "falsy", values=[None, 0, ""])
    _ask(fetch_all, arena, (2, 1, 3), "duplicates", names=("tea", "egg", "tea"))
    _ask(fetch_all, arena, (), "empty", names=())
    _ask(fetch_all, arena, tuple(range(7, 0, -1)), names=tuple("abcdefg"))
    _two_at_a_time(fetch_all, arena)
    return f"all {len(orders)} orders of three answers after 1, 2 or 3 s or at once"


def _ask(
    fetch_all: Callable,
    arena: Arena,
    delays: tuple,
    special: str = "",
    names: tuple = NAMES,
    values: Any = None,
) -> None:
    """One call. `special`: what to say, if only this kind of call goes wrong."""
    wanted = [f"{name} {number}" for number, name in enumerate(names, 1)] if values is None else values
    kitchen = Kitchen(delays, wanted)
    call = _shown(names, delays)

    given = list(names)

    def program() -> None:
        kitchen.thread, threads = threading.current_thread(), set(threading.enumerate())
        _refuse_a_coroutine(fetch_all(kitchen.fetch, given, kitchen.note), call)
        if kitchen.in_threads or set(threading.enumerate()) - threads:
            raise NotYet("threads", call=call, seen="fetch was called in another thread")
        kitchen.run()

    try:
        perform(program, arena, call)
    except Raised:
        if special not in ("at_once", "empty"):
            raise
        raise NotYet(
            special, call=call, seen=f"{kitchen.error or 'an error'!r}", expected=_once(wanted)
        ) from None
    _judge(kitchen, wanted, call, special)
    if given != list(names):
        raise NotYet("names_changed", call=call, seen=f"names is {given!r} now", expected=f"{list(names)!r}")


def _judge(kitchen: Kitchen, wanted: list, call: str, special: str) -> None:
    seen = "; ".join(f"done({values!r})" for values, _ in kitchen.done[:3]) or "done was never called"
    facts = {"call": call, "seen": seen, "expected": _once(wanted)}
    why = _what_is_wrong(kitchen, wanted)
    if why is not None:
        raise NotYet(special or why, **facts)


def _what_is_wrong(kitchen: Kitchen, wanted: list) -> str | None:
    total = len(wanted)
    if kitchen.asked != total:
        return "one_by_one" if kitchen.asked < total else "asked_again"
    if total and kitchen.asked_first < total and None not in kitchen._delays:
        return "one_by_one"
    if not kitchen.done:
        return "never"
    values, answered = kitchen.done[0]
    if answered < total:
        return "left_over" if values == wanted else "early"
    if len(kitchen.done) > 1:
        return "twice"
    if not isinstance(values, list):
        return "no_list"
    if values == wanted:
        return None
    if values == kitchen.arrived:
        return "arrival"
    return "late_binding" if values and not any(values[:-1]) else "values"


def _two_at_a_time(fetch_all: Callable, arena: Arena) -> None:
    first, second = Kitchen((3, 1), ["a", "b"]), Kitchen((2, 4), ["c", "d"])
    second._loop = first._loop
    call = 'fetch_all(fetch, ["a", "b"], done); fetch_all(fetch, ["c", "d"], done)'

    def program() -> None:
        first.thread = second.thread = threading.current_thread()
        fetch_all(first.fetch, ["a", "b"], first.note)
        fetch_all(second.fetch, ["c", "d"], second.note)
        first.run()

    perform(program, arena, call)
    for kitchen, wanted in (first, ["a", "b"]), (second, ["c", "d"]):
        _judge(kitchen, wanted, call, "mixed")


def _refuse_a_coroutine(value: Any, call: str) -> None:
    if inspect.iscoroutine(value):
        value.close()
        raise NotYet("coroutine", call=call, seen="a coroutine came back")


def _shown(names: tuple, delays: tuple) -> str:
    asked = ", ".join(f'"{name}"' for name in names)
    comes = ", ".join("at once" if delay is None else f"after {delay} s" for delay in delays)
    return f"fetch_all(fetch, [{asked}], done)" + (f"; the answers come {comes}" if delays else "")


def _once(wanted: list) -> str:
    return f"done({wanted!r}), once"


JUDGES: dict[str, Judge] = {"02.1": queue, "02.2": timed, "02.3": safe, "02.4": fan_in}
