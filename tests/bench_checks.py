"""How long a verdict takes, and whether a thousand of them leave anything behind. On demand:

    python -m tests.bench_checks times    median and 95th percentile for each exercise and kind of verdict
    python -m tests.bench_checks soak     1,000 checks in one kernel: memory, threads, tasks, files around it

The answers, right, wrong and hostile, are those of tests/checks.
"""

import asyncio
import gc
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from typing import Any

import psutil
import pytest

import helpers
from helpers import exercise, practice_server
from helpers.files import COURSE
from helpers.verdict import Verdict

Call = tuple[str, tuple[Any, ...]]
SOAK = """\
from tests import bench_checks
calls = bench_checks.collected()[0]
before = bench_checks.state()
bench_checks.check_many(calls, {many})
print("before:", before)
print("after: ", bench_checks.state())
"""


def collected() -> tuple[list[Call], dict[tuple[str, str], list[float]]]:
    """Every call of `check` that the tests make, and the seconds that each took by exercise and verdict."""
    calls: list[Call] = []
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    check = exercise.check

    def timed(id: str, *answer: Any) -> Verdict:
        start = time.perf_counter()
        verdict = check(id, *answer)
        seconds[id, verdict.kind].append(time.perf_counter() - start)
        calls.append((id, answer))
        return verdict

    exercise.check = helpers.check = timed
    try:
        quiet = [
            "-q",
            "-n0",
            "--no-header",
            "-p",
            "no:cacheprovider",
            "--capture=sys",
            "-k",
            "(not test_apart or hostile) and not running_loop and not notebooks_own",
        ]
        status = pytest.main([*quiet, str(COURSE / "tests" / "checks")])
    finally:
        exercise.check = helpers.check = check
    assert status == 0, "the tests of the checks fail"
    return calls, seconds


def check_many(calls: list[Call], many: int) -> None:
    """Check `many` answers, drawn from `calls`; those that cannot be ended (a blocking call) only once."""
    draw = random.Random(0)
    for _ in range(many):
        id, answer = draw.choice(calls)
        exercise.check(id, *answer)


def state() -> str:
    """What this process holds now, apart from the practice server of the checks."""
    practice_server.stop_for_checks()
    gc.collect()
    time.sleep(6)  # a call that blocks ends by itself: the practice server holds an answer for five seconds
    process = psutil.Process()
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = 0
    files = process.num_handles() if psutil.WINDOWS else process.num_fds()
    memory = process.memory_info().rss // 2**20
    return f"{threading.active_count()} threads, {tasks} tasks, {files} open files, {memory} MB"


def times() -> None:
    _, seconds = collected()
    for (id, kind), each in sorted(seconds.items()):
        p95 = statistics.quantiles(each, n=20, method="inclusive")[-1] if len(each) > 1 else each[0]
        print(
            f"{id}  {kind:<14} {len(each):3} times  median {statistics.median(each):.3f} s  p95 {p95:.3f} s"
        )


async def soak(many: int = 1000) -> None:
    from jupyter_client.asynchronous import AsyncKernelClient

    from helpers.authoring import execution

    async with execution.kernel(COURSE) as manager:
        client: AsyncKernelClient = manager.client()
        client.start_channels()
        await client.wait_for_ready()
        await client.execute_interactive(SOAK.format(many=many), timeout=3600)
        start = time.perf_counter()
        await client.execute_interactive("1 + 1", timeout=10)
        print(f"the kernel answers in {time.perf_counter() - start:.3f} s")
        client.stop_channels()


if __name__ == "__main__":
    if sys.argv[1:] == ["times"]:
        times()
    elif sys.argv[1:] == ["soak"]:
        asyncio.run(soak())
    else:
        sys.exit(__doc__)
