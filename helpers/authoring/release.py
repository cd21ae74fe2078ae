"""Build notebooks from their sources, several at a time, and put them in place.

A notebook remembers in its metadata the digest of the cells it was built with. So a release knows when
somebody has changed the built notebook by hand, and then keeps a dated copy before it writes.
"""

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from tqdm import tqdm

from helpers.authoring import editions, execution, slides, source
from helpers.authoring.editions import Edition
from helpers.catalog import Lesson
from helpers.files import COURSE, keep_copy, write_atomically

EDITIONS: tuple[Edition, ...] = ("solutions", "lessons")


@dataclass(frozen=True)
class Target:
    """One notebook to build."""

    lesson: Lesson
    edition: Edition
    course: Path = COURSE

    @property
    def path(self) -> Path:
        return self.course / self.edition / f"{self.lesson.stem}.ipynb"

    @property
    def source(self) -> Path:
        return self.course / "solutions" / f"{self.lesson.stem}.md"

    @property
    def name(self) -> str:
        return f"{self.edition}/{self.path.name}"


def targets(lessons: Sequence[Lesson], course: Path = COURSE) -> list[Target]:
    """Both editions of each lesson."""
    return [Target(lesson, edition, course) for lesson in lessons for edition in EDITIONS]


def plan(target: Target) -> tuple[source.Source, nbformat.NotebookNode]:
    """The source of a notebook and its edition, not executed. Raises SourceError."""
    read = source.read(target.source)
    notebook = editions.make(read, target.edition)
    notebook.metadata["course"] = {"source": target.source.name, "cells": digest(notebook)}
    return read, notebook


def digest(notebook: nbformat.NotebookNode) -> str:
    """SHA-256 of what an author writes in a notebook: its cells' types, ids, texts and tags; no outputs."""
    cells = [
        (cell.cell_type, cell.get("id"), cell.source, cell.metadata.get("tags", []))
        for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


async def build(target: Target, folder: Path, done: Callable[[], object] = lambda: None) -> str:
    """The text of the notebook, executed in `folder`; `done` is called after each code cell.

    Raises SourceError; for a cell that fails it names the file, the line and the cell.
    """
    read, notebook = plan(target)
    try:
        await execution.execute(notebook, folder, done)
    except execution.CellError as error:
        number = 1 + [cell.id for cell in notebook.cells].index(error.cell_id)
        line = read.line_of(error.cell_id, error.line)
        where = f"{target.source.name}:{line}: cell {number} of {target.name}"
        raise source.SourceError(f"{where}: {error}") from error
    if target.edition == "solutions":
        slides.mark(notebook)
    return nbformat.writes(notebook) + "\n"


def out_of_date(target: Target) -> str | None:
    """Why the notebook is not what its source builds, or None. (Its outputs are for the tests.)"""
    _, notebook = plan(target)
    try:
        stored = nbformat.read(target.path, as_version=4)
    except FileNotFoundError:
        return "is missing"
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        return f"cannot be read: {error}"
    if digest(stored) != notebook.metadata["course"]["cells"]:
        return f"is not what {target.source.name} builds"
    if any(cell.cell_type == "code" and cell.execution_count is None for cell in stored.cells):
        return "has cells that were not run"
    if target.edition == "solutions" and not slides.marked(stored):
        return "has other slides than its cells make"
    return None


def check(lessons: Sequence[Lesson], course: Path = COURSE) -> list[str]:
    """What `release` would have to build again and why, a text a notebook; writes nothing."""
    problems = []
    for target in targets(lessons, course):
        try:
            why = out_of_date(target)
        except source.SourceError as error:
            why = f"cannot be built: {error}"
        if why:
            problems.append(f"{target.name} {why}")
    return problems


def changed_by_hand(path: Path) -> bool:
    """Whether the notebook there holds anything that its last build did not put into its cells."""
    try:
        stored = nbformat.read(path, as_version=4)
        has_slides = any("slideshow" in cell.metadata for cell in stored.cells)
        other_slides = has_slides and not slides.marked(stored)
        return other_slides or digest(stored) != stored.metadata["course"]["cells"]
    except FileNotFoundError:
        return False
    except Exception:  # whatever is there, it is not what a build wrote
        return True


async def release(lessons: Sequence[Lesson], course: Path = COURSE, at_once: int | None = None) -> list[str]:
    """Build both editions of `lessons`, `at_once` notebooks at a time (as many as there are processors), and
    write those that succeed. Shows progress on stderr; returns what went wrong, a text a notebook."""
    work = targets(lessons, course)
    gate, problems = asyncio.Semaphore(at_once or os.cpu_count() or 1), {}

    async def one(target: Target, bar: tqdm) -> None:
        async with gate:
            try:
                with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                    text = await build(target, Path(folder), bar.update)
                put(target, text, bar.write)
            except (source.SourceError, OSError, RuntimeError) as error:
                problems[target] = f"{target.name} is left as it was.\n  {error}"
            else:
                bar.write(f"{target.name}")

    total = sum(_code_cells(target) for target in work)
    with tqdm(total=total, unit="cell", disable=None) as bar:
        async with asyncio.TaskGroup() as group:
            for target in work:
                group.create_task(one(target, bar))
    return [problems[target] for target in work if target in problems]


def put(target: Target, text: str, say: Callable[[str], object] = print) -> None:
    """Write a built notebook; keep a copy of the one there if somebody has changed it. Raises OSError."""
    if changed_by_hand(target.path):
        copy = keep_copy(target.path, target.course)
        say(f"{target.name} had been changed by hand: a copy is in {copy.relative_to(target.course)}")
    write_atomically(target.path, text)


def _code_cells(target: Target) -> int:
    try:
        return sum(cell.cell_type == "code" for cell in plan(target)[1].cells)
    except source.SourceError:
        return 0  # said when its turn comes
