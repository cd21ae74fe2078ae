import os
from contextlib import closing
from pathlib import Path

import pytest

from helpers.download import journal
from helpers.download.journal import FILE, Journal, Note

NOTE = Note("http://a/b", 3, '"x"')


def test_a_note_is_there_for_the_next_run_at_once(tmp_path: Path) -> None:
    with closing(Journal(tmp_path)) as first:
        first.write("ü", NOTE)
        first.write("ü", NOTE._replace(size=4))
        text = (tmp_path / FILE).read_bytes()
    assert text.count(b"\n") == 2
    with closing(Journal(tmp_path)) as second:
        assert second.get("ü") == NOTE._replace(size=4)
        assert second.get("u") is None


STRANGE = b"""3
{"b": 1}
\xff
[["b"], "http://b", 3, null]
["b", "http://b", "3", null]
["b", "http://b", 3, {}]
"""


def test_half_a_line_spoils_no_other(tmp_path: Path) -> None:
    good = b'["a", "http://a", 1, null]\n'
    (tmp_path / FILE).write_bytes(good + STRANGE + b'["c", "http://')
    with closing(Journal(tmp_path)) as found:
        found.write("d", NOTE)
    with closing(Journal(tmp_path)) as found:
        assert (found.get("a"), found.get("d")) == (Note("http://a", 1, None), NOTE)
        assert found.get("b") is None


def test_a_write_that_failed_spoils_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int, data: bytes) -> None:
        os.write(fd, data[:5])
        raise OSError(28, "No space left on device")

    with closing(Journal(tmp_path)) as found:
        with monkeypatch.context() as patch:
            patch.setattr(journal, "write_all", full)
            with pytest.raises(OSError, match="No space"):
                found.write("a", NOTE)
        assert found.get("a") is None
        found.write("b", NOTE)
    with closing(Journal(tmp_path)) as found:
        assert found.get("b") == NOTE


def test_two_cannot_write_to_one_folder(tmp_path: Path) -> None:
    with closing(Journal(tmp_path)), pytest.raises(BlockingIOError, match="another download is writing"):
        Journal(tmp_path)
    Journal(tmp_path).close()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no open file")
def test_nor_if_the_first_one_deletes_it_between_the_seconds_open_and_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, lock = Journal(tmp_path), journal.lock

    def close_and_lock(fd: int, folder: Path) -> None:
        monkeypatch.setattr(journal, "lock", lock)
        first.close()
        lock(fd, folder)

    monkeypatch.setattr(journal, "lock", close_and_lock)
    with closing(Journal(tmp_path)), pytest.raises(BlockingIOError):
        Journal(tmp_path)


def test_a_file_of_that_name_with_something_else_in_it_stays(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("mine")
    Journal(tmp_path).close()
    assert (tmp_path / FILE).read_text() == "mine"


def test_an_empty_journal_does_not_stay(tmp_path: Path) -> None:
    Journal(tmp_path).close()
    assert os.name == "nt" or list(tmp_path.iterdir()) == []


def test_what_was_not_written_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = bytearray()

    def few(_: int, data: bytes) -> int:
        written.extend(data[:3])
        return len(data[:3])

    monkeypatch.setattr(os, "write", few)
    journal.write_all(1, b"abcdefgh")
    assert written == b"abcdefgh"
