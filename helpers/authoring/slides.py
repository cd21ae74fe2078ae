"""Which cell of the teacher's notebook begins a slide: the usual `slideshow` metadata of Jupyter
(https://nbconvert.readthedocs.io/en/latest/usage.html#convert-revealjs).

A heading of the title or of a section begins a slide, every other piece of prose one below it. Code stays
with the prose that announces it, if both fit on one screen. An answer never stands beside its exercise: the
class sees the exercise first. What is for the teacher alone becomes notes, which the speaker's view shows.

How high a cell will be is estimated from its lines, so that the same notebook always gives the same slides;
what is still too high on a screen, the deck makes smaller (deck.py).
"""

import re
from collections.abc import Iterator

import nbformat

HEIGHT = (
    750  # pixels that may be filled: a slide has 720, and a deck made smaller by a tenth still reads well
)
LINE = {"markdown": 35, "code": 28}  # pixels
CHARACTERS = 112  # of prose in a line
SPACE = 20  # pixels around a paragraph, a piece of code or an output
PICTURE = re.compile(r"position:relative;height:(\d+)px")  # timelines say how high they are
ZOOM, CAPTION, IMAGE = 1.6, 100, 380  # of pictures on a slide (deck.css), and pixels
SECTION = re.compile(r"##? ")


def mark(notebook: nbformat.NotebookNode) -> None:
    """Give each cell of an executed notebook its `slideshow` metadata, in place."""
    for cell, kind in zip(notebook.cells, _kinds(notebook), strict=True):
        cell.metadata["slideshow"] = {"slide_type": kind}


def marked(notebook: nbformat.NotebookNode) -> bool:
    """Whether each cell has the metadata that `mark` gives it."""
    return all(
        cell.metadata.get("slideshow") == {"slide_type": kind}
        for cell, kind in zip(notebook.cells, _kinds(notebook), strict=True)
    )


def _kinds(notebook: nbformat.NotebookNode) -> Iterator[str]:
    used = 0  # pixels of the slide so far
    for cell in notebook.cells:
        high = height(cell)
        kind = _kind(cell, used + high <= HEIGHT)
        if kind != "notes":
            used = used + high if kind == "-" else high
        yield kind


def _kind(cell: nbformat.NotebookNode, fits: bool) -> str:
    tags = cell.metadata.get("tags", ())
    if "teacher" in tags:
        return "notes"
    if cell.cell_type == "markdown":
        return "slide" if SECTION.match(cell.source) else "subslide"
    return "-" if fits and not any(tag.startswith("answer-") for tag in tags) else "subslide"


def height(cell: nbformat.NotebookNode) -> int:
    """About how many pixels of a slide the cell and its outputs take."""
    if cell.cell_type == "markdown":
        return sum(_prose(part) for part in cell.source.split("\n\n"))
    lines = cell.source.count("\n") + 1
    return lines * LINE["code"] + SPACE + sum(map(_output, cell.outputs))


def _prose(part: str) -> int:
    if part.lstrip().startswith(("|", "- ", "1. ", "```")):
        lines = part.count("\n") + 1
    else:
        lines = len(part) // CHARACTERS + 1
    return lines * LINE["markdown"] + SPACE


def _output(output: nbformat.NotebookNode) -> int:
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return IMAGE
    if picture := PICTURE.search(data.get("text/html", "")):
        return round(int(picture[1]) * ZOOM) + CAPTION
    text = output.get("text") or data.get("text/plain", "")
    return (text.rstrip().count("\n") + 1) * LINE["code"] + SPACE
