"""Holds connections in one of the ways beside it, in a process of its own:

    python -P hold.py WAY PORT NUMBER

It says `ready` when everything is imported and waits for a line; then opens NUMBER connections to PORT, asks
on each, and waits for all answers; says `answered` with all of them open, and ends when standard input does.
When it cannot open one more it says `stopped` and why. The ways have one function, `hold(address, number,
answered)`; it calls `answered()`, which does not return.
"""

import os
import runpy
import sys
from pathlib import Path


def main(way: str, port: str, number: str) -> None:
    hold = runpy.run_path(str(Path(__file__).with_name(f"{way}.py")))["hold"]
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        hold(("127.0.0.1", int(port)), int(number), answered)
    except Exception as error:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        _say_and_end(f"stopped {type(error).__name__}: {error}")


def answered() -> None:
    _say_and_end("answered")


def _say_and_end(text: str) -> None:
    print(text, flush=True)
    sys.stdin.readline()
    os._exit(0)  # so that nobody has to close thousands of connections with care


if __name__ == "__main__":
    main(*sys.argv[1:])
