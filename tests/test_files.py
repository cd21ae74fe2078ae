import os
import sys
from pathlib import Path

import pytest

from helpers import files


def test_the_new_text_replaces_the_old_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_atomically(path, "old")
    files.write_atomically(path, "new 二级锁\n")
    assert path.read_bytes() == "new 二级锁\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")

    def no_space(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(OSError, match="No space"):
        files.write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    files.write_atomically(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_copies_pile_up_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "lessons" / "a.ipynb"
    path.parent.mkdir()
    copies = []
    for text in ("one", "two", "three"):
        path.write_text(text, encoding="utf-8")
        copies.append(files.keep_copy(path, tmp_path))
    assert [copy.read_text(encoding="utf-8") for copy in copies] == ["one", "two", "three"]
    assert {copy.parent for copy in copies} == {tmp_path / ".copies" / "lessons"}


def test_a_file_that_was_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    assert files.replace(path, "one") is None
    copy = files.replace(path, "two")
    assert copy is not None
    assert (path.read_text(), copy.read_text(), copy.parent) == ("two", "one", tmp_path / ".copies")


def test_where_nothing_can_be_written_is_said_first(tmp_path: Path) -> None:
    assert "is a folder" in files.why_not(tmp_path)
    assert "There is no folder" in files.why_not(tmp_path / "nowhere" / "x.csv")
    assert files.why_not(tmp_path / "x.csv") is None
