"""The contract of the exercises: each has its cells, its words and its verdicts."""

import json
from pathlib import Path

import nbformat
import pytest

from helpers import checks, exercise, progress
from helpers.catalog import LESSONS
from helpers.files import COURSE

IDS = [id for lesson in LESSONS for id in lesson.exercises]
EACH = pytest.mark.parametrize("id", IDS)


@pytest.fixture(autouse=True)
def _own_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(exercise, "_hints_given", {})


def cells(id: str, folder: str, tag: str) -> list[nbformat.NotebookNode]:
    lesson = next(lesson for lesson in LESSONS if id in lesson.exercises)
    notebook = nbformat.read(COURSE / folder / f"{lesson.stem}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if f"{tag}-{id}" in cell.metadata.get("tags", ())]


@EACH
def test_an_exercise_has_its_words(id: str) -> None:
    found = checks.exercise(id)
    assert len(found.hints) >= 2
    assert found.notice
    assert found.explanation
    assert found.title.startswith(f"{id} ")


@EACH
@pytest.mark.parametrize(
    ("folder", "verdict"), [("lessons", "○ Not attempted yet"), ("solutions", "✔ Correct")]
)
def test_the_stub_is_not_attempted_and_the_solution_is_correct(id: str, folder: str, verdict: str) -> None:
    (cell,) = cells(id, folder, "check")
    assert f'# hint("{id}")' in cell.source
    assert f'# solution("{id}")' in cell.source
    assert cell.outputs[0]["data"]["text/plain"].startswith(verdict)
    assert "<div" in cell.outputs[0]["data"]["text/html"]


@EACH
def test_a_solution_can_be_shown(id: str) -> None:
    (answer,) = cells(id, "solutions", "answer")
    assert exercise.solution_code(id) == answer.source
    assert "NotImplementedError" in cells(id, "lessons", "answer")[0].source


def test_every_exercise_cell_belongs_to_an_exercise() -> None:
    for lesson in LESSONS:
        text = (COURSE / "lessons" / f"{lesson.stem}.ipynb").read_text(encoding="utf-8")
        tags = [tag for cell in json.loads(text)["cells"] for tag in cell["metadata"].get("tags", ())]
        answers = [tag.removeprefix("answer-") for tag in tags if tag.startswith("answer-")]
        assert answers == list(lesson.exercises)
        assert [tag.removeprefix("check-") for tag in tags if tag.startswith("check-")] == answers


def test_hints_come_one_at_a_time_and_the_last_one_stays() -> None:
    first, second, third = (repr(exercise.next_hint("00.1")) for _ in range(3))
    assert "Hint 1 of 2" in first
    assert "again gives the next one" in first
    assert "Hint 2 of 2" in second
    assert 'solution("00.1") shows an answer' in second
    assert third == second


def test_a_solution_comes_after_an_attempt() -> None:
    assert "Try it first" in repr(exercise.solution_after_a_try("00.1"))
    progress.record("checked", "00.1", "not yet")
    assert "async def length" in repr(exercise.solution_after_a_try("00.1"))


def test_hint_and_solution_show_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    exercise.hint("00.1")
    exercise.solution("00.1")
    shown = capsys.readouterr().out
    assert "Hint 1 of 2" in shown
    assert "Try it first" in shown


def test_a_check_without_an_answer_says_how_to_hand_it_over() -> None:
    verdict = exercise.check("00.1")
    assert (verdict.kind, 'check("00.1", name)' in verdict.text) == ("error", True)


@pytest.mark.parametrize("call", [exercise.check, exercise.next_hint, exercise.solution_after_a_try])
def test_an_unknown_exercise_is_named(call: object) -> None:
    verdict = call("99.1")
    assert verdict.kind == "error"
    assert verdict.text.startswith("There is no exercise '99.1'. There are: 00.1")


@EACH
def test_an_answer_with_other_parameters_is_no_fault_of_the_check(id: str) -> None:
    async def without_any() -> None:
        pass

    shown = " ".join(repr(exercise.check(id, without_any)).split())
    assert "The check itself failed" not in shown


def test_a_prediction_is_noted_and_not_judged() -> None:
    assert "in place of the dots" in repr(exercise.predict("00.p1"))
    assert "Noted: 3." in repr(exercise.predict("00.p1", 3))
    (record,), _ = progress.read()
    assert (record.kind, record.id, record.detail) == ("predicted", "00.p1", "3")
    assert "in place of the dots" in repr(exercise.predict("00.p3", 1, ...))
    assert "Noted: 3, 1." in repr(exercise.predict("00.p3", 3, 1))


def test_a_check_is_recorded_with_its_verdict() -> None:
    exercise.check("00.1", 42)
    (record,), _ = progress.read()
    assert (record.kind, record.id, record.detail) == ("checked", "00.1", "not yet")


def test_for_nbgrader_a_check_raises_unless_the_answer_is_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    def stub(elapsed: float, computing: float) -> str:
        raise NotImplementedError

    def kind(elapsed: float, computing: float) -> str:
        return "waiting"

    assert exercise.check("01.1", stub).kind == "not attempted"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    for wrong in ("01.1", stub), ("01.1", kind), ("01.1",), ("99.1", kind):
        with pytest.raises(exercise.NotCorrect):
            exercise.check(*wrong)
    with pytest.raises(exercise.NotCorrect, match="○ Not attempted yet"):
        exercise.check("01.1", stub)
    names: dict[str, object] = {}
    exec(exercise.solution_code("01.1"), names)
    assert exercise.check("01.1", names["kind"]).kind == "correct"
