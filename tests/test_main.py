import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.authoring.source import SourceError


def test_an_unknown_lesson_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "99"]) == 2
    assert capsys.readouterr().err.startswith("There is no lesson '99'. There are: 00, ")


@pytest.mark.parametrize("arguments", [[], ["fly"], ["serve", "--port", "x"]])
def test_a_wrong_command_line_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: python -m helpers" in capsys.readouterr().err


def test_what_is_out_of_date_makes_the_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.authoring.release.check", lambda _: ["lessons/x.ipynb is missing"])
    assert main(["release", "--check"]) == 1
    assert capsys.readouterr().err == "lessons/x.ipynb is missing\n"


def test_nothing_out_of_date_makes_the_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_an_interrupt_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("helpers.authoring.release.check", interrupted)
    assert main(["release", "--check"]) == 1
    assert capsys.readouterr().err.startswith("Stopped.")


def test_it_runs_as_a_module() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "helpers", "--help"], capture_output=True, text=True, check=True
    )
    assert "release" in asked.stdout


def test_what_a_pipe_cannot_show_is_no_error() -> None:
    """As on Windows, where a pipe knows few characters: `schedule` prints the · of a section's name."""
    command = [sys.executable, "-m", "helpers", "schedule", "13"]
    asked = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert asked.returncode == 0, asked.stderr
    assert b"6 ? What a session carries" in asked.stdout


@pytest.mark.parametrize("what", ["99", "00.9", "x"])
def test_resetting_what_does_not_exist_is_refused(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reset", what]) == 2
    assert capsys.readouterr().err.startswith("There is no ")


def test_a_reset_says_where_the_copy_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.reset.reset", lambda what: Path(".copies", f"{what}.ipynb"))
    assert main(["reset", "00"]) == 0
    assert str(Path(".copies", "00.ipynb")) in capsys.readouterr().out


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(13, "Permission denied"),
        SourceError("00_start_here.md cannot be read"),
        RuntimeError("Kernel died"),
    ],
)
def test_a_reset_that_fails_says_so(
    error: Exception, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise error

    monkeypatch.setattr("helpers.reset.reset", refuse)
    assert main(["reset", "00"]) == 1
    assert f"Nothing was reset. {error}" in capsys.readouterr().err


def test_progress_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    assert main(["progress"]) == 0
    assert "Begin with lesson 00" in capsys.readouterr().out


def test_a_busy_port_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert str(port) in capsys.readouterr().err


def test_slides_that_cannot_be_made_say_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("helpers.authoring.deck.html", lambda *_: "deck")
    assert main(["slides", "99"]) == 2
    assert main(["slides", "07", "-o", str(tmp_path / "file")]) == 1
    assert "There are no slides of lesson 07. " in capsys.readouterr().err
    assert main(["slides", "07", "-o", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new' / '07_locks.slides.html'}\n"
