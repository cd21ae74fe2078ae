"""Each way holds its connections; who cannot hold more stops, with the reason."""

from pathlib import Path

import pytest

from helpers.bench import connections, limits
from helpers.bench.holder import Stopped
from helpers.bench.ladder import Ladder, Step


def test_every_way_holds_them_all() -> None:
    told: list[str] = []
    ladder = connections.measure((3,), tell=told.append)
    assert ladder.stops == {}
    assert len(told) == len(connections.WAYS)
    for way in connections.WAYS:
        assert list(ladder.steps[way]) == [3]
        assert all(0 < step.opened < 60 and 0 < step.answered < 60 for step in ladder.steps[way].values())


def test_too_few_descriptors_are_said_and_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "descriptors", lambda: 52)
    ladder = connections.measure((2, 10, 20), ways=("selector",))
    assert list(ladder.steps["selector"]) == [2]
    assert ladder.stops["selector"][0] == 10
    assert "Stopped before 10 connections: a selector, no asyncio. That takes 60 open files" in repr(ladder)
    assert "this system allows a process 52" in ladder._repr_html_()


def test_connections_that_do_not_come_in_time_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST", 0.2)
    monkeypatch.setattr(connections.serving, "ask", lambda *_: b'{"held": 7, "seconds": null}')

    class Quiet:
        def complain(self) -> None: ...

    with pytest.raises(Stopped, match="After 0 s 7 were open"):
        connections._wait_until_held("", Quiet())


@pytest.mark.parametrize("sizes", [(), (0,), (3, 2), (2, 2)])
def test_sizes_that_do_not_rise_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        connections.measure(sizes)


def test_the_lowest_limit_of_threads_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "maps").write_text("100\n")
    (tmp_path / "pids").write_text("max\n")
    files = {"maps": (str(tmp_path / "maps"), 2), "pids": (str(tmp_path / "pids"), 1), "x": ("/none", 1)}
    monkeypatch.setattr(limits, "FILES", files)
    assert limits.threads() == (50, "maps")


def test_some_descriptors_are_allowed() -> None:
    assert limits.descriptors() > 100


STEPS = {
    "protocol": {10: Step(0.001, 0.001, 9e9, 9), 1_000: Step(0.1, 0.05, 1741, 0.000207)},
    "in_threads": {10: Step(0.01, 0.002, 9e9, 9)},
}
LADDER = Ladder(True, STEPS, {"in_threads": (1_000, "can't start new thread")}, (50, "pids.max"))


def test_the_table() -> None:
    lines = repr(LADDER).splitlines()
    assert " ".join(lines[1].split()) == "connections open ms answered ms KiB each µs CPU each"
    assert lines[2:5] == [
        "asyncio Protocol           10        1            1         –            –",
        "asyncio Protocol        1,000      100           50       1.7          207  ████████████████████",
        "threads                    10       10            2         –            –  ██████████",
    ]
    assert "Stopped before 1,000 connections: threads. can't start new thread." in lines
    assert lines[-1] == "This system allows 50 threads at most (pids.max)."


def test_the_picture_has_the_same_and_needs_nothing_that_a_notebook_takes_away() -> None:
    html = LADDER._repr_html_()
    for text in ("asyncio Protocol · 1,000", "100 ms", "50 ms · 1.7 KiB · 207 µs CPU", "width:50.0%"):
        assert text in html
    for taken_away in ("<style", "<svg", "var(", "role=", "class="):
        assert taken_away not in html
