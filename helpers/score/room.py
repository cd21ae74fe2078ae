"""Many notebooks at once: as many as there are processors, unless told otherwise."""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from tqdm import tqdm

from helpers.catalog import Lesson
from helpers.score.learners import Learner
from helpers.score.sitting import Sitting, sit
from helpers.score.words import printable


def score(
    learners: Sequence[Learner], lessons: Sequence[Lesson], at_once: int | None = None
) -> list[Sitting]:
    """Score each learner's notebook of each lesson; the results by learner, then by lesson.

    Shows progress on stderr, and there, as they come, what happened in a notebook that a teacher should know.
    Ctrl-C ends it; the results are then those of the notebooks that were done.
    """
    done: dict[tuple[int, int], Sitting] = {}
    with suppress(KeyboardInterrupt):
        asyncio.run(_score(learners, lessons, at_once or os.cpu_count() or 1, done))
    return [done[place] for place in sorted(done)]


async def _score(
    learners: Sequence[Learner],
    lessons: Sequence[Lesson],
    at_once: int,
    done: dict[tuple[int, int], Sitting],
) -> None:
    gate = asyncio.Semaphore(at_once)

    async def one(place: tuple[int, int], learner: Learner, lesson: Lesson, bar: tqdm) -> None:
        async with gate:
            sitting = await sit(learner.name, lesson, learner.notebooks.get(lesson))
        done[place] = sitting
        for remark in sitting.remarks:
            bar.write(printable(f"{learner.name}, lesson {lesson.number:02}: {remark}"), file=sys.stderr)
        bar.update()

    with tqdm(total=len(learners) * len(lessons), unit="notebook", disable=None) as bar:
        async with asyncio.TaskGroup() as group:
            for row, learner in enumerate(learners):
                for column, lesson in enumerate(lessons):
                    group.create_task(one((row, column), learner, lesson, bar))
