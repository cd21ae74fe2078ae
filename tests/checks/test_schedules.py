"""An exercise about order alone, made up here: `add(counter, lock)` adds one, in two steps."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from helpers import checks, exercise
from helpers.checks import Exercise, apart, schedules
from helpers.checks.arena import Arena
from helpers.checks.schedules import explore


async def with_the_lock(counter: SimpleNamespace, lock: asyncio.Lock) -> None:
    async with lock:
        seen = counter.value
        await asyncio.sleep(0)
        counter.value = seen + 1


async def without_the_lock(counter: SimpleNamespace, lock: asyncio.Lock) -> None:
    seen = counter.value
    await asyncio.sleep(0)
    counter.value = seen + 1


async def takes_it_twice(counter: SimpleNamespace, lock: asyncio.Lock) -> None:
    async with lock, lock:
        counter.value += 1


async def computes(counter: SimpleNamespace, lock: asyncio.Lock) -> None:
    while True:
        pass


async def stub(counter: SimpleNamespace, lock: asyncio.Lock) -> None:
    raise NotImplementedError


def judge(add: Callable, arena: Arena) -> str:
    def make_main() -> Callable:
        counter, lock = SimpleNamespace(value=0), asyncio.Lock()

        async def main() -> int:
            async with asyncio.TaskGroup() as group:
                group.create_task(add(counter, lock), name="a")
                group.create_task(add(counter, lock), name="b")
            return counter.value

        return main

    return explore(
        make_main, lambda run: None if run.value == 2 else f"The counter is {run.value}.", "add(…) twice"
    )


@pytest.fixture(autouse=True, params=sorted({apart.FORKS, False}), ids=lambda forks: f"forks={forks}")
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "FORKS", request.param)


@pytest.fixture(autouse=True)
def _the_only_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    words = checks._common()
    made_up = Exercise("77.1", "77.1 Adding", "Well done.", ("a", "b"), "", words, judge)
    monkeypatch.setattr(checks, "exercise", lambda _: made_up)


def test_a_right_answer_says_how_many_schedules_were_tried() -> None:
    verdict = exercise.check("77.1", with_the_lock)
    assert verdict.kind == "correct"
    assert verdict.facts["Tried"].startswith("all ")


def test_the_stub_is_not_attempted() -> None:
    assert exercise.check("77.1", stub).kind == "not attempted"


def test_a_lost_update_is_drawn() -> None:
    verdict = exercise.check("77.1", without_the_lock)
    assert (verdict.kind, verdict.text) == ("not yet", "The counter is 1.")
    assert "a" in repr(verdict.picture)
    assert "<figure" in verdict._repr_html_()


def test_a_deadlock_is_named_and_drawn() -> None:
    verdict = exercise.check("77.1", takes_it_twice)
    assert verdict.kind == "stuck"
    assert "Nothing can run any more (deadlock)" in verdict.text
    assert "held by itself" in verdict.text
    assert verdict.picture is not None


def test_many_programs_of_one_check_share_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "ALL_SECONDS", 0.0)
    monkeypatch.setattr(schedules, "LEAST", 0.001)
    verdict = exercise.check("77.1", with_the_lock)
    assert verdict.kind == "correct"
    assert verdict.facts["Tried"] != "all 14 schedules"


def test_an_endless_loop_is_named() -> None:
    verdict = exercise.check("77.1", computes)
    assert verdict.kind == "stuck"
    assert "computes(), line" in verdict.text
