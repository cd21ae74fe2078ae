"""nbgrader gives the same scores. The course does not need it: `pip install nbgrader` to run this."""

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import simulated_class as simulated

from helpers.catalog import LESSONS
from helpers.score.sitting import sit

LESSON = LESSONS[3]
READ = """
import json
from nbgrader.api import Gradebook

with Gradebook("sqlite:///gradebook.db") as book:
    grades = {
        submission.student.id: {grade.name: grade.auto_score for grade in submission.notebooks[0].grades}
        for submission in book.assignment_submissions("lesson")
    }
print(json.dumps(grades))
"""

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None, reason="nbgrader is not installed here; it is an extra"
)


def run(course: Path, *arguments: str) -> str:
    programs = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # it calls alembic
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=course,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": programs},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def submitted(course: Path) -> dict[str, Path]:
    """A toy class: what each has handed in."""
    right = simulated.right(LESSON)
    silent = "def tell_all(observers, value):\n    return None"
    wrong = right | {"03.2": silent, "03.3": simulated.HOSTILE["cannot be read"]}
    answers = {"right": right, "untouched": {}, "wrong": wrong, "endless": simulated.endless(LESSON)}
    folder = course / "submitted"
    return {
        name: simulated.write(folder / name / "lesson", LESSON, simulated.notebook(LESSON, each))
        for name, each in answers.items()
    }


def test_nbgrader_gives_the_same_scores(tmp_path: Path) -> None:
    simulated.write(tmp_path / "source" / "lesson", LESSON, simulated.notebook(LESSON, {}))
    nbgrader = ["-m", "nbgrader"]
    run(tmp_path, *nbgrader, "generate_assignment", "lesson", "--ClearSolutions.enabled=False")
    handed_in = submitted(tmp_path)
    run(tmp_path, *nbgrader, "autograde", "lesson")
    graded = json.loads(run(tmp_path, "-c", READ))
    for name, path in handed_in.items():
        scored = asyncio.run(sit(name, LESSON, path)).scores
        ours = {score.exercise: float(score.kind == "correct") for score in scored}
        assert graded[name] == {f"check-{id.replace('.', '-')}": points for id, points in ours.items()}, name
