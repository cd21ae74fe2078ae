"""Who has handed in which notebook: found by the names of folders and files.

A folder that holds lessons itself, or in `lessons/`, is one learner's. In any other folder each folder is a
learner's, with the lessons anywhere below: nbgrader's `submitted/`, a folder of clones, home directories.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers import update
from helpers.catalog import LESSONS, Lesson
from helpers.score.words import words

PASSED_OVER = {"solutions", "node_modules", "__pycache__"}
"""Folders without learners' work: a learner's copy of the course has the teacher's edition in it, too."""


MOST_EDITIONS = 3  # of a learner's lesson; nobody keeps the class waiting by a thousand


class FolderError(Exception):
    """Nothing can be scored; the text says why, and what to do."""


@dataclass
class Learner:
    """`notebooks`: those of each lesson that are scored, several where new editions are beside the one in
    which the learner began; `remarks`: what a teacher should know about the choice."""

    name: str
    folder: Path
    notebooks: dict[Lesson, list[Path]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def find(folders: Sequence[Path]) -> list[Learner]:
    """The learners whose work is in these folders, by name. Raises FolderError."""
    by_name: dict[str, Learner] = {}
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        for learner in _learners(folder):
            other = by_name.setdefault(learner.name, learner)
            if other.folder != learner.folder:
                raise FolderError(words("same_name", name=learner.name, one=other.folder, two=learner.folder))
    return [by_name[name] for name in sorted(by_name)]


def _learners(folder: Path) -> list[Learner]:
    try:
        inside = sorted(folder.iterdir())
    except FileNotFoundError:
        raise FolderError(words("no_folder", folder=folder)) from None
    except NotADirectoryError:
        raise FolderError(words("a_file", folder=folder, parent=folder.parent)) from None
    except OSError as error:
        raise FolderError(words("unreadable_folder", folder=folder, why=error.strerror)) from error
    if _is_one_learners(folder):
        return [_learner(folder)]
    found = [_learner(each) for each in inside if each.is_dir() and not _passed_over(each.name)]
    if not any(learner.notebooks for learner in found):
        raise FolderError(words("no_notebooks", folder=folder, example=LESSONS[0].stem))
    return found


def _is_one_learners(folder: Path) -> bool:
    return any(_lesson(path) for part in (folder, folder / "lessons") for path in part.glob("*.ipynb"))


def _passed_over(name: str) -> bool:
    return name.startswith(".") or name in PASSED_OVER


def _lesson(path: Path) -> Lesson | None:
    """The lesson whose notebook this is: `12_x.ipynb`; also `12_x (1).ipynb`, as browsers name downloads."""
    return next((lesson for lesson in LESSONS if path.stem.startswith(lesson.stem)), None)


def _learner(folder: Path) -> Learner:
    learner = Learner(folder.name, folder)
    found: dict[Lesson, list[Path]] = {}
    for path in _notebooks(folder, learner.remarks):
        if lesson := _lesson(path):
            found.setdefault(lesson, []).append(path)
    for lesson in sorted(found, key=lambda lesson: lesson.number):
        first, *others = sorted(found[lesson], key=lambda path: _rank(path, lesson, folder))
        editions = [path for path in others if _is_new_edition(path, first, lesson)][:MOST_EDITIONS]
        left = [path for path in others if path not in editions]
        learner.notebooks[lesson] = [first, *editions]
        for word, paths in ("editions", editions), ("several", left):
            if paths:
                first_name, *names = (str(path.relative_to(folder)) for path in (first, *paths))
                learner.remarks.append(
                    words(word, name=folder.name, taken=first_name, others=", ".join(names))
                )
    return learner


def _is_new_edition(path: Path, other: Path, lesson: Lesson) -> bool:
    """Whether `python -m helpers update` has put it beside the other: nobody can tell in which of the two a
    learner has gone on."""
    return path.parent == other.parent and path.stem.startswith(f"{lesson.stem}{update.NEW}")


def _notebooks(folder: Path, remarks: list[str]) -> Iterable[Path]:
    def unreadable(error: OSError) -> None:
        remarks.append(words("unreadable_folder", folder=error.filename, why=error.strerror))

    for place, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not _passed_over(name))
        yield from (Path(place, name) for name in sorted(files) if name.endswith(".ipynb") and name[0] != ".")


def _rank(path: Path, lesson: Lesson, folder: Path) -> tuple[bool, int, float]:
    """The lesson's own name comes first, then what lies higher up, then what was changed last."""
    try:
        changed = path.stat().st_mtime
    except OSError:
        changed = 0.0
    return path.stem != lesson.stem, len(path.relative_to(folder).parts), -changed
