"""What all commands have in common."""

import argparse
from pathlib import Path

import pytest

from helpers import commands


@pytest.mark.parametrize("text", ["0", "-1", "2.5", "many", ""])
def test_a_number_is_from_1_up(text: str) -> None:
    assert commands.positive("12") == 12
    with pytest.raises(argparse.ArgumentTypeError, match="from 1 up"):
        commands.positive(text)


def test_a_complaint_goes_to_stderr_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.complain("one", "two", status=2) == 2
    assert capsys.readouterr() == ("", "one\ntwo\n")


def test_what_was_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scores.csv"
    assert commands.put(path, "first") == 0
    assert capsys.readouterr().out == ""
    assert commands.put(path, "second") == 0
    assert path.read_text(encoding="utf-8") == "second"
    assert "a copy is in" in capsys.readouterr().out
    assert "first" in {each.read_text(encoding="utf-8") for each in tmp_path.rglob("*") if each.is_file()}


def test_where_nothing_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.put(tmp_path / "gone" / "scores.csv", "text") == 1
    assert "is not written" in capsys.readouterr().err
