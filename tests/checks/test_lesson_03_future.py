"""Right and wrong answers to 03.4 and 03.5; each wrong one gets the message that it needs."""

import time
from functools import partial

import pytest
from expected import assert_verdict

from helpers import check
from helpers.own_loop import futures

# ---- 03.4 ----------------------------------------------------------------------------------------


class InvalidStateError(Exception):
    """An own one: the name is what counts."""


class OneValue:
    """The lesson's own."""

    _done, _result, _exception = False, None, None

    def done(self):
        return self._done

    def result(self):
        if not self._done:
            raise futures.InvalidStateError("the result is not there yet")
        if self._exception is not None:
            raise self._exception
        return self._result

    def _finish(self, result, exception=None):
        if self._done:
            raise futures.InvalidStateError("it was set before")
        self._done, self._result, self._exception = True, result, exception


class Right(OneValue):
    def __init__(self, loop):
        self._loop, self._callbacks = loop, []

    def add_done_callback(self, callback):
        if self.done():
            self._loop.call_soon(callback, self)
        else:
            self._callbacks.append(callback)

    def set_result(self, result):
        self._tell(result)

    def set_exception(self, exception):
        self._tell(None, exception)

    def _tell(self, result, exception=None):
        self._finish(result, exception)
        for callback in self._callbacks:
            self._loop.call_soon(callback, self)


class Standalone:
    """Nothing of the lesson's; the outcome is a function, the list of observers goes when it is set."""

    def __init__(self, event_loop):
        self.soon, self.waiting, self.outcome = event_loop.call_soon, [], None

    def done(self):
        return self.waiting is None

    def result(self):
        if self.outcome is None:
            raise InvalidStateError
        return self.outcome()

    def add_done_callback(self, function):
        if self.done():
            self.soon(partial(function, self))
        else:
            self.waiting.append(function)

    def set_result(self, value):
        self.end(lambda: value)

    def set_exception(self, error):
        def outcome():
            raise error

        self.end(outcome)

    def end(self, outcome):
        if self.done():
            raise InvalidStateError
        self.outcome, told, self.waiting = outcome, self.waiting, None
        for function in told:
            self.soon(lambda function=function: function(self))


class TellsWhoIsLeft(Right):
    """One way for early and late ones: whoever is in the list is told, and leaves it."""

    def add_done_callback(self, callback):
        self._callbacks.append(callback)
        self._tell_them()

    def _tell(self, result, exception=None):
        self._finish(result, exception)
        self._tell_them()

    def _tell_them(self):
        while self.done() and self._callbacks:
            self._loop.call_soon(self._callbacks.pop(0), self)


class StubFuture(OneValue):
    def __init__(self, loop):
        # YOUR CODE HERE
        raise NotImplementedError


class ToldByACall(Right):
    def _tell(self, result, exception=None):
        self._finish(result, exception)
        for callback in self._callbacks:
            callback(self)


class LateIsForgotten(Right):
    def add_done_callback(self, callback):
        self._callbacks.append(callback)


class LateIsToldAtOnce(Right):
    def add_done_callback(self, callback):
        if self.done():
            callback(self)
        else:
            self._callbacks.append(callback)


class LateTellsAllAgain(Right):
    def add_done_callback(self, callback):
        self._callbacks.append(callback)
        if self.done():
            for each in self._callbacks:
                self._loop.call_soon(each, self)


class OneCallForAll(Right):
    def _tell(self, result, exception=None):
        self._finish(result, exception)
        self._loop.call_soon(self._tell_all)

    def _tell_all(self):
        for callback in self._callbacks:
            callback(self)


class NoneIsNotDone(Right):
    def done(self):
        return self._result is not None or self._exception is not None


class SetAgain(Right):
    def _finish(self, result, exception=None):
        self._done, self._result, self._exception = True, result, exception


class KeepsTheFirstSilently(Right):
    def _tell(self, result, exception=None):
        if not self.done():
            super()._tell(result, exception)


class TellsBeforeItRefuses(Right):
    def _tell(self, result, exception=None):
        for callback in self._callbacks:
            self._loop.call_soon(callback, self)
        self._finish(result, exception)


class GivesTheValue(Right):
    def _tell(self, result, exception=None):
        self._finish(result, exception)
        for callback in self._callbacks:
            self._loop.call_soon(callback, result)


class TellsNobody(Right):
    def _tell(self, result, exception=None):
        self._finish(result, exception)


class LastComeFirstTold(Right):
    def _tell(self, result, exception=None):
        self._callbacks.reverse()
        super()._tell(result, exception)


class ByATimer(Right):
    def _tell(self, result, exception=None):
        self._finish(result, exception)
        for callback in self._callbacks:
            self._loop.call_later(0, callback, self)


class CallsNow(Right):
    """`call_soon(callback(self))`: the brackets call it."""

    def _tell(self, result, exception=None):
        self._finish(result, exception)
        for callback in self._callbacks:
            self._loop.call_soon(callback(self))


class SetsLater(Right):
    def set_result(self, result):
        self._loop.call_soon(self._tell, result)


class EarlyIsNone(Right):
    def result(self):
        return self._result


class ReturnsTheError(Right):
    def set_exception(self, exception):
        self.set_result(exception)


class NoSetException:
    __init__, done, result = Right.__init__, OneValue.done, OneValue.result
    add_done_callback, set_result = Right.add_done_callback, Right.set_result


class NotToldOfErrors(Right):
    def set_exception(self, exception):
        self._finish(None, exception)


class WithoutLoop(Right):
    def __init__(self):
        super().__init__(None)


class IsAsync(Right):
    async def set_result(self, result):
        self._tell(result)


class RunsTheLoop(Right):
    def _tell(self, result, exception=None):
        super()._tell(result, exception)
        self._loop.run()


class Polls(OneValue):
    def __init__(self, loop):
        self._loop = loop

    def add_done_callback(self, callback):
        self._loop.call_soon(self._look, callback)

    def _look(self, callback):
        if self.done():
            callback(self)
        else:
            self.add_done_callback(callback)

    def set_result(self, result):
        self._finish(result)

    def set_exception(self, exception):
        self._finish(None, exception)


class SeesNoneAsNothing(Right):
    def add_done_callback(self, callback):
        if self._result is not None or self._exception:
            self._loop.call_soon(callback, self)
        else:
            self._callbacks.append(callback)


class OneListForAllFutures(Right):
    _callbacks = []  # noqa: RUF012

    def __init__(self, loop):
        self._loop = loop


class HidesErrors(Right):
    def _hide(self, callback):
        try:
            callback(self)
        except Exception:
            pass

    def add_done_callback(self, callback):
        super().add_done_callback(lambda _: self._hide(callback))


class LooksAtTheLast(Right):
    def set_result(self, result):
        self._finish(result)
        for callback in self._callbacks:
            self._loop.call_soon(lambda: callback(self))  # noqa: B023


class Waits(Right):
    def result(self):
        while not self.done():
            pass


@pytest.mark.parametrize(
    "answer", [Right, Standalone, TellsWhoIsLeft, futures.Future, lambda loop: Right(loop)]
)
def test_right_futures(answer: object) -> None:
    verdict = check("03.4", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (ToldByACall, "not yet", "told inside set_result: a, b"),
        (CallsNow, "not yet", "told inside set_result: a, b"),
        (LateIsForgotten, "not yet", "That is the difference to a subject"),
        (LateIsToldAtOnce, "not yet", "told inside add_done_callback: late"),
        (LateTellsAllAgain, "not yet", "told more than once"),
        (OneCallForAll, "not yet", "A single callback that goes over the list is a `notify` again"),
        (NoneIsNotDone, "not yet", "None is a value like any other"),
        (SetAgain, "not yet", "the second time raises InvalidStateError"),
        (KeepsTheFirstSilently, "not yet", "the second time raises InvalidStateError"),
        (TellsBeforeItRefuses, "not yet", "told more than once"),
        (GivesTheValue, "not yet", "An observer gets the Future itself"),
        (TellsNobody, "not yet", "no observer was told"),
        (LastComeFirstTold, "not yet", "not in the order in which they came"),
        (ByATimer, "not yet", "`call_later` or a second `call_soon`"),
        (SetsLater, "not yet", "as soon as `set_result` is back"),
        (EarlyIsNone, "not yet", "None would look like a value"),
        (ReturnsTheError, "not yet", "raises that very exception"),
        (NoSetException, "not yet", "A method is missing: `set_exception`"),
        (NotToldOfErrors, "not yet", "no observer was told"),
        (RunsTheLoop, "not yet", "runs the loop itself"),
        (Polls, "not yet", "again and again"),
        (WithoutLoop, "not yet", "`Future` gets the loop"),
        (IsAsync, "not yet", "Ordinary methods are asked for"),
        (SeesNoneAsNothing, "not yet", "None is a value like any other"),
        (OneListForAllFutures, "not yet", "The observer of one Future was told of another"),
        (HidesErrors, "not yet", "the loop reports its\nerror"),
        (LooksAtTheLast, "not yet", "Is there a `lambda` in a `for`?"),
        (Waits, "stuck", "somebody sets it"),
        (42, "not yet", "Hand over the class itself"),
        (StubFuture, "not attempted", ""),
    ],
)
def test_wrong_futures(answer: object, kind: str, says: str) -> None:
    assert_verdict("03.4", answer, kind, says)


# ---- 03.5 ----------------------------------------------------------------------------------------


def by_a_count(loop, waiting):
    together, missing = futures.Future(loop), len(waiting)

    def one_is_done(future):
        nonlocal missing
        missing -= 1
        try:
            future.result()
            if missing == 0 and not together.done():
                together.set_result([each.result() for each in waiting])
        except Exception as error:
            if not together.done():
                together.set_exception(error)

    for future in waiting:
        future.add_done_callback(one_is_done)
    if not waiting:
        together.set_result([])
    return together


def by_places(loop, waiting):
    """Each observer has its place in the list; the Future is another class."""
    together, results = Standalone(loop), {}

    def note(place, future):
        if together.done():
            return
        try:
            results[place] = future.result()
        except Exception as error:
            together.set_exception(error)
            return
        finish()

    def finish():
        if len(results) == len(waiting):
            together.set_result([results[place] for place in range(len(waiting))])

    for place, future in enumerate(waiting):
        future.add_done_callback(partial(note, place))
    finish()
    return together


class AllOf(Right):
    """The new Future is itself the observer."""

    def __init__(self, loop, waiting):
        super().__init__(loop)
        self.waiting, self.missing = waiting, set(map(id, waiting))
        for future in waiting:
            future.add_done_callback(self.told)
        if not waiting:
            self.set_result([])

    def told(self, future):
        self.missing.discard(id(future))
        try:
            future.result()
        except Exception as error:
            if not self.done():
                self.set_exception(error)
        if not self.missing and not self.done():
            self.set_result([each.result() for each in self.waiting])


def of_two(loop, first, second):
    """A Future of two, whose results are lists, put one behind the other."""
    joined = futures.Future(loop)

    def told(_):
        if joined.done():
            return
        for each in (first, second):
            if each.done():
                try:
                    each.result()
                except Exception as error:
                    joined.set_exception(error)
                    return
        if first.done() and second.done():
            joined.set_result(first.result() + second.result())

    first.add_done_callback(told)
    second.add_done_callback(told)
    return joined


def by_recursion(loop, waiting):
    if not waiting:
        nothing = futures.Future(loop)
        nothing.set_result([])
        return nothing
    one = futures.Future(loop)

    def told(future):
        try:
            one.set_result([future.result()])
        except Exception as error:
            one.set_exception(error)

    waiting[0].add_done_callback(told)
    return of_two(loop, one, by_recursion(loop, waiting[1:]))


def all_of_stub(loop, waiting):
    # YOUR CODE HERE
    raise NotImplementedError


def in_the_order_of_arrival(loop, waiting):
    together, results = futures.Future(loop), []

    def told(future):
        try:
            results.append(future.result())
        except Exception as error:
            if not together.done():
                together.set_exception(error)
        if len(results) == len(waiting):
            together.set_result(results)

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def sets_again(loop, waiting):
    together, results = futures.Future(loop), {}

    def told(future):
        try:
            results[future] = future.result()
        except Exception as error:
            together.set_exception(error)
        if len(results) == len(waiting):
            together.set_result([results[each] for each in waiting])

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def fails_at_the_end(loop, waiting):
    together, missing = futures.Future(loop), list(waiting)

    def told(future):
        missing.remove(future)
        if not missing:
            try:
                together.set_result([each.result() for each in waiting])
            except Exception as error:
                together.set_exception(error)

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def asks_all_when_one_tells(loop, waiting):
    """`all(done())`, and then `result()` of one that has failed, in the observer of another."""
    together = futures.Future(loop)

    def told(future):
        if together.done():
            return
        try:
            future.result()
        except Exception as error:
            together.set_exception(error)
        else:
            if all(each.done() for each in waiting):
                together.set_result([each.result() for each in waiting])

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def forgets_errors(loop, waiting):
    together, missing = futures.Future(loop), list(waiting)

    def told(future):
        missing.remove(future)
        if not missing:
            together.set_result([each.result() for each in waiting])

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def takes_none_for_nothing(loop, waiting):
    together, results = futures.Future(loop), [None] * len(waiting)

    def told(place, future):
        results[place] = future.result()
        if None not in results:
            together.set_result(results)

    for place, future in enumerate(waiting):
        future.add_done_callback(partial(told, place))
    if not waiting:
        together.set_result([])
    return together


def forgets_the_empty_list(loop, waiting):
    return by_a_count(loop, waiting) if waiting else futures.Future(loop)


def is_done_with_the_first(loop, waiting):
    together = futures.Future(loop)

    def told(future):
        if not together.done():
            together.set_result([future.result()])

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def asks_again_and_again(loop, waiting):
    together = futures.Future(loop)

    def look():
        if all(future.done() for future in waiting):
            together.set_result([future.result() for future in waiting])
        else:
            loop.call_soon(look)

    look()
    return together


def asks_every_second(loop, waiting):
    together = futures.Future(loop)

    def look():
        if all(future.done() for future in waiting):
            together.set_result([future.result() for future in waiting])
        else:
            loop.call_later(1, look)

    look()
    return together


def runs_the_loop(loop, waiting):
    loop.run()
    together = futures.Future(loop)
    together.set_result([future.result() for future in waiting])
    return together


def waits_busily(loop, waiting):
    while not all(future.done() for future in waiting):
        pass


def sleeps(loop, waiting):
    while not all(future.done() for future in waiting):
        time.sleep(0.01)


def gives_futures(loop, waiting):
    together, missing = futures.Future(loop), list(waiting)

    def told(future):
        missing.remove(future)
        if not missing:
            together.set_result(waiting)

    for future in waiting:
        future.add_done_callback(told)
    return together


def returns_the_list(loop, waiting):
    return [future.result() if future.done() else None for future in waiting]


def returns_nothing(loop, waiting):
    by_a_count(loop, waiting)


def by_a_dictionary(loop, waiting):
    together, results = futures.Future(loop), {}

    def told(future):
        try:
            results[future] = future.result()
            if len(results) == len(waiting):
                together.set_result([results[each] for each in waiting])
        except Exception as error:
            if not together.done():
                together.set_exception(error)

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def by_index(loop, waiting):
    together, results, told_by = futures.Future(loop), [None] * len(waiting), []

    def told(future):
        told_by.append(future)
        try:
            results[waiting.index(future)] = future.result()
            if len(told_by) == len(waiting) and not together.done():
                together.set_result(results)
        except Exception as error:
            if not together.done():
                together.set_exception(error)

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def forgets_who_is_done(loop, waiting):
    if not (missing := [future for future in waiting if not future.done()]):
        return by_a_count(loop, waiting)
    together, whole = futures.Future(loop), by_a_count(loop, missing)

    def told(_):
        try:
            whole.result()
            together.set_result([future.result() for future in waiting])
        except Exception as error:
            together.set_exception(error)

    whole.add_done_callback(told)
    return together


def catches_some_errors(loop, waiting):
    together, told_by = futures.Future(loop), []

    def told(future):
        told_by.append(future)
        if together.done():
            return
        try:
            future.result()
        except OSError as error:
            together.set_exception(error)
        else:
            if len(told_by) == len(waiting):
                together.set_result([each.result() for each in waiting])

    for future in waiting:
        future.add_done_callback(told)
    if not waiting:
        together.set_result([])
    return together


def by_a_lambda_in_a_for(loop, waiting):
    together, results, told_by = futures.Future(loop), [None] * len(waiting), []

    def told(place, future):
        told_by.append(place)
        results[place] = future.result()
        if len(told_by) == len(waiting):
            together.set_result(results)

    for place, future in enumerate(waiting):
        future.add_done_callback(lambda future: told(place, future))  # noqa: B023
    return together


async def is_async(loop, waiting):
    return [future.result() for future in waiting]


def asks_too_early(loop, waiting):
    together = futures.Future(loop)
    together.set_result([future.result() for future in waiting])
    return together


@pytest.mark.parametrize("answer", [by_a_count, by_places, AllOf, by_recursion, partial(by_a_count)])
def test_right_futures_of_several(answer: object) -> None:
    verdict = check("03.5", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (in_the_order_of_arrival, "not yet", "in the order in which they came"),
        (sets_again, "not yet", "set a second time"),
        (fails_at_the_end, "not yet", "goes on waiting for the others"),
        (asks_all_when_one_tells, "not yet", "when you ask\nanother one than the one that has told you"),
        (forgets_errors, "not yet", "goes on waiting for the others"),
        (takes_none_for_nothing, "not yet", "those whose value is None"),
        (forgets_the_empty_list, "not yet", "nobody is left to tell"),
        (is_done_with_the_first, "not yet", "done before all of them were"),
        (asks_again_and_again, "not yet", "again and again"),
        (asks_every_second, "not yet", "again and again"),
        (runs_the_loop, "not yet", "runs the loop itself"),
        (waits_busily, "stuck", "Return the Future at once"),
        (sleeps, "stuck", "Return the Future at once"),
        (gives_futures, "not yet", "That is a list of futures"),
        (returns_the_list, "not yet", "a list came back"),
        (returns_nothing, "not yet", "None came back"),
        (by_a_dictionary, "not yet", "stands in the list twice"),
        (by_a_lambda_in_a_for, "not yet", "Is there a `lambda` in a `for`?"),
        (by_index, "not yet", "stands in the list twice"),
        (forgets_who_is_done, "not yet", "failed before the call counts, too"),
        (catches_some_errors, "not yet", "Your observer failed, so the loop got the error"),
        (is_async, "not yet", "By observers only"),
        (asks_too_early, "error", "the result is not there yet"),
        (lambda waiting: None, "not yet", "called with two arguments"),
        (42, "not yet", "Hand over the function itself"),
        (all_of_stub, "not attempted", ""),
    ],
)
def test_wrong_futures_of_several(answer: object, kind: str, says: str) -> None:
    assert_verdict("03.5", answer, kind, says)
