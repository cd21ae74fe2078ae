"""What the course asks for: per exercise the cell that a learner begins with, and the name of the answer.

It is read from `solutions/NN_name.md`, not from the notebook in `lessons/`: somebody may have worked in that
one, the teacher in class, or a learner who scores their own. Then its answers would pass for the stubs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from helpers.authoring import release
from helpers.authoring.release import Target
from helpers.catalog import Lesson
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
    """The lesson's tasks. Raises SourceError where its source cannot be read, KeyError where it lacks one."""
    cells = _original(lesson)
    calls = {call.exercise: call for cell in cells for call in cell.calls}
    stubs = {exercise: cell.source for cell in cells for exercise in cell.answers}
    return tuple(Task(id, calls[id], stubs[id]) for id in lesson.exercises)


@cache
def _original(lesson: Lesson) -> tuple[Cell, ...]:
    _, notebook = release.plan(Target(lesson, "lessons"))
    return tuple(handed_in.code_cells(notebook.cells))


def untouched(lesson: Lesson, cells: Sequence[Cell]) -> bool:
    """Whether nobody has written code: each exercise's cell is there, and all cells are the course's.

    Then there is nothing to run: the course's tests see to it that a stub gets *not attempted*.
    """
    originals = {_plain(cell.source) for cell in _original(lesson)}
    sources = {_plain(cell.source) for cell in cells}
    return sources <= originals and all(_plain(task.stub) in sources for task in of(lesson))


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
