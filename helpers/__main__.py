"""The command line of the course: `python -m helpers COMMAND`.

Each command returns its exit status: 0 done, 1 something is wrong (said on stderr), 2 it was asked wrongly.
Modules are imported when their command runs, so that each command needs only its own packages.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from helpers import catalog

BENCHES = ("downloads", "small", "large", "huge", "latency", "connections", "readiness", "primitives", "all")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the process's) name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers", description="The course's own tools.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    doctor = commands.add_parser("doctor", help="is everything here that the course needs?")
    doctor.set_defaults(run=_doctor)

    progress = commands.add_parser("progress", help="what you have predicted, tried and passed so far")
    progress.set_defaults(run=_progress)

    reset = commands.add_parser("reset", help="give back a lesson or an exercise as it was; keeps a copy")
    reset.add_argument("what", metavar="NN[.E]", help="a lesson, such as 12, or an exercise, such as 12.3")
    reset.set_defaults(run=_reset)

    update = commands.add_parser(
        "update", help="after a pull: new editions of your lessons come beside yours"
    )
    update.set_defaults(run=_update)

    serve = commands.add_parser("serve", help="start the practice server on this machine's loopback address")
    serve.add_argument("--port", type=int, default=8765, help="0 takes any free one (default: %(default)s)")
    serve.set_defaults(run=_serve)

    schedule = commands.add_parser("schedule", help="how long the lessons take, and what fits into a class")
    schedule.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons: their sections")
    schedule.add_argument("--days", type=int, choices=(1, 2, 4), help="a class of so many days, by half days")
    schedule.set_defaults(run=_schedule)

    download = commands.add_parser("download", help="download files, many at once; goes on where it stopped")
    _expect_downloads(download)
    download.set_defaults(run=_download)

    bench = commands.add_parser("bench", help="measure downloads, connections and primitives side by side")
    bench.add_argument("what", nargs="*", metavar="WHAT", help=f"any of: {', '.join(BENCHES)} (default: all)")
    bench.add_argument("--rounds", type=_positive, default=5, help="how often each (default: %(default)s)")
    bench.add_argument("--at-most", type=_positive, metavar="N", help="no more than N files or connections")
    bench.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured to FILE, too")
    bench.set_defaults(run=_bench)

    slides = commands.add_parser("slides", help="make slides of the teacher's edition, a file a lesson")
    slides.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons (default: all)")
    slides.add_argument("-o", "--output", metavar="FOLDER", default="slides", help="default: %(default)s")
    slides.set_defaults(run=_slides)

    release = commands.add_parser("release", help="build the notebooks from solutions/*.md")
    release.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons (default: all)")
    release.add_argument("--check", action="store_true", help="only say what is out of date, write nothing")
    release.set_defaults(run=_release)

    score = commands.add_parser("score", help="run the checks of a class's notebooks, each in its own kernel")
    score.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a learner's, or one of such")
    score.add_argument("--csv", type=Path, metavar="FILE", help="write the scores for a spreadsheet")
    score.add_argument("--json", type=Path, metavar="FILE", help="write the scores for a program")
    score.add_argument("--jobs", type=_positive, metavar="N", help="notebooks at once (default: processors)")
    score.add_argument("--lesson", nargs="+", default=[], metavar="NN", help="these alone (default: all)")
    score.set_defaults(run=_score)

    glance = commands.add_parser("class", help="one page from progress files: which exercise stops how many")
    glance.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a learner's, or a folder of such"
    )
    glance.add_argument("-o", "--output", type=Path, default=Path("class.html"), help="default: %(default)s")
    glance.add_argument("--anonymous", action="store_true", help="show no names")
    glance.set_defaults(run=_class)

    asked = parser.parse_args(arguments)
    try:
        return asked.run(asked)
    except KeyboardInterrupt:
        return _complain("Stopped. What was finished is in place, the rest is as it was.")


def _doctor(_: argparse.Namespace) -> int:
    from helpers import doctor

    return doctor.examine()


def _progress(_: argparse.Namespace) -> int:
    from helpers import progress

    print(progress.Table())
    return 0


def _reset(asked: argparse.Namespace) -> int:
    from helpers import reset

    try:
        copy = reset.reset(asked.what)
    except ValueError as error:
        return _complain(str(error), status=2)
    except (reset.ResetError, OSError) as error:
        return _complain(f"Nothing was reset. {error}")
    print(f"{asked.what} is as it was at first.")
    if copy:
        print(f"What you had is in {copy}")
    print("If the notebook is open in JupyterLab: File → Reload Notebook from Disk.")
    return 0


def _update(_: argparse.Namespace) -> int:
    from helpers import update
    from helpers.authoring.source import SourceError

    arrived, problems = 0, []
    for lesson in catalog.LESSONS:
        try:
            arrival = update.update(lesson)
        except (update.UpdateError, SourceError, OSError) as error:
            problems.append(str(error))
            continue
        if arrival is None:
            continue
        arrived += 1
        print(f"lessons/{arrival.path.name} is a new edition; lessons/{lesson.stem}.ipynb is as you left it.")
        print(f"  Cells of yours that have come along: {arrival.carried}.")
        if arrival.changed:
            print(f"  New there, so that your answer stays in your notebook: {', '.join(arrival.changed)}.")
    if not arrived and not problems:
        print("There is no new edition of a lesson, or it is beside yours already.")
    return _complain(*problems) if problems else 0


def _serve(asked: argparse.Namespace) -> int:
    from helpers.service import run

    return run.serve(asked.port)


def _schedule(asked: argparse.Namespace) -> int:
    if asked.lessons and asked.days:
        return _complain("Ask for lessons or for --days, not for both.", status=2)

def _slides(asked: argparse.Namespace) -> int:
    try:
        lessons = catalog.find(asked.lessons)
    except ValueError as error:
        return _complain(str(error), status=2)
    from helpers import schedule
    from helpers.authoring.source import SourceError

    try:
        lines = schedule.lines(lessons if asked.lessons else (), asked.days)
    except (SourceError, schedule.ScheduleError) as error:
        return _complain(f"The minutes cannot be added up. {error}")
    print("\n".join(lines))
    return 0


def _expect_downloads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("urls", nargs="*", metavar="URL", help="what to download, by http or https")
    parser.add_argument(
        "-i", "--input", metavar="FILE", help="a list of URLs, one a line; - is standard input"
    )
    parser.add_argument("-o", "--output", metavar="FOLDER", required=True, help="where the files go")
    parser.add_argument(
        "--limit", type=int, default=8, metavar="N", help="files at once, 1 to 100 (default: 8)"
    )
    parser.add_argument(
        "--tries", type=int, default=5, metavar="N", help="requests for one file (default: 5)"
    )
    parser.add_argument(
        "--timeout", type=float, default=30, metavar="S", help="seconds without a byte (default: 30)"
    )
    parser.add_argument("--deadline", type=float, metavar="S", help="seconds for all files (default: no end)")
    parser.add_argument("--sha256", metavar="FILE", help="digests to compare with, as sha256sum writes them")
    parser.add_argument("--quiet", action="store_true", help="say only what goes wrong")


def _download(asked: argparse.Namespace) -> int:
    from helpers.download import command

    return command.run(asked)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)


def _bench(asked: argparse.Namespace) -> int:
    from helpers.bench import command

    try:
        return command.bench(asked.what or ["all"], asked.rounds, asked.at_most, asked.json)
    except ValueError as error:
        return _complain(str(error), status=2)

    from helpers.authoring import deck

    for lesson in lessons:
        try:
            print(deck.write(lesson, Path(asked.output)))
        except (deck.DeckError, OSError) as error:
            return _complain(f"There are no slides of lesson {lesson.number:02}. {error}")
    return 0


def _release(asked: argparse.Namespace) -> int:
    try:
        lessons = catalog.find(asked.lessons)
    except ValueError as error:
        return _complain(str(error), status=2)
    from helpers.authoring import release

    if asked.check:
        problems = release.check(lessons)
    else:
        problems = asyncio.run(release.release(lessons))
    return _complain(*problems) if problems else 0


def _score(asked: argparse.Namespace) -> int:
    from helpers.files import why_not
    from helpers.score import files, learners, room, table
    from helpers.score.words import printable

    refused = [why for path in (asked.csv, asked.json) if path and (why := why_not(path))]
    try:
        lessons = catalog.find(asked.lesson)
        found = learners.find(asked.folders)
    except (ValueError, learners.FolderError) as error:
        return _complain(*refused, str(error), status=2)
    if refused:
        return _complain(*refused, status=2)
    _complain(printable(f"Learners: {', '.join(learner.name for learner in found)}"))
    _complain(*(printable(remark) for learner in found for remark in learner.remarks))
    began = time.monotonic()
    sittings = asyncio.run(room.score(found, lessons, asked.jobs))
    took, work = time.monotonic() - began, sum(sitting.seconds for sitting in sittings)
    print(table.table([score for sitting in sittings for score in sitting.scores], lessons))
    opened = sum(sitting.path is not None for sitting in sittings)
    print(f"{opened} notebooks, {work:.0f} s of work, in {took:.0f} s.")
    outputs = [(asked.csv, files.as_csv), (asked.json, files.as_json)]
    failed = [_put(path, text(sittings)) for path, text in outputs if path]
    return 1 if any(failed) or any(sitting.broken for sitting in sittings) else 0


def _class(asked: argparse.Namespace) -> int:
    from helpers.files import why_not
    from helpers.glance import journals, page

    if why := why_not(asked.output):
        return _complain(why, status=2)
    try:
        found, remarks = journals.collect(asked.files)
    except journals.JournalError as error:
        return _complain(str(error), status=2)
    _complain(*remarks)
    if _put(asked.output, page.page(found, asked.anonymous)):
        return 1
    print(f"{asked.output} shows {len(found)} learners.")
    return 1 if any(remark.endswith("Skipped.") for remark in remarks) else 0


def _put(path: Path, text: str) -> int:
    from helpers.files import replace

    try:
        copy = replace(path, text)
    except OSError as error:
        return _complain(f"{path} is not written: {error.strerror}")
    if copy:
        print(f"{path.name} was there already: a copy is in {copy}")
    return 0


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)


def _complain(*lines: str, status: int = 1) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
