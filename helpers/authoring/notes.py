"""The teacher's notes in a lesson's source: how many minutes each section and each exercise takes.

A cell tagged `teacher` opens with a line such as

    **Minutes:** 7 · exercise 01.1: 3 · exercise 01.4: 15 at home

The bare number belongs to the section in which the cell stands (the last heading `## …` that is not an
exercise's), the others to the exercises that they name. What is done at home does not count for the lesson's
time in class.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from helpers.authoring.source import Source, SourceError
from helpers.catalog import Lesson

LINE = re.compile(r"^\*\*Minutes:\*\* (.+)$", re.MULTILINE)
PART = re.compile(r"(?:exercise (?P<exercise>\d\d\.\d): )?(?P<minutes>\d+)(?P<home> at home)?")
HEADING = re.compile(r"^## (?!Exercise)(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A section, named by its title, or an exercise, named by its id, and its minutes."""

    name: str
    minutes: int
    at_home: bool = False


def parts(source: Source, lesson: Lesson) -> tuple[Part, ...]:
    """The lesson's sections and exercises, in the order of their notes.

    Raises SourceError, with the line, where minutes are missing, given twice or not to be read.
    """
    found: dict[str, Part] = {}
    sections = []
    for cell in source.notebook.cells:
        if cell.cell_type != "markdown":
            continue
        where = f"{source.path.name}:{source.lines[cell.id]}"
        if "teacher" not in cell.metadata.get("tags", ()):
            sections += [_plain(title) for title in HEADING.findall(cell.source)[:1]]
            continue
        for part in _noted(cell, sections, where):
            if part.name in found:
                raise SourceError(f"{where}: {part.name!r} has its minutes already")
            found[part.name] = part
    missing = [name for name in (*sections, *lesson.exercises) if name not in found]
    if missing:
        raise SourceError(f"{source.path.name}: no note gives minutes to {', '.join(map(repr, missing))}")
    unknown = [name for name in found if name not in (*sections, *lesson.exercises)]
    if unknown:
        raise SourceError(f"{source.path.name}: minutes for {unknown[0]}, which is no exercise of the lesson")
    return tuple(found.values())


def _noted(cell: nbformat.NotebookNode, sections: list[str], where: str) -> Iterator[Part]:
    for line in LINE.findall(cell.source):
        for text in line.split(" · "):
            if not (match := PART.fullmatch(text)):
                raise SourceError(
                    f"{where}: {text!r} says no minutes, as in 'exercise 01.4: 15 at home' or '7'"
                )
            if not match["exercise"] and not sections:
                raise SourceError(f"{where}: minutes before the first section")
            yield Part(match["exercise"] or sections[-1], int(match["minutes"]), bool(match["home"]))


def _plain(title: str) -> str:
    return title.replace("`", "")
