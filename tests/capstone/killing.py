"""Kill lesson 14's program at random moments, run it again, and look what became of the images. On demand:

    python -m tests.capstone.killing 20

Each time a child of this process runs the program and is killed (SIGKILL: nothing in it can tidy up). The
server sends slowly meanwhile, so that there are many moments to be killed at. Needs `os.fork`.
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from helpers import practice_server
from helpers.capstone import Limits, digest
from helpers.files import COURSE
from helpers.practice_server import Fault
from helpers.service.counters import Counts
from helpers.service.gallery import FOLDER, TITLES

sys.path.insert(0, str(COURSE / "tests" / "checks"))

from lesson_14_program import capstone

ROOT = "/gallery/images/"
SLOWLY = Fault("drip", 100_000, path=ROOT), Fault("delay", 0.05, path="/reports")
LONGEST = 0.9  # seconds: somewhat more than a run takes then
SIZES = {name: (FOLDER / name).stat().st_size for name in TITLES}
A_REFUSAL = 100  # bytes: more than the server's 416 takes, for a part that was complete


def killed_once(server: practice_server.PracticeServer, folder: Path, moment: float) -> str:
    """Run, kill after `moment` seconds, run again. What the first run had come to, in a word or two.

    Raises AssertionError where something is not as it should be afterwards.
    """
    program = capstone()
    server.set_faults(*SLOWLY)
    server.reset_counts()
    if (pid := os.fork()) == 0:
        try:
            asyncio.run(program(server.url, folder, "Ada", Limits(), lambda done, total: None))
        finally:
            os._exit(0)
    time.sleep(moment)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    there = {path.name: path.stat().st_size for path in folder.iterdir()}
    whole = sum(name in TITLES for name in there)
    assert all(digest(folder / name) == digest(FOLDER / name) for name in there if name in TITLES)
    kept = {name: max(there.get(name, 0), there.get(f"{name}.part", 0)) for name in TITLES}

    before = all_counted(server)
    server.set_faults()
    again = program(server.url, folder, "Ada", Limits(), lambda done, total: None)
    certificate = asyncio.run(again)
    counts = server.counts()
    assert certificate["bytes"] == sum(SIZES.values())
    for name in TITLES:
        sent, missing = (bytes_of(name, counts) - bytes_of(name, before)), SIZES[name] - kept[name]
        assert sent == missing or (not missing and sent < A_REFUSAL), f"{name}: {sent} bytes for {missing}"
    assert {path.name for path in folder.iterdir()} == set(TITLES)
    assert all(digest(folder / name) == digest(FOLDER / name) for name in TITLES)
    return f"{whole} whole, {len(there) - whole} beside them" if there else "nothing yet"


def bytes_of(name: str, counts: Counts) -> int:
    """What the server has sent of one image."""
    return counts.by_path[ROOT + name].bytes_sent if ROOT + name in counts.by_path else 0


def all_counted(server: practice_server.PracticeServer) -> Counts:
    """The server's counts, as soon as it has noticed that nobody reads what it was sending."""
    while (counts := server.counts()).in_flight:
        time.sleep(0.01)
    return counts


def main(times: int) -> None:
    server = practice_server.start()
    try:
        for number in range(1, times + 1):
            moment = random.Random(number).uniform(0, LONGEST)
            with tempfile.TemporaryDirectory() as folder:
                found = killed_once(server, Path(folder), moment)
            print(f"{number:3}  killed after {moment:.2f} s: {found}; went on, all right")
    finally:
        server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
