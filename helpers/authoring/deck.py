"""A deck of slides from a teacher's notebook: one HTML file that needs no network.

nbconvert makes reveal.js slides by the notebook's `slideshow` metadata (slides.py), but its page fetches
reveal.js, jQuery, RequireJS, MathJax and Mermaid from the internet. The template `course_slides` has what the
course needs inside: reveal.js, and a script that makes smaller what would not fit the screen.

reveal.js (https://revealjs.com) comes with the optional extra `slides`, inside the package sphinx-revealjs.
"""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbconvert.exporters import SlidesExporter

from helpers.authoring.release import Target
from helpers.catalog import Lesson
from helpers.files import COURSE, write_atomically

TEMPLATES = Path(__file__).parent / "templates"
REVEAL = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js")
SECTION = re.compile(r"^(?=## )", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(\d\d_\w+)\.ipynb")
MISSING = """reveal.js is not installed. This brings it, and needs the network once:
  python -m pip install -e '.[slides]' -c constraints.txt"""


class DeckError(Exception):
    """No deck was made; the text says why."""


def write(lesson: Lesson, folder: Path, course: Path = COURSE) -> Path:
    """Make the deck of a lesson in `folder`, which is made too; return its path.

    Raises DeckError where reveal.js is not installed or the notebook cannot be read, OSError where the deck
    cannot be written.
    """
    target = Target(lesson, "solutions", course)
    try:
        notebook = nbformat.read(target.path, as_version=4)
    except Exception as error:  # nbformat raises whatever it stumbles over
        raise DeckError(f"{target.name} cannot be read: {error}") from error
    text = html(notebook, f"{lesson.number:02} · {lesson.title}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{lesson.stem}.slides.html"
    write_atomically(path, text)
    return path


def html(notebook: nbformat.NotebookNode, title: str) -> str:
    """The deck's page; `notebook` stays as it is. Raises DeckError where reveal.js is not installed."""
    exporter = SlidesExporter(
        template_name="course_slides",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    resources = {"metadata": {"name": title}, "deck": _reveal()}
    shown = nbformat.from_dict({**notebook, "cells": list(_with_notes(_split(notebook.cells)))})
    page, _ = exporter.from_notebook_node(shown, resources)
    return page


def _reveal() -> dict[str, str]:
    """The texts of reveal.js's files, by their names."""
    package = importlib.util.find_spec("sphinx_revealjs")
    if package is None or package.submodule_search_locations is None:
        raise DeckError(MISSING)
    folder = Path(package.submodule_search_locations[0], "_static", "revealjs")
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in REVEAL}
    return {name: text.replace("</script", r"<\/script") for name, text in texts.items()}


def _split(cells: list[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """The cells, prose cut before each heading of a section; links to lessons lead to their decks."""
    for cell in cells:
        if cell.cell_type != "markdown":
            yield cell
            continue
        first, *more = filter(None, SECTION.split(LINK.sub(r"\1.slides.html", cell.source)))
        yield nbformat.from_dict({**cell, "source": first})
        for number, section in enumerate(more, start=1):
            metadata = {"slideshow": {"slide_type": "slide"}}
            yield nbformat.from_dict(
                {**cell, "source": section, "metadata": metadata, "id": f"{cell.id}-{number}"}
            )


def _with_notes(cells: Iterator[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """The cells, each teacher's note on every slide since the note before: it stands at the end of what it is
    about, and a speaker wants it from the beginning. One behind another note joins it on its last slide."""
    slides: list[list[nbformat.NotebookNode]] = []
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "notes" and not slides:
            yield cell
        elif kind == "notes":
            for number, slide in enumerate(slides, start=1):
                note = {**cell, "id": f"{cell.id}-{number}"}
                yield from (*slide, nbformat.from_dict(note))
            slides = []
        elif kind == "-" and slides:
            slides[-1].append(cell)
        else:
            slides.append([cell])
    for slide in slides:
        yield from slide
