"""What a learner calls: doctor, progress, reset, update, serve, download, bench."""

import argparse
from pathlib import Path
from typing import Any

from helpers import catalog
from helpers.commands import complain, positive

BENCHES = ("downloads", "small", "large", "huge", "latency", "connections", "readiness", "primitives", "all")


def add(commands: Any) -> None:
    """Add these commands to argparse's subparsers."""
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

    download = commands.add_parser("download", help="download files, many at once; goes on where it stopped")
    _expect_downloads(download)
    download.set_defaults(run=_download)

    bench = commands.add_parser("bench", help="measure downloads, connections and primitives side by side")
    bench.add_argument("what", nargs="*", metavar="WHAT", help=f"any of: {', '.join(BENCHES)} (default: all)")
    bench.add_argument("--rounds", type=positive, default=5, help="how often each (default: %(default)s)")
    bench.add_argument("--at-most", type=positive, metavar="N", help="no more than N files or connections")
    bench.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured to FILE, too")
    bench.set_defaults(run=_bench)


def _doctor(_: argparse.Namespace) -> int:
    from helpers import doctor

    return doctor.examine()


def _progress(_: argparse.Namespace) -> int:
    from helpers import progress

    print(progress.Table())
    return 0


def _reset(asked: argparse.Namespace) -> int:
    from helpers import reset
    from helpers.authoring.source import SourceError

    try:
        copy = reset.reset(asked.what)
    except ValueError as error:
        return complain(str(error), status=2)
    except (reset.ResetError, SourceError, OSError, RuntimeError) as error:  # the last: no kernel starts
        return complain(f"Nothing was reset. {error}")
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
            print(f"  Exercises that are new or changed there: {', '.join(arrival.changed)}.")
            print("  What you wrote for them stays in your notebook.")
    if not arrived and not problems:
        print("There is no new edition of a lesson, or it is beside yours already.")
    return complain(*problems) if problems else 0


def _serve(asked: argparse.Namespace) -> int:
    from helpers.service import run

    return run.serve(asked.port)


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


def _bench(asked: argparse.Namespace) -> int:
    from helpers.bench import command

    try:
        return command.bench(asked.what or ["all"], asked.rounds, asked.at_most, asked.json)
    except ValueError as error:
        return complain(str(error), status=2)
