"""The scores as CSV, for a spreadsheet, and as JSON, for a program."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict

from helpers.score import Score
from helpers.score.sitting import Sitting

VERSION = 1
COLUMNS = ("learner", "exercise", "verdict", "message", "seconds")
MARK = "\ufeff"  # with it a spreadsheet knows that the file is UTF-8
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(sittings: Sequence[Sitting]) -> str:
    """A line for each learner and exercise, with a heading. No cell is taken for a formula, whatever learners
    call themselves or write: an apostrophe goes before it (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for score in _scores(sittings):
        row = (score.learner, score.exercise, score.kind, score.message)
        writer.writerow([*map(_harmless, row), f"{score.seconds:.2f}"])
    return MARK + text.getvalue()


def _harmless(cell: str) -> str:
    cell = "".join(character if character.isprintable() else " " for character in cell)
    return f"'{cell}" if cell.lstrip().startswith(BEGINS_A_FORMULA) else cell


def as_json(sittings: Sequence[Sitting]) -> str:
    """All scores; and each notebook with its SHA-256, what was remarkable, and how long it was at work."""
    notebooks = [
        {
            "learner": sitting.learner,
            "lesson": f"{sitting.lesson.number:02}",
            "file": str(sitting.path) if sitting.path else None,
            "sha256": sitting.digest,
            "seconds": sitting.seconds,
            "remarks": sitting.remarks,
        }
        for sitting in sittings
    ]
    scores = [_with_verdict(score) for score in _scores(sittings)]
    report = {"version": VERSION, "scores": scores, "notebooks": notebooks}
    return json.dumps(report, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"


def _with_verdict(score: Score) -> dict[str, object]:
    fields = asdict(score)
    return {name: fields["kind" if name == "verdict" else name] for name in COLUMNS}


def _scores(sittings: Sequence[Sitting]) -> list[Score]:
    return [score for sitting in sittings for score in sitting.scores]
