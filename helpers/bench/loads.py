"""What is downloaded in a comparison: how many files, how large, how many at a time."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import psutil

KIB, MIB = 2**10, 2**20
MEMORY = Path(
    "/dev/shm"
)  # Linux: a file system in memory (https://man7.org/linux/man-pages/man5/tmpfs.5.html)
DELAY = 0.05  # seconds before each answer of the load `latency`
COMMON = 4 * MIB  # bytes that the files have in common, from different places on


class NoRoom(Exception):
    """The files would not fit; the message says what is missing."""


@dataclass(frozen=True)
class Load:
    """`files` of `size` bytes, `limit` at a time; `delayed`: each answer comes DELAY seconds late."""

    name: str
    files: int
    size: int
    limit: int
    delayed: bool = False

    def at_most(self, files: int | None) -> "Load":
        """The same with no more files than this, if it is given."""
        return self if files is None else replace(self, files=min(files, self.files))

    @property
    def unit(self) -> str:
        """What its figures are in: small files count by the file, large ones by the byte."""
        if self.delayed:
            return "s"
        return "files/s" if self.size < MIB else "MB/s"

    @property
    def least(self) -> float:
        """Seconds that it takes at least, whoever downloads: as long as somebody waits for the delays."""
        return -(-self.files // self.limit) * DELAY if self.delayed else 0.0

    def figure(self, seconds: float) -> float:
        """These seconds in the load's unit."""
        if self.delayed:
            return seconds
        return self.files / seconds if self.size < MIB else self.files * self.size / seconds / 1e6

    def names(self) -> list[str]:
        return [f"file-{number:05}" for number in range(self.files)]


SMALL = Load("small", 2_000, 10 * KIB, 16)
LARGE = Load("large", 200, MIB, 8)
HUGE = Load("huge", 1, 512 * MIB, 1)
LATENCY = Load("latency", 1_000, KIB, 100, delayed=True)
LOADS = {load.name: load for load in (SMALL, LARGE, HUGE, LATENCY)}


def place(load: Load) -> Path:
    """The folder below which both copies of the files fit: in memory, where there is a file system for that,
    so that no disk is measured; else the temporary folder. Raises NoRoom."""
    copies, most = 2 * load.files * load.size, 3 * load.size  # a client may join a file of its pieces
    free = psutil.virtual_memory().available
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > copies and free > copies + most:
        return MEMORY
    temporary = Path(tempfile.gettempdir())
    for what, needed, there_is in (
        (f"on the disk, below {temporary}", copies, shutil.disk_usage(temporary).free),
        ("of memory", most, free),
    ):
        if there_is < needed:
            amounts = f"{needed / 1e6:,.0f} MB {what}; {there_is / 1e6:,.0f} are free"
            raise NoRoom(f"The downloads {load.name!r} need {amounts}. Make room, or leave them out.")
    return temporary


def write(load: Load, folder: Path) -> None:
    """Write the files to `folder`, each with other bytes than the rest."""
    common = Random(load.name).randbytes(COMMON)
    for number, name in enumerate(load.names()):
        with open(folder / name, "wb") as file:
            for piece in _pieces(common, number, load.size):
                file.write(piece)


def _pieces(common: bytes, number: int, size: int) -> Iterator[bytes]:
    piece = number.to_bytes(8, "big") + common
    for start in range(0, size, len(piece)):
        yield piece[: size - start]


def problem(load: Load, served: Path, saved: Path) -> str | None:
    """What is wrong with the files in `saved`, which are compared byte by byte with those in `served`. Hidden
    ones are a client's own notes, such as what it needs to resume."""
    for name in load.names():
        if not (saved / name).is_file():
            return f"{name} is missing"
        if not _same(served / name, saved / name):
            return f"{name} has other bytes than on the server"
    strange = {path.name for path in saved.iterdir() if path.name[0] != "."} - set(load.names())
    return f"{min(strange)} was not asked for" if strange else None


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with open(one, "rb") as a, open(other, "rb") as b:
        while piece := a.read(MIB):
            if piece != b.read(MIB):
                return False
    return True
