"""A table as text: columns that line up, numbers to the right, a bar behind each row."""

from collections.abc import Sequence

from helpers.bars import columns, padded

BAR = 20  # characters of the longest bar


def as_text(head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]) -> list[str]:
    """The lines. `shares`: of the longest bar, 0 to 1, for each row."""
    widths = [max(columns(row[number]) for row in (head, *rows)) for number in range(len(head))]
    lines = []
    for row, share in zip((head, *rows), (0, *shares), strict=True):
        numbers = (padded(cell, width, right=True) for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join((padded(row[0], widths[0]), *numbers, "█" * round(share * BAR))).rstrip())
    return lines
