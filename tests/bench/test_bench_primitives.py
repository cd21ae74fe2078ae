"""Every primitive is measured; for given numbers the table is known."""

import pytest

from helpers.bench import primitives, texts
from helpers.bench.costs import Costs


def test_each_is_measured_and_has_a_name() -> None:
    costs = primitives.measure(repeats=2)
    assert set(costs.seconds) == set(primitives.WORK) == set(texts.PRIMITIVES)
    assert all(0 < seconds < 1 for seconds in costs.seconds.values())


def test_less_than_one_repeat_is_refused() -> None:
    with pytest.raises(ValueError, match="There must be 1 repeat at least, not 0"):
        primitives.measure(0)


COSTS = Costs({"lock": 1e-7, "task": 1e-5}, 7, "3.12.1")


def test_the_table() -> None:
    assert repr(COSTS).splitlines()[1:] == [
        f"asyncio.Lock, nobody else wants it   0.10 µs {'█' * 13}",
        f"a task: made, run, awaited          10.00 µs {'█' * 40}",
    ]
    assert "Python 3.12.1, the fastest of 7" in repr(COSTS)


def test_the_picture_needs_nothing_that_a_notebook_takes_away() -> None:
    html = COSTS._repr_html_()
    assert "10.00 µs" in html
    assert "width:100.0%" in html
    for taken_away in ("<style", "<svg", "var(", "role=", "class="):
        assert taken_away not in html
