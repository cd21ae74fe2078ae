"""`python -m helpers download`: what it is asked, and what it says.

Exit status: 0 all files are there; 1 some are not, or none could be begun; 2 it was asked wrongly; 128 and
the signal's number, as shells have it, where a signal ended it: 130 for Ctrl-C, 143 for SIGTERM.
"""

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.download import names
from helpers.download.items import Item, read_digests, read_urls
from helpers.download.plan import distinct, identity
from helpers.download.run import Run

if TYPE_CHECKING:
    from helpers.download.bar import Bar

STOPPED = (
    "Stopped. {done:,} of {files:,} files are in place; what has come of others is kept, and the same "
    "command goes on from there."
)
DONE = "{done:,} done, {kept:,} kept, {failed:,} failed; {received:,} bytes in {seconds:.1f} s"
NO_DIGEST = "{file} has no digest for {count:,} of the files, such as {name}: not compared."

OBJECTS = 50_000
"""New ones before the next search for garbage: some MiB of them. (Python's own number is 700 or 2,000.)"""


def run(asked: argparse.Namespace) -> int:
    """Download what was asked for; return the exit status."""
    try:
        download = Run(_items(asked), asked.output, asked.limit, asked.tries, asked.timeout, asked.deadline)
    except (ValueError, OSError) as error:
        print(f"Nothing was downloaded: {error}.", file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        with _little_collecting(), _bar(asked.quiet) as download.progress:
            status, hurry = _complete(download)
    except FileExistsError as error:
        print(f"Nothing was downloaded: {error.filename} is a file. Name a folder.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Nothing was downloaded: {error}.", file=sys.stderr)
        return 1
    _report(download, time.monotonic() - began, asked.quiet, status)
    status = status or int(download.totals.failed > 0)
    if hurry:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def _items(asked: argparse.Namespace) -> list[Item]:
    """What the command line and the lists say. Raises ValueError or OSError where they cannot be read."""
    urls = list(asked.urls)
    if asked.input is not None:
        urls += read_urls(_text(asked.input))
    if not urls:
        raise ValueError("no URL was given. Name some, or a list of them by -i FILE")
    if asked.sha256 is None:
        return [Item(url) for url in urls]
    try:
        digests = read_digests(_text(asked.sha256))
    except ValueError as error:
        raise ValueError(f"{asked.sha256}: {error}") from None
    items = with_digests(distinct(urls), digests)
    unknown = [names.name_of(item.url) for item in items if item.sha256 is None]
    if unknown and not asked.quiet:
        print(NO_DIGEST.format(file=asked.sha256, count=len(unknown), name=unknown[0]), file=sys.stderr)
    return items


def with_digests(items: Iterable[Item], digests: Mapping[str, str]) -> list[Item]:
    """The items with the digests of their names; where names are the same, of the numbered ones, in their
    order.
    """
    seen: Counter[str] = Counter()
    found = []
    for item in items:
        name = names.name_of(item.url)
        found.append(Item(item.url, sha256=digests.get(names.numbered(name, seen[name]))))
        seen[name] += 1
    return found


def _text(file: str) -> str:
    """What is in a file, or comes from standard input."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{file} is not a text in UTF-8") from None


@contextlib.contextmanager
def _little_collecting() -> Iterator[None]:
    """Search for garbage in cycles rarely, and not once more at the end of the process.

    A short run is mostly the loading of modules, none of which is garbage. Measured with Python 3.12 and
    aiohttp 3.13: 60 of 450 ms of processor time.
    """
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.freeze()


@contextlib.contextmanager
def _bar(quiet: bool) -> Iterator["Bar | None"]:
    """A bar, if there is somebody to look at it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from helpers.download.bar import Bar  # loads tqdm

    with contextlib.closing(Bar()) as bar:
        yield bar


def _complete(download: Run) -> tuple[int, bool]:
    """Run it to its end, or until a signal.

    Returns the status that is for the signal, else 0; and whether a thread may still be looking up a name,
    for an answer that nobody wants any more: Python would wait for it before it ends.
    """
    signals: list[int] = []

    async def complete() -> None:
        main = asyncio.current_task()
        assert main is not None

        def stop() -> None:
            signals.append(signal.SIGTERM)
            main.cancel()

        # Only in the main thread, and not on Windows, which has no such signal to send.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        await download.complete()

    runner = asyncio.Runner()
    hurry = False
    try:
        runner.run(complete())
    except KeyboardInterrupt:
        signals.append(signal.SIGINT)
    except asyncio.CancelledError:
        if not signals:
            raise
    finally:
        hurry = bool(signals or download.late) and _looks_up_names()
        if not hurry:
            runner.close()
    return 128 + signals[0] if signals else 0, hurry


def _looks_up_names() -> bool:
    """Whether asyncio has threads: here only `getaddrinfo` takes any. (They stay when they have nothing to
    do.)
    """
    return any(thread.name.startswith("asyncio_") for thread in threading.enumerate())


def _report(download: Run, seconds: float, quiet: bool, status: int) -> None:
    totals = download.totals
    for job, result in zip(download.jobs, download.results, strict=False):
        if result.failed and (job.ended or not status):
            print(f"{identity(result.url)}: {result.error}", file=sys.stderr)
        elif job.name != job.wanted and (job.ended or job.kept) and not quiet:
            print(f"{identity(result.url)} is {job.name}, for there is another {job.wanted}")
    if status:
        print(STOPPED.format(done=totals.done + totals.kept, files=totals.files), file=sys.stderr)
    elif not quiet:
        numbers = DONE.format(
            done=totals.done,
            kept=totals.kept,
            failed=totals.failed,
            received=totals.received,
            seconds=seconds,
        )
        print(numbers)
