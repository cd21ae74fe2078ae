"""What a folder's downloads are: from which URL, of which version, of how many bytes. It lets a later run go
on.

A file in the folder, `.download.jsonl`, has one line of JSON for each file, written *before* the file's first
byte: so whatever is in the folder and came from here is known, at whichever moment the process ends. A line
is written by one system call; the last line on a name counts. Data that the system has taken survive the end
of the process by any signal; not that of power, for which each file would have to wait for the disk
(`os.fsync`).

It is locked while a download runs, so that no two write to the same part.
"""

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
        self._fd = os.open(
            self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666
        )
        try:
            lock(self._fd, folder)
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
            try:
                name, url, size, validator = json.loads(line)
            except (ValueError, TypeError):
                continue  # half a line, or nothing of ours
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
        if not self._notes and sys.platform != "win32":  # there, an open file cannot be removed
            self.path.unlink(missing_ok=True)
        os.close(self._fd)


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
