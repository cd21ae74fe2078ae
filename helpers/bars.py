"""Rows of bars, as HTML that an untrusted notebook shows (inline CSS, literal colours, no SVG) and as text.

rows = [Row("poll · 10,000", "380.1 µs", 1.0), Row("epoll · 10,000", "1.2 µs", 0.003)]
as_html(rows, "Microseconds for one call")
as_text(rows, "Microseconds for one call")
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

BLUE = "#2474b5"
LONGEST = 40  # characters of the longest bar of the text form


@dataclass(frozen=True)
class Row:
    """One bar. `share` of the longest one, 0 to 1; None draws none. `note` stands behind it. With `first` a
    group of rows begins."""

    name: str
    number: str
    share: float | None
    note: str = ""
    first: bool = False


def as_html(rows: Sequence[Row], caption: str) -> str:
    noted = any(row.note for row in rows)
    longest = max((columns(row.name) for row in rows), default=0)
    name = max(22, round(1.2 * longest))
    widths = (27, 14, 28, 27) if noted else (name, 18, 78 - name, 0)  # per cent: name, number, bar, note
    bars = "".join(_html_row(row, widths) for row in rows)
    return (
        f'<figure style="margin:8px 0;max-width:{860 if noted else 640}px">{bars}'
        f'<figcaption style="margin-top:4px">{escape(caption)}</figcaption></figure>'
    )


def _html_row(row: Row, widths: tuple[int, int, int, int]) -> str:
    form = f"height:14px;margin-top:2px;background:{BLUE};width:{max((row.share or 0) * 100, 0.3):.1f}%"
    bar = "" if row.share is None else f'<div style="{form}"></div>'
    cells = [
        _cell(widths[0], escape(row.name)),
        _cell(widths[1], escape(row.number), ";text-align:right"),
        _cell(widths[2], bar, ";margin-left:2%"),
    ]
    if row.note:
        cells.append(_cell(widths[3], escape(row.note), ";margin-left:2%"))
    line = f"height:20px;margin-top:{8 * row.first}px;font-size:13px;line-height:18px;white-space:nowrap"
    return f'<div style="{line}">{"".join(cells)}</div>'


def _cell(width: int, content: str, more: str = "") -> str:
    return f'<div style="float:left;width:{width}%{more}">{content}</div>'


def as_text(rows: Sequence[Row], caption: str) -> str:
    if not rows:
        return caption
    names, numbers, notes = (
        max(columns(cell) for cell in column)
        for column in zip(*((row.name, row.number, row.note) for row in rows), strict=True)
    )
    lines = [caption]
    for row in rows:
        bar = "█" * round((row.share or 0) * LONGEST)
        note = f"  {padded(row.note, notes)}" if notes else ""
        lines.append(
            f"{padded(row.name, names)}  {padded(row.number, numbers, right=True)}{note} {bar}".rstrip()
        )
    return "\n".join(lines)


def columns(text: str) -> int:
    """Columns of a terminal that `text` takes: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    gap = " " * (width - columns(text))
    return gap + text if right else text + gap
