"""`python -m helpers bench`: measures on this computer, and prints tables."""

import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from helpers import readiness
from helpers.bench import connections, downloads, loads, primitives
from helpers.bench.serving import NotStarted
from helpers.files import write_atomically

Measure = Callable[[int, int | None, Callable[[str], object]], Any]
"""Takes the rounds, how much at most, and whom to tell what is being done."""


def _downloads(load: loads.Load) -> Measure:
    return lambda rounds, most, tell: downloads.measure(load.at_most(most), rounds, tell=tell)


def _connections(_: int, most: int | None, tell: Callable[[str], object]) -> Any:
    sizes = [size for size in connections.SIZES if most is None or size < most]
    return connections.measure(
        sizes if most is None else [*sizes, min(most, connections.SIZES[-1])], tell=tell
    )


def _readiness(_: int, most: int | None, tell: Callable[[str], object]) -> Any:
    tell("readiness")
    return readiness.measure()


def _primitives(rounds: int, _: int | None, tell: Callable[[str], object]) -> Any:
    return primitives.measure(10 * rounds, tell=tell)


MEASURES: dict[str, Measure] = {load.name: _downloads(load) for load in loads.LOADS.values()} | {
    "connections": _connections,
    "readiness": _readiness,
    "primitives": _primitives,
}
GROUPS = {"downloads": ("small", "large", "huge"), "all": tuple(MEASURES)}


def bench(names: Sequence[str], rounds: int, most: int | None, path: Path | None) -> int:
    """Measure each of `names`, print what it came to, and write all of it to `path` as JSON, if given.

    Returns the exit status: 1 if something could not be measured or written, which is said on stderr. Raises
    ValueError, before anything is measured, for unknown names and for a path that cannot be used.
    """
    wanted = _wanted(names)
    if path is not None and (path.exists() or not path.parent.is_dir()):
        raise ValueError(f"{path} exists already, or its folder does not. Give another file for the results.")
    found: dict[str, Any] = {}
    problems: list[str] = []
    before = signal.signal(signal.SIGTERM, _end)
    try:
        for name in wanted:
            try:
                found[name] = MEASURES[name](rounds, most, _tell)
            except (loads.NoRoom, NotStarted, OSError) as error:
                problems.append(f"{name} could not be measured. {error}")
            _tell("")
            print(f"{found[name]}\n" if name in found else problems[-1], flush=True)
    finally:  # also after Ctrl-C: what has been measured took minutes
        signal.signal(signal.SIGTERM, before)
        if path is not None and found:
            problems += _written(path, found)
        for problem in problems:
            print(problem, file=sys.stderr)
    return 1 if problems else 0


def _end(number: int, _: object) -> NoReturn:
    """End by an exception, so that servers are stopped, and files deleted, which may be in memory."""
    raise SystemExit(128 + number)


def _wanted(names: Sequence[str]) -> list[str]:
    """Each name once, groups taken apart, in the order of MEASURES. Raises ValueError."""
    if unknown := set(names) - set(MEASURES) - set(GROUPS):
        there_are = ", ".join((*GROUPS, *MEASURES))
        raise ValueError(
            f"There is nothing to measure that is called {min(unknown)!r}. There are: {there_are}."
        )
    asked = {each for name in names for each in GROUPS.get(name, (name,))}
    return [name for name in MEASURES if name in asked]


def _written(path: Path, found: dict[str, Any]) -> list[str]:
    """Write what was found; return what went wrong."""
    results = {"machine": machine()} | {name: result.as_dict() for name, result in found.items()}
    try:
        write_atomically(path, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        return [f"{path} could not be written, so the tables above are all there is. {error}"]
    return []


def machine() -> dict[str, Any]:
    """What the numbers depend on, and what may be told to others."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "processors": os.cpu_count(),
    }


def _tell(text: str) -> None:
    """What is being done, in the last line of a terminal; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
