"""A small class from end to end, by the command: three learners, two lessons, two kernels."""

import asyncio
import csv
import json
import signal
from pathlib import Path

import pytest
import simulated_class as simulated

from helpers import files
from helpers.__main__ import main
from helpers.catalog import LESSONS, Lesson
from helpers.score import Score, room
from helpers.score.sitting import Sitting

ONE, TWO = LESSONS[3], LESSONS[4]


def test_a_class_is_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for lesson in ONE, TWO:
        simulated.write(
            tmp_path / "class" / "ada", lesson, simulated.notebook(lesson, simulated.right(lesson))
        )
        simulated.write(tmp_path / "class" / "bob", lesson, simulated.notebook(lesson, {}))
    simulated.write(tmp_path / "class" / "=eve", ONE, "no notebook")
    table, lines = tmp_path / "scores.csv", tmp_path / "scores.json"
    table.write_text("mine", encoding="utf-8")
    asked = ["score", str(tmp_path / "class"), "--csv", str(table), "--json", str(lines)]
    assert main([*asked, "--jobs", "2", "--lesson", "3", "04"]) == 1

    shown = capsys.readouterr()
    assert "Learners: =eve, ada, bob\n" in shown.err
    assert "=eve, lesson 03: It is no notebook: " in shown.err
    rows = [line.split() for line in shown.out.splitlines()]
    assert ["=eve", "⚠⚠⚠⚠⚠", "–––––", "0/10"] in rows
    assert ["ada", "✔✔✔✔✔", "✔✔✔✔✔", "10/10"] in rows
    assert ["bob", "○○○○○", "○○○○○", "0/10"] in rows
    assert "scores.csv was there already: a copy is in " in shown.out

    with open(table, encoding="utf-8-sig", newline="") as file:
        scores = list(csv.DictReader(file))
    assert len(scores) == 30
    assert [score["learner"] for score in scores if score["verdict"] == "error"] == ["'=eve"] * 5
    assert [copy.read_text() for copy in (tmp_path / ".copies").iterdir()] == ["mine"]
    report = json.loads(lines.read_text(encoding="utf-8"))
    assert [score["verdict"] for score in report["scores"]].count("correct") == 10
    assert len(report["notebooks"]) == 6


def test_of_two_editions_the_best_verdict_for_each_exercise_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *others = ONE.exercises
    solved = simulated.right(ONE)
    simulated.write(tmp_path / "ada", ONE, simulated.notebook(ONE, {first: solved[first]}))
    old = tmp_path / "ada" / f"{ONE.stem}.ipynb"
    new = old.with_name(f"{ONE.stem}.new-2026-11-28.ipynb")
    new.write_text(json.dumps(simulated.notebook(ONE, {second: solved[second]})), encoding="utf-8")
    lines = tmp_path / "scores.json"
    assert main(["score", str(tmp_path), "--lesson", "3", "--json", str(lines)]) == 0

    assert "ada     ✔✔○○○  2/5" in capsys.readouterr().out
    report = json.loads(lines.read_text(encoding="utf-8"))
    assert [notebook["file"] for notebook in report["notebooks"]] == [str(old), str(new)]
    verdicts = {score["exercise"]: score["verdict"] for score in report["scores"]}
    assert len(report["scores"]) == 5
    assert verdicts == {first: "correct", second: "correct"} | dict.fromkeys(others, "not attempted")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "There is no folder"),
        (["class", "--lesson", "99"], "There is no lesson '99'"),
        (["class", "--csv", "nowhere/x.csv"], "There is no folder nowhere for x.csv"),
        (["class", "--json", "class"], "class is a folder. Name a file."),
        (["class", "other"], "Two learners are called ada"),
        (["class/ada/03_observers.ipynb"], "is a file. Name a learner's folder"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def nothing_runs(*_: object) -> list[Sitting]:
        raise AssertionError

    for folder in "class", "other":
        simulated.write(tmp_path / folder / "ada", ONE, "{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(room, "score", nothing_runs)
    assert main(["score", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_scores_that_cannot_be_written_are_still_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    simulated.write(tmp_path / "ada", ONE, simulated.notebook(ONE, {}))
    monkeypatch.setattr(files, "write_atomically", full)
    table = tmp_path / "scores.csv"
    assert main(["score", str(tmp_path), "--lesson", "3", "--csv", str(table)]) == 1
    shown = capsys.readouterr()
    assert "ada     ○○○○○  0/5" in shown.out
    assert "scores.csv is not written: No space left on device" in shown.err
    assert not table.exists()


def test_scores_are_written_before_the_table_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_gone(*_: object) -> str:
        raise BrokenPipeError  # as print does in `score CLASS --csv scores.csv | head`

    simulated.write(tmp_path / "ada", ONE, simulated.notebook(ONE, {}))
    monkeypatch.setattr("helpers.score.table.table", is_gone)
    with pytest.raises(BrokenPipeError):
        main(["score", str(tmp_path), "--lesson", "3", "--csv", str(tmp_path / "scores.csv")])
    assert "03.1" in (tmp_path / "scores.csv").read_text(encoding="utf-8")


def test_ctrl_c_keeps_the_scores_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def sit(learner: str, lesson: Lesson, path: Path | None) -> Sitting:
        if (learner, lesson) == ("bob", ONE):
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(60)  # what stops here is the loop, when it sees the signal
        scores = [Score(learner, id, "correct", "", 0.0) for id in lesson.exercises]
        return Sitting(learner, lesson, path, scores)

    for learner in "ada", "bob", "cleo":
        simulated.write(tmp_path / learner, ONE, "{}")
    monkeypatch.setattr(room, "sit", sit)
    table = tmp_path / "scores.csv"
    assert main(["score", str(tmp_path), "--lesson", "3", "--jobs", "1", "--csv", str(table)]) == 1
    shown = capsys.readouterr()
    assert "ada     ✔✔✔✔✔  5/5" in shown.out
    assert "Stopped. Notebooks that are not scored: 2." in shown.err
    assert table.read_text(encoding="utf-8-sig").count("ada") == 5


def test_the_usage_has_the_folders_first(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["score", "--lesson", "3", "CLASS"])
    assert "score FOLDER [FOLDER ...] [--lesson NN [NN ...]]" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_a_number_of_jobs_is_one_or_more(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["score", "x", "--jobs", jobs])
    assert stop.value.code == 2
    assert "no number from 1 up" in capsys.readouterr().err
