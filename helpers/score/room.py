"""Many notebooks at once: as many as there are processors, unless told otherwise."""

import asyncio
import os
import sys
from collections.abc import Sequence

from tqdm import tqdm

from helpers.catalog import Lesson
from helpers.score.learners import Learner
from helpers.score.sitting import Sitting, sit
from helpers.score.words import printable


async def score(
    learners: Sequence[Learner], lessons: Sequence[Lesson], at_once: int | None = None
) -> list[Sitting]:
    """Score each learner's notebook of each lesson; the results by learner, then by lesson.

    Shows progress on stderr, and there, as they come, what happened in a notebook that a teacher should know.
    """
    gate = asyncio.Semaphore(at_once or os.cpu_count() or 1)

    async def one(learner: Learner, lesson: Lesson, bar: tqdm) -> Sitting:
        async with gate:
            sitting = await sit(learner.name, lesson, learner.notebooks.get(lesson))
        for remark in sitting.remarks:
            bar.write(printable(f"{learner.name}, lesson {lesson.number:02}: {remark}"), file=sys.stderr)
        bar.update()
        return sitting

    with tqdm(total=len(learners) * len(lessons), unit="notebook", disable=None) as bar:
        async with asyncio.TaskGroup() as group:
            work = [
                group.create_task(one(learner, lesson, bar)) for learner in learners for lesson in lessons
            ]
    return [task.result() for task in work]
