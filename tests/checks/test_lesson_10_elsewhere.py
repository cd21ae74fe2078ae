"""Lesson 10 on a system without epoll runs to its end; and what it writes is what the course's loop is."""

import ast
import asyncio
from pathlib import Path

import nbformat
import pytest

from helpers.authoring import execution
from helpers.catalog import find
from helpers.files import COURSE

STEM = find(["10"])[0].stem
WITHOUT_EPOLL = """
import select, selectors
from helpers import system
system._FOUND["epoll"] = False
if hasattr(select, "epoll"):  # the kernel's own loop goes on with the object that it has
    del select.epoll, selectors.EpollSelector
    selectors.DefaultSelector = selectors.PollSelector
"""
WITHOUT_POLL = """
from helpers.checks import apart
apart.FORKS = False  # as on Windows: the parent of a fork would poll
system._FOUND["poll"] = False
if hasattr(select, "poll"):
    del select.poll, selectors.PollSelector


class SelectSelector(selectors.SelectSelector):
    def select(self, timeout=None):
        if not self.get_map():
            raise OSError("waits for nothing; Windows refuses")
        return super().select(timeout)


selectors.DefaultSelector = SelectSelector
"""


@pytest.mark.parametrize("edition", ["lessons", "solutions"])
@pytest.mark.parametrize(
    "first", [WITHOUT_EPOLL, WITHOUT_EPOLL + WITHOUT_POLL], ids=["no epoll", "select only"]
)
def test_it_runs_to_its_end_without(first: str, edition: str, tmp_path: Path) -> None:
    if edition == "lessons" and "SelectSelector" in first:
        pytest.skip("the answers are not what differs")
    notebook = nbformat.read(COURSE / edition / f"{STEM}.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    asyncio.run(execution.execute(notebook, tmp_path))  # raises CellError
    texts = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ())]
    said = [text for text in texts if text.startswith("This system has no epoll.")]
    assert len(said) == 6
    assert "your loop: 8 digests right · 8 in flight at once · 8 connections\n" in texts


def functions(source: str) -> dict[tuple[str, str], str]:
    """Each method by its class and name, as code: without docstrings, annotations and comments."""
    found = {}
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.ClassDef):
            for each in part.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[part.name, each.name] = plainly(each)
    return found


def plainly(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    function.returns = None
    arguments = function.args
    for argument in filter(None, [*arguments.args, arguments.vararg]):
        argument.annotation = None
    if ast.get_docstring(function):
        del function.body[0]
    return ast.unparse(function)


def test_the_learners_loop_is_the_courses() -> None:
    notebook = nbformat.read(COURSE / "solutions" / f"{STEM}.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.source.startswith("class ")]
    written = functions("\n\n".join(cells))
    course = functions((COURSE / "helpers/own_loop/sockets.py").read_text(encoding="utf-8"))
    into_loop = {"MyLoop": "Loop", "PatientLoop": "Loop", "ConnectingLoop": "Loop"}
    for (name, method), code in written.items():
        if (into_loop.get(name, name), method) in course:
            assert code == course[into_loop.get(name, name), method].replace("CONNECTING", CODES)
    assert {(into_loop.get(name, name), method) for name, method in written} == course.keys()


CODES = "(errno.EINPROGRESS, errno.EWOULDBLOCK)"
