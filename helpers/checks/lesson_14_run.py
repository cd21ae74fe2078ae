"""One run of the whole program of exercise 14.5, and what came of it."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from helpers.capstone import TRIES, Limits, Refused
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call_with_others
from helpers.checks.downloads import LOOK, Held, asked_too_often, begin, ended, hurried, unless_held
from helpers.checks.lesson_14_cancel import STILL, cancelled
from helpers.checks.lesson_14_trial import MOST
from helpers.checks.words import count, said, short
from helpers.practice_server import Fault
from helpers.service.gallery import FOLDER, TITLES

ROOT = "/gallery/images/"
NAME = "Grace"
IN_FLIGHT = 3
PATIENCE, DEADLINE = 3.0, 600.0  # seconds, of which those below make less
FASTER = (30, 12)  # so many times sooner is what is to happen later; the second is for a busy computer
LIMITS = Limits(IN_FLIGHT, PATIENCE, DEADLINE)
SLOW = 5.0  # seconds that one run may take
TOO_STILL = 5  # times its patience, after which it has none
SHOWN = "capstone(site, folder, name, limits, progress)"


class Run:
    """One run of the program, and what came of it. `words`: what goes wrong in it, for the learner."""

    def __init__(
        self,
        arena: Arena,
        words: str,
        *faults: Fault,
        folder: Path | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._arena, self._faults, self._limits = arena, faults, limits
        self._call = "\n".join([f"await {SHOWN}", *(f"# {line}" for line in words.splitlines())])
        self.folder = folder or arena.folder / f"run-{len(list(arena.folder.iterdir())) + 1}"
        self.folder.mkdir(exist_ok=True)
        self.progress: list[tuple[Any, ...]] = []
        # What `progress` was told too early, and how many images were there then.
        self.too_early: tuple[tuple[Any, ...], int] | None = None
        self.value: Any = None
        self.error: Exception | None = None
        self.grouped = False  # whether the error was one of a group

    def wrong(self, why: str, seen: str, expected: str) -> None:
        raise NotYet(why, call=self._call, seen=seen, expected=expected)

    def perform(
        self,
        capstone: Any,
        faster: int = FASTER[1],
        watched: bool = False,
        afresh: bool = True,
        silence: float = PATIENCE,
    ) -> "Run":
        """Let it run. `watched`: see whether requests wait in vain. `afresh`: the server has forgotten what
        was. `silence`: seconds that it may bear, of those that are made less."""
        self._begin(afresh)
        still = TOO_STILL * silence / faster / LOOK
        work = self._watched if watched else lambda capstone: self._hurried(capstone, faster, still)
        self._arena.run(lambda: self._performed(work, capstone), self._call, SLOW)
        return self

    def cancel(self, capstone: Any, asked: Sequence[str] = (), looks: int = STILL) -> None:
        """Cancel it when all paths of `asked` were asked for, or when nothing has moved for so many looks;
        raise what is wrong if it does not mind."""
        self._begin(True)
        if not self._arena.run(lambda: self._cancelled(capstone, asked, looks), self._call, SLOW):
            self.wrong("cancellation", "it went on", "it ends soon, with CancelledError")

    def _begin(self, afresh: bool) -> None:
        if afresh:
            self._server = begin(self._arena, *self._faults)
        else:
            self._server = self._arena.server
            self._server.set_faults(*self._faults)

    def _called(self, capstone: Any) -> Any:
        def progress(done: Any, total: Any) -> None:
            self.progress.append((done, total))
            there = sum(map(self._whole, TITLES))
            if self.too_early is None and len(self.progress) > there + 1:  # one is lost
                self.too_early = (done, total), there

        given = self._server.url, self.folder, NAME, self._limits, progress
        return call_with_others(capstone, *given, shown=SHOWN)

    async def _performed(self, work: Any, capstone: Any) -> None:
        try:
            self.value = await work(capstone)
        except (aiohttp.ClientError, TimeoutError, Refused) as error:
            self.error = error
        except ExceptionGroup as group:
            if (expected := group.subgroup((aiohttp.ClientError, TimeoutError, Refused))) is None:
                raise first_of(group) from None  # a learner's line says more than that there was a group
            self.error, self.grouped = first_of(expected), True
        await self._look()

    async def _watched(self, capstone: Any) -> Any:
        try:
            return await unless_held(self._called(capstone), self._server)
        except Held as held:
            self.wrong("too_few", f"{held.highest} in flight at most", f"{IN_FLIGHT} in flight at once")

    async def _hurried(self, capstone: Any, faster: int, most_still: float) -> Any:
        """Let it run while everything happens sooner; raise what is wrong if it goes on and on, or hangs."""
        with hurried(faster):
            task = asyncio.ensure_future(self._called(capstone))
            still, before = 0, None
            try:
                while not task.done():
                    await asyncio.wait([task], timeout=LOOK * faster)
                    counts = self._server.counts()
                    if path := asked_too_often(counts, MOST):
                        self.wrong("too_many", f"{path}: more than {count(MOST)}", f"{TRIES} tries at most")
                    now = counts.requests, counts.bytes_sent
                    still, before = still + 1 if now == before and counts.in_flight else 0, now
                    if still > most_still and not task.done():
                        self.wrong("hangs", "nothing moves any more, and it still waits", str(self._limits))
                return await task
            finally:
                await ended(task)

    async def _cancelled(self, capstone: Any, asked: Sequence[str], looks: int) -> bool:
        def sent() -> int:
            self.counts = self._server.counts()
            return self.image_bytes()

        def enough() -> bool:
            return bool(asked) and all(map(self.requests, asked))

        return await cancelled(self._called(capstone), sent, enough, looks)

    async def _look(self) -> None:
        """Note what the server has counted and certified."""
        self.counts = self._server.counts()
        self._server.set_faults()
        async with aiohttp.ClientSession(self._server.url) as session, session.get("/reports") as response:
            self._certificates = (await response.json())["certificates"]

    def requests(self, path: str) -> int:
        counted = self.counts.by_path.get(path)
        return counted.requests if counted else 0

    def image_bytes(self) -> int:
        """How many bytes of images the server has sent."""
        counted = (self.counts.by_path.get(ROOT + name) for name in TITLES)
        return sum(each.bytes_sent for each in counted if each)

    def judge(self) -> None:
        """It has come to a good end."""
        if isinstance(self.error, Refused):
            self.wrong(
                "refused", f"the service refuses the report: {self.error.problems[0]}", "a certificate"
            )
        if self.error is not None:
            lost = getattr(self.error, "status", 0) == 404
            self.wrong("lost_raises" if lost else "raised", said(self.error), "a certificate")
        self._judge_folder()
        if len(self._certificates) != 1:
            key = "not_posted" if not self._certificates else "twice"
            self.wrong(key, f"the service has made {len(self._certificates)} certificates", "1")
        if self.value != self._certificates[0]:
            key = "nothing" if self.value is None else "answer"
            self.wrong(key, f"it returned {short(self.value)}", short(self._certificates[0]))
        if self.value["name"] != NAME:
            self.wrong("name", f"the certificate is for {self.value['name']}", f"for {NAME}")
        self.judge_limit()

    def judge_limit(self) -> None:
        if self.counts.in_flight_highest > (most := self._limits.in_flight):
            self.wrong("no_limit", f"{self.counts.in_flight_highest} in flight at most", f"{most} at most")

    def _judge_folder(self) -> None:
        self.judge_no_halves()
        there = {path.name for path in self.folder.iterdir()}
        if missing := sorted(TITLES.keys() - there):
            self.wrong("missing", f"{missing[0]} is not in the folder", f"{len(TITLES)} images")
        if more := sorted(there - TITLES.keys()):
            self.wrong("left", f"{more[0]} is left in the folder", "nothing but the images")
        if still_open := open_files(self.folder):
            self.wrong("open_file", f"{still_open[0]} is still open", "every file is closed")

    def judge_no_halves(self) -> None:
        """What has an image's name is that image."""
        for name in TITLES:
            path, whole = self.folder / name, (FOLDER / name).stat().st_size
            if path.exists() and not self._whole(name):
                seen = f"{name}: {path.stat().st_size} bytes of {whole}, and the digest is wrong"
                self.wrong("half_file", seen, "whole images only")

    def _whole(self, name: str) -> bool:
        """Whether that image is in the folder, byte by byte."""
        path = self.folder / name
        return path.exists() and path.read_bytes() == (FOLDER / name).read_bytes()


def first_of(group: ExceptionGroup) -> Exception:
    """The first error in the group, however deep."""
    error = group.exceptions[0]
    return first_of(error) if isinstance(error, ExceptionGroup) else error


def open_files(folder: Path) -> list[str]:
    """The names of this process's open files in `folder`; none where the system does not say (not Linux)."""
    descriptors = Path("/proc/self/fd")
    found = []
    for descriptor in descriptors.iterdir() if descriptors.exists() else ():
        try:
            target = Path(os.readlink(descriptor))
        except OSError:  # closed by now: the listing's own
            continue
        if target.parent == folder:
            found.append(target.name)
    return sorted(found)
