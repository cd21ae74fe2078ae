"""The solutions of lesson 04, taken from its notebook."""

from typing import Any

import nbformat

from helpers.files import COURSE


def answers_of(stem: str) -> dict[str, Any]:
    """The solutions of a lesson, by the ids of the exercises; each with the lesson's imports around it."""
    notebook = nbformat.read(COURSE / "solutions" / f"{stem}.ipynb", as_version=4)
    found: dict[str, Any] = {}
    imports = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", ()):
            if tag.startswith("answer-"):
                names: dict[str, Any] = {}
                exec(imports, names)
                known = set(names)
                exec(cell.source, names)
                (name,) = names.keys() - known
                found[tag.removeprefix("answer-")] = names[name]
    return found
