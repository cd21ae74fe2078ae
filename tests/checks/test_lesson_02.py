import heapq
import itertools
import threading
import time
from bisect import insort
from collections import deque
from functools import partial

import pytest

from helpers import check
from helpers.exercise import solution_code
from helpers.own_loop import callbacks


def from_the_notebook() -> dict:
    """The answers of the teacher's edition, one built on the other."""
    names = {
        "deque": deque, "heapq": heapq, "itertools": itertools, "time": time, "partial": partial,
        "__name__": "notebook",
    }  # fmt: skip
    for number in range(1, 5):
        exec(compile(solution_code(f"02.{number}"), f"answer {number}", "exec"), names)
    return names


ANSWERS = from_the_notebook()
Loop, TimedLoop, SafeLoop = ANSWERS["Loop"], ANSWERS["TimedLoop"], ANSWERS["SafeLoop"]


def expect(verdict: object, kind: str, says: str) -> None:
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)


# --- 02.1: right answers, then wrong ones ---------------------------------------------------------------


class TwoLists:
    """A round takes the whole list, and puts an empty one in its place."""

    def __init__(self):
        self.queue = []

    def call_soon(self, callback, *args, **keywords):
        self.queue.append(lambda: callback(*args, **keywords))

    def run_round(self):
        queue, self.queue = self.queue, []
        for call in queue:
            call()

    def run(self):
        while self.queue:
            self.run_round()


class WithPartial(Loop):
    def call_soon(self, callback, *args):
        self._ready.append(partial(callback, *args))

    def run_round(self):
        for call in [self._ready.popleft() for _ in range(len(self._ready))]:
            call()


class Recursive(Loop):
    def run(self):
        if self._ready:
            self.run_round()
            self.run()


class Marked(Loop):
    """A mark in the queue ends the round."""

    def run_round(self):
        self._ready.append(None)
        while (entry := self._ready.popleft()) is not None:
            entry[0](*entry[1])


class RunWithoutRounds(Loop):
    """Rounds make no difference here without a clock."""

    def run(self):
        while self._ready:
            callback, args = self._ready.popleft()
            callback(*args)


class CallsAtOnce(Loop):
    def call_soon(self, callback, *args):
        callback(*args)


class NewestFirst(Loop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.pop()
            callback(*args)


class DropsArguments(Loop):
    def run_round(self):
        for _ in range(len(self._ready)):
            self._ready.popleft()[0]()


class TupleOfArguments(Loop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            callback(args)


class ClearsAtTheEnd(Loop):
    def run_round(self):
        for callback, args in list(self._ready):
            callback(*args)
        self._ready.clear()


class RunsOneRound(Loop):
    def run(self):
        self.run_round()


class UntilEmpty(Loop):
    def run_round(self):
        while self._ready:
            callback, args = self._ready.popleft()
            callback(*args)


class JumpsTheQueue(Loop):
    busy = False

    def call_soon(self, callback, *args):
        (self._ready.appendleft if self.busy else self._ready.append)((callback, args))

    def run_round(self):
        self.busy = True
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            callback(*args)
        self.busy = False


class NeverTakesOut(Loop):
    def run_round(self):
        for callback, args in list(self._ready):
            callback(*args)


class IteratesOverTheQueue(Loop):
    def run_round(self):
        for callback, args in self._ready:
            callback(*args)
        self._ready.clear()


class RunDoesNothing(Loop):
    def run(self):
        pass


class OnceEach(Loop):
    def call_soon(self, callback, *args):
        if (callback, args) not in self._ready:
            self._ready.append((callback, args))


class WaitsForEver(Loop):
    def run(self):
        while True:
            self.run_round()


class Renamed:
    def call_soon(self, callback, *args):
        pass

    def run(self):
        pass


class StubLoop:
    def __init__(self):
        self._ready = deque()

    def call_soon(self, callback, *args):
        # YOUR CODE HERE
        raise NotImplementedError

    def run_round(self):
        # YOUR CODE HERE
        raise NotImplementedError

    def run(self):
        # YOUR CODE HERE
        raise NotImplementedError


@pytest.mark.parametrize("answer", [Loop, TwoLists, WithPartial, Recursive, Marked, RunWithoutRounds])
def test_right_queues(answer: type) -> None:
    assert check("02.1", answer).kind == "correct", check("02.1", answer)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (CallsAtOnce, "not yet", "has called the callback itself"),
        (NewestFirst, "not yet", "What happened: c b a"),
        (DropsArguments, "not yet", "note()"),
        (TupleOfArguments, "not yet", "note(('a',))"),
        (ClearsAtTheEnd, "not yet", "What a callback adds while it runs was lost"),
        (RunsOneRound, "not yet", "What a callback adds while it runs was lost"),
        (UntilEmpty, "not yet", "those that are ready when it *begins*"),
        (JumpsTheQueue, "not yet", "has jumped the queue"),
        (NeverTakesOut, "not yet", "Take it out of the queue when you call it"),
        (IteratesOverTheQueue, "error", "deque mutated during iteration"),
        (RunDoesNothing, "not yet", "No callback was called"),
        (OnceEach, "not yet", "The same callback was registered twice"),
        (WaitsForEver, "stuck", "This does not end: "),
        (Renamed, "not yet", "no method run_round"),
        (Loop(), "not yet", "Hand over the class itself"),
        (StubLoop, "not attempted", ""),
    ],
)
def test_wrong_queues(answer: object, kind: str, says: str) -> None:
    expect(check("02.1", answer), kind, says)


class StopsAtAFalseOne(Loop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            if not callback(*args):
                break


class StopsAtATrueOne(Loop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            if callback(*args):
                break


class OneARound(Loop):
    def run_round(self):
        callback, args = self._ready.popleft()
        callback(*args)


class FirstArgumentOnly(Loop):
    def call_soon(self, callback, *args):
        super().call_soon(callback, *args[:1])


class AsyncLoop(Loop):
    async def run(self):
        Loop.run(self)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (StopsAtAFalseOne, "The round ended too early"),
        (StopsAtATrueOne, "whatever they return"),
        (OneARound, "not only the first"),
        (FirstArgumentOnly, "What happened: note('a')\n"),
        (AsyncLoop, "Your `run` is an `async def`"),
    ],
)
def test_queues_that_are_nearly_right(answer: type, says: str) -> None:
    expect(check("02.1", answer), "not yet", says)


# --- 02.2 ------------------------------------------------------------------------------------------------


class SortedList(TimedLoop):
    """A sorted list in place of the heap; sorting is stable, so no number is needed."""

    def call_later(self, delay, callback, *args):
        insort(self._timers, (self.time() + delay, callback, args), key=lambda timer: timer[0])

    def run(self):
        while self._timers or self._ready:
            if not self._ready and (wait := self._timers[0][0] - self.time()) > 0:
                self._clock.sleep(wait)
            while self._timers and self._timers[0][0] <= self.time():
                _, callback, args = self._timers.pop(0)
                self.call_soon(callback, *args)
            self.run_round()


class DueOnesByMin(TimedLoop):
    def run(self):
        while self._timers or self._ready:
            now = self.time()
            for timer in sorted(t for t in self._timers if t[0] <= now):
                self._timers.remove(timer)
                self.call_soon(timer[2], *timer[3])
            if self._ready:
                self.run_round()
            else:
                self._clock.sleep(min(self._timers)[0] - now)


class PassesAFunction(TimedLoop):
    def call_later(self, delay, callback, *args):
        super().call_later(delay, partial(callback, *args))


class Starves(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            Loop.run(self)
            if self._timers:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)


class ComparesCallbacks(TimedLoop):
    def call_later(self, delay, callback, *args):
        heapq.heappush(self._timers, (self.time() + delay, callback, args))

    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            while self._timers and self._timers[0][0] <= self.time():
                _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class NewestOfEqualsFirst(TimedLoop):
    def call_later(self, delay, callback, *args):
        heapq.heappush(self._timers, (self.time() + delay, -next(self._count), callback, args))


class InTheOrderOfRegistration(TimedLoop):
    """A list, not a heap."""

    def call_later(self, delay, callback, *args):
        self._timers.append((self.time() + delay, next(self._count), callback, args))

    def run(self):
        while self._ready or self._timers:
            self.run_round()
            if self._timers:
                when, _, callback, args = self._timers.pop(0)
                self._clock.sleep(max(0, when - self.time()))
                self.call_soon(callback, *args)


class DelayAsTime(TimedLoop):
    def call_later(self, delay, callback, *args):
        heapq.heappush(self._timers, (delay, next(self._count), callback, args))


class OneArgument(TimedLoop):
    def call_later(self, delay, callback, *args):
        super().call_later(delay, callback, *args[:1])


class EndsWithTheTimers(TimedLoop):
    def run(self):
        while self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            while self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()
        Loop.run(self)


class EarlierThanNow(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            while self._timers and self._timers[0][0] < self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class AnotherClock(TimedLoop):
    def call_later(self, delay, callback, *args):
        heapq.heappush(self._timers, (time.monotonic() + delay, next(self._count), callback, args))

    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - time.monotonic()))
            while self._timers and self._timers[0][0] <= time.monotonic():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class DueOnesLeft(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            while self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self._ready.appendleft((callback, args))
            self.run_round()


class ZeroIsSoon(TimedLoop):
    def call_later(self, delay, callback, *args):
        if delay <= 0:
            self.call_soon(callback, *args)
        else:
            super().call_later(delay, callback, *args)


class AsyncRun(TimedLoop):
    async def run(self):
        TimedLoop.run(self)


class SleepsInTheRegistration(TimedLoop):
    def call_later(self, delay, callback, *args):
        self._clock.sleep(delay)
        self.call_soon(callback, *args)


class RealSleep(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                time.sleep(max(0, self._timers[0][0] - self.time()))
            self.run_round()


class RealTime(TimedLoop):
    def time(self):
        return time.monotonic()


class Polls(TimedLoop):
    step = 0.001

    def run(self):
        while self._ready or self._timers:
            if not self._ready and self.time() < self._timers[0][0]:
                self._clock.sleep(self.step)
            while self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class Spins(Polls):
    step = 0


class NegativeSleep(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(self._timers[0][0] - self.time())
            while self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class AlwaysSleeps(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if self._timers:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            while self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class OneTimerARound(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            if self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                self.call_soon(callback, *args)
            self.run_round()


class DueOnesInFront(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            while self._timers and self._timers[0][0] <= self.time():
                _, _, callback, args = heapq.heappop(self._timers)
                callback(*args)
            self.run_round()


class TimeWithoutBrackets(TimedLoop):
    def run(self):
        while self._timers and self._timers[0][0] < self.time:
            pass


class ForgetsTimers(TimedLoop):
    def run(self):
        Loop.run(self)


class NeverPops(TimedLoop):
    def run(self):
        while self._ready or self._timers:
            if not self._ready:
                self._clock.sleep(max(0, self._timers[0][0] - self.time()))
            if self._timers and self._timers[0][0] <= self.time():
                self.call_soon(self._timers[0][2], *self._timers[0][3])
            self.run_round()


class StubTimedLoop(Loop):
    def __init__(self, clock=time):
        super().__init__()
        self._clock, self._timers, self._count = clock, [], itertools.count()

    def time(self):
        return self._clock.monotonic()

    def call_later(self, delay, callback, *args):
        # YOUR CODE HERE
        raise NotImplementedError

    def run(self):
        # YOUR CODE HERE
        raise NotImplementedError


class OnAStub(StubLoop):
    time, call_later = TimedLoop.time, TimedLoop.call_later

    def __init__(self, clock=time):
        super().__init__()
        self._clock, self._timers, self._count = clock, [], itertools.count()

    def run(self):
        while self._timers:
            _, _, callback, args = heapq.heappop(self._timers)
            self.call_soon(callback, *args)


@pytest.mark.parametrize(
    "answer", [TimedLoop, SortedList, DueOnesByMin, PassesAFunction, SafeLoop, callbacks.Loop]
)
def test_right_loops_with_a_clock(answer: type) -> None:
    assert check("02.2", answer).kind == "correct", check("02.2", answer)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (Starves, "not yet", "The timer did not get its turn while something was always ready"),
        (ComparesCallbacks, "not yet", "the heap compared what comes next"),
        (NewestOfEqualsFirst, "not yet", "the older one first"),
        (InTheOrderOfRegistration, "not yet", "c at 3600 s"),
        (DelayAsTime, "not yet", "It is due `delay` seconds after"),
        (SleepsInTheRegistration, "not yet", "A timer was called at the wrong time"),
        (RealSleep, "not yet", "run(), line"),
        (RealTime, "not yet", "uses a clock of its own"),
        (Polls, "not yet", "sleep until then, in one go"),
        (Spins, "not yet", "sleep until then, in one go"),
        (NegativeSleep, "not yet", "clock.sleep(-2)"),
        (AlwaysSleeps, "not yet", "Sleep only when nothing is ready"),
        (OneTimerARound, "not yet", "Make ready *all* that are"),
        (DueOnesInFront, "not yet", "goes to the end of the queue"),
        (TimeWithoutBrackets, "error", "'float' and 'method'"),
        (ForgetsTimers, "not yet", "nothing was called"),
        (NeverPops, "not yet", "A timer leaves the heap"),
        (OneArgument, "not yet", "Keep `args` with it, and hand it on with a star"),
        (EndsWithTheTimers, "not yet", "`run` has ended too early"),
        (EarlierThanNow, "not yet", "is not *later* than `self.time()`"),
        (AnotherClock, "not yet", "never looked at its own clock"),
        (DueOnesLeft, "not yet", "goes to the end of the queue"),
        (ZeroIsSoon, "not yet", "A delay of 0 makes a timer like any other"),
        (AsyncRun, "not yet", "Your `run` is an `async def`"),
        (OnAStub, "not yet", "there StubLoop.call_soon is not written yet"),
        (TimedLoop(), "not yet", "Hand over the class itself"),
        (StubTimedLoop, "not attempted", ""),
    ],
)
def test_wrong_loops_with_a_clock(answer: object, kind: str, says: str) -> None:
    expect(check("02.2", answer), kind, says)


# --- 02.3 ------------------------------------------------------------------------------------------------


class WrapsInCallSoon(TimedLoop):
    def report(self, error):
        print(error)

    def call_soon(self, callback, *args):
        def safely():
            try:
                callback(*args)
            except Exception as error:
                self.report(error)

        super().call_soon(safely)


class TryRoundAgain(TimedLoop):
    """The round is tried again for what is left of it."""

    def report(self, error):
        print(error)

    def run_round(self, left=None):
        left = len(self._ready) if left is None else left
        while left:
            left -= 1
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception as error:
                self.report(error)
                return self.run_round(left)


class LetsPassWhatIsMeantForAll(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except BaseException as error:
                if not isinstance(error, Exception):
                    raise
                self.report(error)


class InOneClass(callbacks.Loop):
    """Written anew, with other names inside."""


class ReportGone(TimedLoop):
    pass


class TryAroundTheRegistration(SafeLoop):
    run_round = Loop.run_round

    def call_soon(self, callback, *args):
        try:
            super().call_soon(callback, *args)
        except Exception as error:
            self.report(error)


class TryAroundTheRound(SafeLoop):
    def run_round(self):
        ready, self._ready = self._ready, deque()
        try:
            for callback, args in ready:
                callback(*args)
        except Exception as error:
            self.report(error)


class Silent(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception:
                pass


class CatchesAll(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except BaseException as error:
                self.report(error)


class ReportsText(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception as error:
                self.report(str(error))


class TriesForEver(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready[0]
            try:
                callback(*args)
                self._ready.popleft()
            except Exception as error:
                self.report(error)


class RoundGoesOn(SafeLoop):
    def run_round(self):
        while self._ready:
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception as error:
                self.report(error)


class PutsOffTheRest(SafeLoop):
    def run_round(self):
        try:
            Loop.run_round(self)
        except Exception as error:
            self.report(error)


class StopsAtTheFailure(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception as error:
                self.report(error)
                break


class ReportsLate(SafeLoop):
    def run_round(self):
        errors = []
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except Exception as error:
                errors.append(error)
        for error in errors:
            self.report(error)


class LetsPassTheKnownOnes(SafeLoop):
    def run_round(self):
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            try:
                callback(*args)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:
                self.report(error)


class CallsAgain(SafeLoop):
    """Takes the callbacks of a round out of the queue when all have been called."""

    def run_round(self):
        ready = list(self._ready)
        for callback, args in ready:
            try:
                callback(*args)
            except Exception as error:
                self.report(error)
        for _ in ready:
            self._ready.popleft()


class AsyncRound(SafeLoop):
    async def run_round(self):
        SafeLoop.run_round(self)


class AroundItsOwnRound(SafeLoop):
    """`run_round` is right, but `run`, of 02.2, never uses it."""

    def run(self):
        while self._ready:
            callback, args = self._ready.popleft()
            callback(*args)


class StubSafeLoop(TimedLoop):
    def report(self, error):
        print(error)

    def run_round(self):
        # YOUR CODE HERE
        raise NotImplementedError


class SafeOnAStub(StubTimedLoop):
    report, run_round = SafeLoop.report, SafeLoop.run_round


class StubOnStubs(StubTimedLoop):
    report, run_round = SafeLoop.report, StubLoop.run_round


@pytest.mark.parametrize(
    "answer", [SafeLoop, WrapsInCallSoon, TryRoundAgain, LetsPassWhatIsMeantForAll, InOneClass]
)
def test_right_loops_that_go_on(answer: type) -> None:
    verdict = check("02.3", answer)
    assert verdict.kind == "correct", verdict
    assert "100 programs" in repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (TryAroundTheRegistration, "not yet", "run() raised Burnt('toast')"),
        (TryAroundTheRound, "not yet", "inside the loop, around\neach single call"),
        (Silent, "not yet", "nobody has heard of them"),
        (CatchesAll, "not yet", "cannot be stopped any\nmore"),
        (ReportsText, "not yet", "report was given ['toast', 'cake']"),
        (TriesForEver, "not yet", "Take it out of the queue before you call it"),
        (RoundGoesOn, "not yet", "those that are ready when it *begins*"),
        (PutsOffTheRest, "not yet", "the rest of the round was not called"),
        (StopsAtTheFailure, "not yet", "the rest of the round was not called"),
        (ReportsLate, "not yet", "toast was reported after a b c had run"),
        (LetsPassTheKnownOnes, "not yet", "PowerCut was caught, too"),
        (CallsAgain, "not yet", "a stop a stop b, when run() was called again"),
        (AroundItsOwnRound, "not yet", "Let it call `self.run_round()`"),
        (AsyncRound, "not yet", "Your `run_round` is an `async def`"),
        (ReportGone, "not yet", "no method report"),
        (SafeOnAStub, "not yet", "there StubTimedLoop.run is not written yet"),
        (StubSafeLoop, "not attempted", ""),
        (StubOnStubs, "not attempted", ""),
    ],
)
def test_wrong_loops_that_go_on(answer: object, kind: str, says: str) -> None:
    expect(check("02.3", answer), kind, says)


# --- 02.4 ------------------------------------------------------------------------------------------------


def by_counting(fetch, names, done):
    values, left = [None] * len(names), len(names)

    def keep(place):
        def callback(value):
            nonlocal left
            values[place] = value
            left -= 1
            if left == 0:
                done(values)

        return callback

    for place, name in enumerate(names):
        fetch(name, keep(place))
    if not names:
        done(values)


class Collector:
    """Bound methods; a dict of places."""

    def __init__(self, names, done):
        self.names, self.done, self.values = names, done, {}

    def start(self, fetch):
        if not self.names:
            self.done([])
        for place, name in enumerate(self.names):
            fetch(name, partial(self.keep, place))

    def keep(self, place, value):
        self.values[place] = value
        if len(self.values) == len(self.names):
            self.done([self.values[place] for place in range(len(self.names))])


def by_class(fetch, names, done):
    Collector(names, done).start(fetch)


def by_default_argument(fetch, names, done):
    values = {}
    if not names:
        done([])
    for place, name in enumerate(names):

        def keep(value, place=place):
            values[place] = value
            if len(values) == len(names):
                done([value for _, value in sorted(values.items(), key=lambda pair: pair[0])])

        fetch(name, keep)


def by_generator(fetch, names, done):
    """A paused generator keeps the state."""

    def collect():
        values = [None] * len(names)
        for _ in names:
            place, value = yield
            values[place] = value
        done(values)
        yield

    collector = collect()
    next(collector)
    for place, name in enumerate(names):
        fetch(name, lambda value, place=place: collector.send((place, value)))


def by_first_and_rest(fetch, names, done):
    """Recursive: the first one, and a fetch_all of the others."""
    if not names:
        done([])
        return
    parts = {}

    def have(part, values):
        parts[part] = values
        if len(parts) == 2:
            done(parts["first"] + parts["rest"])

    fetch(names[0], lambda value: have("first", [value]))
    by_first_and_rest(fetch, names[1:], partial(have, "rest"))


def in_order_of_arrival(fetch, names, done):
    values = []

    def keep(value):
        values.append(value)
        if len(values) == len(names):
            done(values)

    for name in names:
        fetch(name, keep)
    if not names:
        done([])


def late_lambda(fetch, names, done):
    values, left = [None] * len(names), [len(names)]

    def keep(place, value):
        values[place] = value
        left[0] -= 1
        if not left[0]:
            done(values)

    for place, name in enumerate(names):
        fetch(name, lambda value: keep(place, value))  # noqa: B023
    if not names:
        done([])


def late_lambda_in_a_dict(fetch, names, done):
    values = {}

    def keep(name, value):
        values[name] = value
        if len(values) == len(names):
            done([values[name] for name in names])

    for name in names:
        fetch(name, lambda value: keep(name, value))  # noqa: B023


def done_when_asked(fetch, names, done):
    values = [None] * len(names)
    for place, name in enumerate(names):
        fetch(name, partial(values.__setitem__, place))
    done(values)


def one_after_the_other(fetch, names, done):
    values = []

    def next_one():
        if len(values) == len(names):
            done(values)
        else:
            fetch(names[len(values)], keep)

    def keep(value):
        values.append(value)
        next_one()

    next_one()


def last_asked_is_last(fetch, names, done):
    values = [None] * len(names)

    def keep(place, value):
        values[place] = value
        if place == len(names) - 1:
            done(values)

    for place, name in enumerate(names):
        fetch(name, partial(keep, place))


def counts_what_is_asked(fetch, names, done):
    values, left = {}, set()

    def keep(place, value):
        values[place] = value
        left.discard(place)
        if not left:
            done([values[place] for place in sorted(values)])

    if not names:
        done([])
    for place, name in enumerate(names):
        left.add(place)
        fetch(name, partial(keep, place))


def looks_for_none(fetch, names, done):
    values = [None] * len(names)

    def keep(place, value):
        values[place] = value
        if all(values):
            done(values)

    for place, name in enumerate(names):
        fetch(name, partial(keep, place))
    if not names:
        done([])


def by_name(fetch, names, done):
    values = {}

    def keep(name, value):
        values[name] = value
        if len(values) == len(names):
            done([values[name] for name in names])

    for name in names:
        fetch(name, partial(keep, name))
    if not names:
        done([])


def never_done_for_none(fetch, names, done):
    if names:
        by_counting(fetch, names, done)


def shared_by_all_calls(fetch, names, done, values={}):  # noqa: B006
    if not names:
        done([])
    values.clear()

    def keep(place, value):
        values[place] = value
        if len(values) == len(names):
            done([values[place] for place in range(len(names))])

    for place, name in enumerate(names):
        fetch(name, partial(keep, place))


def star_arguments(fetch, names, done):
    by_counting(fetch, names, lambda values: done(*values))


def done_every_time(fetch, names, done):
    values = {}

    def keep(place, value):
        values[place] = value
        if len(values) == len(names):
            done([values[place] for place in range(len(names))])
            done([values[place] for place in range(len(names))])

    for place, name in enumerate(names):
        fetch(name, partial(keep, place))


def waits(fetch, names, done):
    values = {}
    for place, name in enumerate(names):
        fetch(name, partial(values.__setitem__, place))
    while len(values) < len(names):
        pass
    done(list(values.values()))


def sleeps(fetch, names, done):
    for name in names:
        fetch(name, print)
    time.sleep(3)


def shared_and_not_cleared(fetch, names, done, values={}):  # noqa: B006
    def keep(place, value):
        values[place] = value
        if len(values) == len(names):
            done([values[place] for place in range(len(names))])

    for place, name in enumerate(names):
        fetch(name, partial(keep, place))


def in_the_list_of_names(fetch, names, done):
    left = len(names)

    def keep(place, value):
        nonlocal left
        names[place] = value
        left -= 1
        if left == 0:
            done(names)

    for place, name in enumerate(list(names)):
        fetch(name, partial(keep, place))
    if not names:
        done([])


def a_thread_for_each(fetch, names, done):
    def in_a_thread(name, callback):
        threading.Thread(target=fetch, args=(name, callback)).start()

    by_counting(in_a_thread, names, done)


async def is_async(fetch, names, done):
    by_counting(fetch, names, done)


def raises(fetch, names, done):
    fetch(names["tea"], done)


def stub(fetch, names, done):
    # YOUR CODE HERE
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer",
    [
        ANSWERS["fetch_all"],
        by_counting,
        by_class,
        by_default_argument,
        by_generator,
        by_first_and_rest,
        partial(by_counting),
    ],
)
def test_right_fan_ins(answer: object) -> None:
    verdict = check("02.4", answer)
    assert verdict.kind == "correct", verdict
    assert "all 64 orders" in repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (in_order_of_arrival, "not yet", "in the order in which the answers came"),
        (late_lambda, "not yet", "put their value into the last place"),
        (late_lambda_in_a_dict, "not yet", "a `lambda` sees the *last* name"),
        (done_when_asked, "not yet", "Starting a question is not getting its answer"),
        (one_after_the_other, "not yet", "Ask for all\nfirst"),
        (last_asked_is_last, "not yet", "before all answers were there"),
        (counts_what_is_asked, "not yet", "wrong when one comes at once"),
        (looks_for_none, "not yet", "taken for missing"),
        (by_name, "not yet", "by their place, not by their name"),
        (never_done_for_none, "not yet", "With no names"),
        (shared_by_all_calls, "not yet", "have mixed up their values"),
        (shared_and_not_cleared, "not yet", "left from an earlier call"),
        (in_the_list_of_names, "not yet", "the list `names` is not yours"),
        (a_thread_for_each, "not yet", "No thread is needed"),
        (star_arguments, "not yet", "one argument: a list"),
        (done_every_time, "not yet", "more than once"),
        (waits, "stuck", "waits(), line"),
        (sleeps, "not yet", "sleeps(), line"),
        (is_async, "not yet", "with `def`"),
        (raises, "error", "raises(), line"),
        (42, "not yet", "Hand over the function itself"),
        (stub, "not attempted", ""),
    ],
)
def test_wrong_fan_ins(answer: object, kind: str, says: str) -> None:
    expect(check("02.4", answer), kind, says)


def test_a_check_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    check("02.3", CatchesAll)
    check("02.4", sleeps)
    assert capsys.readouterr().out == ""
