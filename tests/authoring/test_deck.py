import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.authoring import deck, slides
from helpers.catalog import Lesson


@pytest.fixture(autouse=True)
def _reveal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in the place of reveal.js, which is an optional extra."""
    folder = tmp_path / "sphinx_revealjs"
    for name in deck.REVEAL:
        path = folder / "_static" / "revealjs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* {name} </script> */", encoding="utf-8")
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)


def page(*cells: nbformat.NotebookNode) -> str:
    notebook = new_notebook(cells=list(cells))
    slides.mark(notebook)
    return deck.html(notebook, "07 · <Toy>")


def teacher(text: str) -> nbformat.NotebookNode:
    return new_markdown_cell(text, metadata={"tags": ["teacher"]})


def test_the_deck_of_a_lesson_is_one_file_that_fetches_nothing(
    built: Path, lesson: Lesson, tmp_path: Path
) -> None:
    path = deck.write(lesson, tmp_path / "new" / "slides", built)
    assert path == tmp_path / "new" / "slides" / "07_toy.slides.html"
    text = path.read_text(encoding="utf-8")
    assert "<title>07 · Toy</title>" in text
    assert "return" in text
    assert re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", text) == []
    assert re.findall(r"@import|import\(|url\(['\"]?(?:https?:)?//", text) == []


def test_reveal_is_inside_and_does_not_end_the_script() -> None:
    text = page(new_markdown_cell("# Title"))
    for name in deck.REVEAL:
        assert f"/* {name} <\\/script> */" in text
    assert "<title>07 · &lt;Toy&gt;</title>" in text


def test_without_reveal_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(deck.DeckError, match=r"pip install -e '\.\[slides\]'"):
        page(new_markdown_cell("# Title"))


def test_each_heading_of_a_section_begins_a_slide_of_its_own() -> None:
    text = page(new_markdown_cell("# Title"), new_markdown_cell("## Quiz\n\n### Not this\n\n## The end"))
    assert text.count("<section") == 2 * 3  # nested: one beside the other, one below
    assert [text.count(f">{heading}") for heading in ("Title", "Quiz", "Not this", "The end")] == [1, 1, 1, 1]


def test_a_note_is_on_every_slide_that_it_is_about() -> None:
    text = page(
        new_markdown_cell("# Title"),
        teacher("Of the title."),
        new_markdown_cell("## Section"),
        new_code_cell("1"),
        new_markdown_cell("More."),
        teacher("Of the section."),
        new_markdown_cell("## The end"),
    )
    assert text.count("Of the title.") == 1
    assert text.count("Of the section.") == 2
    assert text.count('<aside class="notes">') == 3


def test_a_note_behind_a_note_is_not_lost() -> None:
    text = page(new_markdown_cell("# Title"), teacher("One."), teacher("Another."))
    assert [text.count(note) for note in ("One.", "Another.")] == [1, 1]


def test_links_to_lessons_lead_to_their_slides() -> None:
    text = page(new_markdown_cell("# T\n\n[one](08_x.ipynb), [other](https://example.org/08_x.ipynb)"))
    assert 'href="08_x.slides.html"' in text
    assert 'href="https://example.org/08_x.ipynb"' in text


@pytest.mark.parametrize("content", [None, "{", '{"cells": 3}', "\udcff"])
def test_a_notebook_that_is_none_is_named(
    content: str | None, lesson: Lesson, course: Path, tmp_path: Path
) -> None:
    if content is not None:
        path = course / "solutions" / "07_toy.ipynb"
        path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(deck.DeckError, match=r"solutions/07_toy\.ipynb cannot be read"):
        deck.write(lesson, tmp_path / "slides", course)
    assert not (tmp_path / "slides").exists()
