"""A class of a few, in real kernels: as few of them as will do, since each takes seconds."""

import asyncio
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
import simulated_class as simulated

from helpers.catalog import LESSONS, Lesson
from helpers.checks import apart
from helpers.files import COURSE
from helpers.score import kernel, sitting
from helpers.score.sitting import Sitting, sit

LESSON = LESSONS[3]
RIGHT = simulated.right(LESSON)
SLEEPS = "import time\ntime.sleep(600)"  # endless, and takes no processor
ENDS_LATER = "import threading, os\nthreading.Timer(0.2, os._exit, [0]).start()\n" + SLEEPS

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets limits from outside")


def sat(folder: Path, answers: Mapping[str, str], extra: Mapping[str, str], **changes: Any) -> Sitting:
    made = simulated.notebook(LESSON, answers, extra) | changes
    path = simulated.write(folder, LESSON, made)
    before = path.read_bytes()
    found = asyncio.run(sit("Ada", LESSON, path))
    assert path.read_bytes() == before
    return found


def kinds(found: Sitting) -> list[str]:
    return [score.kind for score in found.scores]


def lesson_cells(folder: Path, *sources: str) -> Sitting:
    """The verdicts for a notebook of these cells alone, behind the lesson's imports."""
    first = next(
        cell for cell in simulated.notebook(LESSON, {})["cells"] if "import" in "".join(cell["source"])
    )
    return sat(folder, {}, {}, cells=[first, *map(simulated.code, sources)])


def test_a_notebook_that_nobody_has_touched_needs_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "limited", None)
    assert kinds(sat(tmp_path, {}, {})) == ["not attempted"] * 5


def test_a_notebook_that_is_missing_or_broken_gets_its_lines(tmp_path: Path) -> None:
    missing = asyncio.run(sit("Ada", LESSON, None))
    assert kinds(missing) == ["missing"] * 5
    assert not missing.broken
    broken = asyncio.run(sit("Ada", LESSON, simulated.write(tmp_path, LESSON, "{")))
    assert kinds(broken) == ["error"] * 5
    assert broken.broken
    assert broken.scores[0].message.startswith("It is no notebook: ")


def test_a_fault_of_the_scoring_itself_costs_one_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ValueError("oh")

    monkeypatch.setattr(sitting, "_judged", fails)
    found = sat(tmp_path, {}, {})
    assert kinds(found) == ["error"] * 5
    assert "the scoring itself failed (ValueError: oh)" in found.scores[0].message
    assert found.broken


def test_right_wrong_and_hostile_answers_beside_each_other(tmp_path: Path) -> None:
    """What stands in front of 03.2 neither makes that stub score nor keeps the others from their verdicts."""
    harmless = (
        "redefines check", "prints a verdict", "asks for input", "deletes its folder", "leaves processes",
        "cannot be read",
    )  # fmt: skip
    answers = RIGHT | {"03.3": "def weakly(method): return method"}
    del answers["03.2"]
    made = simulated.notebook(LESSON, answers)
    place = next(
        n for n, cell in enumerate(made["cells"]) if "answer-03.2" in cell["metadata"].get("tags", ())
    )
    made["cells"][place:place] = [simulated.code(simulated.HOSTILE[name]) for name in harmless]
    found = sat(tmp_path, {}, {}, cells=made["cells"])
    assert kinds(found) == ["correct", "not attempted", "not yet", "correct", "correct"], found
    assert "What happened" in found.scores[2].message
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if any("sleep(600)" in part for part in command)]


@pytest.mark.parametrize("forgery", ["patches the judges", "answers for the kernel"])
def test_who_changes_the_course_scores_nothing_by_it(forgery: str, tmp_path: Path) -> None:
    found = sat(tmp_path, {}, {"03.1": simulated.HOSTILE[forgery]})
    assert kinds(found) == ["error"] * 5
    assert all(score.message.startswith("Not judged: ") for score in found.scores)


def test_an_endless_cell_is_interrupted_and_a_deadly_one_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitting, "CELL_SECONDS", 8)  # the other cells have to end in that
    found = sat(tmp_path, RIGHT, {"03.2": SLEEPS, "03.4": ENDS_LATER})
    assert kinds(found) == ["correct"] * 5
    assert sum("did not end within 8 seconds" in remark for remark in found.remarks) >= 1
    assert sum("took the kernel along (has ended)" in remark for remark in found.remarks) == 1


def test_exercises_are_found_wherever_they_are(tmp_path: Path) -> None:
    """By the id in a call, under another name, twice, below what they need, with the stub behind them."""
    stub = "def tell_all(observers, value):\n    raise NotImplementedError"
    future = f"class Future(OneValue):\n{RIGHT['03.4'].partition(':')[2].lstrip(chr(10))}"
    found = lesson_cells(
        tmp_path,
        future,
        'check("03.4", Future)',
        *(cell["source"] for cell in _cells_that_define("OneValue")),
        RIGHT["03.2"] + '\ncheck("03.2", tell_all)',
        stub + '\ncheck("03.2", tell_all)',
        RIGHT["03.3"].replace("weakly", "mine"),
        'check("03.3", mine)',
        *(f"def all_of(loop, waiting):\n    return {number}\ncheck('03.5', all_of)" for number in range(2)),
        RIGHT["03.5"] + '\ncheck("03.5", all_of)',
        "class Subject:\n    def",
    )
    assert kinds(found) == ["error", "correct", "correct", "correct", "correct"], found
    assert "SyntaxError" in found.scores[0].message


def test_an_exercise_without_an_answer_is_missing(tmp_path: Path) -> None:
    found = lesson_cells(tmp_path, "x = 1")
    assert kinds(found) == ["missing"] * 5
    assert found.scores[4].message.startswith("No cell is an answer")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_check_may_take_as_long_as_it_takes_on_a_busy_computer(lesson: Lesson) -> None:
    """The most that checks/apart.py gives each, PATIENCE times its limit, is below what the scoring waits."""
    waits = {id: sitting.longest(id) for id in lesson.exercises}
    assert all(seconds > apart.PATIENCE * apart.LIMIT for seconds in waits.values())
    own = importlib.import_module(f"helpers.checks.lesson_{lesson.number:02}")
    for id, seconds in getattr(own, "SECONDS", {}).items():
        assert waits[id] > apart.PATIENCE * seconds


def _cells_that_define(name: str) -> list[dict]:
    notebook = json.loads((COURSE / "lessons" / f"{LESSON.stem}.ipynb").read_text(encoding="utf-8"))
    return [
        cell | {"source": "".join(cell["source"])}
        for cell in notebook["cells"]
        if f"class {name}" in "".join(cell["source"])
    ]


@linux_only
def test_memory_has_a_limit(tmp_path: Path) -> None:
    async def ask() -> kernel.Reply:
        (tmp_path / "work").mkdir()
        async with kernel.limited(tmp_path / "work") as running:
            await running.ready()
            return await running.run("held = bytearray(3 * 2**30)", 30)

    assert asyncio.run(ask()).error.startswith("MemoryError")
