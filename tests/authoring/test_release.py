import asyncio
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.authoring import release
from helpers.authoring.release import Target
from helpers.catalog import Lesson


def notebooks(course: Path) -> dict[str, bytes]:
    return {str(path.relative_to(course)): path.read_bytes() for path in sorted(course.rglob("*.ipynb"))}


def change(path: Path, was: str, becomes: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")


def test_a_second_build_gives_the_same_bytes(built: Path, lesson: Lesson) -> None:
    first = notebooks(built)
    assert sorted(first) == ["lessons/07_toy.ipynb", "solutions/07_toy.ipynb"]
    assert asyncio.run(release.release([lesson], built)) == []
    assert notebooks(built) == first
    assert not (built / ".copies").exists()


def test_outputs_are_stored_without_anything_that_changes(built: Path) -> None:
    notebook = nbformat.read(built / "lessons" / "07_toy.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2]
    assert [output["text"] for output in code[1].outputs] == ["here\n"]
    assert sys.version.split()[0] not in json.dumps(notebook)
    assert all("execution" not in cell.metadata for cell in notebook.cells)


def test_an_output_that_is_not_compared_is_not_stored(course: Path, lesson: Lesson) -> None:
    tags = "[claim-1, nbval-ignore-output]\n:reason: measured"
    change(course / "solutions" / "07_toy.md", "[claim-1]", tags)
    assert asyncio.run(release.release([lesson], course)) == []
    notebook = nbformat.read(course / "lessons" / "07_toy.ipynb", as_version=4)
    (cell,) = (cell for cell in notebook.cells if "reason" in cell.metadata)
    assert (cell.outputs, cell.execution_count, cell.metadata["reason"]) == ([], 2, "measured")


def test_a_failing_cell_is_named_and_the_old_notebook_stays(built: Path, lesson: Lesson) -> None:
    before = notebooks(built)
    change(built / "solutions" / "07_toy.md", 'print("here")', "1 / 0")
    problems = asyncio.run(release.release([lesson], built))
    assert len(problems) == 2
    assert (
        "07_toy.md:24: cell 4 of solutions/07_toy.ipynb: ZeroDivisionError: division by zero" in problems[0]
    )
    assert "07_toy.md:24: cell 4 of lessons/07_toy.ipynb: ZeroDivisionError: division by zero" in problems[1]
    assert "\x1b" not in problems[0]
    assert notebooks(built) == before


def test_an_escaped_exception_group_is_an_error(built: Path, lesson: Lesson) -> None:
    group = 'raise ExceptionGroup("both", [ValueError(1), KeyError(2)])'
    change(built / "solutions" / "07_toy.md", 'print("here")', group)
    problems = asyncio.run(release.release([lesson], built))
    assert "ExceptionGroup" in problems[0]


def test_a_source_that_cannot_be_read_leaves_the_old_notebook(built: Path, lesson: Lesson) -> None:
    before = notebooks(built)
    (built / "solutions" / "07_toy.md").write_text("", encoding="utf-8")
    assert "left as it was" in asyncio.run(release.release([lesson], built))[0]
    assert notebooks(built) == before


def test_a_notebook_changed_by_hand_is_copied_before_it_is_written(built: Path, lesson: Lesson) -> None:
    path = built / "lessons" / "07_toy.ipynb"
    before = notebooks(built)
    change(path, "raise NotImplementedError", "return 6 * 7")
    changed = path.read_bytes()
    assert asyncio.run(release.release([lesson], built)) == []
    (copy,) = (built / ".copies" / "lessons").iterdir()
    assert copy.read_bytes() == changed
    assert path.read_bytes() == before["lessons/07_toy.ipynb"]


def test_slides_changed_by_hand_are_noticed_and_copied(built: Path, lesson: Lesson) -> None:
    path = built / "solutions" / "07_toy.ipynb"
    change(path, '"slide_type": "notes"', '"slide_type": "skip"')
    assert release.check([lesson], built) == ["solutions/07_toy.ipynb has other slides than its cells make"]
    assert release.changed_by_hand(path)


def test_something_else_under_the_name_of_a_notebook_is_copied(built: Path, lesson: Lesson) -> None:
    (built / "lessons" / "07_toy.ipynb").write_text("my notes", encoding="utf-8")
    assert asyncio.run(release.release([lesson], built)) == []
    (copy,) = (built / ".copies" / "lessons").iterdir()
    assert copy.read_text(encoding="utf-8") == "my notes"


def test_a_folder_that_is_gone_is_reported(built: Path, lesson: Lesson) -> None:
    (built / "lessons").rename(built / "elsewhere")
    (problem,) = asyncio.run(release.release([lesson], built))
    assert problem.startswith("lessons/07_toy.ipynb is left as it was.")
    assert "No such file or directory" in problem


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that refuses writing"
)
def test_a_read_only_folder_is_reported(built: Path, lesson: Lesson) -> None:
    (built / "lessons").chmod(0o555)
    problems = asyncio.run(release.release([lesson], built))
    (built / "lessons").chmod(0o755)
    assert "Permission denied" in problems[0]


def test_check_says_what_is_out_of_date_and_writes_nothing(built: Path, lesson: Lesson) -> None:
    assert release.check([lesson], built) == []
    change(built / "solutions" / "07_toy.md", "Prose.", "Better prose.")
    (built / "lessons" / "07_toy.ipynb").unlink()
    before = notebooks(built)
    assert release.check([lesson], built) == [
        "solutions/07_toy.ipynb is not what 07_toy.md builds",
        "lessons/07_toy.ipynb is missing",
    ]
    assert notebooks(built) == before


def test_check_sees_a_notebook_edited_by_hand(built: Path, lesson: Lesson) -> None:
    change(built / "lessons" / "07_toy.ipynb", "Prose.", "Changed.")
    assert release.check([lesson], built) == ["lessons/07_toy.ipynb is not what 07_toy.md builds"]


def test_a_cell_that_takes_too_long_is_named(
    course: Path, lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.authoring.execution.CELL_SECONDS", 1)
    change(course / "solutions" / "07_toy.md", 'print("here")', "await asyncio.sleep(60)")
    with pytest.raises(release.source.SourceError, match=r"07_toy\.md:18: .* took longer than 1 seconds"):
        asyncio.run(release.build(Target(lesson, "lessons", course), tmp_path))
