"""Answers to the exercises 04.1 to 04.3, right and wrong ones; the rest is in test_lesson_04_streams.py."""

import functools
from collections import deque
from typing import Any

import pytest

from helpers import check
from tests.checks.lesson_04_solutions import answers_of

SOLUTIONS = answers_of("04_generators_and_coroutines")


def verdicts(id: str, answer: object, kind: str, says: str) -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in " ".join(repr(verdict).split())) == (kind, True), repr(verdict)


def test_the_solutions_of_the_lesson() -> None:
    for id in "04.1", "04.2", "04.3":
        assert check(id, SOLUTIONS[id]).kind == "correct"


def stub(*_: object) -> None:
    # YOUR CODE HERE
    raise NotImplementedError


@pytest.mark.parametrize("id", ["04.1", "04.2", "04.3"])
def test_the_stub(id: str) -> None:
    assert check(id, stub).kind == "not attempted"


# --- 04.1 -----------------------------------------------------------------------------------------------


def primed(function: Any) -> Any:
    @functools.wraps(function)
    def start(*arguments: Any) -> Any:
        generator = function(*arguments)
        next(generator)
        return generator

    return start


@primed
def with_a_decorator() -> Any:
    seen: list[float] = []
    number = yield
    while True:
        seen.append(number)
        number = yield sum(seen) / len(seen)


class Averager:
    """Not a generator, and it behaves as one."""

    def __init__(self) -> None:
        self.seen: list[float] | None = []

    def send(self, number: float) -> float:
        if self.seen is None:
            raise StopIteration
        self.seen.append(number)
        return sum(self.seen) / len(self.seen)

    def close(self) -> None:
        self.seen = None


def recursive() -> Any:
    def run(total: float, count: int) -> Any:
        number = yield (total / count if count else None)
        yield from run(total + number, count + 1)

    generator = run(0, 0)
    next(generator)
    return generator


def tidies_up() -> Any:
    def run() -> Any:
        average, seen = None, []
        try:
            while True:
                seen += [(yield average)]
                average = sum(seen) / len(seen)
        except GeneratorExit:
            return

    generator = run()
    next(generator)
    return generator


@pytest.mark.parametrize("answer", [with_a_decorator, Averager, recursive, tidies_up])
def test_right_averages(answer: object) -> None:
    verdicts("04.1", answer, "correct", "")


def not_primed() -> Any:
    total = count = 0
    average = None
    while True:
        total += yield average
        count += 1
        average = total / count


@primed
def two_yields() -> Any:
    total = count = 0
    while True:
        number = yield
        total, count = total + number, count + 1
        yield total / count


@primed
def once() -> Any:
    number = yield
    yield number


@primed
def the_number_itself() -> Any:
    number = None
    while True:
        number = yield number


SEEN: list[float] = []


@primed
def shared() -> Any:
    average = None
    while True:
        SEEN.append((yield average))
        average = sum(SEEN) / len(SEEN)


ONE = primed(not_primed)()


@primed
def catches_everything() -> Any:
    total = count = 0
    average = None
    while True:
        try:
            total += yield average
            count += 1
            average = total / count
        except:  # noqa: E722
            pass


@primed
def whole_numbers() -> Any:
    total = count = 0
    average = None
    while True:
        total += yield average
        count += 1
        average = total // count


@primed
def passes_over_zero() -> Any:
    seen, average = [], None
    while True:
        if number := (yield average):
            seen.append(number)
            average = sum(seen) / len(seen)


@primed
def ends_at_zero() -> Any:
    seen, average = [], None
    while number := (yield average):
        seen.append(number)
        average = sum(seen) / len(seen)


@primed
def from_the_one_before() -> Any:
    average, count = 0.0, 0
    while True:
        number = yield average
        count += 1
        average += (number - average) / count


def test_an_average_from_the_one_before_is_right() -> None:
    verdicts("04.1", from_the_one_before, "correct", "")


async def an_async_generator() -> Any:
    yield


async def a_coroutine() -> Any:
    return from_the_one_before()


def returns_a_number() -> float:
    return 0.0


class NeverCloses(Averager):
    def close(self) -> None:
        pass


def endless() -> Any:
    while True:
        pass


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (not_primed, "not yet", "has not begun"),
        (two_yields, "not yet", "One `yield` a round is enough"),
        (once, "not yet", "came to its end"),
        (the_number_itself, "not yet", "not the average of all numbers"),
        (shared, "not yet", "Two generators know of each other"),
        (lambda: ONE, "not yet", "Two generators know of each other"),
        (catches_everything, "not yet", "caught it and went on"),
        (NeverCloses, "not yet", "still takes numbers"),
        (whole_numbers, "not yet", "`//` drops the rest"),
        (passes_over_zero, "not yet", "0 is a number, too"),
        (ends_at_zero, "not yet", "A 0 is a number like any other"),
        (returns_a_number, "not yet", "nothing with `send` and `close`"),
        (an_async_generator, "not yet", "it returned an async_generator"),
        (a_coroutine, "not yet", "Here it is `def`"),
        (primed(not_primed)(), "not yet", "Hand over the function"),
        (42, "not yet", "check() was given an int"),
        (endless, "stuck", "a loop that never comes to a `yield`"),
        (lambda: 1 / 0, "error", "ZeroDivisionError"),
    ],
)
def test_wrong_averages(answer: object, kind: str, says: str) -> None:
    SEEN.clear()
    verdicts("04.1", answer, kind, says)


# --- 04.2 -----------------------------------------------------------------------------------------------


def with_rounds(generators: list) -> list:
    outcomes: dict[int, Any] = {}
    while len(outcomes) < len(generators):
        for place, generator in enumerate(generators):
            if place not in outcomes:
                try:
                    next(generator)
                except StopIteration as stop:
                    outcomes[place] = stop.value
                except Exception as error:
                    outcomes[place] = error
    return [outcomes[place] for place in range(len(generators))]


def wrapped(generators: list) -> list:
    outcomes: list[Any] = [None] * len(generators)

    def guarded(place: int, generator: Any) -> Any:
        try:
            outcomes[place] = yield from generator
        except Exception as error:
            outcomes[place] = error

    queue = deque(guarded(*pair) for pair in enumerate(generators))
    while queue:
        one = queue.popleft()
        if next(one, queue) is not queue:
            queue.append(one)
    return outcomes


@pytest.mark.parametrize("answer", [with_rounds, wrapped, functools.partial(with_rounds)])
def test_right_turns(answer: object) -> None:
    verdicts("04.2", answer, "correct", "")


def driven(generators: list, outcome: Any, places: bool = True) -> list:
    """A right driver, but for what `outcome` makes of the exception at an end, and the places."""
    queue, by_place, by_end = list(enumerate(generators)), {}, []
    while queue:
        place, generator = queue.pop(0)
        try:
            next(generator)
        except Exception as error:
            by_place[place] = outcome(error)
            by_end.append(by_place[place])
        else:
            queue.append((place, generator))
    return [by_place[place] for place in sorted(by_place)] if places else by_end


def right_outcome(error: Exception) -> Any:
    return error.value if isinstance(error, StopIteration) else error


def keeps_the_stop(generators: list) -> list:
    return driven(generators, lambda error: error)


def loses_what_is_returned(generators: list) -> list:
    return driven(generators, lambda error: None)


def in_the_order_of_ending(generators: list) -> list:
    return driven(generators, right_outcome, places=False)


def text_of_the_error(generators: list) -> list:
    return driven(generators, lambda e: e.value if isinstance(e, StopIteration) else str(e))


def returns_nothing(generators: list) -> None:
    driven(generators, right_outcome)


def as_a_dictionary(generators: list) -> dict:
    return dict(enumerate(driven(generators, right_outcome)))


def one_fails_all_fail(generators: list) -> list:
    outcomes, queue = [None] * len(generators), list(enumerate(generators))
    while queue:
        place, generator = queue.pop(0)
        try:
            next(generator)
            queue.append((place, generator))
        except StopIteration as stop:
            outcomes[place] = stop.value
    return outcomes


def removes_while_it_iterates(generators: list) -> list:
    outcomes, left = {}, list(enumerate(generators))
    while left:
        for pair in left:
            try:
                next(pair[1])
            except Exception as error:
                outcomes[pair[0]] = right_outcome(error)
                left.remove(pair)
    return [outcomes[place] for place in sorted(outcomes)]


def one_after_the_other(generators: list) -> list:
    return [driven([generator], right_outcome)[0] for generator in generators]


def stops_at_the_first_end(generators: list) -> list:
    outcomes = [None] * len(generators)
    try:
        while generators:
            for generator in generators:
                next(generator)
    except StopIteration as stop:
        outcomes[0] = stop.value
    return outcomes


def keeps_an_interrupt(generators: list) -> list:
    def guarded(generator: Any) -> Any:
        try:
            return (yield from generator)
        except BaseException as error:
            return error

    return with_rounds([guarded(generator) for generator in generators])


def knows_one_kind_of_error(generators: list) -> list:
    def outcome(error: Exception) -> Any:
        if isinstance(error, StopIteration | ValueError):
            return right_outcome(error)
        raise error

    return driven(generators, outcome)


def hands_on_what_came_out(generators: list) -> list:
    outcomes, queue = {}, [(place, generator, None) for place, generator in enumerate(generators)]
    while queue:
        place, generator, value = queue.pop(0)
        try:
            queue.append((place, generator, generator.send(value)))
        except Exception as error:
            outcomes[place] = right_outcome(error)
    return [outcomes[place] for place in sorted(outcomes)]


def takes_a_value_for_the_end(generators: list) -> list:
    def until_a_value(generator: Any) -> Any:
        while True:
            if (value := next(generator)) is not None:
                return value
            yield

    return with_rounds([until_a_value(generator) for generator in generators])


def takes_none_for_not_yet(generators: list) -> list:
    outcomes: list[Any] = [None] * len(generators)
    while None in outcomes:
        for place, generator in enumerate(generators):
            if outcomes[place] is None:
                try:
                    next(generator)
                except Exception as error:
                    outcomes[place] = right_outcome(error)
    return outcomes


async def an_async_function(generators: list) -> list:
    return with_rounds(generators)


def a_generator_itself(generators: list) -> Any:
    yield from generators


def never_ends(generators: list) -> list:
    while True:
        for generator in generators:
            next(generator, None)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (keeps_the_stop, "not yet", "is how a `return` arrives"),
        (loses_what_is_returned, "not yet", "what they returned is lost"),
        (in_the_order_of_ending, "not yet", "remember the place"),
        (text_of_the_error, "not yet", "the text of the error"),
        (returns_nothing, "not yet", "Your function returned None"),
        (as_a_dictionary, "not yet", "A list is asked for"),
        (one_fails_all_fail, "not yet", "it ended your driver"),
        (removes_while_it_iterates, "not yet", "jump over the neighbour"),
        (one_after_the_other, "not yet", "One ran to its end before the next began"),
        (stops_at_the_first_end, "not yet", "Steps are missing"),
        (keeps_an_interrupt, "not yet", "What is no `Exception` has to come out"),
        (knows_one_kind_of_error, "not yet", "with `except Exception` (any kind of it)"),
        (hands_on_what_came_out, "not yet", "One step is `send(None)`"),
        (takes_a_value_for_the_end, "not yet", "what comes out of a step"),
        (takes_none_for_not_yet, "stuck", "also who returned None"),
        (an_async_function, "not yet", "nobody awaits it"),
        (a_generator_itself, "not yet", "The driver is a plain function"),
        (never_ends, "stuck", "never_ends(), line"),
        ([], "not yet", "check() was given a list"),
    ],
)
def test_wrong_turns(answer: object, kind: str, says: str) -> None:
    verdicts("04.2", answer, kind, says)


# --- 04.3 -----------------------------------------------------------------------------------------------


class Driver:
    def __init__(self, loop: Any, coroutine: Any) -> None:
        self.coroutine = coroutine
        loop.call_soon(self.step, None)

    def step(self, _: Any) -> None:
        try:
            self.coroutine.send(None).add_done_callback(self.step)
        except StopIteration:
            pass


def again_by_partial(loop: Any, coroutine: Any, _: Any = None, first: bool = True) -> None:
    if first:
        loop.call_soon(again_by_partial, loop, coroutine, None, False)
        return
    try:
        future = coroutine.send(None)
    except StopIteration:
        return
    future.add_done_callback(lambda done: again_by_partial(loop, coroutine, done, False))


def throws_errors_in(loop: Any, coroutine: Any) -> None:
    def step(done: Any = None) -> None:
        try:
            error = done and done._exception
            future = coroutine.throw(error) if error else coroutine.send(None)
        except StopIteration:
            return
        future.add_done_callback(step)

    loop.call_soon(step)


def from_a_timer(loop: Any, coroutine: Any) -> None:
    loop.call_later(0, Driver, loop, coroutine)


@pytest.mark.parametrize("answer", [Driver, again_by_partial, throws_errors_in, from_a_timer])
def test_right_drivers(answer: object) -> None:
    verdicts("04.3", answer, "correct", "")


def at_once(loop: Any, coroutine: Any) -> None:
    try:
        coroutine.send(None).add_done_callback(lambda _: at_once(loop, coroutine))
    except StopIteration:
        pass


def does_not_wait(loop: Any, coroutine: Any) -> None:
    def run() -> None:
        try:
            while True:
                coroutine.send(None)
        except StopIteration:
            pass

    loop.call_soon(run)


def polls(loop: Any, coroutine: Any) -> None:
    def step(future: Any = None) -> None:
        if future is not None and not future.done():
            loop.call_soon(step, future)
            return
        try:
            future = coroutine.send(None)
        except StopIteration:
            return
        loop.call_soon(step, future)

    loop.call_soon(step)


def polls_by_the_clock(seconds: float) -> Any:
    def start(loop: Any, coroutine: Any) -> None:
        def step(future: Any = None) -> None:
            try:
                if future is None or future.done():
                    future = coroutine.send(None)
            except StopIteration:
                return
            loop.call_later(seconds, step, future)

        loop.call_soon(step)

    return start


def waits_by_running_the_loop(loop: Any, coroutine: Any) -> None:
    def run() -> None:
        for future in coroutine.__await__():
            while not future.done():
                loop.run()

    loop.call_soon(run)


def waits_in_the_step(loop: Any, coroutine: Any) -> None:
    def run() -> None:
        for future in coroutine.__await__():
            while not future.done():
                pass

    loop.call_soon(run)


def sends(what: Any) -> Any:
    def start(loop: Any, coroutine: Any) -> None:
        def step(done: Any = None) -> None:
            try:
                future = coroutine.send(done and what(done))
            except StopIteration:
                return
            future.add_done_callback(step)

        loop.call_soon(step)

    return start


def only_once(loop: Any, coroutine: Any) -> None:
    loop.call_soon(coroutine.send, None)


def lets_the_stop_out(loop: Any, coroutine: Any) -> None:
    def step(_: Any = None) -> None:
        coroutine.send(None).add_done_callback(step)

    loop.call_soon(step)


def forgets_the_parameter(loop: Any, coroutine: Any) -> None:
    def step() -> None:
        try:
            coroutine.send(None).add_done_callback(step)
        except StopIteration:
            pass

    loop.call_soon(step)


def asks_for_the_result(loop: Any, coroutine: Any) -> None:
    def step(done: Any = None) -> None:
        try:
            future = coroutine.send(done.result() if done else None)
        except StopIteration:
            return
        future.add_done_callback(step)

    loop.call_soon(step)


def swallows(loop: Any, coroutine: Any) -> None:
    def step(_: Any = None) -> None:
        try:
            future = coroutine.send(None)
        except Exception:
            return
        future.add_done_callback(step)

    loop.call_soon(step)


async def a_coroutine_function(loop: Any, coroutine: Any) -> None:
    at_once(loop, coroutine)


def does_nothing(loop: Any, coroutine: Any) -> None:
    pass


def runs_the_loop(loop: Any, coroutine: Any) -> None:
    Driver(loop, coroutine)
    loop.run()


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (at_once, "not yet", "The coroutine ran inside `start`"),
        (runs_the_loop, "not yet", "The coroutine ran inside `start`"),
        (does_not_wait, "not yet", "before its future was done"),
        (polls, "not yet", "round and round, for nothing"),
        (polls_by_the_clock(0.01), "not yet", "round and round, for nothing"),
        (polls_by_the_clock(1), "not yet", "round and round, for nothing"),
        (waits_by_running_the_loop, "not yet", "and the loop is running already"),
        (waits_in_the_step, "stuck", "A step must not wait"),
        (sends(lambda future: future), "not yet", "it was sent the future"),
        (sends(lambda future: future._result), "not yet", "Always send `None`"),
        (only_once, "not yet", "left at its await"),
        (lets_the_stop_out, "not yet", "the normal end of a coroutine"),
        (forgets_the_parameter, "not yet", "takes 0 positional arguments but 1 was given"),
        (asks_for_the_result, "not yet", "gets the error in the wrong place"),
        (swallows, "not yet", "nobody heard of it"),
        (does_nothing, "not yet", "left at its await"),
        (a_coroutine_function, "not yet", "nobody awaits it"),
        (7, "not yet", "check() was given an int"),
    ],
)
def test_wrong_drivers(answer: object, kind: str, says: str) -> None:
    verdicts("04.3", answer, kind, says)
