"""What a right loop does in exercise 02.1: first in, first out, in rounds."""

from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_02_loops import compare, made, noting, perform_on, refuse_what_is_no_class
from helpers.checks.lesson_02_stage import Log


def queue(loop_class: Any, arena: Arena) -> None:
    """02.1: first in, first out; what a round adds comes in the next one."""
    refuse_what_is_no_class(loop_class)

    def with_a_log(scene: Callable[[Any, Log], None], call: str) -> None:
        perform_on(
            loop_class, lambda: scene(made(loop_class, ("call_soon", "run_round", "run")), Log()), arena, call
        )

    with_a_log(_registers_only, 'loop.call_soon(note, "a"), and nothing else')
    with_a_log(_in_order, 'loop.call_soon(note, …) with "a", "b", "c"; loop.run()')
    with_a_log(_two_arguments, 'loop.call_soon(note, "a", "b"); loop.run()')
    with_a_log(_added, '"a" adds "c" while it runs, "b" is ready; loop.run()')
    with_a_log(_one_round, '"a" adds "c" while it runs, "b" is ready; loop.run_round()')
    with_a_log(
        _whole_round, 'loop.call_soon(note, …) with "a", "b", "c", which return True; loop.run_round()'
    )
    with_a_log(_once_more, 'loop.run(); loop.call_soon(note, "a"), twice; loop.run()')


def _registers_only(loop: Any, log: Log) -> None:
    loop.call_soon(noting(log), "a")
    if log:
        raise NotYet(
            "at_once", call='loop.call_soon(note, "a")', seen="note was called", expected="it waits for run"
        )


def _in_order(loop: Any, log: Log) -> None:
    for name in "abc":
        loop.call_soon(noting(log), name)
    loop.run()
    reverse = log == ["c", "b", "a"]
    compare(log, "abc", "newest_first" if reverse else "order" if log else "nothing")


def _two_arguments(loop: Any, log: Log) -> None:
    loop.call_soon(lambda *arguments: log.append(arguments), "a", "b")
    loop.run()
    if log != [("a", "b")]:
        seen = ", ".join(map(repr, log[0])) if log else ""
        raise NotYet("arguments", seen=f"note({seen})", expected="note('a', 'b')")


def _added(loop: Any, log: Log) -> None:
    _a_adds_c(loop, log)
    loop.run()
    missing = "c" not in log
    compare(log, "abc", "added_lost" if missing else "added_first" if log == ["a", "c", "b"] else "order")


def _one_round(loop: Any, log: Log) -> None:
    _a_adds_c(loop, log)
    loop.run_round()
    compare(log, "ab", {"abc": "round", "a": "short_round"}.get("".join(log), "order"))
    loop.run_round()
    compare(log, "abc", "added_lost" if log == ["a", "b"] else "again")


def _whole_round(loop: Any, log: Log) -> None:
    for name in "abc":
        loop.call_soon(noting(log), name)
    loop.run_round()
    compare(log, "abc", "short_round")


def _once_more(loop: Any, log: Log) -> None:
    loop.run()
    note = noting(log)
    loop.call_soon(note, "a")
    loop.call_soon(note, "a")
    loop.run()
    compare(log, "aa", "once_more")


def _a_adds_c(loop: Any, log: Log) -> None:
    note = noting(log)

    def a() -> bool:
        note("a")
        loop.call_soon(note, "c")
        return False

    loop.call_soon(a)
    loop.call_soon(note, "b")
