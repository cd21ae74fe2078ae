"""What the course asks for: per exercise the cell that a learner begins with, and the name of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from helpers.catalog import Lesson
from helpers.files import COURSE
from helpers.score import handed_in
from helpers.score.handed_in import Call, Cell


@dataclass(frozen=True)
class Task:
    """`call`: the course's own; `stub`: the source of the cell to be filled in."""

    exercise: str
    call: Call
    stub: str


@cache
def of(lesson: Lesson) -> tuple[Task, ...]:
    """The lesson's tasks, from its notebook in lessons/. Raises Unreadable, LookupError."""
    cells = _original(lesson)
    calls = {call.exercise: call for cell in cells for call in cell.calls}
    stubs = {exercise: cell.source for cell in cells for exercise in cell.answers}
    return tuple(Task(id, calls[id], stubs[id]) for id in lesson.exercises)


@cache
def _original(lesson: Lesson) -> tuple[Cell, ...]:
    cells, _ = handed_in.read(COURSE / "lessons" / f"{lesson.stem}.ipynb")
    return tuple(cells)


def untouched(lesson: Lesson, cells: Sequence[Cell]) -> bool:
    """Whether nobody has written code: each exercise's cell is there, and all cells are the course's.

    Then there is nothing to run: the course's tests see to it that a stub gets *not attempted*.
    """
    originals = {_plain(cell.source) for cell in _original(lesson)}
    sources = {_plain(cell.source) for cell in cells}
    return sources <= originals and all(_plain(task.stub) in sources for task in of(lesson))


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
