"""Whoever is here takes part, its files are compared, and who fails is out, without harm to the others."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.bench import downloads, loads, serving
from helpers.bench.contestants import CONTESTANTS, Contestant, Job

FIVE = loads.SMALL.at_most(5)


@pytest.fixture
def _raw_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "nginx_path", lambda: None)


TAKE_PIECES = ("aiohttp_workers", "own_loop", "own_loop_kept", "buffered")
LOADS = {"small": (FIVE, tuple(CONTESTANTS)), "large": (loads.LARGE.at_most(3), TAKE_PIECES)}


@pytest.mark.parametrize(("load", "names"), LOADS.values(), ids=LOADS)
def test_everybody_who_is_here_saves_all_files(load: loads.Load, names: tuple[str, ...]) -> None:
    told: list[str] = []
    table = downloads.measure(load, 1, names, told.append)
    here = [name for name in names if CONTESTANTS[name].is_here()]
    assert list(table.runs) == here, table.left_out
    assert len(told) == len(here)
    for name in here:
        usage = table.median(name)
        assert usage.seconds >= (usage.span or 0) > 0 or usage.span is None
        assert usage.memory > 1e6


@pytest.mark.usefixtures("_raw_server")
def test_no_more_at_once_than_the_limit() -> None:
    load = replace(loads.LATENCY, files=9, limit=3)
    table = downloads.measure(load, rounds=1, names=("in_threads", "own_loop", "buffered", "one_by_one"))
    assert table.where.server == "raw"
    in_flight = {name: table.median(name).in_flight for name in table.runs}
    assert in_flight.pop("one_by_one") == 1
    assert all(1 <= most <= 3 for most in in_flight.values())


def saving(program: str) -> Contestant:
    """A client that does that, with `job` folder and list as arguments."""

    def command(job: Job) -> list[str]:
        return [sys.executable, "-I", "-S", "-c", program, str(job.listed), str(job.folder)]

    return Contestant("wget", command)


WRONG = {
    "saves nothing": ("pass", r"file-00000 is missing"),
    "ends with an error": ("raise SystemExit('no network')", r"no network"),
    "does not end": ("import time; time.sleep(60)", r"it had not ended after 2 s"),
}


@pytest.mark.usefixtures("_raw_server")
@pytest.mark.parametrize(("program", "reason"), WRONG.values(), ids=WRONG)
def test_who_fails_is_out_and_the_others_go_on(
    program: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONTESTANTS, "wget", saving(program))
    monkeypatch.setattr(downloads, "LONGEST", 2.0 if "sleep" in program else 60.0)
    copy = "import sys,urllib.request as r,pathlib as p\nfor u in open(sys.argv[1]): p.Path(sys.argv[2],u.strip()[-10:]).write_bytes(r.urlopen(u.strip()).read())"  # noqa: E501
    monkeypatch.setitem(CONTESTANTS, "curl", saving(copy) if "sleep" not in program else saving("print(1)"))
    table = downloads.measure(FIVE, rounds=2, names=("wget", "curl"))
    assert any(re.search(rf"wget \(failed: {reason}\)", text) for text in table.left_out)
    assert "wget" not in table.runs
    if "sleep" not in program:
        assert len(table.runs["curl"]) == 2


@pytest.mark.usefixtures("_raw_server")
def test_who_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_command(_: Job) -> list[str]:
        raise AssertionError

    monkeypatch.setitem(CONTESTANTS, "wget", Contestant("wget", no_command, program="no-such-program"))
    monkeypatch.setitem(CONTESTANTS, "curl", Contestant("curl", no_command, package="no_such_package"))
    table = downloads.measure(FIVE, rounds=1, names=("wget", "curl"))
    assert table.left_out == ("wget (not installed)", "curl --parallel (not installed)")
    assert "Not here: wget (not installed)" in repr(table)
    assert "wget (not installed)" in table._repr_html_()


def test_who_would_wait_for_minutes_is_left_out(tmp_path: Path) -> None:
    race = downloads.Race(loads.LATENCY, "http://127.0.0.1:1", tmp_path, None, counts=False)
    assert race.left_out(["one_by_one", "buffered"]) == {
        "one_by_one": "requests, one by one (would take 50 s)"
    }


def test_no_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="There must be 1 round at least, not 0"):
        downloads.measure(FIVE, rounds=0)
