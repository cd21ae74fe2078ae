"""`python -m helpers update`: the new edition of a lesson comes beside the one that a learner has worked in.

What a teacher changes in mid-course has to arrive, and must not touch what learners have written. When they
pull it, by git or by nbgitpuller, a notebook in which they have worked stays as they left it
(`.gitattributes` sees to it that its lines are not mixed with the teacher's), and the teacher's change to
that lesson is missing. Here it is put beside, under a name of its own, built from `solutions/NN_name.md`. A
notebook says in its metadata which edition it began as.
"""

import datetime
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from helpers.authoring import release
from helpers.authoring.release import Target
from helpers.catalog import Lesson
from helpers.files import COURSE, write_atomically

NEW = ".new-"  # between a lesson's name and the day on which its new edition came


class UpdateError(Exception):
    """No new edition was put beside this lesson; the text says why."""


@dataclass(frozen=True)
class Arrival:
    """A new edition: its file, how many of the learner's cells have come along, and the exercises whose text
    is new, so that an answer to the old one has not."""

    path: Path
    carried: int
    changed: tuple[str, ...]


def update(lesson: Lesson, course: Path = COURSE) -> Arrival | None:
    """Put the edition that `solutions/` has beside the learner's notebook; None if there is no newer one, or
    if it is there already. The learner's notebook is only read.

    Raises UpdateError where it cannot be read, SourceError for a source that cannot, OSError where the folder
    cannot be written.
    """
    target = Target(lesson, "lessons", course)
    mine = _read(target)
    _, fresh = release.plan(target)
    edition = fresh.metadata["course"]["cells"]
    if edition in (_edition(mine), *map(_edition_of, target.path.parent.glob(f"{lesson.stem}{NEW}*.ipynb"))):
        return None
    carried, changed = _carry(mine, fresh)
    path = _free_name(target.path)
    write_atomically(path, nbformat.writes(fresh) + "\n")
    return Arrival(path, carried, changed)


def _read(target: Target) -> dict[str, Any]:
    try:
        notebook = json.loads(target.path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell["id"] = str(cell.get("id"))
            cell["cell_type"] = str(cell["cell_type"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        number = f"{target.lesson.number:02}"
        hint = f"python -m helpers reset {number} gives back the lesson and keeps a copy of yours."
        raise UpdateError(f"{target.name} cannot be read ({error}); {hint}") from error
    return notebook


def _edition(notebook: Any) -> str | None:
    """The digest of the cells that the notebook was built with, if it says so."""
    try:
        return notebook["metadata"]["course"]["cells"]
    except (KeyError, TypeError):
        return None


def _edition_of(path: Path) -> str | None:
    try:
        return _edition(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _carry(mine: dict[str, Any], fresh: nbformat.NotebookNode) -> tuple[int, tuple[str, ...]]:
    """Take over what the learner wrote into cells that the teacher has not changed. An id comes from the text
    that the author wrote: where it is the same, so was the cell. Returns how many cells, and which
    exercises are new."""
    times = Counter(cell["id"] for cell in mine["cells"])
    by_id = {cell["id"]: cell for cell in mine["cells"] if times[cell["id"]] == 1}
    carried, changed = 0, []
    for cell in fresh.cells:
        old = by_id.get(cell.id)
        if old is None:
            tags = cell.metadata.get("tags", ())
            changed += [tag.removeprefix("answer-") for tag in tags if tag.startswith("answer-")]
        elif old["source"] != cell.source and old["cell_type"] == cell.cell_type:
            cell.source = old["source"]
            carried += 1
    return carried, tuple(dict.fromkeys(changed))


def _free_name(path: Path) -> Path:
    """Beside `path`, with today's date: `07_locks.new-2026-11-28.ipynb`."""
    stem, number = f"{path.stem}{NEW}{datetime.date.today()}", 1
    free = path.with_name(f"{stem}.ipynb")
    while free.exists():
        number += 1
        free = path.with_name(f"{stem}-{number}.ipynb")
    return free
