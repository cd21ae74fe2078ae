"""`python -m helpers reset NN` or `NN.E`: the original lesson, or one exercise's original cells, once more.

What was there is never lost: a dated copy of the notebook is kept first, in the folder `.copies`.
"""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from helpers import catalog
from helpers.authoring import release
from helpers.authoring.release import Target
from helpers.files import COURSE, keep_copy, write_atomically


class ResetError(Exception):
    """Nothing was reset; the text says why."""


def reset(what: str, course: Path = COURSE) -> Path | None:
    """Give back the lesson (`"12"`) or the exercise (`"12.3"`) named by `what`.

    Returns the copy of the notebook as it was, None if there was none. Raises ValueError for what is none,
    ResetError where the notebook cannot be read, SourceError where the lesson cannot be built, RuntimeError
    where no kernel starts to run it, OSError where a file cannot be written.
    """
    number, dot, _ = what.partition(".")
    (lesson,) = catalog.find([number])
    if dot and what not in lesson.exercises:
        raise ValueError(
            f"There is no exercise {what!r}. There are: {', '.join(lesson.exercises) or 'none'}."
        )
    target = Target(lesson, "lessons", course)
    copy = keep_copy(target.path, course) if target.path.exists() else None
    text = _exercise(target, what) if dot else _whole(target)
    write_atomically(target.path, text)
    return copy


def _whole(target: Target) -> str:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return asyncio.run(release.build(target, Path(folder)))


def _exercise(target: Target, exercise: str) -> str:
    """The learner's notebook with the cells of one exercise, answer and check, as they were at first, also if
    they are gone."""
    own = {f"answer-{exercise}", f"check-{exercise}"}
    _, originals = release.plan(target)
    ids = {original.id for original in originals.cells}
    try:
        notebook = json.loads(target.path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        by_id = {cell.get("id"): cell for cell in cells}
        older = [cell for id, cell in by_id.items() if id not in ids and own.intersection(_tags(cell))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        number = exercise.partition(".")[0]
        hint = f"python -m helpers reset {number} gives back the whole lesson."
        raise ResetError(f"{target.name} cannot be read ({error}); {hint}") from error
    before = None  # the original cell in front of the one we look at
    for original in originals.cells:
        if tags := own.intersection(original.metadata.get("tags", ())):
            cell = by_id.get(original.id) or _taken(older, tags)
            if cell is None:
                cell = {}
                place = next((i + 1 for i, cell in enumerate(cells) if cell.get("id") == before), len(cells))
                cells.insert(place, cell)
            cell.update(_as_json(original))
            by_id[original.id] = cell
        before = original.id if original.id in by_id else before
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _taken(older: list[dict[str, Any]], tags: set[str]) -> dict[str, Any] | None:
    """The cell that an older edition of the course had for this, no longer among `older`."""
    for cell in older:
        if tags.intersection(_tags(cell)):
            older.remove(cell)
            return cell
    return None


def _tags(cell: dict[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def _as_json(cell: Any) -> dict[str, Any]:
    """The cell, as it stands in a file."""
    lines = cell.source.splitlines(keepends=True)
    fields = {"cell_type": cell.cell_type, "id": cell.id, "metadata": dict(cell.metadata), "source": lines}
    return fields | ({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
