"""How wide each column is, in characters of the text form; the HTML takes the same proportions.

The x-axis shows order, so columns may be stretched: they are, as far as there is room, until the labels
fit. In the column of a step there is one block, of the lane that runs; all others go on.
"""

import unicodedata
from itertools import pairwise

from .model import Column, Lane, Piece, Timeline

WIDTH = 100
NAME_LIMIT = 18
_TIME_WIDTH = 24  # so many characters stand for all simulated time, at least
_BLOCK = 2

_Wish = tuple[int, int, int]  # from the left edge of a column to that of another: so many characters


def cells(text: str) -> int:
    """How many cells of a terminal the text takes: Chinese characters take two."""
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clip(text: str, width: int) -> str:
    """The text, or as much of it as fits, and an ellipsis."""
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return text + "…" if width > 0 else ""


class Layout:
    """``name_width``: of the column of names; ``edges[i]``: where column i begins; ``total``: with room for
    outcomes.
    """

    def __init__(self, timeline: Timeline) -> None:
        names = [cells(f"{lane.number} {lane.name}") for lane in timeline.lanes]
        self.name_width = min(NAME_LIMIT, max(names, default=0))
        self._columns = timeline.columns
        self._widths = [_first_width(column) for column in timeline.columns]
        self._widths.append(0)  # right of the picture, for the outcomes
        self._limit = WIDTH - self.name_width - 2
        runs = [piece for lane in timeline.lanes for piece in lane.pieces if piece.kind == "run"]
        for wish in _wishes(timeline, runs):
            self._widen(*wish)
        self.total = sum(self._widths)
        self.edges = [0]
        for width in self._widths[:-1]:
            self.edges.append(self.edges[-1] + width)
        self._blocks = {run.start: min(_block_width(run), self._widths[run.start]) for run in runs}

    def ticks(self) -> list[tuple[int, str]]:
        """The labels of the axis for which there is room, and where they begin."""
        found: list[tuple[int, str]] = []
        free = 0
        for column, edge in zip(self._columns, self.edges, strict=False):
            if column.label and (edge >= free or column.kind == "fold"):
                found.append((max(edge, free), column.label))
                free = found[-1][0] + cells(column.label) + 1
        return found

    def after(self, column: int) -> int:
        """Where a thing begins that follows what happened before this column: right of the block there."""
        return (
            self.edges[column - 1] + self._blocks[column - 1]
            if column - 1 in self._blocks
            else self.edges[column]
        )

    def place(self, piece: Piece) -> tuple[int, int]:
        """Where a piece begins and ends."""
        start = self.edges[piece.start] if piece.kind in ("run", "hold") else self.after(piece.start)
        end = self.after(piece.end) if piece.kind in ("run", "hold") else self.edges[piece.end]
        return start, end

    def outcome_at(self, lane: Lane) -> int:
        """Where the outcome of a lane stands."""
        return self.after(lane.end)

    def _widen(self, start: int, end: int, need: int) -> None:
        """Give the columns from start to end what they lack together, or what there is."""
        missing = min(need - sum(self._widths[start:end]), self._limit - sum(self._widths))
        span = range(start, end)
        gaps = [index for index in span if index == len(self._columns) or self._columns[index].kind == "gap"]
        chosen = gaps or span
        for index in range(missing):
            self._widths[chosen[index % len(chosen)]] += 1


def _first_width(column: Column) -> int:
    if column.kind == "fold":
        return cells(column.label)
    return 1 + round(column.share * _TIME_WIDTH)


def _block_width(run: Piece) -> int:
    return cells(run.label) + 2 + run.cancelled if run.label else _BLOCK + run.cancelled


def _wishes(timeline: Timeline, runs: list[Piece]) -> list[_Wish]:
    """What matters most first: outcomes, blocks, then labels; of these the first with its text, then the
    others.
    """
    last = len(timeline.columns)
    outcomes = [(lane.end, last + 1, cells(lane.outcome) + 2) for lane in timeline.lanes if lane.outcome]
    blocks = [(run.start, run.end, _BLOCK + run.cancelled) for run in runs]
    marks = [(run.start, run.end, _block_width(run)) for run in runs if run.label]
    labels: list[tuple[bool, int, _Wish]] = []
    seen: set[str] = set()
    for piece, extra in _labelled(timeline):
        wish = (piece.start, piece.end, cells(piece.label) + 2 + extra)
        labels.append((piece.label in seen, piece.end - piece.start, wish))
        seen.add(piece.label)
    return [*outcomes, *blocks, *marks, *(wish for _, _, wish in sorted(labels))]


def _labelled(timeline: Timeline) -> list[tuple[Piece, int]]:
    """The pieces with a label that are no blocks, and whether the number of a waker follows them."""
    found = []
    for lane in timeline.lanes:
        for piece, following in pairwise([*lane.pieces, None]):
            if piece.label and piece.kind != "run":
                found.append((piece, bool(following and following.by)))
        found += [(hold, 0) for hold in lane.holds]
    return found
