import json
from pathlib import Path

import pytest

from helpers import catalog, reset
from helpers.authoring import release
from helpers.catalog import Lesson

SOURCE = """\
# 07 · Toy

Prose.

```{code-cell} ipython3
:tags: [answer-07.1]

def one() -> int:
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION
```

More prose.

```{code-cell} ipython3
:tags: [answer-07.2]

def two() -> int:
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION
```
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one lesson, in which a learner has solved both exercises and made a note."""
    lesson = Lesson(7, "toy", "Toy", 10, exercises=("07.1", "07.2"))
    monkeypatch.setattr(catalog, "LESSONS", (lesson,))
    for folder in ("lessons", "solutions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "solutions" / "07_toy.md").write_text(SOURCE, encoding="utf-8")
    _, notebook = release.plan(release.Target(lesson, "lessons", tmp_path))
    text = (
        json.dumps(notebook)
        .replace("raise NotImplementedError", "return 'mine'")
        .replace("Prose.", "My note.")
    )
    path(tmp_path).write_text(text, encoding="utf-8")
    return tmp_path


def path(course: Path) -> Path:
    return course / "lessons" / "07_toy.ipynb"


def sources(course: Path) -> list[str]:
    cells = json.loads(path(course).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]


def test_one_exercise_is_given_back_and_the_rest_stays(course: Path) -> None:
    before = path(course).read_bytes()
    copy = reset.reset("07.1", course)
    note, first, _, second = sources(course)
    assert "My note." in note
    assert "raise NotImplementedError" in first
    assert "return 'mine'" in second
    assert copy is not None
    assert copy.read_bytes() == before


def test_a_deleted_exercise_comes_back_to_its_place(course: Path) -> None:
    notebook = json.loads(path(course).read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if "two" not in "".join(cell["source"])]
    notebook["cells"].append(
        {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": ["At the end."]}
    )
    path(course).write_text(json.dumps(notebook), encoding="utf-8")
    reset.reset("07.2", course)
    assert [text.split("\n")[0] for text in sources(course)][-2:] == ["def two() -> int:", "At the end."]


def test_an_answer_and_its_check_come_back_in_their_order(course: Path) -> None:
    check = '```{code-cell} ipython3\n:tags: [check-07.1]\n\ncheck("07.1", one)\n```\n\n'
    source = SOURCE.replace("More prose.", f"+++\n\nRun this.\n\n{check}More prose.")
    (course / "solutions" / "07_toy.md").write_text(source, encoding="utf-8")
    _, notebook = release.plan(release.Target(catalog.LESSONS[0], "lessons", course))
    whole = [cell.source for cell in notebook.cells]
    notebook.cells = [cell for cell in notebook.cells if "one" not in cell.source]
    path(course).write_text(json.dumps(notebook), encoding="utf-8")
    assert len(sources(course)) == len(whole) - 2
    reset.reset("07.1", course)
    assert sources(course) == whole


def test_an_exercise_of_an_older_edition_is_replaced_and_not_doubled(course: Path) -> None:
    source = course / "solutions" / "07_toy.md"
    source.write_text(SOURCE.replace("def one()", "def one(a: int)"), encoding="utf-8")
    reset.reset("07.1", course)
    _, first, _, second = sources(course)
    assert "def one(a: int)" in first
    assert "raise NotImplementedError" in first
    assert "return 'mine'" in second


def test_a_whole_lesson_is_given_back_as_it_was_built(course: Path) -> None:
    before = path(course).read_bytes()
    copy = reset.reset("7", course)
    assert copy is not None
    assert copy.read_bytes() == before
    assert release.check(catalog.LESSONS, course)[0] == "solutions/07_toy.ipynb is missing"
    assert len(release.check(catalog.LESSONS, course)) == 1


def test_a_missing_lesson_is_made_anew(course: Path) -> None:
    path(course).unlink()
    assert reset.reset("07", course) is None
    assert "raise NotImplementedError" in sources(course)[1]


def test_a_notebook_that_cannot_be_read_is_left_as_it_is(course: Path) -> None:
    path(course).write_text("not JSON", encoding="utf-8")
    with pytest.raises(reset.ResetError, match="reset 07 gives back the whole lesson"):
        reset.reset("07.1", course)
    assert path(course).read_text(encoding="utf-8") == "not JSON"


@pytest.mark.parametrize("what", ["08", "07.9", "x", "07.", ""])
def test_what_does_not_exist_is_refused(course: Path, what: str) -> None:
    before = path(course).read_bytes()
    with pytest.raises(ValueError, match="There is no"):
        reset.reset(what, course)
    assert path(course).read_bytes() == before
    assert not (course / ".copies").exists()
