"""What a check says, as a small box in the notebook and as text elsewhere.

The HTML has inline styles only, with literal colours, so that it looks the same in a notebook that JupyterLab
does not trust yet; the sign and the first words say it all without colour.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["not attempted", "correct", "not yet", "stuck", "error", "note"]

# A sign, the first words, and the colour of the bar at the left.
LOOK: dict[Kind, tuple[str, str, str]] = {
    "not attempted": ("○", "Not attempted yet", "#757575"),
    "correct": ("✔", "Correct", "#2e7d32"),
    "not yet": ("✘", "Not yet", "#c77700"),
    "stuck": ("‖", "Stuck", "#ad1457"),
    "error": ("⚠", "Error", "#c62828"),
    "note": ("☞", "", "#1565c0"),
}


@dataclass(frozen=True)
class Picture:
    """What something showed of itself, as text and as HTML, without the thing itself."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True)
class Verdict:
    """`kind`; `title` of the exercise; `text` to read first; `facts`: label → what was seen, such as the call
    that was made; `code`: shown as it is; `picture`: anything that shows itself, such as a timeline.
    """

    kind: Kind
    title: str
    text: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    code: str = ""
    picture: Any = None

    def __repr__(self) -> str:
        lines = [self._head()]
        if self.text:
            lines.append(self.text)
        width = max((len(label) for label in self.facts), default=0) + 2
        for label, fact in self.facts.items():
            first, *more = fact.splitlines() or [""]
            lines += [f"  {label + ':':<{width}}{first}", *(" " * (width + 2) + line for line in more)]
        if self.code:
            lines += [f"    {line}".rstrip() for line in self.code.splitlines()]
        if self.picture is not None:
            lines.append(repr(self.picture))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        _, _, colour = LOOK[self.kind]
        parts = [f"<b>{html.escape(self._head())}</b>"]
        if self.text:
            parts.append(f"<p style='margin: 4px 0'>{_with_code(self.text)}</p>")
        if self.facts:
            rows = map(_row, self.facts.items())
            parts.append(f"<table style='margin: 4px 0'>{''.join(rows)}</table>")
        if self.code:
            parts.append(f"<pre style='margin: 4px 0'>{html.escape(self.code)}</pre>")
        if self.picture is not None:
            parts.append(self.picture._repr_html_())
        box = f"border-left: 6px solid {colour}; padding: 4px 12px; margin: 4px 0"
        return f"<div style='{box}'>{''.join(parts)}</div>"

    def _head(self) -> str:
        sign, words, _ = LOOK[self.kind]
        return " ".join(filter(None, (sign, words, "·" if words and self.title else "", self.title)))


def _row(fact: tuple[str, str]) -> str:
    """A row of the table of facts: the label, and what was seen with its line breaks."""
    cell = "text-align: left; vertical-align: top; padding: 2px 12px 2px 0"
    label, seen = map(html.escape, fact)
    wrapped = f"<td style='{cell}; white-space: pre-wrap'>{seen}</td>"
    return f"<tr><td style='{cell}'><b>{label}</b></td>{wrapped}</tr>"


def _with_code(text: str) -> str:
    """The text as HTML; what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
