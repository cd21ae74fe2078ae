"""What a right loop does in exercise 02.3: it reports a callback that fails, and goes on."""

import random
import traceback
from functools import partial
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_02_loops import compare, made, noting, perform_on, refuse_what_is_no_class, shown
from helpers.checks.lesson_02_stage import Log, StrictClock
from helpers.own_loop import callbacks

PROGRAMS = 100  # made by chance, and compared with the course's loop


class Burnt(Exception):
    """What a failing callback raises here."""


class PowerCut(BaseException):
    """One more that is meant for the whole program."""


def safe(loop_class: Any, arena: Arena) -> str:
    """02.3: a callback that fails is reported, once, and stops nobody else."""
    refuse_what_is_no_class(loop_class)
    call = "loop.run_round(), with nothing ready"
    perform_on(loop_class, lambda: _untouched(loop_class), arena, call)
    call = '"a", a callback that raises Burnt, "b", one more that raises, "c"; loop.run()'
    perform_on(loop_class, lambda: _some_fail(loop_class, call), arena, call)
    call = 'a callback that adds "c" and raises Burnt, "b" is ready; loop.run_round()'
    perform_on(loop_class, lambda: _one_round(loop_class), arena, call)
    for error in KeyboardInterrupt, PowerCut:
        call = f'"a", a callback that raises {error.__name__}, "b"; loop.run()'
        perform_on(loop_class, lambda error=error: _interrupted(loop_class, error), arena, call)
    for number in range(PROGRAMS):
        call = f"program {number} of {PROGRAMS}, made by chance"
        seen, expected = (
            perform_on(cls, lambda cls=cls, number=number: _by_chance(cls, number), arena, call)
            for cls in (loop_class, callbacks.Loop)
        )
        if seen != expected:
            raise NotYet(
                "different", call=call, seen=_parting(seen, expected), expected=_parting(expected, seen)
            )
    return f"{PROGRAMS} programs made by chance, call by call as the course's loop runs them"


def _untouched(loop_class: Any) -> None:
    """Have a stub say so, before one in a class that it inherits from does."""
    loop = made(loop_class, ("call_soon", "call_later", "run", "report"), StrictClock())
    if hasattr(loop, "run_round"):
        loop.run_round()


def _some_fail(loop_class: Any, call: str) -> None:
    log, reports, so_far = Log(), Log(), []
    loop = made(loop_class, ("call_soon", "run", "report"), StrictClock())

    def report(error: Any) -> None:
        reports.append(error)
        so_far.append("".join(log))

    loop.report = report
    errors = [Burnt("toast"), Burnt("cake")]
    for what in ("a", errors[0], "b", errors[1], "c"):
        loop.call_soon(noting(log), what) if isinstance(what, str) else loop.call_soon(_raising, what)
    try:
        loop.run()
    except Burnt as error:
        facts = {"seen": f"run() raised {error!r}", "expected": "a b c, and two reports"}
        raise NotYet(_why_stopped(loop, error), call=call, **facts) from None
    compare(log, "abc", "rest_lost")
    if reports != errors:
        facts = {"call": call, "seen": f"report was given {list(reports)!r}", "expected": f"{errors!r}"}
        raise NotYet("silent" if not reports else "reports", **facts)
    if so_far != ["a", "ab"]:
        seen = f"toast was reported after {' '.join(so_far[0])} had run"
        raise NotYet("reports_late", call=call, seen=seen, expected="after a, before b")


def _why_stopped(loop: Any, error: Exception) -> str:
    called = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    return "by_itself" if hasattr(loop, "run_round") and "run_round" not in called else "stopped"


def _one_round(loop_class: Any) -> None:
    log = Log()
    loop = made(loop_class, ("call_soon", "run", "report"), StrictClock())
    if not hasattr(loop, "run_round"):
        return
    loop.report = lambda error: None
    note = noting(log)

    def fails() -> None:
        loop.call_soon(note, "c")
        raise Burnt("toast")

    loop.call_soon(fails)
    loop.call_soon(note, "b")
    loop.run_round()
    compare(log, "b", "round" if "c" in log else "put_off")


def _interrupted(loop_class: Any, kind: type[BaseException]) -> None:
    log, reports = Log(), []
    loop = made(loop_class, ("call_soon", "run", "report"), StrictClock())
    loop.report = reports.append

    def stops() -> None:
        log.append("stop")
        if log.count("stop") == 1:
            raise kind

    for callback in partial(log.append, "a"), stops, partial(log.append, "b"):
        loop.call_soon(callback)
    try:
        loop.run()
    except kind:
        pass
    else:
        facts = {"seen": f"run() went on; reported: {reports!r}", "expected": kind.__name__}
        raise NotYet("interrupt", name=kind.__name__, **facts)
    loop.run()
    if len(set(log)) < len(log):
        raise NotYet("repeated", seen=f"{' '.join(log)}, when run() was called again", expected="a stop b")


def _raising(error: BaseException) -> None:
    raise error


def _by_chance(loop_class: Any, seed: int) -> Log:
    """A program of some twenty callbacks that register others, work, and fail; the same for each seed."""
    chance, clock, log = random.Random(seed), StrictClock(), Log()
    loop = made(loop_class, ("call_soon", "call_later", "run", "report"), clock)
    loop.report = lambda error: log.append((clock.passed, f"report {error}"))
    names = iter(range(1, 25))

    def callback(name: int) -> None:
        log.append((clock.passed, str(name)))
        for _ in range(chance.choice((0, 1, 1, 2))):
            register()
        clock.work(chance.choice((0, 0, 0, 1, 3)))
        if chance.random() < 0.2:
            raise Burnt(str(name))

    def register() -> None:
        name = next(names, None)
        if name is not None:
            delay = chance.choice((None, None, 0, 1, 1, 2, 5))
            loop.call_soon(callback, name) if delay is None else loop.call_later(delay, callback, name)

    for _ in range(5):
        register()
    loop.run()
    return log


def _parting(log: list, other: list) -> str:
    """The first entry in which the log differs from the other one, and those just before."""
    same = next(
        (n for n, (a, b) in enumerate(zip(log, other, strict=False)) if a != b), min(len(log), len(other))
    )
    return ("… " if same > 2 else "") + shown(log[max(0, same - 2) : same + 1])
