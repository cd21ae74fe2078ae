"""A kernel is told by what its cells have started: processes, too."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.score import kernel


def test_processes_that_start_others_are_blamed_on_their_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply to a cell that forks can come before the forks of its forks are there."""
    there: Iterator[int] = itertools.repeat(1)
    monkeypatch.setattr(kernel, "LOOK", 0.1)

    async def two_cells() -> None:
        nonlocal there
        async with kernel.limited(tmp_path / "work") as running:
            with monkeypatch.context() as patched:
                patched.setattr(kernel, "_marked", lambda _: range(next(there)))
                await running.run("x = 1", 30)
                there = itertools.chain([9], itertools.repeat(kernel.PROCESSES + 1))
                with pytest.raises(kernel.Lost, match="too many processes"):
                    await running.run("x = 2", 30)

    (tmp_path / "work").mkdir()
    asyncio.run(two_cells())
