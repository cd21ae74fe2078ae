import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import processes


def test_one_that_does_not_end_by_itself_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.01)
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as process:
        processes.with_patience(process)
        assert process.returncode not in (None, 0)


def test_one_that_ends_by_itself_is_let_to() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.close()
        processes.with_patience(process)
        assert process.returncode == 0


def test_the_environment_has_the_course_and_not_what_is_meant_for_the_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in processes.NOT_INHERITED:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    given = processes.environment()
    assert not given.keys() & set(processes.NOT_INHERITED)
    course, *others = given["PYTHONPATH"].split(os.pathsep)
    assert (Path(course) / "helpers" / "processes.py").is_file()
    assert others == ["elsewhere"]
