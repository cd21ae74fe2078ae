"""The progress files of a class: whose each is, and what stands in it.

A file is named after the learner, `ada.progress.jsonl`, or lies in a folder that is, `ada/.progress.jsonl`.
Of a folder, all such files below it are taken, and the first part of the way to a file names the learner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers import progress
from helpers.progress import Record

ENDING = ".progress.jsonl"
LARGEST = 50 * 2**20  # bytes; a term of work has some hundred thousand


class JournalError(Exception):
    """No page can be made; the text says why, and what to do."""


@dataclass(frozen=True)
class Journal:
    """What one learner has done, oldest first."""

    learner: str
    path: Path
    records: list[Record]


def collect(paths: Sequence[Path]) -> tuple[list[Journal], list[str]]:
    """The journals in these files and folders, by name; and what a teacher should know about the rest.

    Raises JournalError where two are of one name, or none can be used.
    """
    journals, remarks = dict[str, Journal](), list[str]()
    for name, path in dict.fromkeys(found for each in paths for found in _named(each)):
        records, unreadable = _records(path, remarks)
        if unreadable and records:
            remarks.append(f"{path}: {unreadable} lines could not be read. The others count.")
        if not records:
            continue
        if name in journals:
            raise JournalError(
                f"Two files belong to {name}: {journals[name].path} and {path}. "
                f"Name each after its learner, as in ada{ENDING}."
            )
        journals[name] = Journal(name, path, records)
    if not journals:
        raise JournalError("\n".join([*remarks, "There is no progress file that could be used."]))
    return [journals[name] for name in sorted(journals)], remarks


def _named(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        for file in sorted(path.rglob(f"*{ENDING}")):
            first = file.relative_to(path).parts[0]
            yield (_own_name(file) if first == file.name else first), file
    else:
        yield _own_name(path), path


def _own_name(file: Path) -> str:
    return file.name.removesuffix(".jsonl").removesuffix(".progress") or file.resolve().parent.name


def _records(path: Path, remarks: list[str]) -> tuple[list[Record], int]:
    if not path.is_file():
        remarks.append(f"{path}: there is no such file. Skipped.")
        return [], 0
    try:
        if path.stat().st_size > LARGEST:
            remarks.append(f"{path}: larger than {LARGEST >> 20} MiB, so it is no progress file. Skipped.")
            return [], 0
        records, unreadable = progress.parse(path.read_bytes())
    except OSError as error:
        remarks.append(f"{path}: cannot be read: {error.strerror}. Skipped.")
        return [], 0
    if not records:
        remarks.append(f"{path}: no line of it is a record of progress. Skipped.")
    return records, unreadable
