"""Jobs in threads: the clock waits for them, and results come in the order of submission."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from helpers.simulation import Recorded, explore, run


def test_clock_stands_still_while_a_job_is_at_work() -> None:
    go = threading.Event()

    async def main():
        async def release():
            go.set()

        async with asyncio.timeout(1):
            job = asyncio.create_task(asyncio.to_thread(go.wait, 10))
            await release()
            await job
        return asyncio.get_running_loop().time()

    assert run(main).value == 0


def test_results_in_the_order_of_submission_and_their_orders_explored() -> None:
    def make():
        second_done = threading.Event()

        async def main():
            order = []

            async def job(name, function):
                await asyncio.to_thread(function)
                order.append(name)

            async with asyncio.TaskGroup() as group:
                group.create_task(job("first", lambda: second_done.wait(10)))
                group.create_task(job("second", second_done.set))
            return tuple(order)

        return main

    seen = set()
    result = explore(make, lambda run: seen.add(run.value), wall_limit=60)
    assert run(make()).value == ("first", "second")
    assert seen == {("first", "second"), ("second", "first")}
    assert result.exhaustive


def test_error_of_a_job() -> None:
    async def main():
        await asyncio.to_thread(int, "x")

    assert isinstance(run(main).exception, ValueError)


def test_executor_of_the_program() -> None:
    async def main():
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(2) as pool:
            results = await asyncio.gather(*(loop.run_in_executor(pool, abs, -n) for n in range(5)))
        await asyncio.sleep(1)
        return results, loop.time()

    assert run(main).value == ([0, 1, 2, 3, 4], 1)


def test_thread_of_the_program_that_reports_to_the_loop() -> None:
    async def main():
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(answer.set_result, 42))
        thread.start()
        async with asyncio.timeout(1):
            return await answer

    assert run(main).value == 42
    assert run(main, schedule=Recorded()).value == 42


def test_job_that_hands_a_coroutine_to_the_loop() -> None:
    async def main():
        loop = asyncio.get_running_loop()

        def job():
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(0, 5), loop).result(10)

        return await asyncio.to_thread(job)

    assert run(main).value == 5


def test_job_that_does_not_end() -> None:
    go = threading.Event()

    async def main():
        await asyncio.to_thread(go.wait, 60)

    result = run(main, wall_limit=0.3)
    go.set()
    assert result.outcome == "stuck thread"
    assert result.problem == (
        "This has not ended after 0.3 s of real time. A job in a thread is still at work; "
        "task ‘main’ waits for a job in a thread."
    )
