"""Right and wrong answers to 03.1, 03.2 and 03.3; each wrong one gets the message that it needs."""

import asyncio
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from expected import assert_verdict

from helpers import check

# ---- 03.1 ----------------------------------------------------------------------------------------


class SubjectBroken:
    """The lesson's own, with its fault."""

    def __init__(self):
        self._observers = []

    def subscribe(self, observer):
        self._observers.append(observer)

    def unsubscribe(self, observer):
        self._observers.remove(observer)

    def notify(self, value):
        for observer in self._observers:
            observer(value)


class WithACopy(SubjectBroken):
    def notify(self, value):
        for observer in self._observers[:]:
            observer(value)


class WithNewLists(SubjectBroken):
    def subscribe(self, observer):
        self._observers = [*self._observers, observer]

    def unsubscribe(self, observer):
        self._observers = [other for other in self._observers if other != observer]


class WithADictionary:
    def __init__(self):
        self.observers = {}

    def subscribe(self, callback):
        self.observers[callback] = None

    def unsubscribe(self, callback):
        self.observers.pop(callback, None)

    def notify(self, *news):
        for callback in tuple(self.observers):
            if callback in self.observers:
                callback(*news)


class Recursive(SubjectBroken):
    def notify(self, value, observers=None):
        first, *others = self._observers if observers is None else observers
        first(value)
        if others:
            self.notify(value, others)


class IsAList(list):
    subscribe, unsubscribe = list.append, list.remove

    def notify(self, value):
        for observer in self.copy():
            observer(value)


def a_factory():
    return WithACopy()


class StubSubject:
    def __init__(self):
        # YOUR CODE HERE
        raise NotImplementedError


class ByIdentity(WithNewLists):
    def unsubscribe(self, observer):
        self._observers = [other for other in self._observers if other is not observer]


class ByIdentityNumber(WithADictionary):
    def subscribe(self, observer):
        self.observers[id(observer)] = observer

    def unsubscribe(self, observer):
        self.observers.pop(id(observer), None)

    def notify(self, value):
        for observer in list(self.observers.values()):
            observer(value)


class OneListForAll(WithACopy):
    _observers = []  # noqa: RUF012

    def __init__(self):
        pass


class InASet(SubjectBroken):
    def __init__(self):
        self._observers = set()

    def subscribe(self, observer):
        self._observers.add(observer)

    def notify(self, value):
        for observer in list(self._observers):
            observer(value)


class OverTheDictionary(WithADictionary):
    def notify(self, value):
        for observer in self.observers:
            observer(value)


class BackToFront(SubjectBroken):
    def notify(self, value):
        for observer in reversed(self._observers):
            observer(value)


class GuestsAtOnce(SubjectBroken):
    def notify(self, value):
        seen = []
        while left := [observer for observer in self._observers if observer not in seen]:
            seen.append(left[0])
            left[0](value)


class NeverLets(WithACopy):
    def unsubscribe(self, observer):
        pass


class Weak(WithACopy):
    def subscribe(self, observer):
        self._observers.append(weakref.proxy(observer))


class ForgetsNotify:
    def __init__(self):
        self._observers = []

    subscribe, unsubscribe = SubjectBroken.subscribe, SubjectBroken.unsubscribe


class IsAsync(WithACopy):
    async def notify(self, value):
        for observer in list(self._observers):
            observer(value)


class ByTheLoop(WithACopy):
    def notify(self, value):
        for observer in self._observers:
            asyncio.get_running_loop().call_soon(observer, value)


class Endless(WithACopy):
    def notify(self, value):
        while self._observers:
            pass


class NotifyWithoutValue(WithACopy):
    def notify(self):
        pass


class InThreads(WithACopy):
    def notify(self, value):
        threads = [threading.Thread(target=observer, args=(value,)) for observer in self._observers]
        for thread in threads:
            thread.start()
            thread.join()


class UnderALock(WithACopy):
    def __init__(self):
        super().__init__()
        self._lock = threading.Lock()

    def notify(self, value):
        with self._lock:
            super().notify(value)


class NotWhileTelling(WithACopy):
    telling = False

    def notify(self, value):
        if not self.telling:
            self.telling = True
            super().notify(value)
            self.telling = False


class OneAfterTheOther(WithACopy):
    """A notification inside of another one is kept until that one is through: right, too."""

    def __init__(self):
        super().__init__()
        self.values = []

    def notify(self, value):
        self.values.append(value)
        if len(self.values) > 1:
            return
        while self.values:
            super().notify(self.values[0])
            self.values.pop(0)


class HidesErrors(WithACopy):
    def notify(self, value):
        for observer in list(self._observers):
            try:
                observer(value)
            except Exception:
                pass


class GroupsErrors(WithACopy):
    def notify(self, value):
        collecting(list(self._observers), value)


class TellsTwice(WithACopy):
    def notify(self, value):
        super().notify(value)
        super().notify(value)


@pytest.mark.parametrize(
    "answer",
    [
        WithACopy,
        WithNewLists,
        WithADictionary,
        Recursive,
        IsAList,
        a_factory,
        partial(WithACopy),
        OneAfterTheOther,
        GroupsErrors,
    ],
)
def test_right_subjects(answer: object) -> None:
    verdict = check("03.1", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (SubjectBroken, "not yet", "the next one moves up"),
        (ByIdentity, "not yet", "Each `panel.show` makes a new method object"),
        (ByIdentityNumber, "not yet", "Each `panel.show` makes a new method object"),
        (OneListForAll, "not yet", "Two subjects share their observers"),
        (InASet, "not yet", "A set has no order"),
        (BackToFront, "not yet", "not in the order of subscription"),
        (OverTheDictionary, "error", "dictionary changed size during iteration"),
        (GuestsAtOnce, "not yet", "from the *next* value on"),
        (NeverLets, "not yet", "told after having left"),
        (Weak, "error", "ReferenceError"),
        (ForgetsNotify, "not yet", "`notify` is missing"),
        (IsAsync, "not yet", "An ordinary method is asked for"),
        (ByTheLoop, "not yet", "before it returns"),
        (Endless, "stuck", "notify(), line"),
        (NotifyWithoutValue, "not yet", "`notify` a value"),
        (TellsTwice, "not yet", "told twice"),
        (InThreads, "not yet", "in another thread"),
        (UnderALock, "stuck", "a lock that a `notify` further out holds"),
        (NotWhileTelling, "not yet", "is a `notify` like any other"),
        (HidesErrors, "not yet", "lets the error go to the caller"),
        (WithACopy(), "not yet", "Hand over the class itself"),
        (StubSubject, "not attempted", ""),
    ],
)
def test_wrong_subjects(answer: object, kind: str, says: str) -> None:
    assert_verdict("03.1", answer, kind, says)


def test_a_skipped_observer_is_shown_with_the_program_that_skipped_it() -> None:
    verdict = check("03.1", SubjectBroken)
    assert verdict.facts["The call"].startswith("subscribe(a, once, c), and once unsubscribes itself")
    assert verdict.facts["What happened"] == "a(1), once(1), a(2), c(2)"
    assert verdict.facts["What should"] == "a(1), once(1), c(1), a(2), c(2)"


# ---- 03.2 ----------------------------------------------------------------------------------------


def collecting(observers, value):
    errors = []
    for observer in observers:
        try:
            observer(value)
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("observers failed", errors)


def recursive(observers, value):
    if not observers:
        return
    errors = []
    for tell in (lambda: observers[0](value), lambda: recursive(observers[1:], value)):
        try:
            tell()
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("nested", errors)


def attempt(observer, value):
    try:
        observer(value)
    except Exception as error:
        return error


def by_comprehension(observers, value):
    if errors := [error for observer in observers if (error := attempt(observer, value))]:
        raise BaseExceptionGroup(f"{len(errors)} failed", errors)


class Teller:
    def __call__(self, observers, value):
        collecting(list(observers), value)


def tell_all_stub(observers, value):
    # YOUR CODE HERE
    raise NotImplementedError


def one_try_around_all(observers, value):
    try:
        for observer in observers:
            observer(value)
    except Exception as error:
        raise ExceptionGroup("failed", [error]) from None


def no_try(observers, value):
    for observer in observers:
        observer(value)


def swallows(observers, value):
    for observer in observers:
        try:
            observer(value)
        except Exception:
            pass


def returns_the_group(observers, value):
    try:
        collecting(observers, value)
    except ExceptionGroup as group:
        return group


def only_the_last(observers, value):
    last = None
    for observer in observers:
        last = attempt(observer, value) or last
    if last:
        raise ExceptionGroup("failed", [last])


def a_bare_error(observers, value):
    for error in [attempt(observer, value) for observer in observers]:
        if error:
            raise error


def an_empty_group(observers, value):
    raise ExceptionGroup("failed", list(filter(None, [attempt(observer, value) for observer in observers])))


def catches_everything(observers, value):
    errors = []
    for observer in observers:
        try:
            observer(value)
        except BaseException as error:
            errors.append(error)
    if errors:
        raise BaseExceptionGroup("failed", errors)


def catches_everything_in_a_group_of_exceptions(observers, value):
    errors = []
    for observer in observers:
        try:
            observer(value)
        except:  # noqa: E722
            import sys

            errors.append(sys.exception())
    if errors:
        raise ExceptionGroup("failed", errors)


def names_what_it_catches(observers, value):
    errors = []
    for observer in observers:
        try:
            observer(value)
        except (OSError, ValueError) as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("failed", errors)


def names_what_may_pass(observers, value):
    errors = []
    for observer in observers:
        try:
            observer(value)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            errors.append(error)
    if errors:
        raise BaseExceptionGroup("failed", errors)


def raises_in_finally(observers, value):
    errors = []
    try:
        for observer in observers:
            if error := attempt(observer, value):
                errors.append(error)
    finally:
        if errors:
            raise ExceptionGroup("failed", errors)


def one_of_each_kind(observers, value):
    errors = {type(error): error for observer in observers if (error := attempt(observer, value))}
    if errors:
        raise ExceptionGroup("failed", list(errors.values()))


def empties_the_list(observers, value):
    todo = observers
    while todo:
        if error := attempt(todo.pop(0), value):
            raise ExceptionGroup("failed", [error])


def in_threads(observers, value):
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda observer: attempt(observer, value), observers))
    if errors := [error for error in found if error]:
        raise ExceptionGroup("failed", errors)


async def tells_async(observers, value):
    collecting(observers, value)


@pytest.mark.parametrize("answer", [collecting, recursive, by_comprehension, Teller(), partial(collecting)])
def test_right_ways_to_tell_all(answer: object) -> None:
    verdict = check("03.2", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (no_try, "not yet", "give each call a\n`try` of its own"),
        (one_try_around_all, "not yet", "give each call a\n`try` of its own"),
        (swallows, "not yet", "the errors are lost"),
        (returns_the_group, "not yet", "The group was returned"),
        (only_the_last, "not yet", "keeps\nonly the last one"),
        (a_bare_error, "not yet", "The error came alone"),
        (an_empty_group, "error", "ValueError"),
        (catches_everything, "not yet", "Ctrl-C came in the middle"),
        (catches_everything_in_a_group_of_exceptions, "not yet", "Ctrl-C came in the middle"),
        (names_what_it_catches, "not yet", "catch `Exception`, not some kinds of it"),
        (names_what_may_pass, "not yet", "Do not list what may pass"),
        (raises_in_finally, "not yet", "A `raise` in a `finally`"),
        (one_of_each_kind, "not yet", "Those are not the errors that happened"),
        (in_threads, "not yet", "in another thread"),
        (empties_the_list, "not yet", "only\nread it"),
        (tells_async, "not yet", "An ordinary function is asked for"),
        (lambda observers: None, "not yet", "called with two arguments"),
        (lambda observers, value: None, "not yet", "Not each observer was called"),
        (42, "not yet", "Hand over the function itself"),
        (tell_all_stub, "not attempted", ""),
    ],
)
def test_wrong_ways_to_tell_all(answer: object, kind: str, says: str) -> None:
    assert_verdict("03.2", answer, kind, says)


# ---- 03.3 ----------------------------------------------------------------------------------------


def by_weak_method(method):
    reference = weakref.WeakMethod(method)

    def observer(value):
        if (found := reference()) is not None:
            found(value)

    return observer


def by_owner_and_name(method):
    owner, name = weakref.ref(method.__self__), method.__name__

    def observer(value):
        here = owner()
        if here is not None:
            getattr(here, name)(value)

    return observer


def by_owner_and_function(method):
    owner, function = weakref.ref(method.__self__), method.__func__
    return lambda value: function(here, value) if (here := owner()) is not None else None


def takes_an_empty_object_for_none(method):
    owner, function = weakref.ref(method.__self__), method.__func__
    return lambda value: function(here, value) if (here := owner()) else None


def keeps_what_it_has_called(method):
    reference, found = weakref.WeakMethod(method), None

    def observer(value):
        nonlocal found
        found = reference()
        if found is not None:
            found(value)

    return observer


def hides_what_the_method_raises(method):
    reference = weakref.WeakMethod(method)

    def observer(value):
        try:
            reference()(value)
        except TypeError:
            pass

    return observer


def calls_only_once(method):
    reference, told = weakref.WeakMethod(method), []

    def observer(value):
        if not told and (found := reference()) is not None:
            told.append(value)
            found(value)

    return observer


def by_proxy(method):
    proxy, function = weakref.proxy(method.__self__), method.__func__

    def observer(value):
        try:
            function(proxy, value)
        except ReferenceError:
            pass

    return observer


def call_if_there(reference, value):
    method = reference()
    return method and method(value)


def by_partial(method):
    return partial(call_if_there, weakref.WeakMethod(method))


class Weakly:
    def __init__(self, method):
        self.reference = weakref.WeakMethod(method)

    def __call__(self, value):
        call_if_there(self.reference, value)


def weakly_stub(method):
    # YOUR CODE HERE
    raise NotImplementedError


def by_plain_reference(method):
    return partial(call_if_there, weakref.ref(method))


def the_reference_itself(method):
    return weakref.WeakMethod(method)


def the_method_itself(method):
    return method


def by_lambda(method):
    return lambda value: method(value)


def checks_weakly_and_calls_strongly(method):
    reference = weakref.WeakMethod(method)

    def observer(value):
        if reference() is not None:
            method(value)

    return observer


def does_not_look(method):
    reference = weakref.WeakMethod(method)
    return lambda value: reference()(value)


def proxy_without_try(method):
    proxy, function = weakref.proxy(method.__self__), method.__func__
    return lambda value: function(proxy, value)


last = None


def one_reference_for_all(method):
    global last
    last = weakref.WeakMethod(method)
    return lambda value: call_if_there(last, value)


def calls_at_once(method):
    method(1)


@pytest.mark.parametrize(
    "answer", [by_weak_method, by_owner_and_name, by_owner_and_function, by_proxy, by_partial, Weakly]
)
def test_right_listeners(answer: object) -> None:
    verdict = check("03.3", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (by_plain_reference, "not yet", "dead at once"),
        (the_reference_itself, "not yet", "That is the reference itself"),
        (the_method_itself, "not yet", "your observer keeps it"),
        (by_lambda, "not yet", "your observer keeps it"),
        (checks_weakly_and_calls_strongly, "not yet", "your observer keeps it"),
        (does_not_look, "not yet", "look whether it gives None"),
        (proxy_without_try, "not yet", "look whether it gives None"),
        (one_reference_for_all, "not yet", "a reference of its own"),
        (calls_at_once, "not yet", "Is there a `return`"),
        (takes_an_empty_object_for_none, "not yet", "ask `is not None`"),
        (keeps_what_it_has_called, "not yet", "Once the observer has been called"),
        (hides_what_the_method_raises, "not yet", "drops its errors, too"),
        (calls_only_once, "not yet", "each time"),
        (weakref.proxy, "not yet", "a weak proxy of the method object"),
        (42, "not yet", "Hand over the function itself"),
        (weakly_stub, "not attempted", ""),
    ],
)
def test_wrong_listeners(answer: object, kind: str, says: str) -> None:
    assert_verdict("03.3", answer, kind, says)
