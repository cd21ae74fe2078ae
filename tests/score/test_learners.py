import os
from pathlib import Path

import pytest

from helpers.catalog import LESSONS, Lesson
from helpers.score import learners
from helpers.score.learners import FolderError


def hand_in(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")


def found(folder: Path) -> dict[str, list[str]]:
    return {
        learner.name: [
            path.relative_to(folder).as_posix() for paths in learner.notebooks.values() for path in paths
        ]
        for learner in learners.find([folder])
    }


ONE, TWO = (f"{lesson.stem}.ipynb" for lesson in LESSONS[:2])


def test_a_folder_with_lessons_is_one_learners(tmp_path: Path) -> None:
    hand_in(tmp_path / "ada" / ONE, tmp_path / "bob" / "lessons" / TWO)
    assert found(tmp_path / "ada") == {"ada": [ONE]}
    assert found(tmp_path / "bob") == {"bob": [f"lessons/{TWO}"]}


def test_a_folder_of_folders_is_a_class(tmp_path: Path) -> None:
    hand_in(tmp_path / "ada" / ONE, tmp_path / "bob" / "course" / "lessons" / TWO)
    (tmp_path / "eve").mkdir()
    assert found(tmp_path) == {
        "ada": [ONE.join(["ada/", ""])],
        "bob": [f"bob/course/lessons/{TWO}"],
        "eve": [],
    }


def test_learners_are_told_by_any_number_of_folders(tmp_path: Path) -> None:
    hand_in(tmp_path / "a" / "ada" / ONE, tmp_path / "b" / "bob" / ONE)
    folders = [tmp_path / "b", tmp_path / "a", tmp_path / "a" / ".." / "a"]
    assert [learner.name for learner in learners.find(folders)] == ["ada", "bob"]


def test_the_teachers_edition_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    hand_in(*(tmp_path / "ada" / name / ONE for name in ("solutions", ".copies", ".ipynb_checkpoints")))
    hand_in(tmp_path / ".git" / ONE, tmp_path / "bob" / TWO)
    assert found(tmp_path) == {"ada": [], "bob": [f"bob/{TWO}"]}


def test_of_several_notebooks_the_lessons_own_name_counts(tmp_path: Path) -> None:
    stem = LESSONS[0].stem
    hand_in(tmp_path / "ada" / f"{stem} (1).ipynb", tmp_path / "ada" / "old" / ONE, tmp_path / "ada" / ONE)
    (learner,) = learners.find([tmp_path / "ada"])
    assert learner.notebooks[LESSONS[0]] == [tmp_path / "ada" / ONE]
    (remark,) = learner.remarks
    assert f"Scored: {ONE}. Not looked at: {Path('old', ONE)}, {stem} (1).ipynb." in remark


def test_a_new_edition_beside_counts_too(tmp_path: Path) -> None:
    new = f"{LESSONS[0].stem}.new-2026-11-28.ipynb"
    hand_in(*(tmp_path / "ada" / name for name in (ONE, new, f"old/{new}")))
    (learner,) = learners.find([tmp_path / "ada"])
    assert learner.notebooks[LESSONS[0]] == [tmp_path / "ada" / ONE, tmp_path / "ada" / new]
    about_the_new_one, about_the_rest = learner.remarks
    assert (
        f"a new edition beside {ONE}: {new}. Of each exercise the best verdict counts." in about_the_new_one
    )
    assert f"Not looked at: {Path('old', new)}." in about_the_rest


def test_a_thousand_new_editions_keep_nobody_waiting(tmp_path: Path) -> None:
    hand_in(*(tmp_path / "ada" / f"{LESSONS[0].stem}.new-2026-11-28-{number}.ipynb" for number in range(9)))
    hand_in(tmp_path / "ada" / ONE)
    (learner,) = learners.find([tmp_path / "ada"])
    assert len(learner.notebooks[LESSONS[0]]) == 1 + learners.MOST_EDITIONS


def test_a_download_that_the_browser_has_renamed_is_found(tmp_path: Path) -> None:
    hand_in(tmp_path / "ada" / f"{LESSONS[0].stem} (1).ipynb")
    assert lessons_of(tmp_path / "ada") == [LESSONS[0]]


def lessons_of(folder: Path) -> list[Lesson]:
    (learner,) = learners.find([folder])
    return list(learner.notebooks)


def test_two_learners_of_one_name_are_refused(tmp_path: Path) -> None:
    hand_in(tmp_path / "a" / "ada" / ONE, tmp_path / "b" / "ada" / ONE)
    with pytest.raises(FolderError, match=r"Two learners are called ada: .*Rename one"):
        learners.find([tmp_path / "a", tmp_path / "b"])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere", "There is no folder"),
        ("file.txt", "is a file. Name a learner's folder"),
        ("empty", "No notebook of a lesson, such as 00_start_here.ipynb, is in"),
    ],
)
def test_what_is_no_folder_of_learners_is_refused(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").touch()
    with pytest.raises(FolderError, match=says):
        learners.find([tmp_path / name])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(FolderError, match="cannot be read"):
        learners.find([tmp_path / "closed"])
