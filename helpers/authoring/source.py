"""Read a lesson's source, MyST Markdown, as a notebook that is the same to the byte every time.

Jupytext parses the Markdown (https://jupytext.readthedocs.io/en/latest/formats-markdown.html) but draws a
random id for each cell. Here an id comes from the cell's own text, so it stays when cells around it change.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupytext.myst import MystMetadataParsingError, myst_to_notebook

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


class SourceError(Exception):
    """The source cannot be made into a notebook; the text says where and why."""


@dataclass(frozen=True)
class Source:
    """A lesson's cells, and for each cell's id the line of the file (from 1) where its text begins."""

    path: Path
    notebook: nbformat.NotebookNode
    lines: dict[str, int]

    def line_of(self, cell_id: str, text: str) -> int:
        """The line of the file (from 1) at which the cell says `text`; its first line if it does not."""
        first = self.lines[cell_id]
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return lines.index(text, first - 1) + 1 if text and text in lines[first - 1 :] else first


def read(path: Path) -> Source:
    """Read `path`. Raises SourceError where the file is missing, empty or not MyST Markdown."""
    try:
        text = path.read_text(encoding="utf-8")
        parsed = myst_to_notebook(text, add_source_map=True)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}") from error
    except (MystMetadataParsingError, ValueError) as error:
        raise SourceError(f"{path.name}: {error}") from error
    starts = parsed.metadata["source_map"]
    if not any(cell.cell_type == "code" for cell in parsed.cells):
        raise SourceError(f"{path.name} has no {{code-cell}}: is it a lesson?")

    text_lines, lines, seen = text.splitlines(), {}, Counter()
    for cell, start in zip(parsed.cells, starts, strict=True):
        cell.id = _stable_id(cell, seen)
        lines[cell.id] = _first_line(cell, text_lines, start)
    parsed.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE})
    parsed.nbformat, parsed.nbformat_minor = 4, 5
    return Source(path, parsed, lines)


def _stable_id(cell: nbformat.NotebookNode, seen: Counter[str]) -> str:
    """Ten hexadecimal digits of the text's digest; a number behind them where the same text comes again."""
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:10]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _first_line(cell: nbformat.NotebookNode, text_lines: list[str], start: int) -> int:
    """The cell's first line of text, behind its options (`:tags: …`) and blank lines; counted from 1."""
    wanted = cell.source.split("\n", 1)[0].strip()
    for index in range(start, len(text_lines)):
        if text_lines[index].strip() == wanted:
            return index + 1
    return start + 1
