"""Right and wrong answers to 11.3 and 11.4 (a queue of ends, a bell), each wrong one with its message."""

import itertools
import queue
import select
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from helpers import check
from helpers.exercise import solution_code
from helpers.own_loop.coroutines import sleep


def judged(id: str, answer: object) -> tuple[str, str]:
    verdict = check(id, answer)
    return verdict.kind, " ".join(repr(verdict).split())


# --- 11.3: your own completion queue -------------------------------------------------------------------


class StubQueue:
    def __init__(self) -> None:
        raise NotImplementedError


class StubMethods:
    def submit(self, function: Callable, *arguments: Any) -> Any:
        raise NotImplementedError


class Plain:
    """By a thread for each job, and a queue."""

    def __init__(self) -> None:
        self.ends: queue.Queue = queue.Queue()
        self.tickets = itertools.count(1)
        self.threads: list[threading.Thread] = []

    def submit(self, function: Callable, *arguments: Any) -> Any:
        ticket = next(self.tickets)
        thread = threading.Thread(target=self.run, args=(ticket, function, arguments))
        self.threads.append(thread)
        thread.start()
        return ticket

    def run(self, ticket: Any, function: Callable, arguments: tuple) -> None:
        try:
            self.ends.put((ticket, function(*arguments)))
        except Exception as error:
            self.ends.put((ticket, error))

    def wait(self) -> Any:
        return self.ends.get()

    def close(self) -> None:
        for thread in self.threads:
            thread.join()


class ByPool:
    """The futures themselves are the tickets."""

    def __init__(self) -> None:
        self.pool, self.ends = ThreadPoolExecutor(16), queue.SimpleQueue()

    def submit(self, function: Callable, *arguments: Any) -> Future:
        future = self.pool.submit(function, *arguments)
        future.add_done_callback(self.ends.put)
        return future

    def wait(self) -> tuple[Future, Any]:
        future = self.ends.get()
        error = future.exception()
        return future, future.result() if error is None else error

    def close(self) -> None:
        self.pool.shutdown(wait=True)


class ByCondition(Plain):
    """A list and a condition; pairs are lists; tickets are texts."""

    def __init__(self) -> None:
        super().__init__()
        self.changed, self.list = threading.Condition(), []
        self.tickets = (f"ticket {n}" for n in itertools.count())

    def run(self, ticket: Any, function: Callable, arguments: tuple) -> None:
        try:
            end = function(*arguments)
        except BaseException as error:
            end = error
        with self.changed:
            self.list.append([ticket, end])
            self.changed.notify()

    def wait(self) -> Any:
        with self.changed:
            while not self.list:
                self.changed.wait()
            return self.list.pop(0)


class ByFixedWorkers:
    """Eight workers that live until close."""

    def __init__(self) -> None:
        self.todo, self.ends, self.count = queue.Queue(), queue.Queue(), 0
        self.workers = [threading.Thread(target=self.work, daemon=True) for _ in range(8)]
        for worker in self.workers:
            worker.start()

    def work(self) -> None:
        while job := self.todo.get():
            ticket, function, arguments = job
            try:
                end = function(*arguments)
            except Exception as error:
                end = error
            self.ends.put((ticket, end))

    def submit(self, function: Callable, *arguments: Any) -> object:
        ticket = object()
        self.todo.put((ticket, function, arguments))
        return ticket

    def wait(self) -> Any:
        return self.ends.get()

    def close(self) -> None:
        for _ in self.workers:
            self.todo.put(None)
        for worker in self.workers:
            worker.join()


class CallsItself(Plain):
    def submit(self, function: Callable, *arguments: Any) -> Any:
        ticket = next(self.tickets)
        self.run(ticket, function, arguments)
        return ticket


class OneWorker(ByPool):
    def __init__(self) -> None:
        self.pool, self.ends = ThreadPoolExecutor(1), queue.SimpleQueue()


class NoTicket(Plain):
    def submit(self, function: Callable, *arguments: Any) -> None:
        super().submit(function, *arguments)


class FunctionIsTheTicket(Plain):
    def submit(self, function: Callable, *arguments: Any) -> Any:
        threading.Thread(target=self.run, args=(function, function, arguments)).start()
        return function


class NumberOfTheFunction(Plain):
    def submit(self, function: Callable, *arguments: Any) -> Any:
        ticket = id(function)
        threading.Thread(target=self.run, args=(ticket, function, arguments)).start()
        return ticket


class LooksAgainAndAgain(Plain):
    def wait(self) -> Any:
        while self.ends.empty():
            pass
        return self.ends.get()


class LooksNowAndThen(Plain):
    def wait(self) -> Any:
        while self.ends.empty():
            time.sleep(0.01)
        return self.ends.get()


class TheNextOfNothing(ByPool):
    def wait(self) -> Any:
        return next(iter([]))


class InOrderOfSubmission(ByPool):
    """Waits for the oldest one."""

    def __init__(self) -> None:
        super().__init__()
        self.futures: list[Future] = []

    def submit(self, function: Callable, *arguments: Any) -> Future:
        self.futures.append(self.pool.submit(function, *arguments))
        return self.futures[-1]

    def wait(self) -> tuple[Future, Any]:
        future = self.futures.pop(0)
        return future, future.exception() or future.result()


class AnyThatIsDone(InOrderOfSubmission):
    """Sleeps until one is done, then takes the oldest of those that are."""

    def wait(self) -> tuple[Future, Any]:
        while not self.futures:
            time.sleep(0.01)
        wait(self.futures, return_when=FIRST_COMPLETED)
        future = next(each for each in self.futures if each.done())
        self.futures.remove(future)
        return future, future.exception() or future.result()


class LastInFirstOut(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.ends = queue.LifoQueue()


class ReturnsNoneAtOnce(Plain):
    def wait(self) -> Any:
        return None if self.ends.empty() else self.ends.get()


class Raises(ByPool):
    def wait(self) -> tuple[Future, Any]:
        future = self.ends.get()
        return future, future.result()


class DiesOfAnError(Plain):
    """The thread's error is nobody's."""

    def run(self, ticket: Any, function: Callable, arguments: tuple) -> None:
        self.ends.put((ticket, function(*arguments)))


class ErrorAsText(Plain):
    def run(self, ticket: Any, function: Callable, arguments: tuple) -> None:
        try:
            self.ends.put((ticket, function(*arguments)))
        except Exception as error:
            self.ends.put((ticket, str(error)))


class OnlyResults(Plain):
    def wait(self) -> Any:
        return super().wait()[1]


class OwnNumbers(Plain):
    """Counts the ends, in place of giving the tickets."""

    def wait(self) -> Any:
        return "an end", super().wait()[1]


class ToldForEver(ByPool):
    def wait(self) -> tuple[Future, Any]:
        ticket, end = super().wait()
        self.ends.put(ticket)
        return ticket, end


class ToldAgainAtTheEnd(ByPool):
    def wait(self) -> tuple[Future, Any]:
        if self.ends.empty() and getattr(self, "last", None) and self.told == 3:
            return self.last
        self.last, self.told = super().wait(), getattr(self, "told", 0) + 1
        return self.last


class ForgetsResultsThatAreNone(Plain):
    def run(self, ticket: Any, function: Callable, arguments: tuple) -> None:
        try:
            if (end := function(*arguments)) is not None:
                self.ends.put((ticket, end))
        except Exception as error:
            self.ends.put((ticket, error))


class DoesNotWaitAtTheEnd(ByPool):
    def close(self) -> None:
        self.pool.shutdown(wait=False)


class WaitsForTheLastOne(Plain):
    def close(self) -> None:
        self.threads[-1].join()


class LeavesWorkers(ByFixedWorkers):
    def close(self) -> None:
        while self.ends.qsize() < 2:
            time.sleep(0.01)


class IsAsync(Plain):
    async def wait(self) -> Any:
        return super().wait()


class ForgetsArguments(Plain):
    def submit(self, function: Callable, *arguments: Any) -> Any:
        return super().submit(function)


class WaitsForItself(Plain):
    """The queue's lock is held by whoever waits."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def run(self, ticket: Any, function: Callable, arguments: tuple) -> None:
        with self.lock:
            super().run(ticket, function, arguments)

    def wait(self) -> Any:
        with self.lock:
            return super().wait()


class Spins(Plain):
    def submit(self, function: Callable, *arguments: Any) -> Any:
        while True:
            pass


class WaitsForEver(Plain):
    def wait(self) -> Any:
        threading.Event().wait()


class CloseFails(Plain):
    def close(self) -> None:
        super().close()
        raise RuntimeError("closed twice")


RIGHT_3 = [Plain, ByPool, ByCondition, ByFixedWorkers, lambda: Plain()]
WRONG_3 = [
    (CallsItself, "not yet", "`submit` waited for the function"),
    (OneWorker, "not yet", "1 of 3 jobs have begun"),
    (NoTicket, "not yet", "no ticket"),
    (FunctionIsTheTicket, "not yet", "a ticket that was given before"),
    (NumberOfTheFunction, "not yet", "a ticket that was given before"),
    (LooksAgainAndAgain, "not yet", "It should sleep until it is woken"),
    (LooksNowAndThen, "not yet", "looked again and again"),
    (TheNextOfNothing, "error", "StopIteration"),
    (InOrderOfSubmission, "not yet", "one certain job"),
    (AnyThatIsDone, "not yet", "What ended first should be told first"),
    (LastInFirstOut, "not yet", "What ended first should be told first"),
    (ReturnsNoneAtOnce, "not yet", "returned although nothing had ended"),
    (Raises, "not yet", "Return the exception as the second part"),
    (DiesOfAnError, "not yet", "Is that done also where the function raises?"),
    (ErrorAsText, "not yet", "the exception object that it raised"),
    (OnlyResults, "not yet", "`wait()` returns two things"),
    (OwnNumbers, "not yet", "no ticket that `submit` has given"),
    (ToldForEver, "not yet", "An end was told twice"),
    (ToldAgainAtTheEnd, "not yet", "An end was told twice"),
    (ForgetsResultsThatAreNone, "not yet", "the ticket of job 4"),
    (DoesNotWaitAtTheEnd, "not yet", "`close()` returned while a job was under way"),
    (WaitsForTheLastOne, "not yet", "not only of the last one"),
    (LeavesWorkers, "not yet", "a thread of yours was still running"),
    (IsAsync, "not yet", "Plain methods are asked for"),
    (ForgetsArguments, "not yet", "0 of 3 jobs have begun"),
    (WaitsForItself, "not yet", "1 of 3 jobs have begun"),
    (Plain(), "not yet", "check() was given a Plain"),
    (Spins, "not yet", "`submit` waited for the function"),
    (WaitsForEver, "not yet", "`wait()` did not say so"),
    (CloseFails, "error", "closed twice"),
]


# --- 11.4: run_in_thread -------------------------------------------------------------------------------


async def stub(loop: Any, function: Callable) -> Any:
    raise NotImplementedError


async def by_thread_and_join(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            outcome["value"] = function()
        except BaseException as error:
            outcome["error"] = error
        finally:
            bell.send(b"!")

    thread = threading.Thread(target=work)
    try:
        thread.start()
        await loop.sock_recv(ear, 1)
        thread.join()
    finally:
        ear.close()
        bell.close()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


async def by_end_of_stream(loop: Any, function: Callable) -> Any:
    """The bell is the end of the stream; waits by until_ready."""
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    future: Future = Future()

    def work() -> None:
        with bell:
            try:
                future.set_result(function())
            except Exception as error:
                future.set_exception(error)

    with ear:
        thread = threading.Thread(target=work)
        thread.start()
        assert await loop.sock_recv(ear, 10) == b""
        thread.join()
    return future.result()


class Bell:
    async def __call__(self, loop: Any, function: Callable) -> Any:
        return await by_end_of_stream(loop, function)


async def calls_it(loop: Any, function: Callable) -> Any:
    return function()


async def joins(loop: Any, function: Callable) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


async def blocking_ear(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    with ear, bell, ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        future.add_done_callback(lambda _: bell.send(b"!"))
        await loop.sock_recv(ear, 1)
        return future.result()


async def polls_by_sleep(loop: Any, function: Callable) -> Any:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        while not future.done():
            await sleep(loop, 0.005)
        return future.result()


async def polls_by_turns(loop: Any, function: Callable) -> Any:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        while not future.done():
            await sleep(loop, 0)
        return future.result()


async def sets_the_future(loop: Any, function: Callable) -> Any:
    future = loop.create_future()
    thread = threading.Thread(target=lambda: future.set_result(function()))
    thread.start()
    return await future


async def never_rings(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    with ear, bell, ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        await loop.sock_recv(ear, 1)
        return future.result()


async def error_rings_not(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    found: list[Any] = []

    def work() -> None:
        found.append(function())
        bell.send(b"!")

    with ear, bell:
        thread = threading.Thread(target=work)
        thread.start()
        await loop.sock_recv(ear, 1)
        thread.join()
        return found[0]


async def error_is_swallowed(loop: Any, function: Callable) -> Any:
    def careful() -> Any:
        try:
            return function()
        except Exception:
            return None

    return await by_end_of_stream(loop, careful)


async def error_is_returned(loop: Any, function: Callable) -> Any:
    try:
        return await by_end_of_stream(loop, function)
    except Exception as error:
        return error


async def raises_what_looks_like_an_error(loop: Any, function: Callable) -> Any:
    end = await error_is_returned(loop, function)
    if isinstance(end, Exception):
        raise end
    return end


async def does_not_join(loop: Any, function: Callable) -> Any:
    """Mostly the thread has ended a moment later."""
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    future: Future = Future()

    def work() -> None:
        try:
            future.set_result(function())
        except Exception as error:
            future.set_exception(error)
        bell.send(b"!")

    with ear, bell:
        threading.Thread(target=work).start()
        await loop.sock_recv(ear, 1)
        return future.result()


async def computes_for_ever(loop: Any, function: Callable) -> Any:
    while True:
        pass


async def forgets_the_value(loop: Any, function: Callable) -> None:
    await by_end_of_stream(loop, function)


async def never_calls(loop: Any, function: Callable) -> str:
    return "tea"


async def calls_twice(loop: Any, function: Callable) -> Any:
    await by_end_of_stream(loop, function)
    return await by_end_of_stream(loop, function)


async def leaves_sockets(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        future.add_done_callback(lambda _: bell.send(b"!"))
        await loop.sock_recv(ear, 1)
        return future.result()


async def leaves_the_bell(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    with ear, ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        future.add_done_callback(lambda _: bell.send(b"!"))
        await loop.sock_recv(ear, 1)
        return future.result()


async def leaves_the_pool(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    pools.append(ThreadPoolExecutor(1))
    with ear, bell:
        future = pools[-1].submit(function)
        future.add_done_callback(lambda _: bell.send(b"!"))
        await loop.sock_recv(ear, 1)
        return future.result()


pools: list[ThreadPoolExecutor] = []
one_at_a_time = threading.Lock()
shared: dict[str, Any] = {}


async def behind_a_lock(loop: Any, function: Callable) -> Any:
    def alone() -> Any:
        with one_at_a_time:
            return function()

    return await by_end_of_stream(loop, alone)


async def one_place_for_all(loop: Any, function: Callable) -> Any:
    def keep() -> None:
        shared["value"] = function()

    await by_end_of_stream(loop, keep)
    select.select([], [], [], 0.05)  # while the others end, too
    return shared["value"]


def not_async(loop: Any, function: Callable) -> Any:
    return function()


async def never_comes_back(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    with ear, bell:
        return await loop.sock_recv(ear, 1)


async def catches_everything(loop: Any, function: Callable) -> Any:
    ear, bell = socket.socketpair()
    ear.setblocking(False)
    with ear, bell:
        while True:
            try:
                await loop.sock_recv(ear, 1)
            except BaseException:
                pass


async def thread_that_spins(loop: Any, function: Callable) -> Any:
    def spin() -> None:
        while True:
            pass

    threading.Thread(target=spin, daemon=True).start()
    return await by_end_of_stream(loop, function)


async def a_module_of_its_own_mind(loop: Any, function: Callable) -> Any:
    raise KeyError("mine")


RIGHT_4 = [by_thread_and_join, by_end_of_stream, Bell()]
WRONG_4 = [
    (calls_it, "not yet", "`work` was called in the loop's own thread"),
    (joins, "not yet", "the loop stood still until it was done"),
    (blocking_ear, "not yet", "a `recv` on a socket that is blocking"),
    (polls_by_sleep, "not yet", "Let it sleep until a byte comes"),
    (polls_by_turns, "not yet", "more than 100 times"),
    (sets_the_future, "not yet", "ended before the thread did"),
    (never_rings, "stuck", "The loop slept and was never woken"),
    (error_rings_not, "stuck", "also where the function raises"),
    (error_is_swallowed, "not yet", "whoever awaited did not get it"),
    (error_is_returned, "not yet", "it returned LookupError"),
    (raises_what_looks_like_an_error, "not yet", "Whatever a function returns is its result"),
    (does_not_join, "not yet", "a thread was still running"),
    (computes_for_ever, "stuck", "The loop never had its turn again"),
    (forgets_the_value, "not yet", "What `work` returned should come back"),
    (never_calls, "not yet", "`work` was never called"),
    (calls_twice, "not yet", "work was called 2 times"),
    (leaves_sockets, "not yet", "it was only forgotten"),
    (leaves_the_bell, "not yet", "it was only forgotten"),
    (leaves_the_pool, "not yet", "a thread was still running"),
    (behind_a_lock, "not yet", "waited for each other"),
    (one_place_for_all, "not yet", "Results came to the wrong caller"),
    (not_async, "not yet", "Write `async def`"),
    (never_comes_back, "stuck", "The loop slept and was never woken"),
    (3, "not yet", "Hand over the function itself"),
    (catches_everything, "stuck", "The loop slept and was never woken"),
    (thread_that_spins, "not yet", "a thread was still running"),
    (a_module_of_its_own_mind, "error", "KeyError"),
]

RIGHT = [("11.3", answer) for answer in RIGHT_3] + [("11.4", answer) for answer in RIGHT_4]
WRONG = [("11.3", *each) for each in WRONG_3] + [("11.4", *each) for each in WRONG_4]


@pytest.mark.parametrize(("id", "answer"), [("11.3", StubQueue), ("11.3", StubMethods), ("11.4", stub)])
def test_the_stub_is_not_attempted(id: str, answer: object) -> None:
    assert judged(id, answer)[0] == "not attempted"


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_right_answers(id: str, answer: object) -> None:
    kind, shown = judged(id, answer)
    assert kind == "correct", shown


@pytest.mark.parametrize(("id", "answer", "kind", "says"), WRONG)
def test_wrong_answers(id: str, answer: object, kind: str, says: str) -> None:
    seen, shown = judged(id, answer)
    assert (seen, says in shown) == (kind, True), shown


@pytest.mark.parametrize(("id", "name"), [("11.3", "Completions"), ("11.4", "run_in_thread")])
def test_the_lessons_own_solutions(id: str, name: str) -> None:
    found: dict[str, Any] = dict(globals())
    exec(solution_code(id), found)
    assert judged(id, found[name])[0] == "correct"
