"""A client is measured as it is: its own memory, its own time, and its end."""

import os
import sys
import time

import psutil
import pytest

from helpers.bench import child, cores

FORKS = pytest.mark.skipif(not hasattr(os, "wait4"), reason="Windows is watched by psutil")


def python(program: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", program]


def watched(command: list[str], core: int | None, limit: float) -> child.Usage:
    return child._watched(command, limit)


BOTH = pytest.mark.parametrize(
    "run", [pytest.param(child.run, marks=FORKS), watched], ids=["wait4", "psutil"]
)


@BOTH
def test_it_says_what_the_process_used(run) -> None:
    usage = run(python("import time; x = b'x' * 90_000_000; time.sleep(0.1); print(1.5)"), None, 60)
    assert usage.span == 1.5
    assert 0.1 <= usage.seconds < 30
    assert 0 < usage.cpu < 30
    assert 90e6 < usage.memory < 130e6


@BOTH
def test_who_says_nothing_has_no_span(run) -> None:
    assert run(python("pass"), None, 60).span is None


@FORKS
def test_the_memory_of_whoever_starts_it_does_not_count() -> None:
    """By itself it would: https://man7.org/linux/man-pages/man2/getrusage.2.html says nothing of it."""
    mine = b"x" * 120_000_000
    assert child.run(python("pass"), None, 60).memory < 60e6
    del mine


@FORKS
def test_a_failure_is_told_in_its_last_words() -> None:
    with pytest.raises(child.Failed, match=r"^ValueError: no$"):
        child.run(python("print(1); raise ValueError('no')"), None, 60)
    with pytest.raises(child.Failed, match="exit status 3"):
        child.run(python("raise SystemExit(3)"), None, 60)


def test_a_failure_is_a_failure_for_psutil_too() -> None:
    with pytest.raises(child.Failed, match="exit status 3"):
        child._watched(python("raise SystemExit(3)"), 60)


@FORKS
def test_a_program_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(child.Failed, match="No such file"):
        child.run(["/no/such/program"], None, 60)


@BOTH
def test_it_is_ended_when_its_time_is_up(run) -> None:
    began = time.monotonic()
    with pytest.raises(child.Failed, match=r"had not ended after 0\.2 s"):
        run(python("import time; time.sleep(60)"), None, 0.2)
    assert time.monotonic() - began < 30
    assert psutil.Process().children(recursive=True) == []


@pytest.mark.skipif(cores.server_and_client() is None, reason="there are no two processors to choose from")
def test_it_runs_on_the_processor_that_it_was_given() -> None:
    before = os.sched_getaffinity(0)
    _, core = cores.server_and_client()
    usage = child.run(python("import os; [core] = os.sched_getaffinity(0); print(core)"), core, 60)
    assert usage.span == core
    assert os.sched_getaffinity(0) == before


def test_with_one_processor_nothing_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert cores.server_and_client() is None
