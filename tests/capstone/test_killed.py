"""Killed in the middle and run again, lesson 14's program goes on where it was. (The parts themselves are put
to the test by the exercises' checks, in tests/checks.)"""

import subprocess
import sys

import pytest

from helpers.files import COURSE

TIMES = 4


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a fork is missing, or may crash in system libraries"
)
def test_killed_and_run_again() -> None:
    """In a process of its own: a fork of this one, which has threads, would be a risk."""
    killing = subprocess.run(
        [sys.executable, "-m", "tests.capstone.killing", str(TIMES)],
        cwd=COURSE,
        capture_output=True,
        text=True,
    )
    assert killing.returncode == 0, killing.stdout + killing.stderr
    assert killing.stdout.count("went on, all right") == TIMES
