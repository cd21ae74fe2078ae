"""What a folder's downloads are: from which URL, of which version, of how many bytes. It lets a later run go
on.

A file in the folder, `.download.jsonl`, has one line of JSON for each file, written *before* the file's first
byte: so whatever is in the folder and came from here is known, at whichever moment the process ends. A line
is written by one system call; the last line on a name counts. Data that the system has taken survive the end
of the process by any signal; not that of power, for which each file would have to wait for the disk
(`os.fsync`).

It is locked while a download runs, so that no two write to the same part.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

FILE = ".download.jsonl"

IN_USE = "another download is writing to {folder}. Wait for it, or take another folder"


class Note(NamedTuple):
    """What the journal says about one file.

    `url`: without user and password. `size`: bytes of the whole file, None while the server has not said it.
    `validator`: what If-Range wants, a strong ETag or a date; None: this version cannot be named, so nothing
    can be added to a part of it.
    """

    url: str
    size: int | None
    validator: str | None


class Journal:
    """The journal of `folder`, which must exist; open until `close()`.

    Raises BlockingIOError while another download has it, OSError where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._broken = False  # the last line ends in the middle: the disk was full
        self._fd = open_locked(self.path)
        try:
            self._notes = self._read()
        except BaseException:
            os.close(self._fd)
            raise

    def _read(self) -> dict[str, Note]:
        if not os.fstat(self._fd).st_size:
            return {}
        text = self.path.read_bytes()
        self._broken = not text.endswith(b"\n")
        notes = {}
        for line in text.splitlines():
            with contextlib.suppress(ValueError):  # half a line
                match json.loads(line):
                    case [str(name), str(url), int() | None as size, str() | None as validator]:
                        notes[name] = Note(url, size, validator)
        return notes

    def get(self, name: str) -> Note | None:
        """What was noted on the file `name` last, in this run or in an earlier one."""
        return self._notes.get(name)

    def write(self, name: str, note: Note) -> None:
        """Note it, now. Raises OSError where that fails."""
        line = json.dumps([name, *note])
        start = "\n" if self._broken else ""
        self._broken = True
        write_all(self._fd, f"{start}{line}\n".encode())
        self._broken = False
        self._notes[name] = note

    def close(self) -> None:
        """Let others have the folder. A journal with nothing in it does not stay."""
        if not os.fstat(self._fd).st_size:
            with contextlib.suppress(OSError):  # Windows deletes no open file
                self.path.unlink()
        os.close(self._fd)


def open_locked(path: Path) -> int:
    """A descriptor of the file, which is made if it is not there; others are kept from it until it is closed.

    Raises BlockingIOError while others have it, OSError where it cannot be opened.
    """
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
        try:
            lock(fd, path.parent)
            if sys.platform == "win32" or is_at(fd, path):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)  # between `open` and `lock` its owner was done and deleted it: a lock on it keeps nobody


def is_at(fd: int, path: Path) -> bool:
    """Whether the open file is the one that has this path now."""
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False


def lock(fd: int, folder: Path) -> None:
    """Keep others from `fd` until it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(fd, 2**30, os.SEEK_SET)  # what is locked cannot be read there: lock what never is
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise BlockingIOError(IN_USE.format(folder=folder)) from None
    except OSError:
        pass  # a file system without locks: then it works without


def write_all(fd: int, data: bytes) -> None:
    """`os.write` may write less than it was given, as when a disk is nearly full. Raises OSError."""
    written = os.write(fd, data)
    while written < len(data):
        written += os.write(fd, data[written:])
