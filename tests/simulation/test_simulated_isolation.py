"""Nothing stays behind, whatever a program does."""

import asyncio
import gc
import os
import random
import sys
import threading
import warnings

import pytest

from helpers.simulation import explore, run
from tests.simulation.hostile import QUICK, SLOW


def _surroundings() -> dict[str, object]:
    """Everything global that a run might change."""
    return {
        "threads": threading.active_count(),
        "tasks": len(asyncio.tasks._scheduled_tasks if hasattr(asyncio.tasks, "_scheduled_tasks") else ()),
        "running loop": asyncio._get_running_loop(),
        "filters": list(warnings.filters),
        "showwarning": warnings.showwarning,
        "unraisablehook": sys.unraisablehook,
        "excepthook": sys.excepthook,
        "thread excepthook": threading.excepthook,
        "asyncgen hooks": sys.get_asyncgen_hooks(),
        "origin tracking": sys.get_coroutine_origin_tracking_depth(),
        "profile": sys.getprofile(),
        "trace": sys.gettrace(),
        "collector": gc.isenabled(),
        "random": random.getstate(),
        "switch interval": sys.getswitchinterval(),
        "handle": asyncio.Handle._run,
        "tools": [sys.monitoring.get_tool(tool) for tool in range(6)] if sys.version_info >= (3, 12) else [],
    }


def _open_files() -> int:
    return len(os.listdir("/dev/fd")) if os.path.exists("/dev/fd") else 0


@pytest.mark.parametrize("program", QUICK + SLOW)
def test_surroundings_are_as_before(program) -> None:
    gc.collect()
    before = _surroundings(), _open_files()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inner = _surroundings()
        run(program, wall_limit=0.4)
        gc.collect()
        assert _surroundings() == inner
    assert (_surroundings(), _open_files()) == before


def test_many_hostile_runs_leave_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    async def well():
        await asyncio.sleep(1)
        return 1

    def rounds(count: int) -> None:
        for _ in range(count):
            for program in QUICK:
                run(program, wall_limit=2)
            assert run(well).value == 1

    rounds(2)
    gc.collect()
    before, files, blocks = _surroundings(), _open_files(), sys.getallocatedblocks()
    rounds(8)
    gc.collect()
    grown = sys.getallocatedblocks() - blocks
    assert _surroundings() == before
    assert _open_files() == files
    assert grown < 500  # a few objects left behind by each of the runs would be seen
    assert capfd.readouterr() == ("", "")


def test_exploration_leaves_nothing() -> None:
    def make():
        async def main():
            asyncio.create_task(asyncio.Event().wait())
            await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))

        return main

    gc.collect()
    before = _surroundings()
    assert explore(make, lambda run: None, wall_limit=60).schedules > 10
    assert _surroundings() == before


def test_two_threads_may_ask_at_once() -> None:
    async def main():
        await asyncio.sleep(1)
        return 1

    values = []
    threads = [threading.Thread(target=lambda: values.append(run(main).value)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values == [1] * 4


def test_warnings_and_errors_of_other_threads_pass_through() -> None:
    seen = []

    async def nothing():
        pass

    async def main():
        await asyncio.to_thread(lambda: (nothing(), None)[1])

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *rest, **more: seen.append(str(message))
        run(main)
    (message,) = seen
    assert "nothing' was never awaited" in message
