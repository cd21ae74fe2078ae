"""A timeline as it is drawn: lanes with pieces, on columns. See build.py for where it comes from."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(slots=True)
class Column:
    """One step, or time that passes between two, or many steps folded. ``label``: for the axis, "" if none.

    ``share``: how much of all simulated time passes in it; ``steps``: how many there are in it.
    """

    kind: Literal["step", "gap", "fold"]
    label: str = ""
    share: float = 0.0
    steps: int = 0


@dataclass(slots=True)
class Piece:
    """What a lane does from the left edge of column ``start`` to the left edge of column ``end``.

    ``label`` is short, for the picture; ``words`` say it in full. ``by``: the number of the lane that woke
    it, from 1.
    """

    kind: Literal["run", "ready", "wait", "between", "hold"]
    start: int
    end: int
    label: str = ""
    words: str = ""
    by: int | None = None
    cancelled: bool = False


@dataclass(slots=True)
class Lane:
    """A task or thread. ``outcome``: a sign, and a word if there is more to say; it stands at the column
    ``end``.
    """

    number: int
    name: str
    kind: Literal["task", "thread"]
    pieces: list[Piece] = field(default_factory=list)
    holds: list[Piece] = field(default_factory=list)
    outcome: str = ""
    end: int = 0


@dataclass(slots=True)
class Timeline:
    """The picture. ``axis``: what the labels of the columns count. ``hidden``: how many lanes were left out.

    ``value`` and ``exception``: what the main coroutine gave, where a simulated run was drawn.
    """

    lanes: list[Lane]
    columns: list[Column]
    caption: str
    axis: str
    hidden: str = ""
    value: Any = None
    exception: BaseException | None = None

    def __repr__(self) -> str:
        from .draw_text import draw  # here, as the drawing needs this module

        return draw(self)

    def _repr_html_(self) -> str:
        from .draw_html import draw

        return draw(self)
