"""Learners who do not exist: notebooks with known answers, made from the lessons."""

import ast
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from helpers.catalog import LESSONS, Lesson
from helpers.exercise import solution_code
from helpers.files import COURSE
from helpers.score import Kind
from helpers.score.tasks import Task, of

HERE = Path(__file__).parent
HOSTILE: dict[str, str] = tomllib.loads((HERE / "hostile.toml").read_text(encoding="utf-8"))
WRONG: dict[str, Any] = tomllib.loads((HERE / "wrong_answers.toml").read_text(encoding="utf-8"))
OF_THE_LESSON = {
    "SOLUTIONS",
    "lessons_own",
    "LESSON",
    "ANSWERS",
    "from_the_notebook",
}  # names in the tests of the checks

ENDLESS = {
    "async": "async def {name}(*arguments, **others):\n    while True:\n        pass",
    "plain": "def {name}(*arguments, **others):\n    while True:\n        pass",
    "class": "class {name}:\n    def __init__(self, *arguments, **others):\n        while True: pass",
}


def notebook(
    lesson: Lesson, answers: Mapping[str, str], extra: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The lesson as it is handed out, with these sources in the cells of these exercises; `extra`: sources of
    cells to put in front of them."""
    made = json.loads((COURSE / "lessons" / f"{lesson.stem}.ipynb").read_text(encoding="utf-8"))
    cells = []
    for cell in made["cells"]:
        for tag in cell["metadata"].get("tags", ()):
            exercise = tag.removeprefix("answer-")
            if exercise in (extra or {}):
                cells.append(code(extra[exercise]))
            if exercise in answers:
                cell["source"] = answers[exercise]
        cells.append(cell)
    return made | {"cells": cells}


def code(source: str) -> dict[str, Any]:
    """A code cell that a learner has added."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def write(folder: Path, lesson: Lesson, content: object) -> Path:
    """Hand it in."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{lesson.stem}.ipynb"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def right(lesson: Lesson) -> dict[str, str]:
    return {exercise: solution_code(exercise) for exercise in lesson.exercises}


def wrong(exercise: str, which: int) -> tuple[str, Kind]:
    """The source of a wrong answer, one of two, and the verdict that it gets in the tests of the checks."""
    chosen = WRONG[exercise][which]
    (name,) = _task(exercise).call.arguments
    source = _with_what_it_needs(chosen["file"], chosen["name"])
    if chosen["name"] == name:
        return source, chosen["kind"]
    if any(name in _binds(part) for part in ast.parse(source).body):  # the test's own, of the same name
        source = re.sub(rf"\b{name}\b", f"its_{name}", source)
    base = solution_code(exercise) + "\n\n" if re.search(rf"\b{name}\b", source) else ""
    return f"{base}{source}\n{name} = {chosen['name']}\n", chosen["kind"]


def _task(exercise: str) -> Task:
    lesson = next(lesson for lesson in LESSONS if exercise in lesson.exercises)
    return next(task for task in of(lesson) if task.exercise == exercise)


def _with_what_it_needs(file: str, name: str) -> str:
    """The definition, and those parts of its module that it needs; not what comes from the lesson there."""
    parts = [
        part
        for part in _parts(file)
        if not any(isinstance(node, ast.Name) and node.id in OF_THE_LESSON for node in ast.walk(part))
    ]
    needed, kept = {name}, set[int]()
    while more := [n for n, part in enumerate(parts) if n not in kept and needed & _binds(part)]:
        kept.update(more)
        needed |= {node.id for n in more for node in ast.walk(parts[n]) if isinstance(node, ast.Name)}
    return "\n".join(ast.unparse(parts[n]) for n in sorted(kept))


@cache
def _parts(file: str) -> list[ast.stmt]:
    parts = ast.parse((COURSE / "tests" / "checks" / file).read_text(encoding="utf-8")).body
    for part in parts:
        match part:  # a right answer under another name
            case ast.Assign(value=ast.Subscript(value=ast.Name("SOLUTIONS"), slice=ast.Constant(str(name)))):
                part.value = ast.Name(name, ast.Load())
    return parts


def _binds(part: ast.stmt) -> set[str]:
    if isinstance(part, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in part.names}
    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {part.name}
    targets = [node for node in ast.walk(part) if isinstance(node, ast.Name | ast.Tuple)]
    stored = {node.id for node in targets if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored if isinstance(part, ast.Assign | ast.AnnAssign) else set()


def dependents(lesson: Lesson, exercise: str) -> set[str]:
    """The exercises whose answers build on that of this one: what is wrong there may go wrong in them."""
    (name,) = _task(exercise).call.arguments
    names = {name} | _callers(lesson, name)
    others = [other for other in lesson.exercises if other > exercise]
    direct = {other for other in others if names & set(re.findall(r"\w+", solution_code(other)))}
    return direct.union(*(dependents(lesson, other) for other in direct))


def _callers(lesson: Lesson, name: str) -> set[str]:
    """The functions that the lesson's own cells define and that use this name."""
    return {
        part.name
        for cell in notebook(lesson, {})["cells"]
        if cell["cell_type"] == "code" and "answer-" not in str(cell["metadata"].get("tags"))
        for part in ast.parse(TransformerManager().transform_cell("".join(cell["source"]))).body
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(part))
    }


def endless(lesson: Lesson) -> dict[str, str]:
    """Answers that never return, each of the form that the stub has."""
    found = {}
    for task in of(lesson):
        (name,) = task.call.arguments
        definitions = {part.name: part for part in ast.parse(task.stub).body if hasattr(part, "name")}
        form = {ast.AsyncFunctionDef: "async", ast.ClassDef: "class"}.get(type(definitions[name]), "plain")
        found[task.exercise] = ENDLESS[form].format(name=name)
    return found
