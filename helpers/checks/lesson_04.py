"""What right answers to the exercises of lesson 04 do; 04.3, and 04.4 with 04.5, have modules of their own.

The first three answers are plain functions. They run in the arena all the same, which ends an endless loop.
"""

import gc
import inspect
import sys
from collections.abc import Generator
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, refuse_unless_callable
from helpers.checks.lesson_04_driver import driver
from helpers.checks.lesson_04_plain import plainly
from helpers.checks.lesson_04_streams import all_sources, first_few
from helpers.checks.words import said, short

# --- 04.1 ----------------------------------------------------------------------------------------------

# halves at most: whoever computes an average from the one before gets the very same
NUMBERS = (10, 20, 60, -10, 0, -5), (10.0, 15.0, 30.0, 20.0, 16.0, 12.5)


def running_average(averager: Any, arena: Arena) -> None:
    """04.1: primed, an average for each number, each generator for itself, closed when it is closed."""
    found, hook = None, sys.unraisablehook
    sys.unraisablehook = lambda _: None  # a generator that cannot be closed complains when it is thrown away,
    try:  # and that shall be here
        plainly(arena, lambda: _averages(averager), "averager()")
    except NotYet as reason:
        found = reason.with_traceback(None)  # with which it would live on
        found.__context__ = None
    finally:
        gc.collect()
        sys.unraisablehook = hook
    if found is not None:
        raise found


def _averages(averager: Any) -> None:
    if isinstance(averager, Generator):
        raise NotYet("called", seen="check() was given a generator")
    refuse_unless_callable(averager)
    first = averager()
    if inspect.iscoroutine(first):
        first.close()
        raise NotYet("no_generator", call="averager()", seen="it returned a coroutine")
    if not all(hasattr(first, name) for name in ("send", "close")):
        raise NotYet("no_generator", call="averager()", seen=f"it returned {an(first)}")
    sent = "generator = averager()"
    for number, average in zip(*NUMBERS, strict=True):
        sent += f"\ngenerator.send({number})"
        _expect(first, number, average, sent)
    _expect(averager(), 7, 7.0, f"{sent}\naverager().send(7)", why="shared")
    first = averager()
    _expect(first, 4, 4.0, sent, why="shared")
    _expect(averager(), 7, 7.0, "averager().send(4)\naverager().send(7)", why="shared")
    _expect(first, 6, 5.0, "one.send(4)\nother.send(7)\none.send(6)", why="shared")
    _close(first)


def _expect(generator: Any, number: float, average: float, call: str, why: str = "average") -> None:
    facts: dict[str, str] = {"call": call, "expected": repr(average)}
    try:
        seen = generator.send(number)
    except TypeError as error:
        if "just-started" in str(error):
            raise NotYet("not_primed", seen=said(error), **facts) from None
        raise
    except StopIteration:
        raise NotYet("ended", seen="StopIteration: the generator has ended", **facts) from None
    if seen is None:
        raise NotYet("none", seen="None", **facts)
    if seen != average:
        raise NotYet(_how_wrong(seen, number, average) or why, seen=short(seen), **facts)


def _how_wrong(seen: Any, number: float, average: float) -> str:
    if number == 0:
        return "zero"
    return "whole" if seen == average // 1 else ""


def _close(generator: Any) -> None:
    try:
        generator.close()
    except RuntimeError as error:
        raise NotYet("not_closed", call="generator.close()", seen=said(error)) from None
    try:
        seen = generator.send(1)
    except StopIteration:
        return
    raise NotYet("goes_on", call="generator.close()\ngenerator.send(1)", seen=short(seen))


# --- 04.2 ----------------------------------------------------------------------------------------------

SPOILT, NO_GAS, STOP = ValueError("spoilt"), LookupError("no gas"), KeyboardInterrupt()
JOBS = (("a", 2, "A"), ("b", 0, "B"), ("c", 3, SPOILT), ("d", 1, None), ("e", 4, "E"), ("f", 4, NO_GAS))
HARMLESS = (*JOBS[:2], JOBS[4], ("f", 4, "F"))
TURNS = "a1 c1 d1 e1 f1 a2 c2 e2 f2 c3 e3 f3 e4 f4"
TAKING = "take_turns([a, b, c, d, e, f])"


def turns(take_turns: Any, arena: Arena) -> None:
    """04.2: one step each; results and errors at their places; nobody is left out."""
    refuse_unless_callable(take_turns)
    _taken(take_turns, arena, HARMLESS, "a1 e1 f1 a2 e2 f2 e3 f3 e4 f4", "take_turns([a, b, e, f])")
    _taken(take_turns, arena, JOBS, TURNS, TAKING)
    _taken(take_turns, arena, (), "", "take_turns([])")
    _interrupted(take_turns, arena)


def _taken(take_turns: Any, arena: Arena, jobs: tuple, order: str, call: str) -> None:
    log: list[str] = []
    sent: list[str] = []
    outcomes = [end for _, _, end in jobs]
    seen = plainly(arena, lambda: _driven(take_turns, [_job(log, sent, *job) for job in jobs]), call)
    if sent:
        raise NotYet("sent", call=call, seen=sent[0], expected="None")
    if seen is SPOILT or seen is NO_GAS:
        raise NotYet("one_ends_all", call=call, seen=f"{said(seen)}, after {' '.join(log)}")
    if seen == "coroutine":
        raise NotYet("not_plain", call=call, seen="it returned a coroutine")
    if seen is None:
        raise NotYet("nothing", call=call, seen="None", expected=short(outcomes))
    if isinstance(seen, Generator):
        raise NotYet("is_generator", call=call, seen="a generator came back")
    steps = " ".join(log)
    if steps != order:
        why = "left_out" if len(log) < len(order.split()) else _disorder(steps, jobs)
        raise NotYet(why, call=call, seen=steps, expected=order)
    _look_at_outcomes(seen, outcomes, call)


def _interrupted(take_turns: Any, arena: Arena) -> None:
    call = "take_turns([a, g])  # g raises KeyboardInterrupt"
    jobs = JOBS[0], ("g", 1, STOP)
    seen = plainly(arena, lambda: _driven(take_turns, [_job([], [], *job) for job in jobs]), call)
    if seen is not STOP:
        raise NotYet("interrupt", call=call, seen=f"it returned {short(seen)}", expected=said(STOP))


def _driven(take_turns: Any, generators: list[Generator]) -> Any:
    """What the answer returned; the accident itself, where it came out."""
    try:
        returned = take_turns(generators)
    except (ValueError, LookupError, KeyboardInterrupt) as error:
        if error in (SPOILT, NO_GAS, STOP):
            return error
        raise
    if inspect.iscoroutine(returned):
        returned.close()
        return "coroutine"
    return returned


def _job(log: list[str], sent: list[str], name: str, steps: int, end: Any) -> Generator[str | None, Any, Any]:
    """A generator that notes its steps and what it is sent.

    Some steps yield something, some nothing: neither is a sign of the end.
    """
    for number in range(1, steps + 1):
        log.append(f"{name}{number}")
        got = yield name if number % 2 else None
        if got is not None:
            sent.append(f"{name} was sent {short(got)}")
    if isinstance(end, BaseException):
        raise end
    return end


def _disorder(steps: str, jobs: tuple) -> str:
    one_by_one = " ".join(f"{name}{n}" for name, count, _ in jobs for n in range(1, count + 1))
    return "one_by_one" if steps == one_by_one else "order"


def _look_at_outcomes(seen: Any, outcomes: list, call: str) -> None:
    facts = {"call": call, "seen": short(seen), "expected": short(outcomes)}
    if not isinstance(seen, list | tuple):
        raise NotYet("no_list", **facts)
    if list(seen) == outcomes:
        return
    if outcomes and all(outcome is None for outcome in seen):
        raise NotYet("lost", **facts)
    if any(isinstance(outcome, StopIteration) for outcome in seen):
        raise NotYet("stop", **facts)
    if sorted(map(str, seen)) == sorted(map(str, outcomes)):
        raise NotYet("places" if not any(map(_is_text_of_error, seen)) else "text", **facts)
    raise NotYet("outcomes", **facts)


def _is_text_of_error(outcome: Any) -> bool:
    return outcome == str(SPOILT)


JUDGES: dict[str, Judge] = {
    "04.1": running_average,
    "04.2": turns,
    "04.3": driver,
    "04.4": first_few,
    "04.5": all_sources,
}
