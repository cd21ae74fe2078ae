"""The two editions of a lesson: the teacher's has everything, the learner's leaves out the answers.

In a code cell, the lines between the usual marks (they are nbgrader's too,
https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html)

    ### BEGIN SOLUTION
    …
    ### END SOLUTION

become a stub for the learner; for the teacher only the marks themselves go. Cells tagged `teacher` are the
teacher's alone. The cells of exercise 12.3, tagged `answer-12.3` and `check-12.3`, get nbgrader's metadata
(https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html).
"""

import copy
from typing import Literal

import nbformat

from helpers.authoring.source import Source, SourceError

Edition = Literal["lessons", "solutions"]
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError")


def make(source: Source, edition: Edition) -> nbformat.NotebookNode:
    """The edition's notebook, not executed. Raises SourceError where solution marks do not pair up."""
    notebook = copy.deepcopy(source.notebook)
    if edition == "lessons":
        notebook.cells = [cell for cell in notebook.cells if "teacher" not in cell.metadata.get("tags", ())]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = _without_marks(cell, edition, source)
        for tag in cell.metadata.get("tags", ()):
            if tag.startswith(("answer-", "check-")):
                cell.metadata["nbgrader"] = _nbgrader(tag)
    return notebook


def _nbgrader(tag: str) -> dict[str, object]:
    answer = tag.startswith("answer-")
    grade_id = tag.replace(".", "-")  # letters, digits, _ and - are allowed
    common = {"grade_id": grade_id, "schema_version": 3, "solution": answer, "task": False}
    return common | (
        {"grade": False, "locked": False} if answer else {"grade": True, "locked": True, "points": 1}
    )


def _without_marks(cell: nbformat.NotebookNode, edition: Edition, source: Source) -> str:
    kept, inside = [], False
    for offset, line in enumerate(cell.source.split("\n")):
        where = f"{source.path.name}:{source.lines[cell.id] + offset}"
        if line.strip() == BEGIN:
            if inside:
                raise SourceError(f"{where}: {BEGIN} inside a solution")
            inside = True
            if edition == "lessons":
                indent = line[: len(line) - len(line.lstrip())]
                kept += [indent + stub for stub in STUB]
        elif line.strip() == END:
            if not inside:
                raise SourceError(f"{where}: {END} without {BEGIN}")
            inside = False
        elif edition == "solutions" or not inside:
            kept.append(line)
    if inside:
        raise SourceError(f"{source.path.name}:{source.lines[cell.id]}: {BEGIN} without {END}")
    return "\n".join(kept)
