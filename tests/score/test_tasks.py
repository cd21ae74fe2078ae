from pathlib import Path

import pytest
from simulated_class import code, notebook, right, write

from helpers.catalog import LESSONS, Lesson
from helpers.score import handed_in, tasks


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_each_exercise_has_a_stub_and_a_call_with_its_answer(lesson: Lesson) -> None:
    found = tasks.of(lesson)
    assert [task.exercise for task in found] == list(lesson.exercises)
    assert all(task.call.arguments and task.call.arguments[0] in task.stub for task in found)


def test_what_somebody_did_in_lessons_is_no_stub(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = LESSONS[2]
    solved = handed_in.code_cells(notebook(lesson, right(lesson))["cells"])
    for cached in tasks.of, tasks._original:
        cached.cache_clear()
    monkeypatch.setattr(handed_in, "read", lambda _: (solved, "digest"))  # of any file, lessons/ among them
    assert not tasks.untouched(lesson, solved)


def test_a_notebook_is_untouched_until_somebody_writes_code(tmp_path: Path) -> None:
    lesson = LESSONS[2]

    def untouched(made: dict) -> bool:
        return tasks.untouched(lesson, handed_in.read(write(tmp_path, lesson, made))[0])

    fresh = notebook(lesson, {})
    assert untouched(fresh)
    assert untouched(fresh | {"cells": fresh["cells"][::-1]})
    assert not untouched(notebook(lesson, {"02.2": "class TimedLoop: pass"}))
    assert not untouched(fresh | {"cells": [*fresh["cells"], code("x = 1")]})
    assert not untouched(fresh | {"cells": fresh["cells"][:40]})
