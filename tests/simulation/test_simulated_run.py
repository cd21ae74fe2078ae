"""run(): outcomes, clock, orders, limits; beside a running loop; the same trace on each Python."""

import asyncio
import contextvars
import math
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from helpers.simulation import FIFO, Recorded, Run, Seeded, run
from tests.simulation.bugs import CATALOGUE


def trace(result: Run) -> str:
    return "\n".join(str(event) for event in result.trace)


def test_clock_jumps_to_the_next_timer() -> None:
    async def main():
        await asyncio.sleep(1800)
        return asyncio.get_running_loop().time()

    result = run(main)
    assert (result.outcome, result.value, result.now) == ("finished", 1800, 1800)
    assert result.problem is None


def test_exception_is_in_the_result_with_its_traceback() -> None:
    async def main():
        raise ValueError("no such page")

    result = run(main)
    assert result.outcome == "raised"
    assert result.problem == "ValueError: no such page was raised."
    assert result.exception.__traceback__.tb_frame.f_code.co_name == "main"


def test_sys_exit_of_any_task_is_raised() -> None:
    async def leave():
        raise SystemExit(3)

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(leave())

    assert isinstance(run(main).exception, SystemExit)


def test_cancelled_main() -> None:
    async def main():
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    assert isinstance(run(main).exception, asyncio.CancelledError)


def test_main_that_is_no_coroutine_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="main must return a coroutine, not int"):
        run(lambda: 3)


def test_runs_beside_a_running_loop() -> None:
    async def main():
        await asyncio.sleep(60)
        return 1

    async def cell():
        loop = asyncio.get_running_loop()
        value = run(main).value
        assert asyncio.get_running_loop() is loop
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.sleep(0)
        return value

    assert asyncio.run(cell()) == 1


def test_not_inside_a_simulation() -> None:
    async def main():
        return run(main)

    assert run(main).problem == "RuntimeError: a simulation cannot start inside a simulation was raised."


def test_context_variables_come_in_and_do_not_go_out() -> None:
    variable = contextvars.ContextVar("variable", default="nothing")
    variable.set("outside")

    async def main():
        before = variable.get()
        variable.set("inside")
        return before

    assert run(main).value == "outside"
    assert variable.get() == "outside"


def _abc():
    order = []

    async def step(name):
        order.append(name)
        await asyncio.sleep(0)
        order.append(name)

    async def main():
        async with asyncio.TaskGroup() as group:
            for name in "abc":
                group.create_task(step(name), name=name)
        return "".join(order)

    return main


def test_fifo_is_the_order_of_asyncio() -> None:
    assert run(_abc()).value == asyncio.run(_abc()()) == "abcabc"


def test_recorded_choices_decide_the_order() -> None:
    assert run(_abc(), schedule=Recorded()).value == "abcabc"
    assert run(_abc(), schedule=Recorded((2, 2))).value[:2] == "cc"


def test_seeded_order_is_the_same_each_time_and_can_be_replayed() -> None:
    drawn = run(_abc(), schedule=Seeded(5))
    assert drawn.value == run(_abc(), schedule=Seeded(5)).value == "bbccaa"
    assert run(_abc(), schedule=drawn.schedule).trace == drawn.trace
    assert len({run(_abc(), schedule=Seeded(seed)).value for seed in range(20)}) > 5


def test_callbacks_keep_their_order_in_every_schedule() -> None:
    async def main():
        loop, seen = asyncio.get_running_loop(), []
        for number in range(3):
            loop.call_soon(seen.append, number)
        await asyncio.sleep(1)
        return seen

    assert all(run(main, schedule=Seeded(seed)).value == [0, 1, 2] for seed in range(10))


def test_timers_due_together_are_a_choice() -> None:
    async def main():
        try:
            async with asyncio.timeout(1):
                await asyncio.sleep(1)
        except TimeoutError:
            return "too late"
        return "in time"

    assert {run(main, schedule=Recorded((choice,))).value for choice in (0, 1)} == {"too late", "in time"}


def test_cancelled_timer_does_not_move_the_clock() -> None:
    async def main():
        async with asyncio.timeout(100):
            await asyncio.sleep(1)

    assert run(main).now == 1


def test_unnamed_tasks_are_called_by_their_coroutine() -> None:
    async def worker():
        return asyncio.current_task().get_name()

    async def main():
        return await asyncio.gather(worker(), worker())

    result = run(main)
    assert [event.task for event in result.trace] == ["main", "worker 1", "worker 2", "main"]
    assert result.value == ["Task-2", "Task-3"]  # numbered over the run, not over the process


def test_a_task_has_one_name_however_late_the_others_come() -> None:
    async def worker():
        pass

    async def main():
        await asyncio.create_task(worker())
        await asyncio.create_task(worker())

    assert [event.task for event in run(main).trace] == ["main", "worker 1", "main", "worker 2", "main"]


def test_endless_by_steps_by_simulated_time_by_real_time() -> None:
    async def spin():
        while True:
            await asyncio.sleep(0)

    async def retry():
        while True:
            await asyncio.sleep(60)

    steps = run(spin, step_limit=500)
    assert (steps.outcome, steps.steps) == ("endless", 500)
    assert steps.problem == "This does not end: 500 steps of the loop, and task ‘main’ still runs."
    retries = run(retry, time_limit=600)
    assert (retries.outcome, retries.now) == ("endless", 600)
    real = run(spin, step_limit=10**9, wall_limit=0.6)
    assert real.problem == "This has not ended after 0.6 s of real time."


def test_endless_sleep_is_a_deadlock() -> None:
    async def main():
        await asyncio.sleep(math.inf)

    assert run(main).outcome == "deadlock"


def test_loop_stop_is_an_error_as_in_asyncio_run() -> None:
    async def main():
        asyncio.get_running_loop().stop()
        await asyncio.sleep(0)

    assert run(main).problem == "RuntimeError: Event loop stopped before Future completed. was raised."


def test_no_network_and_says_so() -> None:
    async def main():
        await asyncio.open_connection("127.0.0.1", 9)

    problem = run(main).problem
    assert "create_connection: the simulated loop has no network" in problem


def test_on_start_runs_in_the_thread_of_the_loop() -> None:
    seen = []

    async def main():
        seen.append(threading.get_ident())

    def attach(loop):
        assert asyncio.get_running_loop() is loop
        seen.append(threading.get_ident())

    run(main, on_start=attach)
    assert seen[0] == seen[1] != threading.get_ident()


def test_eager_tasks() -> None:
    if not hasattr(asyncio, "eager_task_factory"):
        pytest.skip("eager tasks came with 3.12")

    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        return await asyncio.gather(asyncio.sleep(1, "a"), asyncio.sleep(0, "b"))

    assert run(main).value == ["a", "b"]


def test_trace_is_the_same_on_each_python() -> None:
    async def producer(queue):
        for item in range(2):
            await asyncio.sleep(0.5)
            await queue.put(item)
        raise OSError

    async def consumer(queue):
        while True:
            await queue.get()

    async def main():
        queue = asyncio.Queue()
        try:
            async with asyncio.timeout(2), asyncio.TaskGroup() as group:
                group.create_task(producer(queue))
                group.create_task(consumer(queue), name="consumer")
        except* OSError:
            pass
        return await asyncio.to_thread(sum, [1, 2])

    result = run(main, schedule=FIFO)
    assert result.value == 3
    assert (
        trace(result)
        == """\
   0.000  main: waits for tasks ‘producer’, ‘consumer’
   0.000  producer: waits for the end of its sleep
   0.000  consumer: waits for an item in queue ‘queue’
   0.500  producer: waits for the end of its sleep
   0.500  consumer: waits for an item in queue ‘queue’
   1.000  producer: raises OSError
   1.000  consumer: waits for an item in queue ‘queue’
   1.000  consumer: is cancelled
   1.000  main: waits for its turn
   1.000  main: waits for a job in a thread
   1.000  main: returns"""
    )


def test_after_nest_asyncio_has_patched_the_kernel() -> None:
    """It brings back the tasks and futures written in Python, for the whole process: so in another one."""
    program = """
import asyncio, nest_asyncio
nest_asyncio.apply()
from helpers.simulation import explore
from tests.simulation.bugs import not_released_on_cancellation_broken as broken
print(explore(broken, lambda run: run.problem, cancel=True).failure.reason)
"""
    course = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        cwd=course,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    (bug,) = (one for one in CATALOGUE if one.cancel)
    assert done.stdout.strip() == bug.text
