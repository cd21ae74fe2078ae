"""How fast: ``python -m tests.simulation.bench_simulation`` (on demand; nothing else should be running)."""

import asyncio
import statistics
import subprocess
import sys
import time

from helpers.simulation import explore, run
from tests.simulation.hostile import blocks, deadlocks, loops_without_await


def three_tasks():
    """An exercise of the usual size: three tasks, three awaits each, one lock."""
    lock, counter = asyncio.Lock(), 0

    async def worker():
        nonlocal counter
        async with lock:
            value = counter
            await asyncio.sleep(0)
            counter = value + 1
        await asyncio.sleep(0.1)

    async def main():
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(worker())
        return counter

    return main


def schedules_per_second() -> float:
    began = time.perf_counter()
    result = explore(three_tasks, lambda run: run.problem, wall_limit=60)
    assert result.exhaustive
    return result.schedules / (time.perf_counter() - began)


def milliseconds(program, repeat: int) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        run(program)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def import_milliseconds() -> float:
    """The import of helpers.simulation (and with it of helpers), asyncio already there."""
    code = "import asyncio, time as t; a = t.time(); import helpers.simulation; print(t.time() - a)"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    return min(float(one.stdout) for one in runs) * 1000


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}")
    rates = sorted(schedules_per_second() for _ in range(9))
    print(f"schedules a second, three tasks: {rates[4]:,.0f} (from {rates[0]:,.0f} to {rates[-1]:,.0f})")
    print(f"one run, observed: {milliseconds(three_tasks(), 50):.1f} ms")
    print(f"a deadlock: {milliseconds(deadlocks, 50):.1f} ms")
    print(f"a blocking call: {milliseconds(blocks, 50):.1f} ms")
    print(f"a loop without await: {milliseconds(loops_without_await, 3):,.0f} ms")
    print(f"import: {import_milliseconds():.0f} ms")
