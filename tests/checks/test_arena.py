"""Whatever an answer does, the check comes back, says what happened, and leaves nothing behind."""

import asyncio
import contextlib
import gc
import inspect
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from helpers import check
from helpers.checks import NotYet
from helpers.checks.arena import Arena, Raised, Stuck


@pytest.fixture
def arena() -> Iterator[Arena]:
    with Arena() as arena:
        yield arena


async def hello() -> str:
    await asyncio.sleep(0)
    return "hello"


async def never_ends() -> None:
    await asyncio.Event().wait()


async def computes() -> None:
    while True:
        pass


async def catches_everything() -> None:
    while True:
        try:
            pass
        except BaseException:
            pass


async def refuses_to_be_cancelled() -> None:
    while True:
        with contextlib.suppress(BaseException):
            await asyncio.sleep(1000)


async def leaves_a_thread() -> None:
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 2)


async def stops_the_loop() -> None:
    asyncio.get_running_loop().stop()
    await asyncio.sleep(0.1)


async def exits() -> None:
    sys.exit(3)


async def divides() -> None:
    1 / 0


async def leaves_a_task() -> None:
    leaves_a_task.task = asyncio.create_task(never_ends())


async def forgets() -> None:
    hello()


async def leaves_a_session() -> None:
    aiohttp.ClientSession()


async def recurses() -> None:
    await recurses()


def test_a_value_comes_back(arena: Arena) -> None:
    assert arena.run(hello) == "hello"


def test_it_works_beside_a_running_loop(arena: Arena) -> None:
    async def in_a_notebook() -> str:
        return arena.run(hello)

    assert asyncio.run(in_a_notebook()) == "hello"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (computes, "blocked"),
        (catches_everything, "blocked"),
        (refuses_to_be_cancelled, "not_cancelled"),
        (leaves_a_thread, "thread_goes_on"),
        (stops_the_loop, "stopped_loop"),
        (never_ends, "too_slow"),
    ],
)
def test_what_does_not_end_is_stuck(arena: Arena, answer: Callable, why: str) -> None:
    with pytest.raises(Stuck) as stuck:
        arena.run(answer, seconds=0.3)
    assert stuck.value.why == why


@pytest.mark.parametrize(
    ("answer", "why"),
    [(leaves_a_task, "left_behind"), (forgets, "never_awaited"), (leaves_a_session, "unclosed")],
)
def test_what_is_left_behind_is_named(arena: Arena, answer: Callable, why: str) -> None:
    with pytest.raises(NotYet) as reason:
        arena.run(answer)
    assert reason.value.why == why


@pytest.mark.parametrize(
    ("answer", "summary", "line"),
    [
        (divides, "ZeroDivisionError: division by zero", "divides(), line"),
        (exits, "SystemExit: 3", "sys.exit(3)"),
        (recurses, "RecursionError: maximum recursion depth exceeded", "more …"),
    ],
)
def test_an_error_is_cut_to_the_learners_lines(
    arena: Arena, answer: Callable, summary: str, line: str
) -> None:
    with pytest.raises(Raised) as raised:
        arena.run(answer, "call()")
    assert raised.value.summary == summary
    assert line in raised.value.lines
    assert len(raised.value.lines.splitlines()) <= 5


def test_what_an_answer_prints_is_kept_off_the_page(arena: Arena, capsys: pytest.CaptureFixture[str]) -> None:
    async def prints() -> None:
        print("x" * 1000)

    arena.run(prints)
    assert arena.printed == "x" * 400
    assert capsys.readouterr().out == ""


def test_an_error_of_the_check_itself_is_not_the_learners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Arena, "run", lambda *_: {}["missing"])
    verdict = check("00.1", hello)
    assert verdict.kind == "error"
    assert "That is not your fault" in verdict.text


def test_what_refuses_to_end_is_gone_though_its_error_is_kept() -> None:
    with pytest.raises(Stuck) as kept, Arena() as arena:
        arena.run(refuses_to_be_cancelled, seconds=0.1)
    name = refuses_to_be_cancelled.__name__
    assert [one for one in gc.get_objects() if inspect.iscoroutine(one) and one.__name__ == name] == []
    assert kept.value.why == "not_cancelled"


def test_files_are_gone_after_the_check() -> None:
    with Arena() as arena:
        folder = arena.folder
        (folder / "a").write_text("x", encoding="utf-8")
    assert not folder.exists()


def test_the_learners_server_is_left_alone(arena: Arena) -> None:
    from helpers import practice_server

    server = practice_server.start()
    assert arena.server is not server
    server.stop()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux does")
def test_nothing_is_left_after_many_answers_of_all_kinds() -> None:
    def state() -> tuple[int, int]:
        gc.collect()
        return threading.active_count(), len(os.listdir("/proc/self/fd"))

    answers = [hello, divides, exits, leaves_a_task, forgets, leaves_a_session, computes, catches_everything]
    check("00.1", hello)  # starts the server
    before = state()
    for answer in answers * 2:
        with contextlib.suppress(Stuck, Raised, NotYet), Arena() as arena:
            arena.run(answer, seconds=0.3)
    cpu = time.process_time()
    time.sleep(0.1)
    assert time.process_time() - cpu < 0.05  # no thread goes on
    assert state() == before
