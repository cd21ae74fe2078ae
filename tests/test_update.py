"""A teacher changes two lessons while a learner is working in one of them."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from helpers import catalog, update
from helpers.__main__ import main
from helpers.authoring import release
from helpers.catalog import Lesson
from helpers.files import COURSE
from helpers.update import Arrival

SOURCE = """\
# {number:02} · Toy

Prose.

```{{code-cell}} ipython3
:tags: [answer-{number:02}.1]

def one() -> int:
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION
```

More prose.

```{{code-cell}} ipython3
:tags: [answer-{number:02}.2]

def two() -> int:
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION
```
"""
LESSONS = tuple(Lesson(n, "toy", "Toy", 10, exercises=(f"0{n}.1", f"0{n}.2")) for n in (7, 8))
PULL = ['git commit -qam "My work"', "git pull -q --no-rebase -X ours"]


def build(course: Path, change: Callable[[str], str] = str) -> None:
    """The toy course's sources, changed, and its learner's notebooks."""
    for lesson in LESSONS:
        target = release.Target(lesson, "lessons", course)
        for path in (target.path, target.source):
            path.parent.mkdir(parents=True, exist_ok=True)
        target.source.write_text(change(SOURCE.format(number=lesson.number)), encoding="utf-8")
        target.path.write_text(nbformat.writes(release.plan(target)[1]) + "\n", encoding="utf-8")


def teach(text: str) -> str:
    return text.replace("More prose.", "Better prose.").replace("def two()", "def two(a: int)")


def work(course: Path) -> bytes:
    """The learner answers the first exercise of lesson 07, adds a cell, and runs it all. Returns the file."""
    path = course / "lessons" / "07_toy.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "".join(cell["source"]).replace("raise NotImplementedError", "return 'mine'")
            cell["execution_count"] = 1
    notebook["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": "My note."})
    notebook["metadata"]["language_info"]["version"] = "3.12.1"
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path.read_bytes()


def sources(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    build(tmp_path)
    return tmp_path


def test_a_new_edition_comes_beside(course: Path) -> None:
    before = work(course)
    (course / "solutions" / "07_toy.md").write_text(teach(SOURCE.format(number=7)), encoding="utf-8")
    arrival = update.update(LESSONS[0], course)
    assert arrival is not None
    assert arrival == Arrival(arrival.path, carried=1, changed=("07.2",))
    assert arrival.path.parent == course / "lessons"
    assert arrival.path.name.startswith("07_toy.new-20")
    assert (course / "lessons" / "07_toy.ipynb").read_bytes() == before
    prose, one, more, two = sources(arrival.path)
    assert "return 'mine'" in one
    assert more == "Better prose."
    assert "def two(a: int)" in two
    assert "raise NotImplementedError" in two
    assert "Toy" in prose


def test_it_comes_once(course: Path) -> None:
    work(course)
    (course / "solutions" / "07_toy.md").write_text(teach(SOURCE.format(number=7)), encoding="utf-8")
    assert update.update(LESSONS[0], course) is not None
    assert update.update(LESSONS[0], course) is None
    again = teach(SOURCE.format(number=7)).replace("Better", "Best")
    (course / "solutions" / "07_toy.md").write_text(again, encoding="utf-8")
    assert update.update(LESSONS[0], course) is not None
    assert len(list((course / "lessons").glob("07_toy.new-*.ipynb"))) == 2


def test_there_is_nothing_new_for_a_lesson_of_this_edition(course: Path) -> None:
    work(course)
    assert update.update(LESSONS[0], course) is None
    assert len(list((course / "lessons").iterdir())) == 2


def test_a_cell_that_is_there_twice_is_not_guessed_at(course: Path) -> None:
    work(course)
    path = course / "lessons" / "07_toy.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] += notebook["cells"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (course / "solutions" / "07_toy.md").write_text(teach(SOURCE.format(number=7)), encoding="utf-8")
    arrival = update.update(LESSONS[0], course)
    assert arrival is not None
    assert arrival.carried == 0


@pytest.mark.parametrize("text", [None, "not JSON", "[]", '{"cells": [1]}', '{"cells": [{}]}'])
def test_a_notebook_that_cannot_be_read_is_left_as_it_is(course: Path, text: str | None) -> None:
    path = course / "lessons" / "07_toy.ipynb"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(update.UpdateError, match="reset 07 gives back the lesson"):
        update.update(LESSONS[0], course)
    assert [path.name for path in (course / "lessons").glob("07*")] == ["07_toy.ipynb"] * (text is not None)


def test_the_command_says_what_has_come(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = update.update
    monkeypatch.setattr(catalog, "LESSONS", LESSONS)
    monkeypatch.setattr(update, "update", lambda lesson: plain(lesson, course))
    assert main(["update"]) == 0
    assert capsys.readouterr().out.startswith("There is no new edition")
    work(course)
    (course / "solutions" / "07_toy.md").write_text(teach(SOURCE.format(number=7)), encoding="utf-8")
    (course / "lessons" / "08_toy.ipynb").write_text("spoilt", encoding="utf-8")
    assert main(["update"]) == 1
    out, err = capsys.readouterr()
    assert "is a new edition; lessons/07_toy.ipynb is as you left it." in out
    assert "07.2" in out
    assert "lessons/08_toy.ipynb cannot be read" in err


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


def clone_by_git(url: str, folder: Path) -> None:
    if not folder.exists():
        git("clone", "-q", url, str(folder), cwd=folder.parent)
        return
    for command in PULL:
        git(*command.replace('"My work"', "work").split()[1:], cwd=folder)


def clone_by_nbgitpuller(url: str, folder: Path) -> None:
    if not importlib.util.find_spec("nbgitpuller"):
        pytest.skip("nbgitpuller is not installed: only a hub needs it")
    command = [sys.executable, "-m", "nbgitpuller.pull", url, "main", str(folder)]
    subprocess.run(command, cwd=folder.parent, check=True, capture_output=True)


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """The teacher's clone of the toy course, and the address of the repository that it is pushed to."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        settings |= {f"GIT_{who}_NAME": "Toy", f"GIT_{who}_EMAIL": "toy@example.org"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    teacher, bare = tmp_path / "teacher", tmp_path / "course.git"
    build(teacher)
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(COURSE / name, teacher)
    git("init", "-q", "--bare", "-b", "main", str(bare), cwd=tmp_path)
    git("init", "-q", "-b", "main", cwd=teacher)
    git("remote", "add", "origin", bare.as_uri(), cwd=teacher)
    push(teacher)
    return teacher, bare.as_uri()


def push(teacher: Path) -> None:
    git("add", "-A", cwd=teacher)
    git("commit", "-qm", "The course", cwd=teacher)
    git("push", "-q", "origin", "main", cwd=teacher)


@pytest.mark.parametrize("clone", [clone_by_git, clone_by_nbgitpuller])
def test_a_pull_keeps_the_learners_work_and_brings_the_teachers(
    shared: tuple[Path, str], clone: Callable[[str, Path], None], tmp_path: Path
) -> None:
    teacher, url = shared
    learner = tmp_path / "learner"
    clone(url, learner)
    before = work(learner)
    build(teacher, teach)
    push(teacher)
    clone(url, learner)
    assert (learner / "lessons" / "07_toy.ipynb").read_bytes() == before
    assert "Better prose." in sources(learner / "lessons" / "08_toy.ipynb")
    assert update.update(LESSONS[1], learner) is None
    arrival = update.update(LESSONS[0], learner)
    assert arrival is not None
    assert "Better prose." in sources(arrival.path)
    assert (learner / "lessons" / "07_toy.ipynb").read_bytes() == before
    assert git("status", "--porcelain", cwd=learner) == ""


@pytest.mark.parametrize(
    ("readme", "python"),
    [("README.md", ".venv/bin/python"), ("deploy/README.md", "/srv/async-io-course/.venv/bin/python")],
)
def test_the_readme_says_how_to_pull(readme: str, python: str) -> None:
    text = (COURSE / readme).read_text(encoding="utf-8")
    assert f"{PULL[0]}; {PULL[1]} && {python} -m helpers update" in text
