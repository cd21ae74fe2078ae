"""What right answers to the exercises of lesson 03 do; 03.1, 03.4 and 03.5 have modules of their own.

The observers note when they are called, such as `a(1)`: `a` was told of 1. These notes are judged, never how
they came about.
"""

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
    for fails in "", "b", "d", "bd":
        shown = ", ".join(f"{name}_fails" if name in fails else name for name in "abcd")
        _judge_telling(tell_all, arena, fails, f"tell_all([{shown}], 1)")
    _lets_ctrl_c_through(tell_all, arena)
    return "nobody fails, one does, two do, and Ctrl-C in the middle"


def _judge_telling(tell_all: Any, arena: Arena, fails: str, call: str) -> None:
    notes, errors = Notes(), {"b": OSError("disk full"), "d": ValueError("no paper")}
    expected = [errors[name] for name in fails]

    def fail(name: str) -> None:
        raise errors[name]

    def scene() -> tuple[Any, BaseException | None]:
        observers = [notes.observer(name, partial(fail, name) if name in fails else None) for name in "abcd"]
        try:
            return ask(tell_all, observers, 1, call=call), None
        except Exception as error:
            if not isinstance(error, ExceptionGroup) and error not in expected:  # the learner's own
                raise
            return None, error

    returned, error = play(arena, scene, call)
    if str(notes) != "a(1), b(1), c(1), d(1)":
        why = "silenced" if fails and len(notes) < 4 else "told"
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


def _lets_ctrl_c_through(tell_all: Any, arena: Arena) -> None:
    call = "tell_all([a, ctrl_c, c], 1)"
    notes = Notes()

    def interrupt() -> None:
        raise KeyboardInterrupt

    observers = [notes.observer("a"), notes.observer("ctrl_c", interrupt), notes.observer("c")]

    def scene() -> str:
        try:
            ask(tell_all, observers, 1, call=call)
        except KeyboardInterrupt:
            return "KeyboardInterrupt"
        except BaseExceptionGroup:
            return "a group"
        except TypeError as error:  # an ExceptionGroup refuses to hold it
            return said(error)
        return "nothing raised"

    seen = play(arena, scene, call)
    if seen != "KeyboardInterrupt" or len(notes) > 2:
        raise NotYet(
            "ctrl_c",
            call=call,
            seen=f"told: {notes}; {seen}",
            expected="told: a(1), ctrl_c(1); KeyboardInterrupt",
        )


# ---- 03.3 ----------------------------------------------------------------------------------------


def listener_that_may_go(weakly: Any, arena: Arena) -> str:
    """03.3: the observer calls the method while its object is there, and does not keep it there."""
    play(arena, partial(_while_it_is_there, weakly), "observer = weakly(panel.show); observer(1)")
    play(arena, partial(_when_it_is_gone, weakly), "observer = weakly(panel.show); del panel; observer(1)")
    return "one panel that stays, one that goes, and two of which one goes"


def _observer(weakly: Any, panel: Panel) -> Any:
    call = "weakly(panel.show)"
    observer = ask(weakly, panel.show, call=call)
    if isinstance(observer, weakref.ref):
        raise NotYet("bare_reference", call=call, seen=f"{an(observer)} came back")
    if not callable(observer):
        raise NotYet("no_observer", call=call, seen=f"{an(observer)} came back: {short(observer)}")
    return observer


def _while_it_is_there(weakly: Any) -> None:
    call = "observer = weakly(panel.show); observer(1)"
    notes = Notes()
    panels = [Panel(notes, "panel"), Panel(notes, "other")]
    for observer in [_observer(weakly, panel) for panel in panels]:
        ask(observer, 1, call=call)
    if str(notes) != "panel(1), other(1)":
        why = "dead_at_once" if not notes else "told"
        raise NotYet(why, call=call, seen=f"told: {notes}", expected="told: panel(1), other(1)")


def _when_it_is_gone(weakly: Any) -> None:
    call = "observer = weakly(panel.show); del panel"
    notes = Notes()
    panel, other = Panel(notes, "panel"), Panel(notes, "other")
    observer, others = _observer(weakly, panel), _observer(weakly, other)
    look = weakref.ref(panel)
    del panel
    gc.collect()
    if look() is not None:
        raise NotYet("keeps", call=call, seen="the panel is still there", expected="the panel is gone")
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


JUDGES: dict[str, Judge] = {
    "03.1": subject,
    "03.2": everybody_is_told,
    "03.3": listener_that_may_go,
    "03.4": future_of_one_value,
    "03.5": future_of_several,
}
