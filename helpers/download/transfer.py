"""One file: asked for, received, proved whole, given its name; and again, where that may help."""

import asyncio
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from helpers.download.answers import prepare, question
from helpers.download.items import Result, Totals
from helpers.download.journal import Journal
from helpers.download.part import Part, sha256_of
from helpers.download.plan import Job, identity
from helpers.download.retries import Outdated, Stalled, StatusError, Truncated, in_words, may_pass, pause
from helpers.download.watchdog import Watchdog, Watched

NO_TIMEOUT = ClientTimeout(total=None, sock_connect=None)
"""The watchdog is cheaper."""

REDIRECTS = 10
"""As many are followed. (aiohttp gives up *at* the number that it is given.)"""


class WrongDigest(Exception):
    """All has come, and it is another file than wanted."""


FAILURES = (ClientError, OSError, ValueError, Outdated, Stalled, StatusError, Truncated, WrongDigest)
"""What ends a try; ValueError is a URL that only looked like one. Anything else would be a mistake in here.
"""


@dataclass(slots=True)
class Downloads:
    """What the transfers of one download have in common."""

    folder: str
    session: ClientSession
    journal: Journal
    watchdog: Watchdog
    totals: Totals
    tries: int
    read_ahead: int
    """Bytes of a body that may wait to be written; when it is twice as many, the server has to wait."""


async def transfer(job: Job, result: Result, downloads: Downloads, watched: Watched) -> None:
    """Download one file; `result` says what became of it. What it has received stays as a part, if that is of
    use.
    """
    part = Part(downloads.folder, job.name, downloads.journal, job.has_part)
    try:
        for attempt in range(downloads.tries):
            try:
                await one_try(job, result, part, downloads, watched)
            except FAILURES as error:
                result.error = in_words(error)
                if attempt + 1 == downloads.tries or not may_pass(error):
                    return
                seconds = pause(error, attempt)
            else:
                result.error = None
                return
            await asyncio.sleep(seconds)
    finally:
        if not (part.resumable or part.whole):
            part.discard()
        result.size = part.size


async def one_try(job: Job, result: Result, part: Part, downloads: Downloads, watched: Watched) -> None:
    """Receive what is missing, if anything is; then see whether it is right, and give it its name."""
    if part.whole:  # an earlier run was ended between the last byte and the name
        result.resumed = part.size
    else:
        result.tries += 1
        try:
            with watched:
                await receive(job, result, part, downloads, watched)
        finally:
            part.close()  # in here, as it fails the file: over a network, this is where a full disk is told
        assert part.note is not None
        if part.note.size not in (None, part.size):
            raise Truncated(f"{part.size} bytes came of {part.note.size}")
    if job.item.sha256 is not None:
        result.sha256 = await sha256_of(part.part)
        if result.sha256 != job.item.sha256.lower():
            part.discard()
            if result.resumed:
                raise Outdated("with the part that was there the digest is wrong")
            raise WrongDigest(f"the digest is {result.sha256}, not {job.item.sha256}")
    part.finish()


async def receive(job: Job, result: Result, part: Part, downloads: Downloads, watched: Watched) -> None:
    """One request, and the body of its answer into the part."""
    asked = question(part)
    totals = downloads.totals
    async with downloads.session.get(
        URL(job.item.url),
        headers=asked,
        timeout=NO_TIMEOUT,
        auto_decompress=False,
        read_bufsize=downloads.read_ahead,
        max_redirects=REDIRECTS + 1,
        raise_for_status=False,
    ) as response:
        watched.received += 1  # an answer is a sign of life, too
        prepare(part, identity(job.item.url), asked, response)
        result.resumed = part.size
        expect(job, part, totals)
        async for piece in response.content.iter_any():
            part.write(piece)
            size = len(piece)
            job.received += size
            watched.received += size
            totals.received += size


def expect(job: Job, part: Part, totals: Totals) -> None:
    """Tell how many bytes this file will have taken when it is whole: what came in vain is among them."""
    if part.note is not None and part.note.size is not None:
        due = job.received + part.note.size - part.size
        totals.announced += due - (job.due or 0)
        totals.sized += job.due is None
        job.due = due
