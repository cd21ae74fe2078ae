"""What the checks of a loop share: make one, run it, compare who was called with who should have been."""

import inspect
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import refuse_unless_callable
from helpers.checks.lesson_02_stage import Log, perform


def noting(log: Log) -> Callable:
    def note(*arguments: Any) -> bool:
        if len(arguments) != 1 or not isinstance(arguments[0], str):
            shown = ", ".join(map(repr, arguments))
            raise NotYet(
                "arguments", call='loop.call_soon(note, "a")', seen=f"note({shown})", expected="note('a')"
            )
        log.append(arguments[0])
        return True

    return note


def compare(log: list, expected: str, why: str) -> None:
    if log != list(expected):
        raise NotYet(why, seen=" ".join(log) or "nothing was called", expected=" ".join(expected))


def refuse_what_is_no_class(answer: Any) -> None:
    refuse_unless_callable(answer)


def made(loop_class: Any, methods: tuple[str, ...], *arguments: Any) -> Any:
    loop = loop_class(*arguments)
    for name in methods:
        if not callable(getattr(loop, name, None)):
            raise NotYet("missing", seen=f"it has no method {name}", name=name)
    for name in (*methods, "run_round"):
        if inspect.iscoroutinefunction(getattr(loop, name, None)):
            raise NotYet("coroutine", seen=f"{name} is a coroutine function", name=name)
    return loop


def perform_on(loop_class: Any, program: Callable[[], Any], arena: Arena, call: str) -> Any:
    """As `perform`, and an untouched stub in a class that the answer inherits from is named."""
    try:
        return perform(program, arena, call)
    except NotImplementedError as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = trace.tb_frame.f_code.co_qualname if trace is not None else ""
        owner, _, _ = where.rpartition(".")
        if isinstance(loop_class, type) and owner in [base.__qualname__ for base in loop_class.__mro__[1:]]:
            raise NotYet("base", name=where.rpartition("<locals>.")[2]) from None
        raise
    except NotYet as reason:
        reason.call = reason.call or call
        raise


def shown(log: list) -> str:
    return ", ".join(f"{name} at {passed:g} s" for passed, name in log) or "nothing was called"
