"""Downloads side by side: every contestant takes the same files from the same server, in turns.

    table = downloads.measure(loads.SMALL, rounds=5)
    table                           # a picture in a notebook, a table in a terminal
    table.median("curl").seconds    # of the whole process

Rounds are interleaved, so that whatever else the computer does meets all of them alike. What a contestant has
saved is compared with what was served, byte by byte, when its time has been taken; it is out if that fails.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from helpers.bench import child, cores, loads, serving, texts
from helpers.bench.comparison import Comparison, Where
from helpers.bench.contestants import CONTESTANTS, Job
from helpers.bench.loads import Load

LONGEST = 120.0  # seconds that a client gets
TOO_LONG = 10.0  # seconds of delays: who takes them one after the other is left out then


def measure(
    load: Load,
    rounds: int = 5,
    names: Sequence[str] = tuple(CONTESTANTS),
    tell: Callable[[str], object] = lambda _: None,
) -> Comparison:
    """Let each of `names` that is here download the load, `rounds` times. `tell` hears what is being done.

    Raises ValueError for rounds below 1, loads.NoRoom, serving.NotStarted, OSError.
    """
    if rounds < 1:
        raise ValueError(f"There must be 1 round at least, not {rounds}.")
    pair = cores.server_and_client()
    server_core, client_core = pair or (None, None)
    place = loads.place(load)
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        served = Path(folder, "served")
        served.mkdir()
        loads.write(load, served)
        # nginx is the faster one, but it cannot delay.
        server = "raw" if load.delayed or serving.nginx_path() is None else "nginx"
        with (serving.nginx if server == "nginx" else serving.raw)(served, server_core) as url:
            race = Race(load, url, Path(folder), client_core, counts=server == "raw")
            left_out = race.left_out(names)
            for number in range(1, rounds + 1):
                for name in (name for name in names if name not in left_out):
                    tell(f"{load.name}: round {number} of {rounds}: {texts.NAMES[name]}")
                    try:
                        race.run(name)
                    except child.Failed as failed:
                        left_out[name] = texts.FAILED.format(name=texts.NAMES[name], reason=failed)
    runs = {name: each for name, each in race.runs.items() if name not in left_out}
    where = Where(server, pair is not None, place == loads.MEMORY)
    return Comparison(load, rounds, where, runs, tuple(left_out.values()))


class Race:
    """One load at one server, and what each contestant has used so far, `runs`."""

    def __init__(self, load: Load, url: str, folder: Path, core: int | None, counts: bool) -> None:
        self.runs: dict[str, list[child.Usage]] = {}
        self._load, self._url, self._folder, self._core, self._counts = load, url, folder, core, counts
        self._listed = folder / "list"
        before = f"{url}/delay" if load.delayed else url
        self._listed.write_text("".join(f"{before}/{name}\n" for name in load.names()), encoding="ascii")

    def left_out(self, names: Sequence[str]) -> dict[str, str]:
        """Those of them that do not take part, and why."""
        out = {}
        for name in names:
            seconds = CONTESTANTS[name].least(self._load)
            if not CONTESTANTS[name].is_here():
                out[name] = texts.NOT_INSTALLED.format(name=texts.NAMES[name])
            elif seconds > max(TOO_LONG, self._load.least):
                out[name] = texts.TOO_LONG.format(name=texts.NAMES[name], seconds=seconds)
        return out

    def run(self, name: str) -> None:
        """One download of everything. Raises child.Failed, also if the files are not right."""
        with tempfile.TemporaryDirectory(dir=self._folder) as saved:
            if self._counts:
                serving.ask(self._url, "/counts")  # counts anew from here
            job = Job(self._listed, Path(saved), self._load.limit)
            usage = child.run(CONTESTANTS[name].command(job), self._core, LONGEST)
            if self._counts:
                counted = json.loads(serving.ask(self._url, "/counts"))
                usage = replace(usage, in_flight=counted["most_in_flight"])
            if problem := loads.problem(self._load, self._folder / "served", Path(saved)):
                raise child.Failed(problem)
        self.runs.setdefault(name, []).append(usage)
