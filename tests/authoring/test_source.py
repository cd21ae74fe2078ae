from pathlib import Path

import pytest

from helpers.authoring import source


def write(folder: Path, text: str) -> Path:
    path = folder / "01_x.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_same_file_gives_the_same_ids(course: Path) -> None:
    path = course / "solutions" / "07_toy.md"
    ids = [[cell.id for cell in source.read(path).notebook.cells] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_a_new_cell_leaves_the_other_ids_as_they_were(course: Path) -> None:
    path = course / "solutions" / "07_toy.md"
    before = {cell.id for cell in source.read(path).notebook.cells}
    path.write_text(
        path.read_text(encoding="utf-8").replace("# 07 · Toy", "# 07 · Toy\n\n+++\n\nNew."), encoding="utf-8"
    )
    after = {cell.id for cell in source.read(path).notebook.cells}
    assert len(before - after) == 1  # the cell that was split


def test_equal_cells_get_different_ids(tmp_path: Path) -> None:
    cell = "```{code-cell} ipython3\nprint(1)\n```\n\n"
    ids = [cell.id for cell in source.read(write(tmp_path, cell * 2)).notebook.cells]
    assert ids[1] == f"{ids[0]}-2"


def test_a_cell_knows_its_line(course: Path) -> None:
    path = course / "solutions" / "07_toy.md"
    read = source.read(path)
    text = path.read_text(encoding="utf-8").splitlines()
    for cell in read.notebook.cells:
        assert text[read.lines[cell.id] - 1] == cell.source.split("\n", 1)[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no {code-cell}"),
        ("# Only prose", "no {code-cell}"),
        ("---\na: [\n---\n", "metadata"),
        ("```{code-cell}\n:tags: [a\n\n1\n```", "YAML"),
    ],
)
def test_a_broken_source_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(source.SourceError, match=r"01_x\.md") as caught:
        source.read(write(tmp_path, text))
    assert says in str(caught.value)


def test_a_missing_or_undecodable_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(source.SourceError, match=r"02_x\.md cannot be read"):
        source.read(tmp_path / "02_x.md")
    path = tmp_path / "03_x.md"
    path.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(source.SourceError, match=r"03_x\.md cannot be read"):
        source.read(path)
