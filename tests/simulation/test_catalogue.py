"""Every bug of the catalogue is found, in the same schedule with the same text on each Python; no twin is
accused.
"""

import inspect

import pytest

from helpers.simulation import explore, run
from tests.simulation.bugs import CATALOGUE, Bug, blocking_call_broken

WALL_LIMIT = 60.0  # generous: these tests are about schedules, not about speed

bugs = pytest.mark.parametrize("bug", CATALOGUE, ids=lambda bug: bug.name)


@bugs
def test_bug_is_found_and_explained(bug: Bug) -> None:
    failure = explore(bug.broken, bug.verdict, cancel=bug.cancel, wall_limit=WALL_LIMIT).failure
    assert failure is not None
    assert failure.reason == bug.text.replace("{line}", str(_line_of_sleep()))
    assert failure.found_at == bug.found_at


@bugs
def test_failing_schedule_replays(bug: Bug) -> None:
    failure = explore(bug.broken, bug.verdict, cancel=bug.cancel, wall_limit=WALL_LIMIT).failure
    again = failure.replay()
    assert again.trace == failure.run.trace
    assert again.trace
    assert bug.verdict(again) == failure.reason


@bugs
def test_twin_is_not_accused(bug: Bug) -> None:
    exploration = explore(bug.right, bug.verdict, cancel=bug.cancel, wall_limit=WALL_LIMIT)
    assert exploration.failure is None
    assert exploration.exhaustive == (bug.orders is not None)
    assert exploration.schedules == (bug.orders or 2_000)


@bugs
def test_same_run_twice_gives_the_same_trace(bug: Bug) -> None:
    assert run(lambda: bug.broken()()).trace == run(lambda: bug.broken()()).trace


def _line_of_sleep() -> int:
    lines, first = inspect.getsourcelines(blocking_call_broken)
    return first + next(number for number, line in enumerate(lines) if "time.sleep(" in line)
