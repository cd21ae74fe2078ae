"""One notebook, from its first cell to its last verdict.

The cells run in their order, and an exercise is judged where the notebook calls `check`: so its answer meets
what it met when the learner tried it. A cell that misses a name runs once more at the end, and so does a
check that found nothing or an error: re-ordered cells find what they need. Of several verdicts for one
exercise the best counts, as in a copied cell with the untouched stub below the answer.

A cell that does not end is interrupted. Where that does not help, or where a cell ends the kernel, the
notebook starts again in a new one and leaves that cell out; verdicts that there are already stand.

All cells run, not only those that an answer seems to need. Of the processor time that a lesson takes, 1.0 s
goes into the kernel's start, 0.8 s into the checks and 0.9 s into the other cells (means over the lessons, on
a machine with two processors): to leave out some could save a quarter, and could be wrong.
"""

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers import checks
from helpers.catalog import Lesson
from helpers.checks import apart
from helpers.score import KINDS, Kind, Score, handed_in, kernel, tasks
from helpers.score.handed_in import Call, Cell, Unreadable
from helpers.score.kernel import Kernel, Lost
from helpers.score.tasks import Task
from helpers.score.words import words

CELL_SECONDS = 20  # a lesson's longest cell takes three
MARGIN = 8  # seconds that a verdict may take beyond those after which `check` itself gives up
NOTEBOOK_SECONDS = 300
KERNELS = 5  # so many may be lost on one notebook
CALLS = 4  # so many verdicts may be asked for one exercise
INSIDE = "__import__('helpers.score.inside', fromlist=['verdict'])"


@dataclass(frozen=True)
class Found:
    """A verdict for an exercise, whoever the learner is."""

    kind: Kind
    message: str = ""
    seconds: float = 0.0


@dataclass
class Sitting:
    """What came of one notebook. `seconds`: how long it was at work; `digest`: SHA-256 of the file; `broken`:
    whether nothing in it could be judged."""

    learner: str
    lesson: Lesson
    path: Path | None
    scores: list[Score] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0
    digest: str = ""
    broken: bool = False


async def sit(learner: str, lesson: Lesson, path: Path | None) -> Sitting:
    """Judge every exercise of the lesson in the notebook at `path`, which is only read."""
    sitting = Sitting(learner, lesson, path)
    began = time.monotonic()
    found = dict.fromkeys(lesson.exercises, Found("missing", words("no_notebook_of", number=lesson.number)))
    if path is not None:
        try:
            cells, sitting.digest = handed_in.read(path)
            found = await _judged(lesson, cells, sitting.remarks)
        except (Unreadable, OSError) as error:
            sitting.broken = True
            sitting.remarks.append(str(error))
            found = dict.fromkeys(lesson.exercises, Found("error", str(error)))
        except Exception as error:  # a fault of ours, or a trick that we do not know: the others go on
            sitting.broken = True
            sitting.remarks.append(words("scoring_failed", error=f"{type(error).__name__}: {error}"))
            found = dict.fromkeys(lesson.exercises, Found("error", sitting.remarks[-1]))
    sitting.seconds = round(time.monotonic() - began, 2)
    sitting.scores = [Score(learner, id, each.kind, each.message, each.seconds) for id, each in found.items()]
    return sitting


async def _judged(lesson: Lesson, cells: Sequence[Cell], remarks: list[str]) -> dict[str, Found]:
    if tasks.untouched(lesson, cells):
        return dict.fromkeys(lesson.exercises, Found("not attempted"))
    notebook = _Notebook(lesson, cells, remarks)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        await notebook.judge(Path(folder))
    return {task.exercise: notebook.final(task) for task in notebook.tasks.values()}


class _Notebook:
    """What is known of a notebook so far, over all its kernels."""

    def __init__(self, lesson: Lesson, cells: Sequence[Cell], remarks: list[str]) -> None:
        self.tasks = {task.exercise: task for task in tasks.of(lesson)}
        self._cells, self._remarks = cells, remarks
        self._best: dict[str, Found] = {}
        self._done: dict[str, list[Any]] = {id: [] for id in self.tasks}  # which calls have been judged
        self._errors: dict[int, Found] = {}  # by the cell's number
        self._left_out: set[int] = set()
        self._now: Cell | Call | None = None  # what the kernel works on
        self._confirmed = False

    # ---- at work -------------------------------------------------------------------------------------

    async def judge(self, folder: Path) -> None:
        """Go through the notebook, in as many kernels as it takes."""
        try:
            async with asyncio.timeout(NOTEBOOK_SECONDS):
                for number in range(KERNELS):
                    work = folder / str(number)
                    work.mkdir()
                    try:
                        async with kernel.limited(work) as running:
                            return await self._through(running)
                    except (Lost, RuntimeError) as lost:
                        self._blame(str(lost))
                self._remarks.append(words("many_kernels", count=KERNELS))
        except TimeoutError:
            self._remarks.append(words("out_of_time", seconds=NOTEBOOK_SECONDS))

    async def _through(self, running: Kernel) -> None:
        self._now = None
        await running.ready()
        begun = await running.ask(f"{INSIDE}.begin({[*self.tasks]!r})", kernel.START_SECONDS)
        if begun.value != "ready":
            raise Lost(begun.error)
        for cell in self._cells:
            await self._run(running, cell)
            for place, call in enumerate(cell.calls):
                await self._ask(running, call, (cell.number, place))
        for cell in self._cells:
            if "NameError: " in self._errors.get(cell.number, Found("error")).message:
                await self._run(running, cell)
        for id, task in self.tasks.items():
            again = id in self._best and self._best[id].kind == "error"  # names may be there now
            await self._ask(running, task.call, "at the end", again)
        await self._confirm(running)

    async def _run(self, running: Kernel, cell: Cell) -> None:
        if cell.number in self._left_out or not cell.runs.strip():
            return
        self._now = cell
        self._errors.pop(cell.number, None)
        reply = await running.run(cell.runs, CELL_SECONDS)
        self._now = None
        if reply.interrupted:
            text = words("interrupted", cell=cell.number, seconds=CELL_SECONDS)
            self._errors[cell.number] = Found("stuck", text)
            self._remarks.append(text)
        elif reply.error:
            kind = "not attempted" if reply.error.startswith("NotImplementedError") else "error"
            self._errors[cell.number] = Found(
                kind, words("failed", cell=cell.number, error=reply.error[:500])
            )

    async def _ask(self, running: Kernel, call: Call, place: Any, again: bool = False) -> None:
        """The verdict for a call, once. Nothing is done where nothing better can come of it."""
        id = call.exercise
        if id not in self.tasks or self._is(id, "correct") or place in self._done[id]:
            return
        if len(self._done[id]) >= CALLS:
            return
        self._done[id].append(place)
        self._now = call
        asked = f"{INSIDE}.verdict({id!r}, {call.arguments!r}, {again})"
        seconds = longest(id)
        reply = await running.ask(asked, seconds)
        self._now = None
        if reply.interrupted:
            self._keep(id, Found("stuck", words("check_interrupted", seconds=seconds)))
        else:
            self._take(id, reply)

    def _take(self, id: str, reply: kernel.Reply) -> None:
        report = _report(reply)
        if "undefined" in report or "known" in report:
            self._done[id].pop()  # nothing was judged
        elif "changed" in report:
            self._keep(id, Found("error", words("changed", what=report["changed"])))
        elif "kind" in report:
            self._keep(id, _found(report))
        else:
            self._keep(id, Found("error", words("no_verdict", error=reply.error[:500])))

    async def _confirm(self, running: Kernel) -> None:
        """The counter-test: an answer that does nothing must not be correct."""
        correct = [id for id in self.tasks if self._is(id, "correct")]
        if correct:
            count = len(self.tasks[correct[-1]].call.arguments)
            asked = f"{INSIDE}.counter_test({correct[-1]!r}, {count})"
            reply = await running.ask(asked, longest(correct[-1]))
            self._confirmed = _report(reply).get("kind") in ("not attempted", "not yet", "error", "stuck")

    def _blame(self, why: str) -> None:
        """The kernel was lost: what it worked on is not tried again."""
        if isinstance(self._now, Cell):
            text = words("lost_by_cell", cell=self._now.number, why=why)
            self._left_out.add(self._now.number)
            self._errors[self._now.number] = Found("stuck", text)
        elif isinstance(self._now, Call):
            text = words("lost_by_check", exercise=self._now.exercise, why=why)
            self._keep(self._now.exercise, Found("stuck", text))
        else:
            text = words("lost", why=why)
        self._remarks.append(text)

    # ---- what is found -------------------------------------------------------------------------------

    def _is(self, id: str, kind: Kind) -> bool:
        return id in self._best and self._best[id].kind == kind

    def _keep(self, id: str, found: Found) -> None:
        best = self._best.get(id)
        if best is None or KINDS.index(found.kind) < KINDS.index(best.kind):
            self._best[id] = found

    def final(self, task: Task) -> Found:
        """The verdict for an exercise, when all is done."""
        best = self._best.get(task.exercise)
        if best and best.kind == "correct" and not self._confirmed:
            return Found("error", words("not_confirmed"), best.seconds)
        if best and best.kind != "not attempted":
            return best
        cells = [cell for cell in self._cells if _answers(cell, task)]
        troubles = [self._errors[cell.number] for cell in cells if cell.number in self._errors]
        worst = min(troubles, key=lambda found: KINDS.index(found.kind), default=best)
        if worst:
            return Found("not attempted") if worst.kind == "not attempted" else worst
        names = ", ".join(task.call.arguments)
        if not cells:
            return Found("missing", words("no_cell", names=names))
        if not any(cell.source.strip() for cell in cells):
            return Found("not attempted", words("empty_cell"))
        return Found("missing", words("no_name", names=names, cell=cells[0].number))


def longest(id: str) -> int:
    """Seconds to wait for the verdict of an exercise: `check` takes several times its own limit where the
    computer is busy (checks/apart.py), as it is here; and 14.3 and 14.5 have higher ones."""
    return round(apart.PATIENCE * (checks.exercise(id).seconds or apart.LIMIT)) + MARGIN


def _answers(cell: Cell, task: Task) -> bool:
    """Whether the cell is an answer to the exercise, by its id or by the name that it defines."""
    names = "|".join(map(re.escape, task.call.arguments))
    defines = rf"^(?:(?:async\s+)?def|class)\s+(?:{names})\b|^(?:{names})\s*="
    return task.exercise in cell.answers or bool(re.search(defines, cell.source, re.MULTILINE))


def _report(reply: kernel.Reply) -> dict[str, Any]:
    """What `inside` has said; nothing where it is not of that form."""
    with suppress(ValueError, TypeError, RecursionError):
        report = json.loads(reply.value)
        return report if isinstance(report, dict) else {}
    return {}


def _found(report: dict[str, Any]) -> Found:
    kind, message, seconds = (report.get(name) for name in ("kind", "message", "seconds"))
    if kind not in KINDS or not isinstance(seconds, int | float):
        return Found("error", words("no_verdict", error=""))
    return Found(kind, str(message), float(seconds))
