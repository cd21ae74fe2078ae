"""The pictures of whole programs on the simulated clock; the same, to the byte, on each Python."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helpers import simulation, timeline

from .programs import PROGRAMS, deadlock

PICTURES = dict(
    section.strip().split("\n", 1)
    for section in Path(__file__).with_name("pictures.txt").read_text(encoding="utf-8").split("== ")[1:]
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_picture_is_the_one_that_was_looked_at(name: str) -> None:
    assert repr(timeline.run(PROGRAMS[name])).splitlines() == PICTURES[name].splitlines()


def test_the_value_or_the_error_comes_with_the_picture() -> None:
    async def right() -> int:
        return 42

    async def wrong() -> None:
        raise ValueError("no")

    assert timeline.run(right).value == 42
    assert isinstance(timeline.run(wrong).exception, ValueError)


def test_what_is_cleaned_up_after_a_deadlock_is_not_shown() -> None:
    assert [lane.outcome for lane in timeline.run(deadlock).lanes] == ["stuck", "stuck", "stuck"]


def test_a_step_without_end_is_where_it_was_stopped() -> None:
    async def spin() -> None:
        await asyncio.sleep(0)
        while True:
            pass

    async def main() -> None:
        await asyncio.create_task(spin())

    picture = timeline.run(main)
    assert [(lane.name, lane.outcome) for lane in picture.lanes] == [
        ("main", "…"),
        ("spin", "✗ stopped here"),
    ]
    assert "spin was stopped in the middle of a step." in picture.caption


def test_a_blocking_call() -> None:
    async def main() -> None:
        await asyncio.sleep(1)
        time.sleep(1)  # noqa: ASYNC251

    picture = timeline.run(main)
    assert picture.lanes[0].outcome == "✗ blocking call"
    assert "main was stopped in a blocking call." in picture.caption


def test_a_task_left_behind_is_shown_as_it_was_at_the_end() -> None:
    async def main() -> None:
        kept.append(asyncio.create_task(asyncio.sleep(5), name="left"))
        await asyncio.sleep(1)

    kept: list[asyncio.Task] = []
    assert [(lane.name, lane.outcome) for lane in timeline.run(main).lanes] == [("main", "✓"), ("left", "…")]


def test_a_failing_schedule_is_drawn() -> None:
    def make_main():
        count = 0

        async def add() -> None:
            nonlocal count
            value = count
            await asyncio.sleep(0)
            count = value + 1

        async def main() -> int:
            await asyncio.gather(add(), add())
            return count

        return main

    found = simulation.explore(make_main, lambda run: None if run.value == 2 else "lost")
    picture = timeline.drawn(found.failure.replay)
    assert picture.value == 1
    assert [lane.name for lane in picture.lanes] == ["main", "add 1", "add 2"]
    assert {event.task for event in found.failure.run.trace} == {lane.name for lane in picture.lanes}


def test_no_coroutine_is_refused_and_leaves_nothing_behind() -> None:
    before = asyncio.Handle._run
    with pytest.raises(TypeError):
        timeline.run(lambda: 1)  # type: ignore[arg-type, return-value]
    assert asyncio.Handle._run is before


def test_beside_a_running_loop_that_is_recorded_itself() -> None:
    """As in a notebook: the cell's own recording goes on, and knows nothing of the other."""

    async def other() -> None:
        await asyncio.sleep(3)

    async def cell() -> None:
        with timeline.record() as recording:
            await asyncio.sleep(0)
            assert [lane.name for lane in timeline.run(other).lanes] == ["other"]
            await asyncio.sleep(0)
        assert [lane.name for lane in recording.timeline().lanes] == ["cell"]

    asyncio.run(cell())


def test_what_is_no_function_or_cannot_be_called_is_said_and_not_drawn() -> None:
    async def needs(one: int) -> None:
        pass

    with pytest.raises(TypeError, match="without calling it"):
        timeline.run(needs(1))
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        timeline.run(needs)


def test_an_async_generator_that_is_left_open_is_closed_and_not_drawn() -> None:
    kept = []

    async def numbers() -> AsyncIterator[int]:
        yield 1

    async def main() -> None:
        kept.append(numbers())
        await anext(kept[0])

    assert [lane.name for lane in timeline.run(main).lanes] == ["main"]
