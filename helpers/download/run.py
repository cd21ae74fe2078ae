"""A list of files, downloaded: so many at a time, by workers that take one file after the other from the
list.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.download.items import Item, Result, Totals
from helpers.download.journal import Journal
from helpers.download.plan import Folder, Job, distinct
from helpers.download.session import READ_AHEAD, new_session

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from helpers.download.transfer import Downloads

MOST = 100
"""Files at once. More would make no network faster, and each takes two descriptors and some memory."""

MEMORY = 4 * 1024 * 1024
"""Bytes that may wait to be written, over all files. (aiohttp alone takes ten times as many.)"""

OFTEN = 0.1
"""Seconds between two reports of progress."""

TOO_LATE = "not done before the deadline"


async def download(
    files: Iterable[str | Item],
    folder: str | Path,
    *,
    limit: int = 8,
    tries: int = 5,
    timeout: float = 30.0,  # noqa: ASYNC109 (not for the whole: `deadline` is that)
    deadline: float | None = None,
    session: "ClientSession | None" = None,
    progress: Callable[[Totals], object] | None = None,
) -> list[Result]:
    """Download `files` (URLs, or `Item`s with names and digests) into `folder`: a result each, in their
    order.

    `limit`: files at once, 1 to 100. `tries`: how often one file is asked for, at most. `timeout`: seconds
    without a byte after which a try ends. `deadline`: seconds for all. `session`: an aiohttp session to go
    through; None: an own one. `progress`: called with the `Totals` some times a second, and at the end.

    The same URL twice is one download. A file that cannot be had keeps no other from coming: its result has
    an `error`. Nothing has a file's own name before it is whole; no file that was there before is touched.
    What has come of a file that fails, or when this is cancelled, stays as `NAME.part`, and the next call
    goes on from there: where the server has named the version, by a strong ETag or a date of change.

    Raises ValueError for arguments that make no sense (before anything is done), BlockingIOError while
    another download is writing to the folder, OSError if the folder cannot be made or written.
    """
    run = Run(files, folder, limit, tries, timeout, deadline, session, progress)
    await run.complete()
    return run.results


class Run:
    """One call of `download`, with the same arguments.

    `results` and `totals` are right at any time, also when `complete` was cancelled. `late`: the deadline
    came first.
    """

    def __init__(
        self,
        files: Iterable[str | Item],
        folder: str | Path,
        limit: int = 8,
        tries: int = 5,
        timeout: float = 30.0,
        deadline: float | None = None,
        session: "ClientSession | None" = None,
        progress: Callable[[Totals], object] | None = None,
    ) -> None:
        if not 1 <= limit <= MOST:
            raise ValueError(f"limit must be from 1 to {MOST}, not {limit}")
        if not (tries >= 1 and timeout > 0 and (deadline is None or deadline > 0)):  # nor NaN
            raise ValueError("tries must be 1 or more, timeout and deadline more than 0 seconds")
        self.folder = Path(folder)
        self.jobs: list[Job] = []
        self.results: list[Result] = []
        self._items = distinct(files)
        self.totals = Totals(files=len(self._items))
        self.late = False
        self._limit, self._tries, self._timeout, self._deadline = limit, tries, timeout, deadline
        self._session, self.progress = session, progress

    async def complete(self) -> None:
        """Download all of them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(Journal(self.folder)) as journal:
            try:
                async with asyncio.timeout(self._deadline) as time:
                    await self._plan(journal)
                    if self.totals.kept < len(self.jobs):
                        await self._work(journal)
            except TimeoutError:
                if not time.expired():
                    raise
                self._tell_who_is_late()
        if self.progress is not None:
            self.progress(self.totals)

    async def _plan(self, journal: Journal) -> None:
        folder = Folder(self.folder, journal)
        self.jobs = folder.jobs(self._items)
        try:
            for job in self.jobs:
                await folder.settle(job)
        finally:  # also if the deadline comes while digests are computed
            self.results = [self._planned(job) for job in self.jobs]
            self.totals.kept = sum(job.kept for job in self.jobs)

    def _planned(self, job: Job) -> Result:
        result = Result(job.item.url, self.folder / job.name, kept=job.kept)
        if job.kept:
            result.size = result.path.stat().st_size
            result.sha256 = job.item.sha256.lower() if job.item.sha256 else None
        return result

    def _tell_who_is_late(self) -> None:
        self.late = True
        for job, result in zip(self.jobs, self.results, strict=True):
            if not (job.ended or job.kept):
                result.error = f"{TOO_LATE}; the last try: {result.error}" if result.error else TOO_LATE
        self.totals.failed = sum(result.failed for result in self.results)

    async def _work(self, journal: Journal) -> None:
        from helpers.download.transfer import Downloads  # loads aiohttp
        from helpers.download.watchdog import Watchdog

        ahead = min(READ_AHEAD, MEMORY // self._limit)
        watchdog = Watchdog(self._timeout)
        async with contextlib.AsyncExitStack() as stack:
            session = self._session or await stack.enter_async_context(new_session(ahead))
            common = Downloads(
                str(self.folder), session, journal, watchdog, self.totals, tries=self._tries, read_ahead=ahead
            )
            aides = [watchdog.watch(), *([self._report()] if self.progress is not None else [])]
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(aide) for aide in aides]
                try:
                    await self._workers(common)
                finally:
                    for task in tasks:
                        task.cancel()

    async def _workers(self, common: "Downloads") -> None:
        todo = [(job, result) for job, result in zip(self.jobs, self.results, strict=True) if not job.kept]
        rest = iter(todo)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._limit, len(todo))):
                group.create_task(self._worker(rest, common))

    async def _worker(self, rest: Iterator[tuple[Job, Result]], common: "Downloads") -> None:
        """Take one file after the other from what all workers have in common, until none is left."""
        from helpers.download.transfer import transfer

        watched = common.watchdog.watched()
        for job, result in rest:
            await transfer(job, result, common, watched)
            job.ended = True
            if result.failed:
                self.totals.failed += 1
            else:
                self.totals.done += 1

    async def _report(self) -> None:
        assert self.progress is not None
        while True:
            self.progress(self.totals)
            await asyncio.sleep(OFTEN)
