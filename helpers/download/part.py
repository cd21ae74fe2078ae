"""The part of a file that has come so far: `NAME.part`. Nothing has the file's own name before it is whole.

Written at once, from the event loop. That blocks the others for as long as the system needs to take the bytes
into its memory, some microseconds for 10 KiB. Handing each piece to a thread was measured to take longer than
writing it: with aiofiles, and with a thread for each write, aiohttp got 2,480 files a second in place of
2,750 to 3,450, and 334 to 484 MB/s in place of 605.
"""

import asyncio
import contextlib
import hashlib
import os

from helpers.download.journal import Journal, Note, write_all

ENDING = ".part"
WRITE = os.O_WRONLY | getattr(os, "O_BINARY", 0)
PIECE = 1024 * 1024
"""Bytes that are hashed before others get their turn."""


class Part:
    """The part of one file.

    `size`: its bytes on the disk. `note`: which version of the file they are of; None: nothing has come.
    """

    def __init__(self, folder: str, name: str, journal: Journal, exists: bool) -> None:
        """`exists`: whether an earlier run has left a part, and a note on it in the journal."""
        self.path = os.path.join(folder, name)
        self.part = self.path + ENDING
        self.size = 0
        self.note: Note | None = None
        if exists:
            with contextlib.suppress(FileNotFoundError):
                self.size, self.note = os.stat(self.part).st_size, journal.get(name)
        self._name = name
        self._journal = journal
        self._fd: int | None = None

    @property
    def whole(self) -> bool:
        """Whether all has come that the server announced: so much, and not more."""
        return self.note is not None and self.size == self.note.size

    @property
    def resumable(self) -> bool:
        """Whether the rest can be asked for: the version has a name, some of it is here, some is not."""
        if self.note is None or self.note.validator is None or not self.size:
            return False
        return self.note.size is None or self.size < self.note.size

    def begin(self, note: Note) -> None:
        """Begin with the first byte of the version that `note` describes; what was there of another goes.

        Raises FileExistsError where there is a file that is not this download's, or that cannot be deleted.
        """
        if self.note is not None:
            self.discard()
        if os.path.lexists(self.part):  # before the journal says that it is of that version
            raise FileExistsError(
                f"{self.part} cannot be deleted, or is somebody else's. Move it away and run this again"
            )
        self._journal.write(self._name, note)
        self._fd = os.open(self.part, WRITE | os.O_CREAT | os.O_EXCL, 0o666)
        self.note = note  # only now: what this is None for is not ours to delete

    def go_on(self, note: Note) -> bool:
        """Go on behind the last byte, of the version that `note` describes; False if the part is not what it
        was, because somebody has changed or deleted it.
        """
        try:
            self._fd = os.open(self.part, WRITE | os.O_APPEND)
        except FileNotFoundError:
            return False
        if os.fstat(self._fd).st_size != self.size:
            return False
        if note != self.note:
            self._journal.write(self._name, note)
            self.note = note
        return True

    def write(self, data: bytes) -> None:
        assert self._fd is not None
        write_all(self._fd, data)
        self.size += len(data)

    def close(self) -> None:
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)

    def discard(self) -> None:
        """Throw it away: no version is here any more."""
        self.close()
        if self.note is not None:
            with contextlib.suppress(OSError):  # if it cannot go, `begin` says so
                os.unlink(self.part)
        self.size, self.note = 0, None

    def finish(self) -> None:
        """It is whole, and closed: give it the file's own name, in one step.

        Raises FileExistsError where somebody has made a file of that name meanwhile, OSError where what is on
        the disk is not as long as what was written.
        """
        assert self.note is not None
        if os.stat(self.part).st_size != self.size:
            raise OSError(f"{self.part} was changed by somebody else meanwhile. Run this again")
        if self.note.size is None:
            self.note = self.note._replace(size=self.size)
            self._journal.write(self._name, self.note)
        if os.path.lexists(self.path):
            raise FileExistsError(
                f"{self.path} was made by somebody else meanwhile. Run this again: it gets another name"
            )
        os.replace(self.part, self.path)


async def sha256_of(path: str) -> str:
    """The SHA-256 digest of what is on the disk, in hexadecimal. Others get their turn after each piece.

    No thread: Python would wait for it at the end, and so Ctrl-C for the digest of a large file.
    """
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:  # noqa: ASYNC230 (see above)
        while piece := file.read(PIECE):
            digest.update(piece)
            await asyncio.sleep(0)
    return digest.hexdigest()
