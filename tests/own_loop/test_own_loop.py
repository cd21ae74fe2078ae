"""The learner's loop does what asyncio does, in the same order."""

import asyncio
import time
from collections.abc import Callable

import pytest

from helpers import simulation
from helpers.own_loop import callbacks, coroutines, futures, tasks
from helpers.own_loop.clock import JumpingClock


@pytest.fixture
def log() -> list:
    return []


def test_ready_callbacks_run_in_order_and_what_they_add_comes_after(log: list) -> None:
    loop = callbacks.Loop(JumpingClock())
    loop.call_soon(lambda: (log.append("a"), loop.call_soon(log.append, "c")))
    loop.call_soon(log.append, "b")
    loop.run()
    assert log == ["a", "b", "c"]


def test_timers_run_by_their_time_and_then_by_their_age(log: list) -> None:
    loop = callbacks.Loop(JumpingClock())
    for delay, name in (3600, "late"), (1, "first"), (1, "second"):
        loop.call_later(delay, lambda name=name: log.append((loop.time(), name)))
    loop.run()
    assert log == [(1, "first"), (1, "second"), (3600, "late")]


def test_a_timer_gets_its_turn_though_something_is_always_ready(log: list) -> None:
    loop = callbacks.Loop(JumpingClock())

    def again() -> None:
        loop._clock.sleep(1)
        if not log:
            loop.call_soon(again)

    loop.call_soon(again)
    loop.call_later(3, log.append, "timer")
    loop.run()
    assert log == ["timer"]


def test_a_callback_that_fails_stops_nobody_else(log: list, capsys: pytest.CaptureFixture[str]) -> None:
    loop = callbacks.Loop(JumpingClock())
    loop.call_soon(lambda: 1 / 0)
    loop.call_soon(log.append, "after")
    loop.run()
    assert log == ["after"]
    assert capsys.readouterr().out == "a callback failed: ZeroDivisionError: division by zero\n"


def test_it_waits_by_the_real_clock_too() -> None:
    loop = callbacks.Loop()
    before = time.monotonic()
    loop.call_later(0.02, lambda: None)
    loop.run()
    assert time.monotonic() - before >= 0.02


def test_a_future_tells_each_observer_once_and_never_inside_set_result(log: list) -> None:
    loop = callbacks.Loop(JumpingClock())
    future = futures.Future(loop)
    future.add_done_callback(lambda done: log.append(("early", done.result())))
    with pytest.raises(futures.InvalidStateError):
        future.result()
    future.set_result(7)
    assert (future.done(), future.result(), log) == (True, 7, [])
    with pytest.raises(futures.InvalidStateError):
        future.set_result(8)
    future.add_done_callback(lambda done: log.append(("late", done.result())))
    loop.run()
    assert log == [("early", 7), ("late", 7)]


def test_a_future_hands_on_an_exception() -> None:
    future = futures.Future(callbacks.Loop(JumpingClock()))
    future.set_exception(KeyError("gone"))
    with pytest.raises(KeyError, match="gone"):
        future.result()


def test_two_coroutines_take_turns(log: list) -> None:
    loop = callbacks.Loop(JumpingClock())

    async def tick(name: str, seconds: float) -> None:
        for _ in range(2):
            await coroutines.sleep(loop, seconds)
            log.append((loop.time(), name))

    coroutines.start(loop, tick("slow", 3))
    coroutines.start(loop, tick("fast", 1))
    loop.run()
    assert log == [(1, "fast"), (2, "fast"), (3, "slow"), (6, "slow")]


async def value_and_error(loop: "tasks.Loop | asyncio.AbstractEventLoop", log: list) -> str:
    """A program for either loop."""

    async def sleep(seconds: float) -> None:
        future = loop.create_future()
        loop.call_later(seconds, future.set_result, None)
        await future

    async def work(name: str, seconds: float) -> str:
        log.append(f"{name} begins")
        await sleep(seconds)
        log.append(f"{name} goes on")
        if name == "c":
            raise ValueError(name)
        return name.upper()

    def told(task: object) -> None:
        log.append("told")

    each = [loop.create_task(work(name, seconds)) for name, seconds in (("a", 2), ("b", 1), ("c", 2))]
    each[0].add_done_callback(told)
    loop.call_soon(log.append, "soon")
    results = [await each[0], await each[1]]
    try:
        await each[2]
    except ValueError as error:
        results.append(repr(error))
    log.append("end")
    return " ".join(results)


def test_it_does_the_same_as_asyncio_event_by_event(log: list) -> None:
    own = tasks.Loop(JumpingClock())
    value = own.run_until_complete(value_and_error(own, log))
    theirs: list = []
    run = simulation.run(lambda: value_and_error(asyncio.get_running_loop(), theirs))
    assert (value, log) == (run.value, theirs)
    assert log[-1] == "end"


def test_a_bare_yield_lets_the_others_go_first(log: list) -> None:
    def program(loop: "tasks.Loop | asyncio.AbstractEventLoop", log: list) -> Callable:
        async def count(name: str) -> None:
            for number in range(2):
                log.append(f"{name}{number}")
                await asyncio.sleep(0)

        async def main() -> None:
            for task in [loop.create_task(count(name)) for name in "ab"]:
                await task

        return main

    own = tasks.Loop(JumpingClock())
    own.run_until_complete(program(own, log)())
    assert log == ["a0", "b0", "a1", "b1"]


def test_what_the_main_coroutine_raises_is_raised() -> None:
    async def main() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        tasks.Loop(JumpingClock()).run_until_complete(main())
