"""A timeline as text, up to 100 columns wide: the same content as the HTML form."""

from . import texts
from .layout import WIDTH, Layout, cells, clip
from .model import Lane, Piece, Timeline

RUN, READY, WAIT, BETWEEN = "█", "·", "┄", "─"
_FILL = {"run": RUN, "ready": READY, "wait": WAIT, "between": BETWEEN}


class _Row:
    """A line of cells. A wide character takes two: itself, and an empty string."""

    def __init__(self) -> None:
        self.cells = [" "] * WIDTH

    def put(self, at: int, text: str) -> None:
        for char in text:
            width = cells(char)
            if width == 0:
                self.cells[at - 1] += char
                continue
            if at + width > len(self.cells):
                return
            self.cells[at : at + width] = [char, ""][:width]
            at += width

    def __str__(self) -> str:
        return "".join(self.cells).rstrip()


def draw(timeline: Timeline) -> str:
    """All lines: axis, lanes with what they hold, what is left out, legend, caption."""
    layout = Layout(timeline)
    lines: list[str] = []
    if timeline.columns:
        lines.append(_axis(timeline, layout))
    for lane in timeline.lanes:
        lines.append(_lane(lane, layout))
        lines += [_holds(holds, layout) for holds in levels(lane.holds)]
    if timeline.hidden:
        lines.append(timeline.hidden)
    lines += _wrapped([f"{sign} {words}" for sign, words in _legend(timeline)], "   ")
    lines += _wrapped(timeline.caption.split(" "), " ")
    return "\n".join(lines)


def _axis(timeline: Timeline, layout: Layout) -> str:
    row, left = _Row(), layout.name_width + 2
    row.put(0, timeline.axis)
    for at, label in layout.ticks():
        row.put(left + at, label)
    return str(row)


def _lane(lane: Lane, layout: Layout) -> str:
    row, left = _Row(), layout.name_width + 2
    row.put(0, clip(f"{lane.number} {lane.name}", layout.name_width))
    for piece in lane.pieces:
        start, end = (left + edge for edge in layout.place(piece))
        row.put(start, _FILL[piece.kind] * (end - start))
        room = end - start - 2
        label_at = start + 1 + piece.cancelled
        _put_label(row, label_at, room, piece.label)
        by = str(piece.by or "")
        if start - len(by) >= left:
            row.put(start - len(by), by)
        if piece.cancelled:
            row.put(start, "⊘")
    if lane.outcome:
        row.put(left + layout.outcome_at(lane) + 1, lane.outcome)
    return str(row)


def _put_label(row: _Row, at: int, room: int, label: str) -> None:
    """The label, or its beginning if that says something."""
    if cells(label) <= room or room > 3:
        row.put(at, clip(label, room))


def levels(holds: list[Piece]) -> list[list[Piece]]:
    """Rows for what a lane holds, so that no two overlap in a row."""
    rows: list[list[Piece]] = []
    for hold in sorted(holds, key=lambda piece: (piece.start, piece.end)):
        for row in rows:
            if row[-1].end <= hold.start:
                row.append(hold)
                break
        else:
            rows.append([hold])
    return rows


def _holds(holds: list[Piece], layout: Layout) -> str:
    row, left = _Row(), layout.name_width + 2
    for hold in holds:
        start, end = (left + edge for edge in layout.place(hold))
        row.put(start, "└" + "─" * (end - start - 2) + "┘")
        _put_label(row, start + 1, end - start - 2, hold.label)
    return str(row)


def _legend(timeline: Timeline) -> list[tuple[str, str]]:
    pieces = [piece for lane in timeline.lanes for piece in lane.pieces]
    kinds = {piece.kind for piece in pieces}
    found = [(sign, texts.LEGEND[kind]) for kind, sign in _FILL.items() if kind in kinds]
    if any(lane.holds for lane in timeline.lanes):
        found.append(("└┘", texts.LEGEND["hold"]))
    if number := max((piece.by or 0 for piece in pieces), default=0):
        found.append((f"{number}{RUN}", texts.LEGEND["by"].format(number=number)))
    if any(piece.cancelled for piece in pieces):
        found.append(("⊘", texts.LEGEND["cancelled"]))
    return found


def _wrapped(parts: list[str], separator: str) -> list[str]:
    """Lines of at most WIDTH cells; textwrap counts characters."""
    lines: list[str] = []
    for part in parts:
        if lines and cells(longer := lines[-1] + separator + part) <= WIDTH:
            lines[-1] = longer
        else:
            lines.append(part)
    return [line for line in lines if line]
