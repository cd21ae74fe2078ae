"""What a lesson has defined by the time of an exercise, for the answers in the tests."""

import ast
from typing import Any

import nbformat

from helpers.files import COURSE


def lessons_own(stem: str, *names: str) -> dict[str, Any]:
    """Run the lesson's cells that define these functions, classes and constants; return what they define."""
    notebook = nbformat.read(COURSE / "solutions" / f"{stem}.ipynb", as_version=4)
    found: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "answer-" not in str(cell.metadata.get("tags")):
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            tree = compile(cell.source, "cell", "exec", flags | ast.PyCF_ONLY_AST)
            wanted = [part for part in tree.body if _is_wanted(part, names)]
            exec(compile(ast.Module(wanted, []), "cell", "exec"), found)
    assert set(names) <= found.keys()
    return found


def _is_wanted(part: ast.stmt, names: tuple[str, ...]) -> bool:
    if isinstance(part, ast.Import | ast.ImportFrom):
        return True
    if isinstance(part, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in names for target in part.targets)
    definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return isinstance(part, definition) and part.name in names
