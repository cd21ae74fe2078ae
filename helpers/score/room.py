"""Many notebooks at once: as many as there are processors, unless told otherwise."""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tqdm import tqdm

from helpers.catalog import Lesson
from helpers.score import KINDS, Score
from helpers.score.learners import Learner
from helpers.score.sitting import Sitting, sit
from helpers.score.words import printable

Seat = tuple[str, Lesson, Path | None]
"""A learner's name, a lesson, and the notebook."""


def score(
    learners: Sequence[Learner], lessons: Sequence[Lesson], at_once: int | None = None
) -> list[Sitting]:
    """Score each learner's notebooks of each lesson; the results by learner, then by lesson. Of several
    editions of a lesson each exercise's best verdict counts, and is in the result of that notebook alone.

    Shows progress on stderr, and there, as they come, what happened in a notebook that a teacher should know.
    Ctrl-C ends it; the results are then those of the notebooks that were done.
    """
    done: dict[int, Sitting] = {}
    with suppress(KeyboardInterrupt):
        asyncio.run(_score(seats(learners, lessons), at_once or os.cpu_count() or 1, done))
    sittings = [done[place] for place in sorted(done)]
    _keep_the_best(sittings)
    return sittings


def seats(learners: Sequence[Learner], lessons: Sequence[Lesson]) -> list[Seat]:
    """Whose notebooks of which lessons are to be scored; None where a lesson was not handed in."""
    return [
        (learner.name, lesson, path)
        for learner in learners
        for lesson in lessons
        for path in learner.notebooks.get(lesson, [None])
    ]


async def _score(seats: Sequence[Seat], at_once: int, done: dict[int, Sitting]) -> None:
    gate = asyncio.Semaphore(at_once)

    async def one(place: int, seat: Seat, bar: tqdm) -> None:
        async with gate:
            sitting = done[place] = await sit(*seat)
        for remark in sitting.remarks:
            line = f"{sitting.learner}, lesson {sitting.lesson.number:02}: {remark}"
            bar.write(printable(line), file=sys.stderr)
        bar.update()

    with tqdm(total=len(seats), unit="notebook", disable=None) as bar:
        async with asyncio.TaskGroup() as group:
            for place, seat in enumerate(seats):
                group.create_task(one(place, seat, bar))


def _keep_the_best(sittings: Sequence[Sitting]) -> None:
    """Of several scores of a learner for one exercise only the best stays, the first of equals."""
    best: dict[tuple[str, str], Score] = {}
    for score in (score for sitting in sittings for score in sitting.scores):
        other = best.setdefault((score.learner, score.exercise), score)
        if KINDS.index(score.kind) < KINDS.index(other.kind):
            best[score.learner, score.exercise] = score
    for sitting in sittings:
        sitting.scores = [score for score in sitting.scores if best[score.learner, score.exercise] is score]
