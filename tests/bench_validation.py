"""How long the validation of the notebooks takes, against its floor and against others. On demand:

    python -m tests.bench_validation [ROUNDS]

The floor is what no validation can do without: starting a kernel for each notebook and running its cells. It
is measured by running each notebook alone; the floor of the wall time is the CPU time spread over all
processors, or the longest notebook if that takes longer (it waits, at no CPU cost). CPU time is that of the
whole computer, which should have nothing else to do: a kernel ends before some of its processes, and their
time then counts as nobody's. Rounds are interleaved; medians are printed. nbmake is left out where it is not
installed.
"""

import asyncio
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil

from helpers.authoring import execution, release
from helpers.catalog import LESSONS
from helpers.files import COURSE

Times = tuple[float, float]  # wall and CPU seconds
NOTEBOOKS = [target.path for target in release.targets(LESSONS)]


def cpu() -> float:
    """Seconds that the processors have worked so far."""
    spent = psutil.cpu_times()
    return spent.user + spent.system


def measured(work: Callable[[], object]) -> Times:
    """Wall and CPU seconds of `work`."""
    wall_before, cpu_before = time.perf_counter(), cpu()
    work()
    return time.perf_counter() - wall_before, cpu() - cpu_before


def run(*command: str) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=COURSE, check=True, capture_output=True)


async def execute(path: Path) -> None:
    """Run a notebook's cells, nothing more."""
    with tempfile.TemporaryDirectory() as folder:
        await execution.execute(nbformat.read(path, as_version=4), Path(folder))


async def execute_all() -> None:
    """Run all of them, enough at a time that no processor waits."""
    gate = asyncio.Semaphore(2 * (os.cpu_count() or 1))

    async def one(path: Path) -> None:
        async with gate:
            await execute(path)

    await asyncio.gather(*map(one, NOTEBOOKS))


def floor() -> Times:
    """The least wall time on all processors, and the CPU time."""
    each = [measured(lambda path=path: asyncio.run(execute(path))) for path in NOTEBOOKS]
    cpu = sum(cpu for _, cpu in each)
    return max(cpu / (os.cpu_count() or 1), *(wall for wall, _ in each)), cpu


def nbconvert() -> None:
    """All notebooks, one after the other: nbconvert has no more to offer."""
    with tempfile.TemporaryDirectory() as folder:
        names = map(str, NOTEBOOKS)
        run(
            "nbconvert",
            "--execute",
            "--to",
            "notebook",
            "--log-level=ERROR",
            f"--output-dir={folder}",
            *names,
        )


def main(rounds: int) -> None:
    ways: dict[str, Callable[[], Times]] = {
        "floor": floor,
        "executed all at once, nothing compared": lambda: measured(lambda: asyncio.run(execute_all())),
        "pytest (nbval, every output compared)": lambda: measured(
            lambda: run("pytest", "lessons", "solutions")
        ),
        "nbconvert --execute": lambda: measured(nbconvert),
    }
    if importlib.util.find_spec("nbmake"):
        nbmake = ("pytest", "-o", "addopts=", "--nbmake", "-nauto", "lessons", "solutions")
        ways["nbmake -n auto"] = lambda: measured(lambda: run(*nbmake))
    times: dict[str, list[Times]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(way())
    least = statistics.median(wall for wall, _ in times["floor"])
    print(f"{len(NOTEBOOKS)} notebooks, {os.cpu_count()} processors, median of {rounds}")
    for name, each in times.items():
        wall, cpu = (statistics.median(column) for column in zip(*each, strict=True))
        print(f"{name:<40} wall {wall:6.2f} s = {wall / least:4.2f} x floor   CPU {cpu:6.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)
