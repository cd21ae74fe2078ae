"""Each learner gets a clone of the course once; nothing writes over it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import start_server

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="clones are made by git")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))  # where git keeps what is set for the learner
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    return folder


@pytest.fixture
def course(tmp_path: Path, home: Path) -> Path:
    folder = tmp_path / "course"
    git("init", "--quiet", str(folder))
    ship(folder, "as shipped")
    return folder


def git(*arguments: str) -> str:
    who = ("-c", "user.name=Dora", "-c", "user.email=dora@school.example")
    return subprocess.run(["git", *who, *arguments], capture_output=True, text=True, check=True).stdout


def ship(course: Path, text: str) -> None:
    (course / "lesson.txt").write_text(text)
    git("-C", str(course), "add", ".")
    git("-C", str(course), "commit", "--quiet", "--message", text)


def test_a_clone_of_ones_own(course: Path, home: Path) -> None:
    (course / "draft.txt").write_text("the teacher's, not committed")
    clone = start_server.hand_out(course, home)
    assert clone == home / start_server.NAME
    assert (clone / "lesson.txt").read_text() == "as shipped"
    assert not (clone / "draft.txt").exists()
    assert clone.stat().st_mode & 0o077 == 0 or home.drive


def test_what_a_learner_did_stays_and_what_is_shipped_can_be_pulled(course: Path, home: Path) -> None:
    clone = start_server.hand_out(course, home)
    (clone / "answer.txt").write_text("mine")
    ship(course, "mended")
    assert start_server.hand_out(course, home) == clone
    assert (clone / "answer.txt").read_text() == "mine"
    assert (clone / "lesson.txt").read_text() == "as shipped"
    git("-C", str(clone), "pull", "--quiet")
    assert (clone / "lesson.txt").read_text() == "mended"
    assert (clone / "answer.txt").read_text() == "mine"


def test_no_course_to_clone_nothing_is_left(tmp_path: Path, home: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        start_server.hand_out(tmp_path / "none", home)
    assert [path.name for path in home.iterdir()] == [".gitconfig"]
