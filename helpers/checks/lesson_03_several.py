"""What a right answer to 03.5 does: a Future of several, made of observers only."""

from functools import partial
from itertools import permutations
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an
from helpers.checks.lesson_03_calls import ask, play
from helpers.checks.lesson_03_loop import Loop
from helpers.checks.words import said, short
from helpers.own_loop import futures

RESULTS = ["tea", None, "egg"]  # None is a value, too
ORDERS = list(permutations(range(3)))


def future_of_several(all_of: Any, arena: Arena) -> str:
    """03.5: a Future of the results of several, in their order; of the first error, where one fails."""
    play(arena, partial(_in_order, all_of, (0, 1, 2), 0), "all_of(loop, [f0, f1, f2])")
    play(arena, partial(_none, all_of), "all_of(loop, [])")
    for order in ORDERS:
        for before in (0, 1, 3):
            play(arena, partial(_in_order, all_of, order, before), "all_of(loop, [f0, f1, f2])")
        for fails in ((0,), (1, 2)):
            play(arena, partial(_fails, all_of, order, fails), "all_of(loop, [f0, f1, f2])")
            play(arena, partial(_fails, all_of, order, fails, True), "all_of(loop, [f0, f1, f2])")
    play(arena, partial(_failed_before, all_of), "all_of(loop, [f0, f1])")
    play(arena, partial(_twice, all_of), "all_of(loop, [f0, f1, f0])")
    return f"all {len(ORDERS)} orders in which three can be done, with errors and without"


def _in_order(all_of: Any, order: tuple[int, ...], before: int) -> None:
    """All succeed, in this order; `before` of them are done before the call."""
    loop, told = Loop(), []
    waiting = [futures.Future(loop) for _ in RESULTS]
    call = f"all_of(loop, [f0, f1, f2]); done in the order {_shown(order)}"
    call += f", {before} of them before the call" if before else ""
    for number in order[:before]:
        waiting[number].set_result(RESULTS[number])
    loop.go(call)
    together = _together(all_of, loop, waiting, call)
    together.add_done_callback(told.append)
    loop.go(call)
    for place, number in enumerate(order[before:], start=before):
        if together.done():
            raise NotYet("too_early", call=call, seen=f"done when {place} of 3 were")
        waiting[number].set_result(RESULTS[number])
        loop.go(call)
    _no_errors(loop, call)
    _has(together, RESULTS, call)
    if told != [together]:
        raise NotYet("told", call=call, seen=f"its observer was told {len(told)} times", expected="once")


def _none(all_of: Any) -> None:
    call = "all_of(loop, [])"
    loop = Loop()
    together = _together(all_of, loop, [], call)
    loop.go(call)
    if not together.done():
        raise NotYet("empty", call=call, seen="it is never done", expected="done, the result is []")
    _has(together, [], call)


def _twice(all_of: Any) -> None:
    call = "all_of(loop, [f0, f1, f0])"
    loop = Loop()
    tea, egg = futures.Future(loop), futures.Future(loop)
    together = _together(all_of, loop, [tea, egg, tea], call)
    for future, result in (tea, "tea"), (egg, "egg"):
        future.set_result(result)
        loop.go(call)
    _no_errors(loop, call)
    expected = ["tea", "egg", "tea"]
    seen = f"the result is {short(together.result())}" if together.done() else "it is never done"
    if not together.done() or list(together.result()) != expected:
        raise NotYet("same", call=call, seen=seen, expected=f"the result is {expected!r}")


def _failed_before(all_of: Any) -> None:
    call = "f0.set_exception(error); all_of(loop, [f0, f1])"
    loop, error = Loop(), OSError("f0")
    waiting = [futures.Future(loop) for _ in range(2)]
    waiting[0].set_exception(error)
    together = _together(all_of, loop, waiting, call)
    loop.go(call)
    _no_errors(loop, call)
    if not together.done():
        raise NotYet("slow_to_fail", call=call, seen="done() is False", expected="it has failed, as f0 has")
    _has_failed(together, [error], call)


def _fails(all_of: Any, order: tuple[int, ...], fails: tuple[int, ...], at_once: bool = False) -> None:
    """Those at these places of the order fail; `at_once`: all are done before the loop runs again."""
    loop = Loop()
    waiting = [futures.Future(loop) for _ in RESULTS]
    errors = [OSError("f0"), ValueError("f1"), Exception("f2")]
    call = f"all_of(loop, [f0, f1, f2]); done in the order {_shown(order)}, and "
    call += " and ".join(f"f{order[place]}" for place in fails) + (" fail" if len(fails) > 1 else " fails")
    call += ", all before the loop runs" if at_once else ""
    together = _together(all_of, loop, waiting, call)
    for place, number in enumerate(order):
        if place in fails:
            waiting[number].set_exception(errors[number])
        else:
            waiting[number].set_result(RESULTS[number])
        if not at_once:
            loop.go(call)
            _no_errors(loop, call)
            if together.done() != (place >= fails[0]):
                why = "too_early" if together.done() else "slow_to_fail"
                raise NotYet(
                    why, call=call, seen=f"done() is {together.done()} when {place + 1} of 3 are done"
                )
    loop.go(call)
    _no_errors(loop, call)
    right = [errors[order[place]] for place in (fails if at_once else fails[:1])]
    _has_failed(together, right, call)


def _together(all_of: Any, loop: Loop, waiting: list, call: str) -> Any:
    together = ask(all_of, loop, waiting, call=call)
    if together is None:
        raise NotYet("nothing", call=call, seen="None came back", expected="a Future, at once")
    if not all(callable(getattr(together, name, None)) for name in ("done", "result", "add_done_callback")):
        raise NotYet("no_future", call=call, seen=f"{an(together)} came back", expected="a Future, at once")
    return together


def _no_errors(loop: Loop, call: str) -> None:
    if loop.errors:
        error = loop.errors[0]
        why = "set_again" if type(error).__name__ == "InvalidStateError" else "observer_failed"
        raise NotYet(why, call=call, seen=f"an observer of yours raised {said(error)}")


def _has(together: Any, results: list, call: str) -> None:
    expected = f"the result is {results!r}"
    if not together.done():
        raise NotYet("never", call=call, seen="it is not done when all of them are", expected=expected)
    try:
        found = together.result()
    except Exception as error:
        raise NotYet("results", call=call, seen=f"result() raised {said(error)}", expected=expected) from None
    if isinstance(found, list | tuple) and list(found) == results:
        return
    why = "results"
    if isinstance(found, list | tuple) and sorted(map(str, found)) == sorted(map(str, results)):
        why = "arrival"
    elif isinstance(found, list | tuple) and any(isinstance(one, futures.Future) for one in found):
        why = "futures"
    raise NotYet(why, call=call, seen=f"the result is {short(found)}", expected=expected)


def _has_failed(together: Any, right: list[Exception], call: str) -> None:
    expected = f"result() raises {said(right[0])}"
    if not together.done():
        raise NotYet("never", call=call, seen="it is never done", expected=expected)
    try:
        seen = f"the result is {short(together.result())}"
    except Exception as error:
        if error in right:
            return
        seen = f"result() raised {said(error)}"
    raise NotYet("no_error", call=call, seen=seen, expected=expected)


def _shown(order: tuple[int, ...]) -> str:
    return ", ".join(f"f{number}" for number in order)
