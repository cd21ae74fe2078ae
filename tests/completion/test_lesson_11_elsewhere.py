"""Lesson 11 where the system has less: its notebook runs to the end, and says what there is instead."""

import asyncio
from pathlib import Path

import nbformat
import pytest

from helpers import system
from helpers.authoring import execution
from helpers.files import COURSE

NOTEBOOK = COURSE / "solutions" / "11_completion_io.ipynb"
NOTHING = """
from helpers import system
from helpers.completion import io_uring

def forbidden(*_):
    raise PermissionError("not here")

io_uring.call = forbidden
system._FOUND.update(dict.fromkeys({features}, False))
"""
EVERY = ("epoll", "poll", "kqueue", "posix_aio", "kernel_aio", "io_uring")


def outputs_without(features: tuple[str, ...], folder: Path) -> dict[str, str]:
    """The text that each cell printed, by the cell's id, on a system that has not these features."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # so that the output of the one that depends on the system is kept
    notebook.cells.insert(0, nbformat.v4.new_code_cell(NOTHING.format(features=features), id="pretend"))
    asyncio.run(execution.execute(notebook, folder))
    return {cell.id: text_of(cell) for cell in notebook.cells if cell.cell_type == "code"}


def text_of(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def stored_outputs() -> dict[str, str]:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return {cell.id: text_of(cell) for cell in cells if cell.cell_type == "code"}


def test_where_there_is_nothing_it_runs_to_the_end(tmp_path: Path) -> None:
    printed = outputs_without(EVERY, tmp_path)
    said = [text for text in printed.values() if text.startswith("This system has no ")]
    assert len(said) == 9
    assert not any("Traceback" in text for text in printed.values())


@pytest.mark.skipif(system.PLATFORM != "linux", reason="the stored outputs are those of Linux")
def test_where_io_uring_is_forbidden_one_cell_says_so_and_the_rest_is_the_same(tmp_path: Path) -> None:
    stored, printed = stored_outputs(), outputs_without(("io_uring",), tmp_path)
    del printed["pretend"]
    assert printed.keys() == stored.keys()
    (other,) = [key for key in stored if "io_uring" in printed[key] and printed[key] != stored[key]]
    assert printed[other] == system.missing("io_uring") + "\n"
    assert {key for key in stored if stored[key] != printed[key]} == {other}
