"""The command line of the course: `python -m helpers COMMAND`.

Each command returns its exit status: 0 done, 1 something is wrong (said on stderr), 2 it was asked wrongly.
"""

import argparse
import sys
from collections.abc import Sequence

from helpers.commands import complain, learning, making, teaching


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the process's) name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers", description="The course's own tools.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in (learning, teaching, making):
        group.add(commands)
    asked = parser.parse_args(arguments)
    try:
        return asked.run(asked)
    except KeyboardInterrupt:
        return complain("Stopped. Files that were written are whole; all others are as they were.")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # a pipe on Windows knows no ✔: a ? there, and not an error
    sys.exit(main())
