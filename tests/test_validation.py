"""The validation itself: a stored output that does not hold any more fails, and says where."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.files import COURSE

NOTEBOOK = "00_start_here.ipynb"


def validate(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "--color=no", NOTEBOOK]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "conftest.py", f"lessons/{NOTEBOOK}"):
        shutil.copy(COURSE / name, tmp_path)
    return tmp_path


def test_a_notebook_as_it_is_passes(folder: Path) -> None:
    assert validate(folder).returncode == 0


def test_one_changed_output_is_named_with_its_notebook_cell_and_difference(folder: Path) -> None:
    path = folder / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\"'Hello, you!'\"", "\"'Hello, me!'\""), encoding="utf-8")
    run = validate(folder)
    assert run.returncode == 1
    assert re.search(rf"{NOTEBOOK}::Cell \d+", run.stdout)
    assert "await greeting" in run.stdout
    assert "'Hello, me!'" in run.stdout
    assert "'Hello, you!'" in run.stdout
