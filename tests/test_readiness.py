"""What is measured is complete and plausible, drawn in both forms, and leaves everything as it was."""

import selectors
import socket
import sys
from collections.abc import Iterator

import psutil
import pytest

from helpers import readiness
from helpers.readiness import Growth

KINDS = [kind for kind, name in readiness.KINDS.items() if hasattr(selectors, name)]


@pytest.fixture
def _as_before() -> Iterator[None]:
    """What was open and allowed before is so afterwards, no more and no less."""
    process = psutil.Process()
    count = process.num_handles if sys.platform == "win32" else process.num_fds
    limit = (lambda: None) if sys.platform == "win32" else lambda: process.rlimit(psutil.RLIMIT_NOFILE)
    before = count(), limit()
    yield
    assert (count(), limit()) == before


@pytest.mark.usefixtures("_as_before")
def test_every_selector_is_measured_with_each_number_of_sockets() -> None:
    growth = readiness.measure((2, 5, 9))
    assert list(growth.microseconds) == KINDS
    for by_size in growth.microseconds.values():
        assert list(by_size) == [2, 5, 9]
        assert all(0 < value < 1e6 for value in by_size.values() if value is not None)


@pytest.mark.usefixtures("_as_before")
@pytest.mark.skipif(sys.platform != "linux", reason="the others have other limits")
def test_select_refuses_what_the_others_do_not() -> None:
    growth = readiness.measure((10, 1100))
    assert growth.microseconds["select"][1100] is None
    assert growth.factor("select") == 1
    assert growth.factor("poll") > 5
    assert growth.factor("epoll") < 5


@pytest.mark.usefixtures("_as_before")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_it_measures_as_many_as_it_may_open() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (psutil.Process().num_fds() + 50, before[1]))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(resource, "setrlimit", lambda *_: None)  # what the hard limit would allow
            growth = readiness.measure((5, 10, 1000))
            with pytest.raises(OSError, match="open files"):
                readiness.measure((1000,))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert all(list(by_size) == [5, 10] for by_size in growth.microseconds.values())


GROWTH = Growth({"select": {10: 4.0, 1000: None}, "poll": {10: 4.0, 1000: 150.0}})


def test_the_text_form_has_the_numbers_and_a_bar() -> None:
    lines = repr(GROWTH).splitlines()
    assert lines[2].split() == ["select", "·", "1,000", "refused"]
    assert lines[4].split()[:5] == ["poll", "·", "1,000", "150.0", "µs"]
    assert [line.count("█") for line in lines] == [0, 1, 0, 1, 40]


def test_the_html_form_needs_nothing_that_a_notebook_takes_away() -> None:
    html = GROWTH._repr_html_()
    assert "150.0 µs" in html
    assert "refused" in html
    assert "width:100.0%" in html
    for taken_away in ("<style", "<svg", "var(", "role=", "class="):
        assert taken_away not in html


def test_factors_go_from_the_fewest_to_the_most() -> None:
    assert (GROWTH.factor("poll"), GROWTH.factor("select")) == (37.5, 1.0)


def test_one_call_reports_who_is_ready() -> None:
    left, right = socket.socketpair()
    with left, right:
        right.send(b"x")
        took = readiness.one_call(selectors.SelectSelector, [left])
    assert took is not None
    assert took > 0
