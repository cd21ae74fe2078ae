"""explore(): how many orders, in which sequence, when it stops, how it shrinks."""

import asyncio

import pytest

from helpers.simulation import FIFO, Recorded, explore, run


def steps(*counts: int):
    """A program of tasks with so many steps each; its value is the order in which they ran."""

    def make():
        order = []

        async def task(name, count):
            for number in range(count):
                if number:
                    await asyncio.sleep(0)
                order.append(name)

        async def main():
            async with asyncio.TaskGroup() as group:
                for name, count in zip("abcdef", counts, strict=False):
                    group.create_task(task(name, count))
            return "".join(order)

        return main

    return make


@pytest.mark.parametrize(
    ("counts", "orders"),
    [((3,), 1), ((1, 1), 2), ((1, 1, 1), 6), ((2, 2), 6), ((3, 3), 20), ((2, 2, 2), 90)],
)
def test_all_orders_each_once(counts: tuple[int, ...], orders: int) -> None:
    seen = []
    result = explore(
        steps(*counts), lambda run: None if run.schedule is FIFO else seen.append(run.value), wall_limit=60
    )
    assert result.exhaustive
    assert result.schedules == len(seen) == len(set(seen)) == orders


def test_fewest_changes_first() -> None:
    changes = []
    explore(steps(2, 2, 2), lambda run: changes.append(sum(map(bool, run.choices))), wall_limit=60)
    assert changes == sorted(changes)


def test_many_orders_are_sampled_and_it_says_so() -> None:
    result = explore(steps(4, 4, 4, 4), lambda run: None, limit=200, seed=7, wall_limit=60)
    assert (result.schedules, result.systematic, result.seeded) == (200, 100, 100)
    assert not result.exhaustive
    assert result.covered == "200 schedules: 100 with the fewest changes of order, 100 at random (seed 7)"
    assert explore(steps(1, 1), lambda run: None).covered == "all 2 schedules"
    assert explore(steps(2), lambda run: None).covered == "the only possible order"


def test_random_failure_is_shrunk_and_replays() -> None:
    def verdict(run):
        return "d before all others" if run.value.startswith("dddd") else None

    failure = explore(steps(4, 4, 4, 4), verdict, limit=4000, wall_limit=60).failure
    assert failure.run.value == "ddddaabcabcabcbc"[:4] + failure.run.value[4:]
    assert sum(map(bool, failure.run.choices)) <= 6
    assert run(steps(4, 4, 4, 4)(), schedule=failure.run.schedule).value == failure.run.value
    assert failure.replay().trace == failure.run.trace


def test_same_failure_each_time() -> None:
    def verdict(run):
        return "c first" if run.value.startswith("c") else None

    first, second = (explore(steps(3, 3, 3), verdict, wall_limit=60) for _ in range(2))
    assert first.failure.run.choices == second.failure.run.choices == (2,)
    assert first.failure.found_at == second.failure.found_at


def test_time_is_up() -> None:
    result = explore(steps(5, 5, 5, 5, 5), lambda run: None, limit=10**6, wall_limit=0.3)
    assert result.cut_short
    assert result.failure is None
    assert not result.exhaustive


def test_program_that_behaves_differently_each_time_is_shown_as_it_was() -> None:
    runs = []

    def make():
        async def main():
            runs.append(1)
            if len(runs) == 1:
                raise OSError("only once")

        return main

    failure = explore(make, lambda run: run.problem).failure
    assert failure.reason == "OSError: only once was raised."


def test_random_numbers_are_the_same_in_each_schedule() -> None:
    import random

    values = set()

    async def main():
        await asyncio.sleep(random.random())
        return random.random()

    explore(lambda: main, lambda run: values.add((run.now, run.value)))
    assert len(values) == 1


def test_choices_too_large_take_the_last() -> None:
    assert run(steps(1, 1)(), schedule=Recorded((9,))).value == "ba"
