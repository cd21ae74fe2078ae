"""What this learner has done so far, kept in one small file in the course's folder.

The file is a journal: one line of JSON for each thing done, only ever appended to. So a crash can spoil the
last line at most, a line that cannot be read spoils no other, and two notebooks that write at once lose
nothing: the file is locked while a line is written (`fcntl.flock`, on Windows `msvcrt.locking`).
"""

import contextlib
import html
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from helpers import texts
from helpers.catalog import LESSONS, Lesson
from helpers.files import COURSE

VERSION = 1
Kind = Literal["predicted", "checked", "hint", "solution"]


@dataclass(frozen=True)
class Record:
    """One thing done. `at`: UTC, to the second. `id`: of the exercise or prediction, such as `12.3`.
    `detail`: the verdict of a check, the text of a prediction, the number of a hint."""

    at: str
    kind: Kind
    id: str
    detail: str = ""


@dataclass
class Done:
    """What was done in one lesson: ids of predictions, of exercises tried, of exercises passed; when last."""

    predicted: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    last: str = ""


def path() -> Path:
    """Where the journal is. The variable COURSE_PROGRESS names another place: tests and releases set it."""
    return Path(os.environ.get("COURSE_PROGRESS") or COURSE / ".progress.jsonl")


def record(kind: Kind, id: str, detail: str = "") -> None:
    """Append to the journal. Where it cannot be written, nothing is recorded and nothing else goes wrong: a
    learner in a read-only folder can still do the exercises, and `doctor` says what is wrong."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    line = json.dumps({"version": VERSION, **asdict(Record(at, kind, id, detail))}, ensure_ascii=False)
    with contextlib.suppress(OSError), open(path(), "a+b", buffering=0) as file, _locked(file):
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        begin = "" if file.read(1) in (b"", b"\n") else "\n"  # a crash may have left half a line
        file.write(f"{begin}{line}\n".encode())


@contextlib.contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    """Hold the lock of the open file; it ends with the file, whatever happens."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read() -> tuple[list[Record], int]:
    """The records, oldest first, and how many lines could not be read (they stay in the file)."""
    try:
        return parse(path().read_bytes())
    except OSError:
        return [], 0


def parse(journal: bytes) -> tuple[list[Record], int]:
    """The records in the text of a journal, and how many of its lines are none."""
    records, unreadable = [], 0
    for line in filter(None, journal.splitlines()):
        try:
            fields = json.loads(line)
            records.append(Record(*(str(fields[name]) for name in ("at", "kind", "id", "detail"))))
        except (ValueError, KeyError, TypeError, RecursionError):
            unreadable += 1
    return records, unreadable


def attempted(id: str) -> bool:
    """Whether an answer to the exercise has been checked, the untouched stub not counted."""
    records, _ = read()
    return any(r.kind == "checked" and r.id == id and r.detail != "not attempted" for r in records)


def by_lesson(records: list[Record]) -> dict[Lesson, Done]:
    """What was done in each lesson of the course."""
    done = {lesson: Done() for lesson in LESSONS}
    numbers = {f"{lesson.number:02}": lesson for lesson in LESSONS}
    for entry in records:
        if (lesson := numbers.get(entry.id.partition(".")[0])) is None:
            continue
        here = done[lesson]
        here.last = max(here.last, entry.at)
        if entry.kind == "predicted":
            here.predicted.add(entry.id)
        elif entry.kind == "checked" and entry.detail != "not attempted":
            here.tried.add(entry.id)
            if entry.detail == "correct":
                here.passed.add(entry.id)
    return done


def resume_at(done: dict[Lesson, Done]) -> str:
    """Where to go on: the first exercise not passed in the lesson worked in last, else the next lesson."""
    last = max(done, key=lambda lesson: done[lesson].last)
    if not done[last].last:
        return texts.BEGIN.format(number=LESSONS[0].number, stem=LESSONS[0].stem)
    for lesson in LESSONS[LESSONS.index(last) :]:
        for exercise in lesson.exercises:
            if exercise not in done[lesson].passed:
                return texts.GO_ON.format(exercise=exercise, stem=lesson.stem)
    return texts.ALL_PASSED.format(number=last.number)


class Table:
    """The state of the course, as a table: in a terminal as text, in a notebook as HTML."""

    def __init__(self) -> None:
        records, self._unreadable = read()
        done = by_lesson(records)
        self._rows = [
            (
                f"{lesson.number:02} {lesson.title}",
                str(len(here.predicted)),
                f"{len(here.passed)}/{len(lesson.exercises)}",
                str(len(here.tried)),
                here.last[:10],
            )
            for lesson, here in done.items()
        ]
        self._below = [resume_at(done)]
        if self._unreadable:
            self._below.append(texts.UNREADABLE.format(count=self._unreadable, name=path().name))

    def __repr__(self) -> str:
        rows = [texts.PROGRESS_HEAD, *self._rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(texts.PROGRESS_HEAD))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        ]
        return "\n".join([line.rstrip() for line in lines] + ["", *self._below])

    def _repr_html_(self) -> str:
        def row(cells: tuple[str, ...], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        body = "".join(row(cells, "td") for cells in self._rows)
        below = "".join(f"<p>{html.escape(text)}</p>" for text in self._below)
        return f"<table><thead>{row(texts.PROGRESS_HEAD, 'th')}</thead><tbody>{body}</tbody></table>{below}"
