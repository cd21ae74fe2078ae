"""run() comes back in time, whatever the program does, and no thread keeps computing."""

import asyncio
import os
import threading
import time
from collections.abc import Callable

import pytest

from helpers.simulation import explore, run
from helpers.simulation.watch import Supervised
from tests.simulation.hostile import SLOW, loops_without_await

COME_BACK = 10.0  # real seconds; measured: 0.4 to 1.6
LIMIT = 0.4


@pytest.mark.parametrize("program", SLOW)
def test_comes_back_and_leaves_no_thread(program: Callable) -> None:
    threads = threading.active_count()
    began = time.perf_counter()
    result = run(program, wall_limit=LIMIT)
    assert time.perf_counter() - began < COME_BACK
    assert result.outcome in ("endless", "deadlock")
    assert result.problem
    assert not result.thread_left
    assert threading.active_count() == threads


def test_endless_loop_says_where() -> None:
    result = run(loops_without_await, wall_limit=LIMIT)
    assert result.problem.startswith("No await in more than 0.3 s of computing: loops_without_await(), line ")


def test_explore_gives_an_endless_loop_to_the_verdict() -> None:
    failure = explore(lambda: loops_without_await, lambda run: run.problem, wall_limit=LIMIT).failure
    assert failure.reason == failure.run.problem
    assert failure.found_at == 1


def test_endless_loop_in_one_order_only() -> None:
    def make():
        done = []

        async def a():
            done.append(1)

        async def b():
            while not done:
                pass

        async def main():
            await asyncio.gather(a(), b())

        return main

    failure = explore(make, lambda run: run.problem, wall_limit=2).failure
    assert failure.run.outcome == "endless"
    assert failure.run.choices == (1,)


def test_call_that_blocks_is_left_asleep_and_ends_with_its_call() -> None:
    lock = threading.Lock()
    lock.acquire()

    async def main():
        lock.acquire()
        while True:
            await asyncio.sleep(0)

    result = run(main, wall_limit=LIMIT)
    assert result.outcome == "blocking call"
    assert result.thread_left
    assert result.problem.startswith("A call has blocked the loop for more than 0.3 s: main(), line ")
    (thread,) = (one for one in threading.enumerate() if one.name == "simulation")
    lock.release()
    thread.join(5)
    assert not thread.is_alive()


def test_read_from_a_pipe_blocks() -> None:
    reader, writer = os.pipe()

    async def main():
        os.read(reader, 1)

    result = run(main, wall_limit=LIMIT)
    os.write(writer, b"x")
    for thread in threading.enumerate():
        if thread.name == "simulation":
            thread.join(5)
    os.close(reader)
    os.close(writer)
    assert (result.outcome, result.thread_left) == ("blocking call", True)


def test_step_that_is_slow_but_within_the_limit_is_not_accused() -> None:
    async def main():
        deadline = time.perf_counter() + 0.1
        while time.perf_counter() < deadline:
            pass

    assert run(main, wall_limit=60).problem is None


def test_fault_of_the_job_reaches_the_caller() -> None:
    def fault():
        raise ZeroDivisionError

    supervised = Supervised(fault, lambda: False, lambda: None)
    with pytest.raises(ZeroDivisionError):
        supervised.watch(wall_limit=5, stall=1, expire=lambda: None)
    with pytest.raises(KeyError):
        explore(lambda: loops_without_await, lambda run: {}["x"], wall_limit=LIMIT)


def test_other_threads_can_be_profiled_after_a_stop() -> None:
    """On 3.11 a withdrawn exception would hang the next thread that has a profile function."""

    async def main():
        return 1

    run(loops_without_await, wall_limit=LIMIT)
    assert run(main, wall_limit=5).value == 1
