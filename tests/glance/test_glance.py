import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.catalog import LESSONS
from helpers.glance import counts, journals, page
from helpers.glance.journals import Journal, JournalError
from helpers.progress import Record


def checked(id: str, verdict: str, day: str = "2026-03-01") -> Record:
    return Record(f"{day}T10:00:00Z", "checked", id, verdict)


ADA = [checked("00.1", "error"), checked("00.1", "correct"), checked("02.1", "not attempted")]
BOB = [
    checked("00.1", "not yet"),
    Record("2026-03-02T10:00:00Z", "hint", "00.1", "1"),
    checked("00.1", "stuck"),
]
ZOE = [checked("00.1", "stuck"), Record("2026-03-02T10:00:00Z", "solution", "00.1"), checked("77.7", "stuck")]
CLASS = [Journal(name, Path(name), records) for name, records in (("Ada", ADA), ("Bob", BOB), ("Zoe", ZOE))]


def hand_in(path: Path, records: list[Record], *more: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"version": 1} | vars(record)) for record in records]
    path.write_text("\n".join([*lines, *more]), encoding="utf-8")
    return path


def names(*paths: Path) -> list[str]:
    return [journal.learner for journal in journals.collect(paths)[0]]


def test_a_file_belongs_to_whom_it_is_named_after(tmp_path: Path) -> None:
    one, two = (
        hand_in(tmp_path / "ada.progress.jsonl", ADA),
        hand_in(tmp_path / "bob" / ".progress.jsonl", BOB),
    )
    deep = hand_in(tmp_path / "zoe" / "course" / ".progress.jsonl", ZOE)
    assert names(two, one) == ["ada", "bob"]
    assert names(deep) == ["course"]
    assert names(tmp_path) == ["ada", "bob", "zoe"]
    assert names(tmp_path / "bob") == ["bob"]


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    one, two = (hand_in(tmp_path / place / "ada.progress.jsonl", ADA) for place in "xy")
    with pytest.raises(JournalError, match=r"Two files belong to ada: .* Name each after its learner"):
        journals.collect([one, two])
    assert names(one, one) == ["ada"]


def test_what_cannot_be_used_is_said_and_skipped(tmp_path: Path) -> None:
    (tmp_path / "garbage.jsonl").write_bytes(b"\xff\x00\n[1]\n{}\n" + b"[" * 100_000)
    files = [
        hand_in(tmp_path / "ada.progress.jsonl", ADA, "half a li"),
        tmp_path / "garbage.jsonl",
        tmp_path / "nowhere.jsonl",
    ]
    found, remarks = journals.collect(files)
    assert [journal.learner for journal in found] == ["ada"]
    assert [re.sub(r"^.*/|^.*\\", "", remark) for remark in remarks] == [
        "ada.progress.jsonl: 1 lines could not be read. The others count.",
        "garbage.jsonl: no line of it is a record of progress. Skipped.",
        "nowhere.jsonl: there is no such file. Skipped.",
    ]
    with pytest.raises(JournalError, match=r"no such file(.|\n)*no progress file that could be used"):
        journals.collect(files[2:])


def test_who_has_tried_and_not_passed_is_stopped() -> None:
    count = counts.by_exercise(CLASS)["00.1"]
    assert (count.passed, count.stopped, count.last) == (1, ["Bob", "Zoe"], {"stuck": 2})
    assert (count.tries, count.hinted, count.shown) == (5, 1, 1)
    assert counts.by_exercise(CLASS)["02.1"] == counts.Count("02.1")


def test_the_hardest_stops_most() -> None:
    made = {
        id: counts.Count(id, stopped=["x"] * many) for id, many in (("a", 1), ("b", 3), ("c", 0), ("d", 3))
    }
    assert [count.exercise for count in counts.hardest(made)] == ["b", "d", "a"]


class Wellformed(HTMLParser):
    """Collects the text; fails where tags do not pair up."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.text, self.tags = list[str](), list[str](), set[str]()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_shows_names_and_numbers_and_needs_nothing_else() -> None:
    text = page.page(CLASS)
    read = Wellformed(text)
    assert {"script", "link", "img"}.isdisjoint(read.tags)
    assert "://" not in text
    shown = "".join(read.text)
    exercises = 3 * sum(len(lesson.exercises) for lesson in LESSONS)
    assert (
        f"3 learners have given their progress files. They have passed 1 of {exercises} exercises." in shown
    )
    assert "00.1 The length of a body: 2 of 3" in shown
    assert "Bob, Zoe" in shown
    row = next(row for row in text.split("<tr") if 'scope="row">00.1 ' in row)
    assert re.findall(r'class="number">(\d+)<', row) == ["1", "2", "0", "5", "1", "1"]


def test_an_anonymous_page_has_no_name_and_no_day() -> None:
    text = page.page(CLASS, anonymous=True)
    Wellformed(text)
    assert not re.search("Ada|Bob|Zoe|2026", text)
    assert "Learner 3" in text


def test_names_are_text_whatever_they_are() -> None:
    evil = Journal("<script>alert(1)</script>\udcff\u202e", Path("x"), BOB)
    text = page.page([evil])
    text.encode()
    assert "<script" not in text
    assert "\u202e" not in text


def test_the_command_writes_the_page_and_keeps_the_old_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(tmp_path / "ada.progress.jsonl", ADA)
    output = tmp_path / "class.html"
    output.write_text("mine", encoding="utf-8")
    assert main(["class", str(tmp_path), "-o", str(output)]) == 0
    assert "a copy is in" in capsys.readouterr().out
    assert output.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [copy.read_text() for copy in (tmp_path / ".copies").iterdir()] == ["mine"]
    assert main(["class", str(tmp_path), str(tmp_path / "x.jsonl"), "-o", str(output)]) == 1
    assert "no such file. Skipped." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "no progress file that could be used"),
        (["x", "-o", "nowhere/x.html"], "no folder"),
    ],
)
def test_bad_input_is_refused(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["class", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
