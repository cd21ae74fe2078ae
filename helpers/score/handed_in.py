"""A notebook as it was handed in, read with care: it may be anything.

The cells keep their order; an exercise is found by its id, wherever it stands: in a call `check("12.3", …)`,
in a cell's tag `answer-12.3`, in nbgrader's `grade_id`. So copied, split and re-ordered cells score, too.
"""

import ast
import hashlib
import json
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.score.words import words

LARGEST = 50 * 2**20  # bytes of a notebook; with all its outputs a lesson has less than one million
ANSWER = re.compile(r"^answer-(\d\d)[.-](\d+)$")  # a tag has a point there, a grade_id a dash


class Unreadable(Exception):
    """It is no notebook; the text says why."""


@dataclass(frozen=True)
class Call:
    """`check(exercise, *arguments)`, the arguments as they are written."""

    exercise: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A code cell. `number`: its place among all cells, from 1. `source`: as it was written; `runs`: without
    the calls of `check`; `calls`: those; `answers`: the exercises that the cell says it answers."""

    number: int
    source: str
    runs: str
    calls: tuple[Call, ...]
    answers: frozenset[str]


def read(path: Path) -> tuple[list[Cell], str]:
    """The code cells of the notebook there, and the SHA-256 of the file. Raises Unreadable."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a named pipe would keep us waiting for ever
            raise Unreadable(words("no_file"))
        if about.st_size > LARGEST:
            raise Unreadable(words("too_large", size=about.st_size >> 20, limit=LARGEST >> 20))
        content = path.read_bytes()
        notebook = json.loads(content)
    except OSError as error:
        raise Unreadable(words("unreadable", why=error.strerror or error)) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(words("no_notebook", why=error)) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or notebook.get("nbformat") != 4:
        raise Unreadable(words("wrong_format"))
    return code_cells(cells), hashlib.sha256(content).hexdigest()


def code_cells(cells: Sequence[Any]) -> list[Cell]:
    """Those of a notebook's cells that have code."""
    return [_cell(number, cell) for number, cell in enumerate(cells, 1) if _is_code(cell)]


def _is_code(cell: Any) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _cell(number: int, cell: dict[str, Any]) -> Cell:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(filter(lambda line: isinstance(line, str), source))
    source = (
        str(source).encode("utf-8", "replace").decode()
    )  # JSON allows half a character, a kernel does not
    calls, runs = _without_checks(source)
    return Cell(number, source, runs, calls, frozenset(_answers(cell.get("metadata"))))


def _answers(metadata: Any) -> Iterator[str]:
    if not isinstance(metadata, dict):
        return
    tags, nbgrader = metadata.get("tags"), metadata.get("nbgrader")
    names = list(tags) if isinstance(tags, list) else []
    names += [nbgrader.get("grade_id")] if isinstance(nbgrader, dict) else []
    for name in names:
        if isinstance(name, str) and (found := ANSWER.match(name)):
            yield f"{found[1]}.{found[2]}"


def _without_checks(source: str) -> tuple[tuple[Call, ...], str]:
    """The calls of `check`; and the source with None in the place of those that stand alone, so that each
    exercise is judged once, and by the scorer. All lines keep their numbers."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return (), source  # the kernel will say what is wrong, or it is a magic command
    calls, lines = [], source.encode().splitlines(keepends=True)
    for statement in reversed(tree.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inside = [call for node in ast.walk(statement) if (call := _check(node))]
        calls = inside + calls
        if isinstance(statement, ast.Expr) and _check(statement.value):
            _put_nothing(lines, statement)
    return tuple(calls), b"".join(lines).decode("utf-8", "replace")


def _check(node: ast.AST) -> Call | None:
    match node:
        case ast.Call(func=ast.Name(id="check") | ast.Attribute(attr="check"), args=[first, *arguments]):
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                return Call(first.value, tuple(map(ast.unparse, arguments)))
    return None


def _put_nothing(lines: list[bytes], statement: ast.stmt) -> None:
    first, last = statement.lineno - 1, statement.end_lineno - 1
    behind = lines[last][statement.end_col_offset :]
    lines[first] = lines[first][: statement.col_offset] + b"None" + behind
    lines[first + 1 : last + 1] = [b"\n"] * (last - first)
