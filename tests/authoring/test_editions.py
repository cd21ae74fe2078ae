from pathlib import Path

import pytest

from helpers.authoring import editions, source


def answer_cell(course: Path, edition: editions.Edition) -> str:
    notebook = editions.make(source.read(course / "solutions" / "07_toy.md"), edition)
    return next(
        cell.source for cell in notebook.cells if "answer" in cell.source and cell.cell_type == "code"
    )


def test_the_learner_gets_a_stub_in_place_of_the_answer(course: Path) -> None:
    text = answer_cell(course, "lessons")
    assert "    # YOUR CODE HERE\n    raise NotImplementedError\n" in text
    assert "42" not in text


def test_the_teacher_gets_the_answer_without_marks(course: Path) -> None:
    text = answer_cell(course, "solutions")
    assert "    return 42\n" in text
    assert "###" not in text


def test_the_teachers_cells_are_the_teachers_alone(course: Path) -> None:
    read = source.read(course / "solutions" / "07_toy.md")
    lengths = {edition: len(editions.make(read, edition).cells) for edition in ("lessons", "solutions")}
    assert lengths["lessons"] == lengths["solutions"] - 1


def test_both_editions_share_their_ids(course: Path) -> None:
    read = source.read(course / "solutions" / "07_toy.md")
    learner, teacher = ({c.id for c in editions.make(read, e).cells} for e in ("lessons", "solutions"))
    assert learner < teacher


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("### END SOLUTION", ""), ("### BEGIN SOLUTION", ""), ("return 42", "### BEGIN SOLUTION")],
)
def test_marks_that_do_not_pair_are_refused_with_their_line(course: Path, was: str, becomes: str) -> None:
    path = course / "solutions" / "07_toy.md"
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    with pytest.raises(source.SourceError, match=r"07_toy\.md:\d+: ### (BEGIN|END) SOLUTION"):
        editions.make(source.read(path), "lessons")
