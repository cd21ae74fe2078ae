"""On a busy computer nothing is too slow that would be fast enough on an idle one."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from helpers import simulation
from helpers.simulation import starved

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how long a thread waited")
BUSY = "import os, time\nos.sched_setaffinity(0, {%d})\nend = time.time() + 20\nwhile time.time() < end: pass"


@pytest.fixture
def crowded() -> Iterator[None]:
    """This thread, and those that it starts, share one processor with three busy processes."""
    allowed = os.sched_getaffinity(0)
    one = min(allowed)
    busy = [subprocess.Popen([sys.executable, "-c", BUSY % one]) for _ in range(3)]
    os.sched_setaffinity(0, {one})
    yield
    os.sched_setaffinity(0, allowed)
    for process in busy:
        process.kill()
        process.wait()


def compute(seconds: float) -> None:
    """Keep the processor for `seconds` of its own time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.mark.usefixtures("crowded")
def test_a_thread_that_waits_for_a_processor_is_seen() -> None:
    mine = threading.get_native_id()
    before, began = starved.seconds(mine), time.monotonic()
    compute(0.3)
    passed, waited = time.monotonic() - began, starved.seconds(mine) - before
    assert waited > (passed - 0.3) / 2


@pytest.mark.usefixtures("crowded")
def test_what_ended_threads_have_waited_counts_for_their_process() -> None:
    mine = starved.Process(os.getpid())
    before = mine.seconds()
    for _ in range(3):
        thread = threading.Thread(target=compute, args=(0.2,))
        thread.start()
        while thread.is_alive():
            thread.join(0.05)
            mine.seconds()
    assert mine.seconds() - before > 0.6


def test_a_thread_that_sleeps_waits_for_nobody() -> None:
    before = starved.seconds(threading.get_native_id())
    time.sleep(0.3)
    assert starved.seconds(threading.get_native_id()) - before < 0.1


def test_what_is_not_there_has_waited_no_time() -> None:
    assert starved.seconds(None) == starved.Process(2**30).seconds() == 0


@pytest.mark.usefixtures("crowded")
def test_others_cannot_make_a_program_too_slow() -> None:
    async def program() -> str:
        for _ in range(16):
            compute(0.05)
            await asyncio.sleep(0)
        return "done"

    run = simulation.run(program, wall_limit=1.2)
    assert (run.value, run.stop) == ("done", None)


@pytest.mark.usefixtures("crowded")
def test_an_endless_one_is_ended_all_the_same() -> None:
    async def program() -> None:
        while True:
            pass

    assert simulation.run(program, wall_limit=0.4).stop is not None
