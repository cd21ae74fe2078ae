"""What right answers to the exercises of lesson 03 do; 03.1, 03.4 and 03.5 have modules of their own.

The observers note when they are called, such as `a(1)`: `a` was told of 1. These notes are judged, never how
they came about.
"""

import asyncio
import gc
import weakref
from functools import partial
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.lesson_03_calls import Notes, Panel, ask, play
from helpers.checks.lesson_03_future import future_of_one_value
from helpers.checks.lesson_03_several import future_of_several
from helpers.checks.lesson_03_subject import subject
from helpers.checks.words import said, short

# ---- 03.2 ----------------------------------------------------------------------------------------


def everybody_is_told(tell_all: Any, arena: Arena) -> str:
    """03.2: whoever fails, all are told, and the errors come back in one group, in order."""
    for fails in "", "b", "d", "bd", "bcd", "a":
        shown = ", ".join(f"{name}_fails" if name in fails else name for name in "abcd")
        _judge_telling(tell_all, arena, fails, f"tell_all([{shown}], 1)")
    _lets_through(tell_all, arena, KeyboardInterrupt, "ctrl_c")
    for error in SystemExit, asyncio.CancelledError:
        _lets_through(tell_all, arena, error, "others")
    _lets_through(tell_all, arena, KeyboardInterrupt, "in_finally", after_a_failure=True)
    return "nobody fails, one does, several do, and Ctrl-C in the middle"


def _judge_telling(tell_all: Any, arena: Arena, fails: str, call: str) -> None:
    notes = Notes()
    errors = {
        "a": Exception("of no special kind"),
        "b": OSError("disk full"),
        "c": OSError("no network"),
        "d": ValueError("no paper"),
    }
    expected = [errors[name] for name in fails]

    def fail(name: str) -> None:
        raise errors[name]

    def scene() -> tuple[Any, BaseException | None]:
        observers = [notes.observer(name, partial(fail, name) if name in fails else None) for name in "abcd"]
        try:
            returned = ask(tell_all, observers, 1, call=call)
            if notes.elsewhere():
                raise NotYet("thread", call=call, seen=f"told: {notes}, in another thread")
            if len(observers) < 4:
                raise NotYet(
                    "emptied", call=call, seen=f"{len(observers)} of 4 observers are left in the list"
                )
            return returned, None
        except Exception as error:
            if isinstance(error, NotYet):
                raise
            if not isinstance(error, ExceptionGroup) and error not in expected:  # the learner's own
                raise
            return None, error

    returned, error = play(arena, scene, call)
    if str(notes) != "a(1), b(1), c(1), d(1)":
        why = "told"
        if fails and len(notes) < 4:
            why = "kinds" if fails == "a" else "silenced"
        raise NotYet(why, call=call, seen=f"told: {notes}", expected="told: a(1), b(1), c(1), d(1)")
    _judge_errors(returned, error, expected, call)


def _judge_errors(returned: Any, error: BaseException | None, expected: list, call: str) -> None:
    facts = {"call": call, "expected": f"an ExceptionGroup of {expected!r}" if expected else "nothing raised"}
    if isinstance(returned, ExceptionGroup):
        raise NotYet("returned", seen="the group was returned", **facts)
    if error is None:
        if expected:
            raise NotYet("swallowed", seen="nothing was raised", **facts)
        return
    seen = f"{said(error)} {list(getattr(error, 'exceptions', []))!r}".removesuffix(" []")
    if not isinstance(error, ExceptionGroup):
        raise NotYet("bare", seen=seen, **facts)
    found = list(_leaves(error))
    if found != expected:
        raise NotYet("errors", seen=seen, **facts)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _lets_through(
    tell_all: Any, arena: Arena, error: type[BaseException], why: str, after_a_failure: bool = False
) -> None:
    """What is no Exception goes through at once, and no later observer is told."""
    name, first = {KeyboardInterrupt: "ctrl_c"}.get(error, "b"), "a_fails" if after_a_failure else "a"
    call = f"tell_all([{first}, {name}, c], 1)"
    call += "" if error is KeyboardInterrupt else f", and b raises {error.__name__}"
    notes = Notes()

    def fail(raised: BaseException) -> None:
        raise raised

    observers = [
        notes.observer("a", partial(fail, OSError("disk full")) if after_a_failure else None),
        notes.observer(name, partial(fail, error())),
        notes.observer("c"),
    ]

    def scene() -> str:
        try:
            ask(tell_all, observers, 1, call=call)
        except error:
            return error.__name__
        except BaseExceptionGroup:
            return "a group"
        except TypeError as refused:  # an ExceptionGroup refuses to hold it
            return said(refused)
        return "nothing raised"

    seen = play(arena, scene, call)
    if seen != error.__name__ or len(notes) > 2:
        expected = f"told: a(1), {name}(1); {error.__name__}"
        raise NotYet(why, call=call, seen=f"told: {notes}; {seen}", expected=expected)


# ---- 03.3 ----------------------------------------------------------------------------------------


def listener_that_may_go(weakly: Any, arena: Arena) -> str:
    """03.3: the observer calls the method while its object is there, and does not keep it there."""
    play(arena, partial(_while_it_is_there, weakly), "observer = weakly(panel.show); observer(1)")
    for told_before in False, True:
        scene = partial(_when_it_is_gone, weakly, told_before)
        play(arena, scene, "observer = weakly(panel.show); del panel; observer(1)")
    play(arena, partial(_when_it_is_empty, weakly), "observer = weakly(basket.show); observer(1)")
    play(arena, partial(_when_it_fails, weakly), "observer = weakly(printer.feed); observer(1)")
    return "one panel that stays, one that goes, and two of which one goes"


def _observer(weakly: Any, panel: Panel) -> Any:
    call = "weakly(panel.show)"
    observer = ask(weakly, panel.show, call=call)
    if type(observer) in weakref.ProxyTypes:  # nothing else may be asked of a dead one
        raise NotYet("proxy", call=call, seen="a weakref.proxy came back")
    if isinstance(observer, weakref.ref):
        raise NotYet("bare_reference", call=call, seen=f"{an(observer)} came back")
    if not callable(observer):
        raise NotYet("no_observer", call=call, seen=f"{an(observer)} came back: {short(observer)}")
    return observer


def _while_it_is_there(weakly: Any) -> None:
    call = "observer = weakly(panel.show); observer(1); observer(2)"
    notes = Notes()
    panels = [Panel(notes, "panel"), Panel(notes, "other")]
    observers = [_observer(weakly, panel) for panel in panels]
    for value in 1, 2:
        for observer in observers:
            ask(observer, value, call=call)
    if str(notes) != "panel(1), other(1), panel(2), other(2)":
        why = "dead_at_once" if not notes else "told"
        expected = "told: panel(1), other(1), panel(2), other(2)"
        raise NotYet(why, call=call, seen=f"told: {notes}", expected=expected)


def _when_it_is_gone(weakly: Any, told_before: bool) -> None:
    call = "observer = weakly(panel.show); " + ("observer(0); " if told_before else "") + "del panel"
    notes = Notes()
    panel, other = Panel(notes, "panel"), Panel(notes, "other")
    observer, others = _observer(weakly, panel), _observer(weakly, other)
    if told_before:
        ask(observer, 0, call=call)
        notes.clear()
    look = weakref.ref(panel)
    del panel
    gc.collect()
    if look() is not None:
        why = "keeps_when_told" if told_before else "keeps"
        raise NotYet(why, call=call, seen="the panel is still there", expected="the panel is gone")
    call += "; observer(1)"
    try:
        ask(observer, 1, call=call)
    except Exception as error:
        if isinstance(error, NotYet | NotImplementedError):
            raise
        raise NotYet("not_looked", call=call, seen=said(error), expected="nothing happens") from None
    ask(others, 1, call=call)
    if str(notes) != "other(1)":
        raise NotYet("told", call=call, seen=f"told: {notes}", expected="told: other(1)")


class _Basket(Panel):
    """Empty, so it counts as false; it is there all the same."""

    def __len__(self) -> int:
        return 0


def _when_it_is_empty(weakly: Any) -> None:
    call = "observer = weakly(basket.show); observer(1), and bool(basket) is False"
    notes = Notes()
    basket = _Basket(notes, "basket")
    ask(_observer(weakly, basket), 1, call=call)
    if str(notes) != "basket(1)":
        raise NotYet("falsy", call=call, seen=f"told: {notes}", expected="told: basket(1)")


class _Printer:
    """Its method fails, with the error that calling None gives, too."""

    def feed(self, value: Any) -> None:
        raise TypeError("no paper")


def _when_it_fails(weakly: Any) -> None:
    call = "observer = weakly(printer.feed); observer(1), and feed raises a TypeError"
    printer = _Printer()
    observer = ask(weakly, printer.feed, call=call)
    try:
        observer(1)
    except TypeError:
        return
    raise NotYet("hidden", call=call, seen="nothing was raised", expected="TypeError: no paper")


JUDGES: dict[str, Judge] = {
    "03.1": subject,
    "03.2": everybody_is_told,
    "03.3": listener_that_may_go,
    "03.4": future_of_one_value,
    "03.5": future_of_several,
}
