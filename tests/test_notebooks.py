"""Every notebook, built again from its source, comes out the same to the byte: cells, outputs, images.

nbval compares each cell's output too, but lets some things pass: images, the order of outputs of different
kinds, an ExceptionGroup that escapes a cell. Here nbclient runs the cells, and nothing passes.
"""

import asyncio
import difflib
import json
import os
from pathlib import Path

import nbformat
import pytest

from helpers.authoring import release
from helpers.authoring.release import Target
from helpers.authoring.source import SourceError
from helpers.catalog import LESSONS

TARGETS = release.targets(LESSONS)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | SourceError]:
    """Each notebook's text by its name, all built at once; in place of one that fails, the error."""
    gate = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(target: Target) -> str | SourceError:
        async with gate:
            try:
                return await release.build(target, tmp_path_factory.mktemp(target.lesson.stem))
            except SourceError as error:
                return error

    async def every() -> list[str | SourceError]:
        return await asyncio.gather(*map(one, TARGETS))

    return dict(zip((target.name for target in TARGETS), asyncio.run(every()), strict=True))


def difference(stored: str, rebuilt: str) -> str:
    """The first cell that differs, by its number, with the lines that differ."""
    cells = [nbformat.reads(text, as_version=4).cells for text in (stored, rebuilt)]
    for number, pair in enumerate(zip(*cells, strict=False), start=1):
        old, new = (json.dumps(cell, indent=1, ensure_ascii=False).splitlines() for cell in pair)
        if old != new:
            return f"cell {number}:\n" + "\n".join(
                difflib.unified_diff(old, new, "stored", "rebuilt", n=1, lineterm="")
            )
    return "another number of cells, or other metadata"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_rebuilding_gives_the_same_bytes(target: Target, rebuilt: dict[str, str | SourceError]) -> None:
    text = rebuilt[target.name]
    assert not isinstance(text, SourceError), str(text)
    stored = Path(target.path).read_text(encoding="utf-8")
    assert stored == text, f"{target.name}, {difference(stored, text)}"
