"""The commands of `python -m helpers`: for learners, teachers and authors.

Each module adds its commands to the parser. A command gets what was asked and returns its exit status. It
imports what it needs when it runs, so that each needs only its own packages.
"""

import argparse
import sys
from pathlib import Path


def complain(*lines: str, status: int = 1) -> int:
    """Say what is wrong, on stderr; return `status`."""
    for line in lines:
        print(line, file=sys.stderr)
    return status


def positive(text: str) -> int:
    """A number from 1 up, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)


def put(path: Path, text: str) -> int:
    """Write a file; a copy of what was there is kept, and said. Returns the exit status."""
    from helpers.files import replace

    try:
        copy = replace(path, text)
    except OSError as error:
        return complain(f"{path} is not written: {error.strerror}")
    if copy:
        print(f"{path.name} was there already: a copy is in {copy}")
    return 0
