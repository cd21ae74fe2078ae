"""Thirty simulated learners and every lesson, scored: is each verdict as expected, and how long does it take?

    python -m tests.score.bench_score [KIND…]    all of them, or of these kinds: right, wrong, hostile, …
    python -m tests.score.bench_score speed      two of them, one notebook at once and then two

Processor time is that of the kernels and of all that they started and waited for.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from helpers.catalog import LESSONS, Lesson
from helpers.score import learners, room, table
from helpers.score.learners import Learner
from helpers.score.sitting import Sitting
from tests.score import simulated_class as simulated

FORGERIES = {"patches helpers.check", "patches the code", "answers for the kernel"}
SEEN_BY_ITSELF = {"patches the judges"}  # so what was judged before it counts
UNFORESEEN = {"patches asyncio", "shadows built-ins"}  # what they do to right answers is their own affair
SAY_MORE = {"07.4", "09.1", "09.2", "09.3", "09.4"}  # at what the answer did not come back, or what it is not
Expected = dict[str, str | None]
"""The verdict for each exercise; None: any but *correct*; no entry: any at all."""


def right(folder: Path, lesson: Lesson, _: int) -> Expected:
    simulated.write(folder, lesson, simulated.notebook(lesson, simulated.right(lesson)))
    return dict.fromkeys(lesson.exercises, "correct")


def without_ids(folder: Path, lesson: Lesson, _: int) -> Expected:
    """Right answers in copied cells: no tag, no id, the untouched original below each."""
    made = simulated.notebook(lesson, {})
    solved = simulated.right(lesson)
    cells = []
    for cell in made["cells"]:
        tags = cell["metadata"].get("tags", ())
        for exercise in solved:
            if f"check-{exercise}" in tags:
                cells += [simulated.code(solved[exercise]), simulated.code("".join(cell["source"]))]
        cells.append(cell)
    simulated.write(folder, lesson, made | {"cells": cells})
    return dict.fromkeys(lesson.exercises, "correct")


def untouched(folder: Path, lesson: Lesson, _: int) -> Expected:
    simulated.write(folder, lesson, simulated.notebook(lesson, {}))
    return dict.fromkeys(lesson.exercises, "not attempted")


def looked_at(folder: Path, lesson: Lesson, _: int) -> Expected:
    """Stubs, and a cell of the learner's own, so that the notebook has to run."""
    simulated.write(folder, lesson, simulated.notebook(lesson, {}, {lesson.exercises[0]: "x = 1"}))
    return dict.fromkeys(lesson.exercises, "not attempted")


def wrong(folder: Path, lesson: Lesson, number: int) -> Expected:
    """One wrong answer, another with each learner; the others right."""
    exercise = lesson.exercises[number // 2 % len(lesson.exercises)]
    source, kind = simulated.wrong(exercise, number % 2)
    answers = simulated.right(lesson) | {exercise: source}
    simulated.write(folder, lesson, simulated.notebook(lesson, answers))
    expected: Expected = dict.fromkeys(lesson.exercises, "correct")
    for other in simulated.dependents(lesson, exercise):
        del expected[other]
    return expected | {exercise: kind}


def endless(folder: Path, lesson: Lesson, _: int) -> Expected:
    simulated.write(folder, lesson, simulated.notebook(lesson, simulated.endless(lesson)))
    return {id: "not yet" if id in SAY_MORE else "stuck" for id in lesson.exercises}


def hostile(folder: Path, lesson: Lesson, number: int) -> Expected:
    """A hostile cell in front of the last answer, which is still the stub; the others right."""
    names = list(simulated.HOSTILE)
    name = names[(number * len(LESSONS) + lesson.number) % len(names)]
    *others, last = lesson.exercises
    answers = simulated.right(lesson)
    del answers[last]
    made = simulated.notebook(lesson, answers, {last: simulated.HOSTILE[name]})
    simulated.write(folder, lesson, made)
    if name in FORGERIES:
        return dict.fromkeys(others, "error") | {last: None}
    if name in SEEN_BY_ITSELF:
        return dict.fromkeys(others, "correct") | {last: "error"}
    if name in UNFORESEEN:
        return {last: None}
    return dict.fromkeys(others, "correct") | {last: "not attempted"}


def careless(folder: Path, lesson: Lesson, number: int) -> Expected:
    """Broken files, old ones, empty ones, none at all, and some with cells gone."""
    match (number + lesson.number) % 5:
        case 0:
            simulated.write(folder, lesson, "{")
            return dict.fromkeys(lesson.exercises, "error")
        case 1:
            simulated.write(folder, lesson, {"nbformat": 3, "worksheets": []})
            return dict.fromkeys(lesson.exercises, "error")
        case 2:
            folder.mkdir(parents=True, exist_ok=True)
        case 3:
            simulated.write(folder, lesson, {"nbformat": 4, "cells": []})
        case 4:
            made = simulated.notebook(lesson, {})
            gone = [cell for cell in made["cells"] if "answer-" not in str(cell["metadata"].get("tags"))]
            simulated.write(folder, lesson, made | {"cells": gone})
    return dict.fromkeys(lesson.exercises, "missing")


MIX: dict[str, tuple[Callable[[Path, Lesson, int], Expected], int]] = {
    "right": (right, 6),
    "copied": (without_ids, 2),
    "untouched": (untouched, 3),
    "looked": (looked_at, 3),
    "wrong": (wrong, 10),
    "endless": (endless, 1),
    "hostile": (hostile, 3),
    "careless": (careless, 2),
}


def make(folder: Path, names: Sequence[str]) -> dict[tuple[str, str], str | None]:
    """Write the class; return what to expect, by learner and exercise."""
    expected = {}
    for name in names:
        kind, many = MIX[name]
        for number in range(many):
            learner = f"{name} {number + 1}"
            for lesson in LESSONS:
                for exercise, verdict in kind(folder / learner, lesson, number).items():
                    expected[learner, exercise] = verdict
    return expected


def scored(found: Sequence[Learner], jobs: int | None) -> list[Sitting]:
    """Score them, and say how long it took."""
    began, before = time.monotonic(), os.times()
    sittings = room.score(found, LESSONS, jobs)
    took, after = time.monotonic() - began, os.times()
    work = sum(sitting.seconds for sitting in sittings)
    kernels = after.children_user + after.children_system - before.children_user - before.children_system
    own = after.user + after.system - before.user - before.system
    print(
        f"{jobs or 'as many as processors'} at once: {took:.0f} s for {work:.0f} s of the notebooks' time "
        f"({work / took:.2f} times); processor time {kernels:.0f} s in kernels, {own:.0f} s for the scoring"
    )
    return sittings


def unexpected(sittings: Sequence[Sitting], expected: dict[tuple[str, str], str | None]) -> list[str]:
    lines = []
    for score in (score for sitting in sittings for score in sitting.scores):
        place = score.learner, score.exercise
        wanted = expected.get(place, score.kind)
        if score.kind == "correct" if wanted is None else score.kind != wanted:
            lines.append(f"{place}: {score.kind}, not {wanted}: {score.message[:300]}")
    return lines


def everybody(kinds: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        expected = make(Path(folder), kinds)
        sittings = scored(learners.find([Path(folder)]), None)
    scores = [score for sitting in sittings for score in sitting.scores]
    print(table.table(scores, LESSONS))
    wrong_ones = unexpected(sittings, expected)
    print(f"{len(scores)} verdicts, {len(expected)} of them foreseen, {len(wrong_ones)} not as foreseen")
    print(*wrong_ones, sep="\n")
    slowest = sorted(sittings, key=lambda sitting: -sitting.seconds)[:5]
    print("slowest:", *(f"{each.learner} {each.lesson.number:02}: {each.seconds:.0f} s" for each in slowest))
    print("foreseen:", dict(Counter(expected.values())))
    return 1 if wrong_ones else 0


def speed() -> int:
    """One notebook at a time against two, with learners whose notebooks all run."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), ["copied"])
        found = learners.find([Path(folder)])
        times = []
        for jobs in 1, 2:
            began = time.monotonic()
            scored(found, jobs)
            times.append(time.monotonic() - began)
    print(f"two at once are {times[0] / times[1]:.2f} times faster than one")
    return 0


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(speed() if asked == ["speed"] else everybody(asked or tuple(MIX)))
