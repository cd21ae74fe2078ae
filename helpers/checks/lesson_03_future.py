"""What a right answer to 03.4 does: a Future whose observers are told by the loop of lesson 02.

In which order things happen is asked of asyncio.Future itself, by the same program.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_03_calls import ask, play
from helpers.checks.lesson_03_loop import Trial
from helpers.checks.words import said


def future_of_one_value(Future: Any, arena: Arena) -> str:
    """03.4: set once, kept, its observers told by the loop, each once; as asyncio.Future does."""
    for scene, call in (
        (_is_new, "future = Future(loop)"),
        (_tells_by_the_loop, "future.add_done_callback(a), (b); future.set_result(7)"),
        (_tells_who_is_late, "future.set_result(7); future.add_done_callback(late)"),
        (_is_set_once, "future.set_result(7)"),
        (_takes_none, "future.set_result(None)"),
        (_takes_an_exception, 'future.set_exception(KeyError("gone"))'),
        (_tells_each_by_itself, "future.add_done_callback(fails), (b); future.set_result(7)"),
    ):
        play(arena, lambda scene=scene, call=call: scene(Trial(Future, call)), call)
    play(arena, partial(_shares_nothing, Future), "one, other = Future(loop), Future(loop)")
    _does_as_asyncio(Future, arena)
    return "a value, None and an error, early and late observers; and one program on asyncio.Future, too"


def _is_new(trial: Trial) -> None:
    trial.refuses("early_result", "result")


def _tells_by_the_loop(trial: Trial) -> None:
    trial.observe("a", "b")
    trial.loop.go(trial.call)
    if trial.notes:
        raise trial.not_yet("too_early", f"told before it was set: {', '.join(trial.notes)}")
    trial.set("set_result", 7)
    trial.nobody_inside("set_result")
    if trial.outcome() != "result() is 7":
        raise trial.not_yet("not_set", trial.outcome(), "result() is 7")
    trial.run("a", "b")


def _tells_who_is_late(trial: Trial) -> None:
    trial.observe("early")
    trial.set("set_result", 7)
    trial.run("early")
    trial.notes.clear()
    trial.observe("late")
    trial.nobody_inside("add_done_callback")
    trial.run("late", nobody="late")


def _is_set_once(trial: Trial) -> None:
    trial.observe("a")
    trial.set("set_result", 7)
    for method, value in ("set_result", 8), ("set_exception", KeyError("gone")):
        trial.refuses("set_again", method, value)
        if trial.outcome() != "result() is 7":
            raise trial.not_yet(
                "set_again", trial.outcome(), "result() is 7", f"; future.{method}({value!r})"
            )
    trial.run("a")


def _takes_none(trial: Trial) -> None:
    trial.observe("a")
    trial.set("set_result", None)
    if trial.outcome() != "result() is None":
        raise trial.not_yet("none", trial.outcome(), "result() is None")
    trial.run("a")
    trial.refuses("none", "set_result", 8)
    trial.notes.clear()
    trial.observe("late")
    trial.run("late", nobody="none")


def _takes_an_exception(trial: Trial) -> None:
    gone = KeyError("gone")
    trial.observe("a")
    trial.set("set_exception", gone)
    if trial.outcome() != f"result() raises {said(gone)}":
        raise trial.not_yet("exception", trial.outcome(), f"result() raises {said(gone)}")
    trial.run("a")


def _tells_each_by_itself(trial: Trial) -> None:
    def fails(_: Any) -> None:
        raise OSError("disk full")

    ask(trial.future.add_done_callback, fails, call=trial.call)
    trial.observe("b")
    trial.set("set_result", 7)
    trial.run("b", nobody="one_call")
    if not trial.loop.errors:
        raise trial.not_yet("hidden", "the loop got no error", "OSError: disk full", "; loop.run()")


def _shares_nothing(Future: Any) -> None:
    call = "one.add_done_callback(a); other.add_done_callback(b); one.set_result(7); loop.run()"
    one, other = Trial(Future, call), Trial(Future, call)
    one.observe("a")
    other.observe("b")
    one.set("set_result", 7)
    one.loop.go(call)
    other.loop.go(call)
    if other.notes:
        raise NotYet("shared", call=call, seen="told: a, b", expected="told: a")


PROGRAM = """\
future.add_done_callback(early), (asks)
loop.call_soon(before); future.set_result(7); loop.call_soon(after)
future.add_done_callback(late)"""


def _program(loop: Any, future: Any, notes: list[str]) -> None:
    def note(name: str) -> Callable[..., None]:
        return lambda *_: notes.append(name)

    future.add_done_callback(note("early"))
    future.add_done_callback(lambda _: loop.call_soon(note("asked for by an observer")))
    loop.call_soon(note("before"))
    future.set_result(7)
    loop.call_soon(note("after"))
    future.add_done_callback(note("late"))
    notes.append("end of the program")


def _does_as_asyncio(Future: Any, arena: Arena) -> None:
    """The same program with the answer on our loop, and with asyncio.Future on asyncio's: one order."""
    theirs: list[str] = []

    def on_our_loop() -> list[str]:
        trial = Trial(Future, PROGRAM)
        _program(trial.loop, trial.future, trial.notes)
        trial.loop.go(PROGRAM)
        return trial.notes

    async def on_asyncios() -> None:
        loop = asyncio.get_running_loop()
        _program(loop, loop.create_future(), theirs)
        for _ in range(5):
            await asyncio.sleep(0)

    ours = play(arena, on_our_loop, PROGRAM)
    arena.run(on_asyncios)
    if ours != theirs:
        expected = f"{', '.join(theirs)}  (asyncio.Future)"
        raise NotYet("another_order", call=PROGRAM, seen=", ".join(ours), expected=expected)
