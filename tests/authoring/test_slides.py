import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.authoring import slides


def prose(text: str, *tags: str) -> nbformat.NotebookNode:
    return new_markdown_cell(text, metadata={"tags": list(tags)})


def code(lines: int, *tags: str, outputs: tuple[nbformat.NotebookNode, ...] = ()) -> nbformat.NotebookNode:
    return new_code_cell("\n".join(["1"] * lines), metadata={"tags": list(tags)}, outputs=list(outputs))


def kinds(*cells: nbformat.NotebookNode) -> list[str]:
    notebook = new_notebook(cells=list(cells))
    slides.mark(notebook)
    assert slides.marked(notebook)
    return [cell.metadata["slideshow"]["slide_type"] for cell in notebook.cells]


def test_sections_lie_beside_each_other_and_prose_below() -> None:
    cells = prose("# Title"), prose("Some."), prose("## Section"), prose("### Exercise"), prose("More.")
    assert kinds(*cells) == ["slide", "subslide", "slide", "subslide", "subslide"]


def test_code_stays_with_its_prose_while_there_is_room() -> None:
    assert kinds(prose("# Title"), code(3), code(3)) == ["slide", "-", "-"]
    assert kinds(prose("# Title"), code(20), code(20)) == ["slide", "-", "subslide"]


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text="line\n" * 30),
        new_output("display_data", {"text/plain": "line\n" * 30}),
        new_output("display_data", {"text/html": '<div style="position:relative;height:400px">'}),
        new_output("display_data", {"image/png": "", "text/plain": "<Image>"}),
    ],
    ids=["stream", "text", "timeline", "image"],
)
def test_what_a_cell_puts_out_takes_room(output: nbformat.NotebookNode) -> None:
    assert kinds(prose("# Title"), code(12)) == ["slide", "-"]
    assert kinds(prose("# Title"), code(12, outputs=(output,))) == ["slide", "subslide"]


def test_a_table_is_as_high_as_its_rows() -> None:
    assert slides.height(prose("| a |\n|---|\n| b |")) > slides.height(prose("a b c"))


def test_an_answer_does_not_stand_beside_its_exercise() -> None:
    cells = prose("### Exercise"), code(2, "answer-07.1"), code(1, "check-07.1")
    assert kinds(*cells) == ["subslide", "subslide", "-"]


def test_what_is_the_teachers_becomes_notes_and_takes_no_room() -> None:
    assert kinds(prose("# Title"), prose("For you.\n\n" * 50, "teacher"), code(3)) == ["slide", "notes", "-"]


def test_other_slides_are_noticed() -> None:
    notebook = new_notebook(cells=[prose("# Title"), code(3)])
    assert not slides.marked(notebook)
    slides.mark(notebook)
    notebook.cells[1].metadata["slideshow"] = {"slide_type": "skip"}
    assert not slides.marked(notebook)
