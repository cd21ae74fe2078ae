"""The certificate that the practice service gives for a right report, as it shows itself in a notebook.

HTML with inline styles only, which stay in a notebook that JupyterLab does not trust yet; the text says the
same. No date and no address: the same work looks the same every time.
"""

import html
import tomllib
from pathlib import Path
from typing import Any

WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PAPER, INK, GOLD = "#fffdf5", "#23201a", "#b8860b"
WIDTH = 60  # characters of the text


class Certificate:
    """`facts`: the service's answer: certificate, name, pages, images, bytes, lost."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._name = str(facts["name"])
        self._number = WORDS["number"].format(**facts)
        self._lines = [line.format(**facts) for line in WORDS["lines"]]

    def __repr__(self) -> str:
        lines = ["", WORDS["title"], "", self._name, "", *self._lines, "", self._number, ""]
        rule = "═" * WIDTH
        return "\n".join([f"╔{rule}╗", *(f"║{line:^{WIDTH}}║" for line in lines), f"╚{rule}╝"])

    def _repr_html_(self) -> str:
        name, number = html.escape(self._name), html.escape(self._number)
        paper = f"background: {PAPER}; color: {INK}; border: 6px double {GOLD}; font-family: Georgia, serif"
        place = "max-width: 560px; padding: 24px; margin: 8px 0; text-align: center"
        title = f"font-size: 22px; letter-spacing: 2px; color: {GOLD}"
        lines = "".join(f"<div>{html.escape(line)}</div>" for line in self._lines)
        return (
            f"<div style='{paper}; {place}'>"
            f"<div style='{title}'>{html.escape(WORDS['title'])}</div>"
            f"<div style='font-size: 26px; margin: 16px 0'>{name}</div>{lines}"
            f"<div style='margin: 16px 0 0; font-family: monospace; font-size: 12px'>{number}</div></div>"
        )
