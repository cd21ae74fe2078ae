"""A timeline as HTML: the same content as the text form, with the same proportions.

JupyterLab does not trust a notebook that was downloaded, and takes away what might be dangerous: ``<svg>``,
``<style>``, ``role`` and more. What is left is enough: boxes with a width, a border and a ``title``, in
inline styles. The colours are readable on white and on black, text has the colour of the theme, and each
kind of piece differs in form, too. A lane is a row of boxes that float side by side; only arrows and
outcomes have a place of their own. All of it is short, as a notebook stores it.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from . import texts
from .draw_text import levels
from .layout import Layout, clip
from .model import Lane, Piece, Timeline

LANE, HOLD, AXIS, BLOCK = 31, 20, 20, 20  # heights in pixels
_CELL = 9  # pixels for a character of the text form, at most
BLUE, GREY, AMBER, RED, DARK = "#2474b5", "#858585", "#c27c0e", "#c9302c", "#666"

_LINE = f"height:{BLOCK - 2}px;border-bottom:2px"
_FORM = {
    "run": f"height:{BLOCK}px;background:{BLUE};border-radius:2px",
    "wait": f"{_LINE} dashed {GREY}",
    "stuck": f"{_LINE} dashed {RED}",
    "ready": f"{_LINE} dotted {BLUE}",
    "between": f"{_LINE} solid {GREY}",
    "hold": f"height:4px;margin-right:-4px;border:solid {AMBER};border-width:0 2px 2px",
}
_ON_BLUE = ";color:#fff;text-align:center"
_BADGE = "color:#fff;padding:0 5px;border-radius:2px;background:"
_ARROWS = f"font-size:9px;line-height:9px;text-indent:-4.5px;color:{GREY}"


def draw(timeline: Timeline) -> str:
    """A figure of boxes, with a caption."""
    return _Drawing(timeline).figure()


class _Drawing:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._layout = Layout(timeline)
        self._left = self._layout.name_width + 2
        self._cells = self._left + self._layout.total
        self._tops: dict[int, int] = {}  # by the number of the lane
        self._height = AXIS
        for lane in timeline.lanes:
            self._tops[lane.number] = self._height
            self._height += LANE + HOLD * len(levels(lane.holds))

    def figure(self) -> str:
        """The whole."""
        size = f"position:relative;height:{self._height}px;max-width:{self._cells * _CELL}px"
        text = "font-size:13px;line-height:17px;white-space:nowrap;text-indent:4px"
        hidden = f"<div>{escape(self._timeline.hidden)}</div>" if self._timeline.hidden else ""
        return (
            f'<figure style="margin:8px 0"><div style="{size};{text}">{"".join(self._rows())}</div>{hidden}'
            f'<figcaption style="margin-top:4px">{escape(self._timeline.caption)}'
            f'<div style="font-size:13px;opacity:.8">{escape(_legend(self._timeline))}</div>'
            "</figcaption></figure>"
        )

    def _rows(self) -> Iterator[str]:
        arrows = "".join(arrow for lane in self._timeline.lanes for arrow in self._arrows(lane))
        if arrows:  # first of all, so that they are below
            yield f'<div style="{_ARROWS}">{arrows}</div>'
        yield _row(AXIS, self._axis(), ";text-indent:0;opacity:.7")
        for lane in self._timeline.lanes:
            yield _row(LANE - 7 if lane.holds else LANE, self._lane(lane))
            rows = levels(lane.holds)
            for index, holds in enumerate(rows):
                height = HOLD + 7 if index == len(rows) - 1 else HOLD
                yield _row(height, self._holds(holds), ";line-height:22px")

    def _axis(self) -> Iterator[str]:
        labels = [(0, self._timeline.axis), *((self._left + at, label) for at, label in self._layout.ticks())]
        ends = [at for at, _ in labels[1:]] + [self._cells]
        for (at, label), end in zip(labels, ends, strict=True):
            yield self._box(at, end, at, "", label)

    def _lane(self, lane: Lane) -> Iterator[str]:
        name = clip(f"{lane.number} {lane.name}", self._layout.name_width)
        title = "" if name.endswith(lane.name) else lane.name
        yield self._box(0, self._left, 0, "font-weight:bold;text-indent:0", name, title)
        at = self._left
        for piece in lane.pieces:
            start, end = self._place(piece)
            yield self._box(start, end, at, *self._look(piece, lane, end - start))
            at = end
        if lane.outcome:
            place = self._percent(self._left + self._layout.outcome_at(lane) + 0.7)
            style = f"position:absolute;left:{place:g}%;text-indent:0;{_badge(lane.outcome)}"
            yield f'<div style="{style}">{escape(lane.outcome)}</div>'

    def _look(self, piece: Piece, lane: Lane, width: int) -> tuple[str, ...]:
        """The style of a piece, its text and its title."""
        if piece.kind == "run":
            label = "⊘ " * piece.cancelled + piece.label
            return _FORM["run"] + _ON_BLUE * bool(label), label, "" if piece.by in self._tops else piece.words
        stuck = lane.outcome == texts.STUCK and piece is lane.pieces[-1]
        return _FORM["stuck" if stuck else piece.kind], clip(piece.label, width - 1), piece.words

    def _holds(self, holds: Iterable[Piece]) -> Iterator[str]:
        at = 0
        for hold in holds:
            start, end = self._place(hold)
            yield self._box(start, end, at, _FORM["hold"], clip(hold.label, end - start), hold.words)
            at = end

    def _arrows(self, lane: Lane) -> Iterator[str]:
        """From the lane that wakes to the one that is woken, at the moment when it becomes ready."""
        before: Piece | None = None
        for piece in lane.pieces:
            if piece.by in self._tops:
                ready = before is not None and before.kind == "ready"
                column = before.start if ready else piece.start
                yield self._arrow(self._layout.after(column), self._tops[piece.by], self._tops[lane.number])
            before = piece

    def _arrow(self, at: float, source: int, target: int) -> str:
        """A line with a head at its end."""
        if target > source:
            top, size, head = source + BLOCK, f"padding-top:{target - source - BLOCK - 9}px", "▼"
        else:
            top, size, head = target + BLOCK, f"height:{source - target - BLOCK}px", "▲"
        place = f"position:absolute;left:{self._percent(self._left + at):g}%;top:{top}px"
        return f'<div style="{place};{size};border-left:1px solid">{head}</div>'

    def _box(self, start: int, end: int, at: int, style: str, text: str = "", title: str = "") -> str:
        """A box from ``start`` to ``end``, after one that ended ``at``."""
        skipped = self._percent(start) - self._percent(at)
        margin = f"margin-left:{skipped:.4g}%;" if start > at else ""
        hover = f' title="{escape(title)}"' if title else ""
        width = self._percent(end) - self._percent(start)
        style = f"float:left;{margin}width:{width:.4g}%" + (f";{style}" if style else "")
        return f'<div{hover} style="{style}">{escape(text)}</div>'

    def _place(self, piece: Piece) -> tuple[int, int]:
        start, end = self._layout.place(piece)
        return self._left + start, self._left + end

    def _percent(self, at: float) -> float:
        """Rounded, but so that the widths between rounded places add up."""
        return round(at / self._cells * 100, 2)


def _row(height: int, boxes: Iterable[str], style: str = "") -> str:
    return f'<div style="height:{height}px{style}">{"".join(boxes)}</div>'


def _badge(outcome: str) -> str:
    if outcome in (texts.RETURNED, texts.WAITING_STILL):
        return "font-weight:bold"
    return _BADGE + (DARK if outcome == texts.CANCELLED else RED)


def _legend(timeline: Timeline) -> str:
    pieces: list[Any] = [piece for lane in timeline.lanes for piece in lane.pieces]
    kinds = {piece.kind for piece in pieces}
    found = [words for kind, words in texts.FORMS.items() if kind in kinds]
    if any(lane.holds for lane in timeline.lanes):
        found.append(texts.FORMS["hold"])
    if any(piece.by for piece in pieces):
        found.append(texts.FORMS["by"])
    if any(piece.cancelled for piece in pieces):
        found.append(texts.FORMS["cancelled"])
    return texts.LEGEND_SEPARATOR.join(found)
