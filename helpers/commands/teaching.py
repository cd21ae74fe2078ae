"""What a teacher calls: schedule, slides, score, class."""

import argparse
import time
from pathlib import Path
from typing import Any

from helpers import catalog
from helpers.commands import complain, positive, put


def add(commands: Any) -> None:
    """Add these commands to argparse's subparsers."""
    schedule = commands.add_parser("schedule", help="how long the lessons take, and what fits into a class")
    schedule.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons: show their sections")
    schedule.add_argument("--days", type=int, choices=(1, 2, 4), help="a class of so many days, by half days")
    schedule.set_defaults(run=_schedule)

    slides = commands.add_parser("slides", help="make slides of the teacher's edition, a file a lesson")
    slides.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons (default: all)")
    slides.add_argument(
        "-o", "--output", metavar="FOLDER", default="slides", help="where they go (default: %(default)s)"
    )
    slides.set_defaults(run=_slides)

    score = commands.add_parser(
        "score",
        help="run the checks of a class's notebooks, each in its own kernel",
        # FOLDER first: behind `--lesson NN` argparse would take it for one more number
        usage="%(prog)s FOLDER [FOLDER ...] [--lesson NN [NN ...]] [--csv FILE] [--json FILE] [--jobs N]",
    )
    score.add_argument(
        "folders", nargs="+", type=Path, metavar="FOLDER", help="a learner's, or a folder of such folders"
    )
    score.add_argument("--csv", type=Path, metavar="FILE", help="write the scores for a spreadsheet")
    score.add_argument("--json", type=Path, metavar="FILE", help="write the scores for a program")
    score.add_argument("--jobs", type=positive, metavar="N", help="notebooks at once (default: processors)")
    score.add_argument("--lesson", nargs="+", default=[], metavar="NN", help="these lessons (default: all)")
    score.set_defaults(run=_score)

    glance = commands.add_parser("class", help="one page from progress files: which exercise stops how many")
    glance.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a learner's progress file, or a folder of such"
    )
    glance.add_argument(
        "-o", "--output", type=Path, metavar="PAGE", default=Path("class.html"), help="default: %(default)s"
    )
    glance.add_argument("--anonymous", action="store_true", help="show no names")
    glance.set_defaults(run=_class)


def _schedule(asked: argparse.Namespace) -> int:
    if asked.lessons and asked.days:
        return complain("Ask for lessons or for --days, not for both.", status=2)
    try:
        lessons = catalog.find(asked.lessons)
    except ValueError as error:
        return complain(str(error), status=2)
    from helpers import schedule
    from helpers.authoring.source import SourceError

    try:
        lines = schedule.lines(lessons if asked.lessons else (), asked.days)
    except (SourceError, schedule.ScheduleError) as error:
        return complain(f"The minutes cannot be added up. {error}")
    print("\n".join(lines))
    return 0


def _slides(asked: argparse.Namespace) -> int:
    try:
        lessons = catalog.find(asked.lessons)
    except ValueError as error:
        return complain(str(error), status=2)
    from helpers.authoring import deck

    for lesson in lessons:
        try:
            print(deck.write(lesson, Path(asked.output)))
        except (deck.DeckError, OSError) as error:
            return complain(f"There are no slides of lesson {lesson.number:02}. {error}")
    return 0


def _score(asked: argparse.Namespace) -> int:
    from helpers.files import why_not
    from helpers.score import files, learners, room, table
    from helpers.score.words import printable

    refused = [why for path in (asked.csv, asked.json) if path and (why := why_not(path))]
    try:
        lessons = catalog.find(asked.lesson)
        found = learners.find(asked.folders)
    except (ValueError, learners.FolderError) as error:
        return complain(*refused, str(error), status=2)
    if refused:
        return complain(*refused, status=2)
    complain(printable(f"Learners: {', '.join(learner.name for learner in found)}"))
    complain(*(printable(remark) for learner in found for remark in learner.remarks))
    began = time.monotonic()
    sittings = room.score(found, lessons, asked.jobs)
    took, work = time.monotonic() - began, sum(sitting.seconds for sitting in sittings)
    outputs = [(asked.csv, files.as_csv), (asked.json, files.as_json)]
    # Written first: to print can fail, as in `score … | head`
    failed = [put(path, text(sittings)) for path, text in outputs if path]
    print(table.table([score for sitting in sittings for score in sitting.scores], lessons))
    opened = sum(sitting.path is not None for sitting in sittings)
    print(f"{opened} notebooks, {work:.0f} s of work, in {took:.0f} s.")
    if missing := len(room.seats(found, lessons)) - len(sittings):
        return complain(f"Stopped. Notebooks that are not scored: {missing}.")
    return 1 if any(failed) or any(sitting.broken for sitting in sittings) else 0


def _class(asked: argparse.Namespace) -> int:
    from helpers.files import why_not
    from helpers.glance import journals, page

    if why := why_not(asked.output):
        return complain(why, status=2)
    try:
        found, remarks = journals.collect(asked.files)
    except journals.JournalError as error:
        return complain(str(error), status=2)
    complain(*remarks)
    if put(asked.output, page.page(found, asked.anonymous)):
        return 1
    print(f"{asked.output} shows {len(found)} learner{'s' * (len(found) != 1)}.")
    return 1 if any(remark.endswith("Skipped.") for remark in remarks) else 0
