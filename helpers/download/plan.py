"""Which file each item becomes: decided for all of them before the first request, in the order of the list.

So the same list gives the same names in every run, whichever answer comes first, and a later run finds what
an earlier one has left. What is in the folder already is either known to be the item's file, and kept, or
never touched: the item then gets another name.
"""

import itertools
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.download import names
from helpers.download.items import Item, is_sha256
from helpers.download.journal import FILE, Journal, Note
from helpers.download.part import ENDING, sha256_of


@dataclass(slots=True)
class Job:
    """One item's file. `kept`: it is there already. `has_part`: an earlier run has left a part of it.

    `received`: bytes that have come for it in this run. `due`: how many that will have been when it is whole,
    None while that is not known.
    """

    item: Item
    name: str
    wanted: str
    """The name that it would have if that were free."""
    kept: bool = False
    has_part: bool = False
    received: int = 0
    due: int | None = None
    ended: bool = False


def distinct(files: Iterable[str | Item]) -> list[Item]:
    """The items, each URL once, whatever its fragment: servers do not get to see that.

    Raises ValueError for what is no http or https URL, for a digest that is none, and where one URL is to
    have two digests or names.
    """
    items: dict[str, Item] = {}
    for file in files:
        item = Item(file) if isinstance(file, str) else file
        if not item.url[:8].lower().startswith(("http://", "https://")):
            raise ValueError(f"{item.url!r} is not a URL of http or https")
        if item.sha256 is not None and not is_sha256(item.sha256):
            raise ValueError(f"{item.sha256!r} is not a SHA-256 digest (64 hexadecimal digits)")
        if item.name is not None and names.safe(item.name.replace("%", "%25")) != item.name:
            raise ValueError(f"{item.name!r} is not a file name that every system takes")
        known = items.setdefault(item.url.partition("#")[0], item)
        if (known.name, known.sha256) != (item.name, item.sha256):
            raise ValueError(f"{identity(item.url)!r} is there twice, with another digest or name")
    return list(items.values())


class Folder:
    """The folder that the files go to, as it was found, and the names that are given in it."""

    def __init__(self, path: Path, journal: Journal) -> None:
        """Raises OSError where the folder cannot be read."""
        self._path = path
        self._journal = journal
        self._there = {names.key(name): name for name in os.listdir(path)}
        self._given = {FILE}
        self._number: dict[str, int] = {}
        """Where a name is wanted often: its first number that may be free."""

    def jobs(self, items: Iterable[Item]) -> list[Job]:
        """A job for each item, in their order; `settle` them next."""
        wanted = ((item, item.name or names.name_of(item.url)) for item in items)
        return [Job(item, self._claim(name), name) for item, name in wanted]

    def _claim(self, wanted: str) -> str:
        """`wanted`, or the first of its numbered forms that the list does not have yet."""
        for number in itertools.count(self._number.get(wanted, 0)):
            name = names.numbered(wanted, number)
            file, part = names.key(name), names.key(name + ENDING)
            if file not in self._given and part not in self._given:
                break
        self._given |= {file, part}
        if number:
            self._number[wanted] = number + 1
        return name

    async def settle(self, job: Job) -> None:
        """Find out whether the job's file is there, whole or in part; give it another name if something else
        is.
        """
        while names.key(job.name) in self._there or names.key(job.name + ENDING) in self._there:
            note = self._journal.get(job.name)
            if note is not None and note.url != identity(job.item.url):
                note = None
            if names.key(job.name) in self._there:
                if await self._is_kept(job, note):
                    job.kept = True
                    return
            elif note is not None and self._is_file(job.name + ENDING):
                job.has_part = True
                return
            job.name = self._claim(job.wanted)

    async def _is_kept(self, job: Job, note: Note | None) -> bool:
        """Whether the file is the item's: by its digest, or else by what the journal has noted on it."""
        if not self._is_file(job.name):
            return False
        path = os.path.join(self._path, job.name)
        if job.item.sha256 is not None:
            return await sha256_of(path) == job.item.sha256.lower()
        return note is not None and os.stat(path).st_size == note.size

    def _is_file(self, name: str) -> bool:
        """Whether it is a file of just that name: not a folder, not a link, not `A.PNG` for `a.png`."""
        if self._there.get(names.key(name)) != name:
            return False
        return stat.S_ISREG(os.lstat(os.path.join(self._path, name)).st_mode)


def identity(url: str) -> str:
    """`url` as the journal notes it: without its fragment, and without user and password."""
    if "@" not in url and "#" not in url:
        return url
    url = url.partition("#")[0]
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}" if "@" in authority else url
