"""Write files so that nothing is ever half written or lost.

A file is first written whole under another name in the same folder, then renamed over the old one: a rename
inside one file system is atomic, so a reader sees the old file or the new one, never a part
(https://docs.python.org/3/library/os.html#os.replace).
"""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent  # the folder that holds lessons/, solutions/ and helpers/
COPIES = ".copies"


def write_atomically(path: Path, text: str) -> None:
    """Replace the contents of `path` by `text` (UTF-8, line ends as given), all at once.

    Raises OSError where the folder cannot be written; the old file is then untouched.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def keep_copy(path: Path, course: Path = COURSE) -> Path:
    """Copy `path` into the course's folder of copies, under its name and the date; return the copy's path.

    Raises OSError where the copy cannot be made: then do not overwrite the original.
    """
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = course / COPIES / path.resolve().relative_to(course.resolve()).parent
    folder.mkdir(parents=True, exist_ok=True)
    copy, number = folder / f"{path.stem}.{stamp}{path.suffix}", 1
    while copy.exists():
        number += 1
        copy = folder / f"{path.stem}.{stamp}-{number}{path.suffix}"
    shutil.copy2(path, copy)
    return copy


def why_not(path: Path) -> str | None:
    """Why no file can be written at `path`, to be said before long work begins; None if one can."""
    if path.is_dir():
        return f"{path} is a folder. Name a file."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent} for {path.name}."
    if not os.access(path.parent, os.W_OK):
        return f"Nothing can be written into {path.parent}."
    return None


def replace(path: Path, text: str) -> Path | None:
    """Write the file; return the copy of the one that was there, in `.copies` beside it. Raises OSError."""
    path = path.resolve()
    copy = keep_copy(path, path.parent) if path.exists() else None
    write_atomically(path, text)
    return copy
