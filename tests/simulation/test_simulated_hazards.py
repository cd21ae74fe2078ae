"""Hazards: what is wrong although main ended well; and what must not be accused."""

import asyncio
import gc
import warnings

import pytest

from helpers.simulation import explore, run


def kinds(result) -> list[str]:
    return [hazard.kind for hazard in result.hazards]


async def _forever():
    await asyncio.Event().wait()


async def _fail():
    raise OSError("connection lost")


def test_left_behind_says_what_it_waits_for() -> None:
    async def main():
        asyncio.create_task(_forever(), name="poller")

    (hazard,) = run(main).hazards
    assert (hazard.kind, hazard.task) == ("left behind", "poller")
    assert str(hazard) == (
        "Task ‘poller’ was left behind: nobody awaited or cancelled it. It waits for event to be set."
    )


def test_task_that_needs_one_more_step_is_not_left_behind() -> None:
    async def consume(queue):
        while await queue.get() is not None:
            pass

    async def main():
        queue = asyncio.Queue()
        asyncio.create_task(consume(queue))
        await asyncio.sleep(0)
        queue.put_nowait(None)

    assert run(main).hazards == ()


def test_cancelled_task_may_clean_up() -> None:
    async def careful():
        try:
            await _forever()
        finally:
            await asyncio.sleep(1)

    async def main():
        task = asyncio.create_task(careful())
        await asyncio.sleep(0)
        task.cancel()

    assert run(main).hazards == ()


def test_swallowed_by_a_task_that_never_ends() -> None:
    async def stubborn():
        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                pass

    async def main():
        asyncio.create_task(stubborn(), name="stubborn")
        await asyncio.sleep(0)

    assert kinds(run(main)) == ["left behind", "swallowed cancellation"]


def test_task_that_ignores_even_its_end() -> None:
    async def undead():
        while True:
            try:
                await asyncio.sleep(0)
            except BaseException:
                pass

    async def main():
        asyncio.create_task(undead(), name="undead")
        await asyncio.sleep(0)

    assert "swallowed cancellation" in kinds(run(main))


def test_timeouts_and_groups_do_not_count_as_swallowed() -> None:
    async def fail_in_group():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_fail())
                group.create_task(_forever())
        except* OSError:
            pass
        return 1

    async def main():
        try:
            async with asyncio.timeout(1):
                await _forever()
        except TimeoutError:
            pass
        try:
            await asyncio.wait_for(_forever(), 1)
        except TimeoutError:
            pass
        return await asyncio.create_task(fail_in_group())

    result = run(main)
    assert (result.value, result.hazards) == (1, ())


def test_group_that_was_cancelled_and_swallows_is_found() -> None:
    async def swallow():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_forever())
        except asyncio.CancelledError:
            return 1

    async def main():
        task = asyncio.create_task(swallow())
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert kinds(run(main)) == ["swallowed cancellation"]


def test_exception_nobody_looked_at() -> None:
    async def main():
        task = asyncio.create_task(_fail(), name="a")
        await asyncio.wait([task])

    (hazard,) = run(main).hazards
    assert str(hazard) == "Task ‘a’ raised OSError: connection lost, and nobody looked at its result."


def test_exception_in_a_callback() -> None:
    async def main():
        asyncio.get_running_loop().call_soon(int, "x")
        await asyncio.sleep(0)

    (hazard,) = run(main).hazards
    assert str(hazard).startswith("A callback raised ValueError: invalid literal")


def test_exception_with_a_hostile_text() -> None:
    class Hostile(Exception):
        def __str__(self):
            raise RuntimeError

    async def main():
        raise Hostile

    assert run(main).problem == "Hostile was raised."


@pytest.mark.parametrize("keep", ["drop", "variable of a traceback", "cycle", "result"])
def test_forgotten_await_is_found_where_it_was_made_and_does_not_warn_later(keep: str) -> None:
    async def save():
        pass

    async def main():
        if keep == "drop":
            save()
        elif keep == "cycle":
            cycle = [save()]
            cycle.append(cycle)
        elif keep == "result":
            return save()
        else:
            kept = save()
            raise ValueError(len([kept]))
        await asyncio.sleep(1)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = run(main)
        (hazard,) = result.hazards
        del result
        gc.collect()
    assert str(hazard) == "save() was called but never awaited, so it did not run."
    assert hazard.place.function == "main"


def test_private_names_that_hazards_rest_on() -> None:
    """asyncio's futures tell whether somebody looked at their error, and what it was."""

    async def main():
        task = asyncio.create_task(_fail())
        await asyncio.wait([task])
        before = task._log_traceback, str(task._exception)
        task.exception()
        return before, task._log_traceback

    assert asyncio.run(main()) == ((True, "connection lost"), False)


def test_cancellation_at_every_await_of_the_named_task() -> None:
    places = []

    def make():
        async def work():
            await asyncio.sleep(1)
            await asyncio.sleep(0)
            await asyncio.sleep(2)

        async def main():
            await asyncio.wait([asyncio.create_task(work(), name="worker")])
            return asyncio.get_running_loop().time()

        return main

    explore(make, lambda run: places.append((run.now, run.injected)), cancel="worker")
    assert {place for place in places if place[1]} == {
        (0.0, "(Here task ‘worker’ was cancelled while it waited for the end of its sleep.)"),
        (1.0, "(Here task ‘worker’ was cancelled while it waited for its turn.)"),
        (1.0, "(Here task ‘worker’ was cancelled while it waited for the end of its sleep.)"),
        (3.0, "(Here task ‘worker’ was cancelled while it waited for the end of its sleep.)"),
    }
