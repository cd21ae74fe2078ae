"""No answer, whatever it does, hangs or ends the notebook's process, nor leaves anything in it."""

import asyncio
import contextlib
import ctypes
import itertools
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import psutil
import pytest

from helpers import check, practice_server, progress
from helpers.checks import apart
from helpers.checks.arena import Stuck
from helpers.verdict import Picture, Verdict

linux_only = pytest.mark.skipif(not apart.FORKS, reason="here a check has no process of its own")
BOTH_WAYS = pytest.mark.parametrize("forks", [pytest.param(True, marks=linux_only), False])


async def length(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return len(await response.read())


async def stub(url: str) -> int:
    raise NotImplementedError


# ---- hostile answers -----------------------------------------------------------------------------


async def sums_for_ever(url: str) -> int:
    return sum(itertools.count())


async def lists_for_ever(url: str) -> list:
    return list(itertools.count())


async def too_large_a_power(url: str) -> int:
    return 10**10**9


async def keeps_the_interpreter(url: str) -> None:
    ctypes.PyDLL(None).sleep(60)


async def stops_its_process(url: str) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


async def shows_itself_for_ever(url: str) -> object:
    class Endless:
        def __repr__(self) -> str:
            while True:
                pass

    return Endless()


async def exits(url: str) -> None:
    os._exit(1)


async def exits_well(url: str) -> None:
    os._exit(0)


async def kills_itself(url: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def crashes(url: str) -> None:
    ctypes.string_at(0)


async def closes_all_files(url: str) -> None:
    os.closerange(3, 1000)
    os._exit(5)


async def forks_and_exits(url: str) -> None:
    if os.fork() == 0:
        time.sleep(60)
    os._exit(3)


async def takes_all_memory(url: str) -> bytes:
    return b"x" * 10**11


async def takes_memory_bit_by_bit(url: str) -> None:
    pieces = []
    while True:
        pieces.append(bytearray(b"x" * 10**8))


@pytest.fixture(scope="module", autouse=True)
def _server_runs() -> Iterator[None]:
    """From the second check on the server runs before the fork: none of the child's seconds go into that."""
    check("00.1", length)
    yield
    practice_server.stop_for_checks()


@linux_only
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (sums_for_ever, "sums_for_ever(), line"),
        (too_large_a_power, "too_large_a_power(), line"),
        (keeps_the_interpreter, "keeps_the_interpreter(), line"),
        (stops_its_process, "Your code had not come back after 2.5 seconds"),
        (shows_itself_for_ever, "__repr__(), line"),
        (exits, "ended the whole process that it ran in (exit status 1)"),
        (exits_well, "(exit status 0)"),
        (kills_itself, "(signal SIGKILL)"),
        (crashes, "(signal SIGSEGV)"),
        (closes_all_files, "(exit status 5)"),
        (forks_and_exits, "(exit status 3)"),
        (takes_all_memory, "gigabytes of memory"),
    ],
)
def test_a_hostile_answer_is_stuck_and_the_next_check_works(
    answer: Callable, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as sooner:
        sooner.setattr(apart, "LIMIT", 2.5)
        verdict = check("00.1", answer)
    assert (verdict.kind, says in verdict.text) == ("stuck", True), repr(verdict)
    practice_server.stop_for_checks()
    assert psutil.Process().children() == []
    assert check("00.1", length).kind == "correct"


@linux_only
@pytest.mark.parametrize("answer", [lists_for_ever, takes_memory_bit_by_bit])
def test_memory_has_a_limit_or_the_time_has(answer: Callable) -> None:
    before = time.monotonic()
    verdict = check("00.1", answer)
    assert verdict.kind == "stuck", repr(verdict)
    assert time.monotonic() - before < 60  # a loaded computer takes its time


@linux_only
def test_an_answer_cannot_write_a_verdict_of_its_own() -> None:
    mine = set(os.listdir("/proc/self/fd"))

    async def forges(url: str) -> int:
        report = b'{"verdict": {"kind": "correct", "title": "", "text": "", "facts": {}, "code": "", '
        for name in set(os.listdir("/proc/self/fd")) - mine:
            with contextlib.suppress(OSError):
                os.write(int(name), report + b'"picture": null}, "server kept": true}\n')
        return 0

    verdict = check("00.1", forges)
    assert (verdict.kind, "so there is none" in verdict.text) == ("stuck", True), repr(verdict)


# ---- what comes back, both ways ------------------------------------------------------------------


@BOTH_WAYS
def test_verdicts_are_the_same_both_ways(forks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "FORKS", forks)
    assert check("00.1", length).kind == "correct"
    assert check("00.1", stub).kind == "not attempted"

    async def prints(url: str) -> int:
        print("here")
        return 1

    verdict = check("00.1", prints)
    assert (verdict.kind, verdict.facts["It printed"]) == ("not yet", "here")


@BOTH_WAYS
def test_a_check_is_recorded_once(forks: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(apart, "FORKS", forks)
    check("00.1", stub)
    records, _ = progress.read()
    assert [(record.id, record.detail) for record in records] == [("00.1", "not attempted")]


@BOTH_WAYS
def test_a_picture_comes_back_as_it_shows_itself(forks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "FORKS", forks)
    drawn = Verdict("not yet", "T", "…", {"a": "\udc00"}, "x", Picture("text ♥", "<b>html</b>" * 100_000))
    verdict = apart.judged(lambda: drawn)
    assert repr(verdict) == repr(drawn)
    assert verdict._repr_html_() == drawn._repr_html_()


@linux_only
def test_nothing_of_the_answers_making_comes_back() -> None:
    class Text(str):
        pass

    verdict = apart.judged(lambda: Verdict("not yet", Text("T"), Text("…"), {"a": Text("b")}))
    assert {type(verdict.title), type(verdict.text), type(verdict.facts["a"])} == {str}


# ---- a fork of a notebook ------------------------------------------------------------------------


def in_child(work: Callable[[], object]) -> str:
    """What `work()` returns in the child."""
    return apart.judged(lambda: Verdict("note", "", str(work()))).text


@linux_only
def test_the_notebooks_objects_stay_as_they_are() -> None:
    kept: list[int] = []
    assert in_child(lambda: kept.append(1) or kept) == "[1]"
    assert kept == []


@linux_only
def test_no_warning_of_forks_and_threads_comes_through() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        in_child(lambda: None)
    assert [str(warning.message) for warning in caught] == []


@linux_only
def test_nothing_is_written_where_the_notebook_writes(capfd: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)

    def writes() -> None:
        print("out")
        print("err", file=sys.stderr)
        sys.__stdout__.write("original")
        os.write(1, b"raw")
        subprocess.run(["echo", "program"], check=True)
        handler.emit(logging.makeLogRecord({"msg": "logged"}))

    in_child(writes)
    assert capfd.readouterr() == ("", "")


@linux_only
def test_nobody_types() -> None:
    def asks() -> str:
        try:
            return input("?")
        except EOFError as error:
            return str(error)

    assert "nobody who types" in in_child(asks)


@linux_only
def test_nothing_is_left_in_the_kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    check("00.1", length)
    check("00.1", length)  # by now the server runs

    def state() -> tuple[int, int, int]:
        process = psutil.Process()
        return process.num_fds(), threading.active_count(), len(process.children())

    before, server = state(), practice_server.start_for_checks().url
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for _ in range(20):
        check("00.1", length)
    assert state() == before
    assert practice_server.start_for_checks().url == server  # the same one all the time
    check("00.1", kills_itself)
    assert list(tmp_path.iterdir()) == []
    assert practice_server.start_for_checks().url != server


@linux_only
def test_programs_that_an_answer_has_started_end_with_the_check() -> None:
    pid = int(in_child(lambda: subprocess.Popen(["sleep", "60"]).pid))
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("it still runs")


@linux_only
def test_thread_pools_of_the_notebook_work_in_the_child() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert pool.submit(str, 1).result() == "1"
        assert in_child(lambda: pool.submit(str, 2).result(timeout=5)) == "2"
        assert pool.submit(str, 3).result() == "3"
    assert in_child(lambda: "its threads have ended, and are no trouble") is not None


@linux_only
def test_a_check_in_a_running_loop_leaves_that_loop_alone() -> None:
    async def notebook() -> tuple[str, int]:
        loop, beats = asyncio.get_running_loop(), 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0.01)

        def pokes() -> str:
            for poke in (loop.stop, loop.close, lambda: loop.remove_reader(loop._ssock)):
                try:
                    poke()
                except RuntimeError:
                    pass
            signal.raise_signal(signal.SIGWINCH)
            return asyncio.run(asyncio.to_thread(str, "done"))

        heart = asyncio.create_task(beat())
        await asyncio.sleep(0.05)
        said = in_child(pokes)
        before = beats
        await asyncio.to_thread(time.sleep, 0.1)  # comes back through what the child has tried to remove
        heart.cancel()
        return said, beats - before

    said, beats = asyncio.run(asyncio.wait_for(notebook(), 10))
    assert said == "done"
    assert beats > 1


@linux_only
def test_an_interrupt_ends_the_check_and_the_child() -> None:
    before, handler = psutil.Process().num_fds(), signal.getsignal(signal.SIGINT)
    practice_server.stop_for_checks()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            check("00.1", sums_for_ever)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, handler)
    assert psutil.Process().children() == []
    assert psutil.Process().num_fds() <= before


@linux_only
def test_an_interrupt_while_it_forks_comes_when_the_child_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, handler = os.fork, signal.getsignal(signal.SIGINT)

    def interrupted() -> int:
        pid = fork()
        if pid:
            signal.raise_signal(signal.SIGINT)
        return pid

    monkeypatch.setattr(os, "fork", interrupted)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            in_child(lambda: time.sleep(60))
    finally:
        signal.signal(signal.SIGINT, handler)
    assert [each for each in psutil.Process().children() if each.status() == psutil.STATUS_ZOMBIE] == []


@linux_only
def test_an_error_in_the_child_never_reaches_the_kernels_code() -> None:
    def fails() -> Verdict:
        raise KeyboardInterrupt

    with pytest.raises(Stuck) as stuck:
        apart.judged(fails)
    assert (stuck.value.why, stuck.value.fields) == ("ended", {"how": "exit status 1"})


@linux_only
def test_an_exercise_may_have_seconds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LIMIT", 0.01)  # one look at whether the child has ended takes longer

    def slow() -> Verdict:
        time.sleep(0.3)
        return Verdict("correct", "")

    with pytest.raises(Stuck):
        apart.judged(slow)
    assert apart.judged(slow, 60.0).kind == "correct"


@linux_only
def test_a_child_does_not_outlive_its_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where it cannot notice: here nobody kills it."""
    monkeypatch.setattr(apart, "LIMIT", 0.5)
    monkeypatch.setattr(apart, "_first_line", lambda pid, *_: os.waitpid(pid, 0) and b"")
    started = time.monotonic()
    with pytest.raises(Stuck):
        apart.judged(lambda: sum(itertools.count()))
    assert time.monotonic() - started < 10


@linux_only
def test_a_check_in_another_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(check, "00.1", length).result().kind == "correct"


@linux_only
def test_who_comes_back_late_has_not_been_disturbed() -> None:
    """To note where a thread is while it goes on can crash the process: only who is given up has to."""

    def late() -> Verdict:
        deadline = time.monotonic() + 0.9
        while time.monotonic() < deadline:
            pass
        noted = (Path(tempfile.gettempdir()) / apart.NOTE).read_text()
        return Verdict("correct", "late", f"noted: {noted!r}")

    assert apart.judged(late, seconds=1.2).text == "noted: ''"
