import csv
import io
import json
from pathlib import Path

import pytest

from helpers.catalog import LESSONS
from helpers.score import Score, files
from helpers.score.sitting import Sitting


def sittings(*scores: Score) -> list[Sitting]:
    return [Sitting("x", LESSONS[0], Path("x.ipynb"), list(scores), ["remark"], 1.5, "abc")]


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_line_for_each_score() -> None:
    text = files.as_csv(sittings(Score("王小明", "00.1", "not yet", 'says "no", twice', 1.234)))
    assert rows(text) == [
        ["learner", "exercise", "verdict", "message", "seconds"],
        ["王小明", "00.1", "not yet", 'says "no", twice', "1.23"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "\n=1"])
def test_nothing_is_taken_for_a_formula(text: str) -> None:
    (_, (learner, _, _, message, _)) = rows(files.as_csv(sittings(Score(text, "00.1", "error", text))))
    assert learner == message
    assert message.startswith("'")
    assert message.isprintable()


def test_json_has_the_scores_and_the_notebooks() -> None:
    report = json.loads(files.as_json(sittings(Score("Ada\udcff", "00.1", "correct", "", 0.5))))
    assert report["version"] == 1
    assert report["scores"] == [
        {"learner": "Ada?", "exercise": "00.1", "verdict": "correct", "message": "", "seconds": 0.5}
    ]
    assert report["notebooks"] == [
        {
            "learner": "x",
            "lesson": "00",
            "file": "x.ipynb",
            "sha256": "abc",
            "seconds": 1.5,
            "remarks": ["remark"],
        }
    ]
