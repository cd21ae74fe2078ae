"""What every notebook of the course keeps to, so that its outputs can be compared and its cells be read.

`problems` reads a stored notebook and names each cell that breaks a rule.
"""

import json
import re
from collections.abc import Iterator

import nbformat

LONGEST_CELL = 20  # lines
LONGEST_LINE = 107  # characters of code that JupyterLab shows in a window of 1280 pixels
MOST_UNCOMPARED = 1  # cells of a notebook whose output may be left out of the comparison
UNCOMPARED = {"nbval-ignore-output", "nbval-skip"}
COMMENT_SWITCHES = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.MULTILINE)
BY_CHANCE = {
    "an address in memory": re.compile(r"\b0x[0-9a-fA-F]{6,}\b"),
    "a port": re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):\d+"),
    "a path": re.compile(r"(/tmp/|/home/|/root/|/Users/|/var/folders/|[A-Z]:\\\\?Users)"),
    "a counted task name": re.compile(r"\bTask-\d+\b"),
    "a date": re.compile(r"\b20\d\d-\d\d-\d\d\b"),
}


def problems(notebook: nbformat.NotebookNode) -> list[str]:
    """A text for each rule that a cell breaks, such as `cell 7: an error is stored`. Cells count from 1."""
    found = []
    previous = None
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            found += [f"cell {number}: {text}" for text in _code_cell(cell)]
            if previous is not None and previous.cell_type != "markdown" and not _tagged(cell, "check-"):
                found.append(f"cell {number}: no prose before it")
        previous = cell
    uncompared = sum(bool(UNCOMPARED & set(cell.metadata.get("tags", ()))) for cell in notebook.cells)
    if uncompared > MOST_UNCOMPARED:
        found.append(f"{uncompared} cells are not compared; at most {MOST_UNCOMPARED} may be")
    return found


def _tagged(cell: nbformat.NotebookNode, prefix: str) -> bool:
    return any(tag.startswith(prefix) for tag in cell.metadata.get("tags", ()))


def _code_cell(cell: nbformat.NotebookNode) -> Iterator[str]:
    lines = cell.source.split("\n")
    if len(lines) > LONGEST_CELL:
        yield f"{len(lines)} lines, at most {LONGEST_CELL} can be read at a glance"
    if (longest := max(map(len, lines))) > LONGEST_LINE:
        yield f"a line of {longest} characters; more than {LONGEST_LINE} do not fit into a small window"
    if cell.execution_count is None:
        yield "it was not run, so its output is not compared"
    if COMMENT_SWITCHES.search(cell.source):
        yield "use a tag, with its reason, in place of the NBVAL comment"
    if UNCOMPARED & set(cell.metadata.get("tags", ())) and not cell.metadata.get("reason"):
        yield "its output is not compared and its metadata gives no reason"
    for output in cell.outputs:
        yield from _output(output)


def _output(output: nbformat.NotebookNode) -> Iterator[str]:
    if output.output_type == "error":
        yield f"an error is stored ({output.ename})"
    if output.get("name") == "stderr":
        yield "something is written to stderr"
    data = {kind: text for kind, text in output.get("data", {}).items() if not kind.startswith("image/")}
    text = output.get("text", "") + json.dumps(data, ensure_ascii=False)
    for what, pattern in BY_CHANCE.items():
        if match := pattern.search(text):
            yield f"its output holds {what}: {match[0]}"
