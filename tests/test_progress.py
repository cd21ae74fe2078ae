import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import progress
from helpers.files import COURSE


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.jsonl"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def test_what_is_recorded_is_read_back_in_order() -> None:
    progress.record("predicted", "00.p1", "a coroutine 协程")
    progress.record("checked", "00.1", "not yet")
    progress.record("checked", "00.1", "correct")
    records, unreadable = progress.read()
    assert [(r.kind, r.id, r.detail) for r in records] == [
        ("predicted", "00.p1", "a coroutine 协程"),
        ("checked", "00.1", "not yet"),
        ("checked", "00.1", "correct"),
    ]
    assert unreadable == 0


def test_nothing_yet_means_begin() -> None:
    assert progress.read() == ([], 0)
    assert repr(progress.Table()).endswith("Begin with lesson 00: lessons/00_start_here.ipynb")


def test_the_untouched_stub_is_no_attempt() -> None:
    progress.record("checked", "00.1", "not attempted")
    assert not progress.attempted("00.1")
    progress.record("checked", "00.1", "stuck")
    assert progress.attempted("00.1")


def test_the_table_shows_what_is_done_and_where_to_go_on() -> None:
    progress.record("checked", "00.1", "not yet")
    row = next(line for line in repr(progress.Table()).splitlines() if line.startswith("00 "))
    assert row.split()[:6] == ["00", "Start", "here", "0", "0/1", "1"]
    assert "Go on with exercise 00.1: lessons/00_start_here.ipynb" in repr(progress.Table())
    progress.record("checked", "00.1", "correct")
    assert "0/1" not in repr(progress.Table()).splitlines()[1]
    assert "00.1" not in repr(progress.Table())


def test_who_has_passed_the_end_is_told_from_where_on() -> None:
    last = progress.LESSONS[-1]
    for exercise in last.exercises:
        progress.record("checked", exercise, "correct")
    says = f"lesson {last.number:02}, where you worked last, and of those after it is passed."
    assert repr(progress.Table()).endswith(says)


def test_the_html_form_has_the_same_rows() -> None:
    progress.record("checked", "00.1", "correct")
    page = progress.Table()._repr_html_()
    assert page.count("<tr>") == 1 + len(progress.LESSONS)
    assert "<td>1/1</td>" in page


@pytest.mark.parametrize(
    "garbage", [b"\x00\xff\xfe", b"{}", b"[]", b'{"at": 1', b"null", '{"版本": 1}'.encode()]
)
def test_garbage_is_left_alone_and_said(journal: Path, garbage: bytes) -> None:
    progress.record("checked", "00.1", "correct")
    journal.write_bytes(journal.read_bytes() + garbage)
    progress.record("predicted", "00.p1", "3")
    records, unreadable = progress.read()
    assert [r.id for r in records] == ["00.1", "00.p1"]
    assert unreadable == 1
    assert garbage in journal.read_bytes()
    assert "1 of the lines in progress.jsonl could not be read" in repr(progress.Table())


def test_a_line_of_another_version_is_read_as_far_as_it_goes(journal: Path) -> None:
    line = {
        "version": 9,
        "at": "2030-01-01T00:00:00Z",
        "kind": "checked",
        "id": "00.1",
        "detail": "correct",
        "mood": "good",
    }
    journal.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert progress.by_lesson(progress.read()[0])[progress.LESSONS[0]].passed == {"00.1"}


def test_lessons_that_are_no_more_do_no_harm() -> None:
    progress.record("checked", "77.1", "correct")
    assert "Begin with lesson 00" in repr(progress.Table())


def test_where_nothing_can_be_written_nothing_else_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "none" / "progress.jsonl"))
    progress.record("checked", "00.1", "correct")
    assert progress.read() == ([], 0)


WRITER = """\
from helpers import progress
from helpers.files import COURSE

for number in range(200):
    progress.record("predicted", f"00.p{number}", "x" * 100)
"""


def test_two_processes_at_once_lose_nothing() -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], cwd=COURSE) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    records, unreadable = progress.read()
    assert (len(records), unreadable) == (400, 0)
