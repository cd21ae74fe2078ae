import json
import os
from pathlib import Path

import pytest
from simulated_class import code

from helpers.score import handed_in
from helpers.score.handed_in import Call, Unreadable


def read(folder: Path, *cells: object, **notebook: object) -> list[handed_in.Cell]:
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": cells} | notebook), encoding="utf-8")
    return handed_in.read(path)[0]


@pytest.mark.parametrize(
    ("source", "runs", "calls"),
    [
        ('check("12.3", f)', "None", [Call("12.3", ("f",))]),
        ('x = 1\nhelpers.check("12.3", f, g.h)\ny = 2', "x = 1\nNone\ny = 2", [Call("12.3", ("f", "g.h"))]),
        ('a = 1; check("1", f); b = 2', "a = 1; None; b = 2", [Call("1", ("f",))]),
        ('check(\n    "1",\n    f,\n); b = 2\nc = 3', "None; b = 2\n\n\n\nc = 3", [Call("1", ("f",))]),
        ('"é"; check("1", f)\ncheck("2", g)', '"é"; None\nNone', [Call("1", ("f",)), Call("2", ("g",))]),
        ('if True:\n    check("1", f)', None, [Call("1", ("f",))]),
        ('v = check("1", f)', None, [Call("1", ("f",))]),
        ('def g():\n    check("1", f)', None, []),
        ("check(12, f)", None, []),
        ("check()", None, []),
        ('%time check("1", f)', None, []),
        ("def broken(:", None, []),
        ('await f()\ncheck("1", f)', "await f()\nNone", [Call("1", ("f",))]),
    ],
)
def test_checks_are_found_and_taken_out(source: str, runs: str | None, calls: list, tmp_path: Path) -> None:
    (cell,) = read(tmp_path, code(source))
    assert (cell.runs, list(cell.calls)) == (source if runs is None else runs, calls)


@pytest.mark.parametrize(
    ("metadata", "answers"),
    [
        ({"tags": ["answer-12.3", "claim-1"]}, {"12.3"}),
        ({"nbgrader": {"grade_id": "answer-12-3"}}, {"12.3"}),
        ({"tags": ["check-12.3"]}, set()),
        ({"tags": "answer-12.3", "nbgrader": []}, set()),
        ({"tags": [None, 3]}, set()),
        ([], set()),
    ],
)
def test_a_cell_says_what_it_answers(metadata: object, answers: set, tmp_path: Path) -> None:
    (cell,) = read(tmp_path, code("x = 1") | {"metadata": metadata})
    assert cell.answers == answers


def test_cells_keep_their_numbers_and_prose_is_left_out(tmp_path: Path) -> None:
    prose = {"cell_type": "markdown", "metadata": {}, "source": ["Prose"]}
    cells = read(tmp_path, prose, code("a = 1"), "no cell", code("b = 2") | {"source": ["b", " = 2"]})
    assert [(cell.number, cell.source) for cell in cells] == [(2, "a = 1"), (4, "b = 2")]


def test_half_a_character_does_no_harm(tmp_path: Path) -> None:
    (cell,) = read(tmp_path, code("x = '\ud800'"))
    assert cell.source == "x = '?'"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "It is no notebook: "),
        (b"{", "It is no notebook: "),
        (b"\xff\xfe\x00", "It is no notebook: "),
        (b"[" * 100_000, "It is no notebook: "),
        (b"[]", "no notebook of format 4"),
        (b'{"nbformat": 3, "worksheets": []}', "no notebook of format 4"),
        (b'{"nbformat": 4, "cells": 7}', "no notebook of format 4"),
    ],
)
def test_what_is_no_notebook_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        handed_in.read(path)


def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="It cannot be read: "):
        handed_in.read(tmp_path / "nowhere.ipynb")
    with pytest.raises(Unreadable, match="no ordinary file"):
        handed_in.read(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.ipynb")
        with pytest.raises(Unreadable, match="no ordinary file"):
            handed_in.read(tmp_path / "pipe.ipynb")
    monkeypatch.setattr(handed_in, "LARGEST", 2**20)
    (tmp_path / "large.ipynb").write_bytes(b" " * (2**20 + 1))
    with pytest.raises(Unreadable, match="It has 1 MiB"):
        handed_in.read(tmp_path / "large.ipynb")
