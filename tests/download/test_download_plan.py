import asyncio
import hashlib
import os
from contextlib import closing
from pathlib import Path

import pytest

from helpers.download import names as names_of_urls
from helpers.download.items import Item
from helpers.download.journal import Journal, Note
from helpers.download.plan import Folder, Job, distinct, identity


def plan(folder: Path, *items: str | Item, notes: dict[str, Note] | None = None) -> list[Job]:
    async def settled(journal: Journal) -> list[Job]:
        found = Folder(folder, journal)
        planned = found.jobs(distinct(items))
        for job in planned:
            await found.settle(job)
        return planned

    with closing(Journal(folder)) as journal:
        for name, note in (notes or {}).items():
            journal.write(name, note)
        return asyncio.run(settled(journal))


def names(planned: list[Job]) -> list[str]:
    return [job.name for job in planned]


def test_the_same_name_gets_numbers_in_the_order_of_the_list(tmp_path: Path) -> None:
    urls = [
        "http://a/x",
        "http://b/x",
        "http://b/X",
        "http://c/x.part",
        "http://a/x.1",
        "http://d/x?y",
        "http://a/x#z",
    ]
    assert names(plan(tmp_path, *urls)) == ["x", "x.1", "X.2", "x.part.1", "x.1.1", "x.3"]


def test_a_name_that_all_want_is_not_looked_for_from_the_start_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of 100,000 addresses that end in a slash would take an hour."""
    looks = []
    numbered = names_of_urls.numbered
    monkeypatch.setattr(names_of_urls, "numbered", lambda *asked: looks.append(asked) or numbered(*asked))
    planned = plan(tmp_path, *(f"http://a/{n}/" for n in range(300)))
    assert names(planned) == ["index.html", *(f"index.html.{n}" for n in range(1, 300))]
    assert len(looks) < 2 * 300


def test_a_file_of_the_journals_url_and_size_is_kept(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    (job,) = plan(tmp_path, "http://u:p@a/x", notes={"x": Note("http://a/x", 3, None)})
    assert (job.name, job.kept) == ("x", True)


@pytest.mark.parametrize("note", [None, Note("http://a/x", 4, None), Note("http://b/x", 3, None)])
def test_any_other_file_is_left_alone(tmp_path: Path, note: Note | None) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    (job,) = plan(tmp_path, "http://a/x", notes={"x": note} if note else None)
    assert (job.name, job.kept, job.wanted) == ("x.1", False, "x")


def test_with_a_digest_the_digest_decides(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"other")
    (tmp_path / "x.1").write_bytes(b"abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    note = Note("http://a/x", 5, None)
    (job,) = plan(tmp_path, Item("http://a/x", sha256=digest.upper()), notes={"x": note})
    assert (job.name, job.kept) == ("x.1", True)


def test_a_part_is_gone_on_with_only_if_it_is_of_that_url(tmp_path: Path) -> None:
    for name in ("x", "y", "z"):
        (tmp_path / f"{name}.part").write_bytes(b"ab")
    notes = {"x": Note("http://a/x", 3, '"1"'), "y": Note("http://a/y?old", 3, '"1"')}
    planned = plan(tmp_path, "http://a/x", "http://a/y", "http://a/z", notes=notes)
    assert [(job.name, job.has_part) for job in planned] == [("x", True), ("y.1", False), ("z.1", False)]


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "Y").write_bytes(b"abc")
    (tmp_path / "other").write_bytes(b"abc")
    os.symlink(tmp_path / "other", tmp_path / "z") if os.name != "nt" else (tmp_path / "z").mkdir()
    notes = {name: Note(f"http://a/{name}", 3, None) for name in "xyz"}
    planned = plan(tmp_path, "http://a/x", "http://a/y", "http://a/z", notes=notes)
    assert names(planned) == ["x.1", "y.1", "z.1"]


def test_a_digest_and_a_name_can_be_given(tmp_path: Path) -> None:
    assert names(plan(tmp_path, Item("http://a/x", name="100% 猫.png"))) == ["100% 猫.png"]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["ftp://a/x"], "no URL|not a URL"),
        (["/etc/passwd"], "not a URL"),
        ([""], "not a URL"),
        ([Item("http://a", sha256="abc")], "not a SHA-256 digest"),
        ([Item("http://a", name="../x")], "not a file name"),
        ([Item("http://a", name="con.png")], "not a file name"),
        (
            [Item("http://u:p@a", sha256="a" * 64), "http://u:p@a#b"],
            "'http://a' is there twice, with another",
        ),
    ],
)
def test_what_cannot_be_is_refused(items: list[str | Item], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        distinct(items)


def test_passwords_are_not_noted() -> None:
    assert identity("https://me:secret@a:1/x@y?z#f") == "https://a:1/x@y?z"
    assert identity("HTTP://a") == "HTTP://a"
