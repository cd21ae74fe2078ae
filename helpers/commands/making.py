"""What an author calls: release."""

import argparse
import asyncio
from typing import Any

from helpers import catalog
from helpers.commands import complain


def add(commands: Any) -> None:
    """Add these commands to argparse's subparsers."""
    release = commands.add_parser("release", help="build the notebooks from solutions/*.md")
    release.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons (default: all)")
    release.add_argument("--check", action="store_true", help="only say what is out of date, write nothing")
    release.set_defaults(run=_release)


def _release(asked: argparse.Namespace) -> int:
    try:
        lessons = catalog.find(asked.lessons)
    except ValueError as error:
        return complain(str(error), status=2)
    from helpers.authoring import release

    if asked.check:
        problems = release.check(lessons)
    else:
        problems = asyncio.run(release.release(lessons))
    return complain(*problems) if problems else 0
