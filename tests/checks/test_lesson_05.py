import asyncio
import gc
import warnings
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from helpers import check
from helpers.own_loop.coroutines import Future

# Wrong answers end with tasks that nobody looks after: that is what is wrong with them.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# --- 05.1 ---------------------------------------------------------------------------------------------------


class Given(Future):
    """What the stub gives; the answers below add `_step`."""

    def __init__(self, coroutine: Any, loop: Any) -> None:
        super().__init__(loop)
        self._coroutine = coroutine
        loop.call_soon(self._step)


class WithElse(Given):
    def _step(self, _: Any = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except Exception as error:
            self.set_exception(error)
        else:
            if waits_for is None:
                self._loop.call_soon(self._step)
            else:
                waits_for.add_done_callback(self._step)


class WithReturns(Given):
    """Throws the error of what it waited for, as asyncio's own does, and returns early."""

    def _step(self, waited: Any = None) -> None:
        try:
            future = self._coroutine.send(None)
        except StopIteration as stop:
            return self.set_result(stop.value)
        except BaseException as error:
            return self.set_exception(error)
        if future is None:
            return self._loop.call_soon(self._step)
        return future.add_done_callback(self._step)


class WithAClosure(Future):
    def __init__(self, coroutine: Any, loop: Any) -> None:
        super().__init__(loop)

        def step(_: Any = None) -> None:
            try:
                future = coroutine.send(None)
            except StopIteration as stop:
                self.set_result(stop.value)
            except Exception as error:
                self.set_exception(error)
            else:
                (future.add_done_callback if future else loop.call_soon)(step)

        loop.call_soon(step)


def a_function(coroutine: Any, loop: Any) -> Future:
    """No class at all: a future that a closure fills."""
    future = Future(loop)

    def step(_: object) -> None:
        try:
            waits_for = coroutine.send(None)
        except StopIteration as stop:
            future.set_result(stop.value)
        except Exception as error:
            future.set_exception(error)
        else:
            if waits_for is None:
                loop.call_soon(step, None)
            else:
                waits_for.add_done_callback(step)

    loop.call_soon(step, None)
    return future


class StubTask(Given):
    def _step(self, _: Any = None) -> None:
        # YOUR CODE HERE
        raise NotImplementedError


class NoStopValue(WithElse):
    def _step(self, _: Any = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration:
            self.set_result(None)
        else:
            waits_for.add_done_callback(self._step)


class LikeStart(Given):
    """`start`, copied: nobody sets the result."""

    def _step(self, _: Any = None) -> None:
        try:
            future = self._coroutine.send(None)
        except StopIteration:
            return
        future.add_done_callback(self._step)


class NoErrors(Given):
    def _step(self, _: Any = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        else:
            waits_for.add_done_callback(self._step)


class OneKindOfError(Given):
    def _step(self, _: Any = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except ValueError as error:
            self.set_exception(error)
        else:
            waits_for.add_done_callback(self._step)


class NoBareYield(Given):
    def _step(self, _: Any = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except Exception as error:
            self.set_exception(error)
        else:
            waits_for.add_done_callback(self._step)


class Slip(Given):
    def _step(self, _: Any = None) -> None:
        try:
            self._coroutine.sned(None)
        except StopIteration as stop:
            self.set_result(stop.value)


class UncaughtStop(Given):
    def _step(self, _: Any = None) -> None:
        self._coroutine.send(None).add_done_callback(self._step)


class ErrorAndRaise(WithElse):
    def _step(self, _: Any = None) -> None:
        super()._step()
        if self._exception is not None:
            raise self._exception


class Eager(WithElse):
    def __init__(self, coroutine: Any, loop: Any) -> None:
        Future.__init__(self, loop)
        self._coroutine = coroutine
        self._step()


class NeverWaits(Given):
    def _step(self, _: Any = None) -> None:
        try:
            self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except Exception as error:
            self.set_exception(error)
        else:
            self._loop.call_soon(self._step)


class ForgetsTheNextStep(Given):
    def _step(self, _: Any = None) -> None:
        try:
            self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except Exception as error:
            self.set_exception(error)


class PollsForEver(Given):
    def _step(self, _: Any = None) -> None:
        self._loop.call_soon(self._step)


class Blocks(Given):
    def _step(self, _: Any = None) -> None:
        while True:
            pass


class ExtraTurn(WithElse):
    """Every wake-up goes once more round the loop."""

    def _step(self, waited: Any = None) -> None:
        if waited is None:
            super()._step()
        else:
            self._loop.call_soon(self._step)


class ResultIsTheError(Given):
    def _step(self, _: Any = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except Exception as error:
            self.set_result(error)
        else:
            waits_for.add_done_callback(self._step)


def no_future(coroutine: Any, loop: Any) -> None:
    coroutine.close()


# --- 05.2 ---------------------------------------------------------------------------------------------------


async def append_in_a_group(*coroutines: Any) -> list:
    results = []

    async def one(coroutine: Any) -> None:
        results.append(await coroutine)

    async with asyncio.TaskGroup() as group:
        for coroutine in coroutines:
            group.create_task(one(coroutine))
    return results


async def by_as_completed(*coroutines: Any) -> list:
    return [await first for first in asyncio.as_completed(coroutines)]


async def by_callbacks(*coroutines: Any) -> list:
    results = []
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    for task in tasks:
        task.add_done_callback(lambda task: results.append(task.result()))
    await asyncio.gather(*tasks)
    await asyncio.sleep(0)
    return results


async def by_a_queue(*coroutines: Any) -> list:
    queue = asyncio.Queue()

    async def one(coroutine: Any) -> None:
        queue.put_nowait(await coroutine)

    tasks = [asyncio.ensure_future(one(coroutine)) for coroutine in coroutines]
    found = [await queue.get() for _ in tasks]
    await asyncio.gather(*tasks)
    return found


async def by_waiting_for_the_first(*coroutines: Any) -> list:
    results, pending = [], {asyncio.create_task(coroutine) for coroutine in coroutines}
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        results += [task.result() for task in done]
    return results


class InOrder:
    async def __call__(self, *coroutines: Any) -> tuple:
        return tuple(await append_in_a_group(*coroutines))


async def stub(*_: Any) -> None:
    # YOUR CODE HERE
    raise NotImplementedError


async def gathers(*coroutines: Any) -> list:
    return await asyncio.gather(*coroutines)


async def one_after_another(*coroutines: Any) -> list:
    return [await coroutine for coroutine in coroutines]


async def awaits_tasks_in_order(*coroutines: Any) -> list:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    return [await task for task in tasks]


async def returns_a_set(*coroutines: Any) -> set:
    done, _ = await asyncio.wait([asyncio.create_task(coroutine) for coroutine in coroutines])
    return {task.result() for task in done}


async def returns_tasks(*coroutines: Any) -> list:
    done, _ = await asyncio.wait([asyncio.create_task(coroutine) for coroutine in coroutines])
    return list(done)


async def backwards(*coroutines: Any) -> list:
    return (await append_in_a_group(*coroutines))[::-1]


async def only_the_first(*coroutines: Any) -> list:
    return (await append_in_a_group(*coroutines))[:1]


async def returns_too_early(*coroutines: Any) -> list:
    results = []

    async def one(coroutine: Any) -> None:
        results.append(await coroutine)

    for coroutine in coroutines:
        asyncio.create_task(one(coroutine))  # noqa: RUF006
    return results


async def without_none(*coroutines: Any) -> list:
    return [value for value in await append_in_a_group(*coroutines) if value]


async def each_value_once(*coroutines: Any) -> list:
    return list(dict.fromkeys(await append_in_a_group(*coroutines)))


async def sleeps_long_enough(*coroutines: Any) -> list:
    results = await append_in_a_group(*coroutines)
    await asyncio.sleep(10)
    return results


async def asks_again_and_again(*coroutines: Any) -> list:
    tasks, results = [asyncio.create_task(coroutine) for coroutine in coroutines], []
    while len(results) < len(tasks):
        results += [task.result() for task in tasks if task.done() and task.result() not in results]
        await asyncio.sleep(0.07)
    return results


def not_async(*coroutines: Any) -> list:
    for coroutine in coroutines:
        coroutine.close()
    return []


# --- 05.3 ---------------------------------------------------------------------------------------------------

Work = Callable[[str], Any]


async def with_finally(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        return await work(connection)
    finally:
        pool.put_nowait(connection)


async def raises_again(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        result = await work(connection)
    except BaseException:
        pool.put_nowait(connection)
        raise
    pool.put_nowait(connection)
    return result


async def puts_with_await(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        return await work(connection)
    finally:
        await pool.put(connection)


async def by_a_context_manager(pool: asyncio.Queue, work: Work) -> str:
    @asynccontextmanager
    async def borrowed() -> Any:
        connection = await pool.get()
        try:
            yield connection
        finally:
            pool.put_nowait(connection)

    async with borrowed() as connection:
        return await work(connection)


async def looks_whether_it_has_one(pool: asyncio.Queue, work: Work) -> str:
    connection = None
    try:
        connection = await pool.get()
        return await work(connection)
    finally:
        if connection is not None:
            pool.put_nowait(connection)


async def by_a_done_callback(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    task = asyncio.ensure_future(work(connection))
    task.add_done_callback(lambda _: pool.put_nowait(connection))
    return await task


async def slip(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    return await wrok(connection)  # noqa: F821


async def no_finally(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    result = await work(connection)
    pool.put_nowait(connection)
    return result


async def catches_exception_only(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        result = await work(connection)
    except Exception:
        pool.put_nowait(connection)
        raise
    pool.put_nowait(connection)
    return result


async def swallows_the_cancellation(pool: asyncio.Queue, work: Work) -> str | None:
    connection = await pool.get()
    try:
        return await work(connection)
    except asyncio.CancelledError:
        return None
    finally:
        pool.put_nowait(connection)


async def returns_in_finally(pool: asyncio.Queue, work: Work) -> str | None:
    connection, result = await pool.get(), None
    try:
        result = await work(connection)
    except ValueError:
        pool.put_nowait(connection)
        raise
    except BaseException:
        pass
    pool.put_nowait(connection)
    return result


async def gets_inside_try(pool: asyncio.Queue, work: Work) -> str:
    try:
        connection = await pool.get()
        return await work(connection)
    finally:
        pool.put_nowait(connection)


async def gives_back_none(pool: asyncio.Queue, work: Work) -> str:
    connection = None
    try:
        connection = await pool.get()
        return await work(connection)
    finally:
        pool.put_nowait(connection)


async def gives_back_twice(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        result = await work(connection)
        pool.put_nowait(connection)
        return result
    finally:
        pool.put_nowait(connection)


async def hides_the_error(pool: asyncio.Queue, work: Work) -> str | None:
    connection = await pool.get()
    try:
        return await work(connection)
    except Exception:
        return None
    finally:
        pool.put_nowait(connection)


async def returns_nothing(pool: asyncio.Queue, work: Work) -> None:
    connection = await pool.get()
    try:
        await work(connection)
    finally:
        pool.put_nowait(connection)


async def forgets_to_await(pool: asyncio.Queue, work: Work) -> Any:
    connection = await pool.get()
    try:
        return work(connection)
    finally:
        pool.put_nowait(connection)


async def shields(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        return await asyncio.shield(work(connection))
    finally:
        pool.put_nowait(connection)


async def asks_for_truth(pool: asyncio.Queue, work: Work) -> str:
    connection = None
    try:
        connection = await pool.get()
        return await work(connection)
    finally:
        if connection:
            pool.put_nowait(connection)


async def does_not_wait(pool: asyncio.Queue, work: Work) -> str:
    connection = pool.get_nowait()
    try:
        return await work(connection)
    finally:
        pool.put_nowait(connection)


async def waits_a_minute(pool: asyncio.Queue, work: Work) -> str:
    connection = await asyncio.wait_for(pool.get(), 60)
    try:
        return await work(connection)
    finally:
        pool.put_nowait(connection)


async def error_as_cancellation(pool: asyncio.Queue, work: Work) -> str:
    connection = await pool.get()
    try:
        return await work(connection)
    except BaseException:
        raise asyncio.CancelledError from None
    finally:
        pool.put_nowait(connection)


# --- 05.4 ---------------------------------------------------------------------------------------------------


async def waits_and_gathers(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def waits_twice(*coroutines: Any) -> Any:
    pending = {asyncio.ensure_future(coroutine) for coroutine in coroutines}
    tasks = set(pending)
    try:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in pending:
            task.cancel()
        await asyncio.wait(tasks)


class _Over(Exception):
    pass


async def group_ended_by_an_error(*coroutines: Any) -> Any:
    results = []

    async def one(coroutine: Any) -> None:
        results.append(await coroutine)
        raise _Over

    try:
        async with asyncio.TaskGroup() as group:
            for coroutine in coroutines:
                group.create_task(one(coroutine))
    except* _Over:
        pass
    return results[0]


async def group_and_queue(*coroutines: Any) -> Any:
    queue = asyncio.Queue()

    async def one(coroutine: Any) -> None:
        queue.put_nowait(await coroutine)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(coroutine)) for coroutine in coroutines]
        winner = await queue.get()
        for task in tasks:
            task.cancel()
    return winner


async def as_completed(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        return await next(iter(asyncio.as_completed(tasks)))
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            await asyncio.wait([task])


async def does_not_wait_for_losers(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return done.pop().result()


async def does_not_cancel(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return done.pop().result()


async def waits_for_all(*coroutines: Any) -> Any:
    return (await append_in_a_group(*coroutines))[0]


async def the_first_argument(*coroutines: Any) -> Any:
    return await waits_and_gathers(coroutines[0], *(c for c in coroutines[1:] if c.close()))


async def returns_the_task(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return done.pop()


async def no_finally_in_race(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return done.pop().result()


async def loses_the_error(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        first = done.pop()
        return None if first.exception() else first.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def result_set_twice(*coroutines: Any) -> Any:
    """Right unless two end at the same moment."""
    first = asyncio.get_running_loop().create_future()

    async def one(coroutine: Any) -> None:
        first.set_result(await coroutine)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(coroutine)) for coroutine in coroutines]
        result = await first
        for task in tasks:
            task.cancel()
    return result


async def awaits_the_losers_plainly(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in pending:
        await task
    return done.pop().result()


async def waits_a_minute_for_losers(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=60)


async def waits_a_minute_for_the_first(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        return next(iter(done)).result() if done else None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def cancels_one_by_one(*coroutines: Any) -> Any:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
            await asyncio.wait([task])


async def swallows_its_cancellation(*coroutines: Any) -> Any:
    try:
        return await waits_and_gathers(*coroutines)
    except asyncio.CancelledError:
        return None


RIGHT = {
    "05.1": [WithElse, WithReturns, WithAClosure, a_function],
    "05.2": [
        append_in_a_group,
        by_as_completed,
        by_callbacks,
        by_a_queue,
        by_waiting_for_the_first,
        InOrder(),
    ],
    "05.3": [
        with_finally,
        raises_again,
        puts_with_await,
        by_a_context_manager,
        looks_whether_it_has_one,
        by_a_done_callback,
    ],
    "05.4": [waits_and_gathers, waits_twice, group_ended_by_an_error, group_and_queue, as_completed],
}
WRONG = {
    "05.1": [
        (NoStopValue, "not yet", "stop.value"),
        (LikeStart, "not yet", "the task is not done"),
        (NoErrors, "not yet", "whoever awaits the task did not get the error"),
        (ResultIsTheError, "not yet", "whoever awaits the task did not get the error"),
        (Slip, "error", "self._coroutine.sned(None)"),
        (UncaughtStop, "not yet", "travels in the StopIteration"),
        (ErrorAndRaise, "not yet", "the loop reported ValueError: no luck"),
        (OneKindOfError, "not yet", "the loop reported KeyError: 'gone'"),
        (NoBareYield, "not yet", "let the others go first"),
        (Eager, "not yet", "began while its task was being made"),
        (NeverWaits, "not yet", "went on although what it waits for was not there"),
        (ForgetsTheNextStep, "not yet", "arrange for the next step"),
        (PollsForEver, "not yet", "had always something left to do"),
        (Blocks, "stuck", "_step(), line"),
        (ExtraTurn, "not yet", "in another order than with asyncio's tasks"),
        (no_future, "not yet", "something that is no future"),
        (42, "not yet", "check() was given 42"),
    ],
    "05.2": [
        (gathers, "not yet", "the order in which they were started"),
        (awaits_tasks_in_order, "not yet", "the order in which they were started"),
        (one_after_another, "not yet", "They ran one after another"),
        (returns_a_set, "not yet", "A set has no order"),
        (returns_tasks, "not yet", "A task is not its result"),
        (backwards, "not yet", "not in the order in which the coroutines ended"),
        (only_the_first, "not yet", "not the results of all coroutines"),
        (returns_too_early, "not yet", "not the results of all coroutines"),
        (without_none, "not yet", "['x', 'x']"),
        (each_value_once, "not yet", "Each of the three has its own place"),
        (sleeps_long_enough, "not yet", "your function went on for a while"),
        (asks_again_and_again, "not yet", "your function went on for a while"),
        (not_async, "not yet", "Write `async def`"),
    ],
    "05.3": [
        (slip, "not yet", "NameError: name 'wrok' is not defined"),
        (no_finally, "not yet", "did not come back into the pool"),
        (catches_exception_only, "not yet", "`except Exception` does not see it"),
        (swallows_the_cancellation, "not yet", "went on as if nothing had been"),
        (returns_in_finally, "not yet", "went on as if nothing had been"),
        (gets_inside_try, "not yet", "another error came out in place of CancelledError"),
        (gives_back_none, "not yet", "Something was put into the pool that was not taken"),
        (gives_back_twice, "not yet", "give back once"),
        (hides_the_error, "not yet", "your caller was not told"),
        (returns_nothing, "not yet", "Return what `await work(connection)` gives"),
        (forgets_to_await, "not yet", "Is there an `await` missing"),
        (shields, "not yet", "was still using it"),
        (asks_for_truth, "not yet", "It was the number 0"),
        (does_not_wait, "not yet", "over before there was a connection"),
        (waits_a_minute, "not yet", "over before there was a connection"),
        (error_as_cancellation, "not yet", "Nobody had cancelled your function"),
    ],
    "05.4": [
        (does_not_wait_for_losers, "not yet", "still tidying up: a, c"),
        (does_not_cancel, "not yet", "still running: a, c"),
        (waits_for_all, "not yet", "A loser ran to its end"),
        (the_first_argument, "not yet", "not the result of the first argument"),
        (returns_the_task, "not yet", "no task, no set"),
        (no_finally_in_race, "not yet", "what it had started ran on"),
        (loses_the_error, "not yet", "Let the caller have it"),
        (awaits_the_losers_plainly, "not yet", "Await the losers in a way that does not raise"),
        (result_set_twice, "not yet", "InvalidStateError"),
        (waits_a_minute_for_losers, "not yet", "still tidying up: a, c"),
        (waits_a_minute_for_the_first, "not yet", "await race(a(2000), b(1000))"),
        (cancels_one_by_one, "not yet", "before you wait for any of them"),
        (swallows_its_cancellation, "not yet", "ended as if nothing had been"),
    ],
}


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        pytest.param(id, one, id=f"{id}-{getattr(one, '__name__', 'an object')}")
        for id in RIGHT
        for one in RIGHT[id]
    ],
)
def test_right_answers(id: str, answer: object) -> None:
    verdict = check(id, answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("id", "answer"), [("05.1", StubTask), ("05.2", stub), ("05.3", stub), ("05.4", stub)]
)
def test_the_stub(id: str, answer: object) -> None:
    assert check(id, answer).kind == "not attempted"


@pytest.mark.parametrize(
    ("id", "answer", "kind", "says"),
    [
        pytest.param(id, *one, id=f"{id}-{getattr(one[0], '__name__', one[0])}")
        for id in WRONG
        for one in WRONG[id]
    ],
)
def test_wrong_answers(id: str, answer: object, kind: str, says: str) -> None:
    verdict = check(id, answer)
    text = " ".join(repr(verdict).split())
    assert (verdict.kind, says in text) == (kind, True), repr(verdict)


def test_the_stub_leaves_no_coroutine_that_complains_later() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check("05.1", StubTask)
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
