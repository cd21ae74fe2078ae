"""One page of HTML: no script, no file besides it, light or dark as the reader's system is.

Every number stands there as text. The bars only repeat the numbers, and are told apart by their pattern, so
that nothing depends on colour; who listens to the page does not hear of them.
"""

import html
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from typing import Any

from helpers import checks
from helpers.catalog import LESSONS
from helpers.glance.counts import Count, by_exercise, hardest
from helpers.glance.journals import Journal
from helpers.progress import by_lesson


def page(journals: Sequence[Journal], anonymous: bool = False) -> str:
    """The page for this class; `anonymous`: without a name and without a day."""
    counts, words = by_exercise(journals), _words()
    parts = [
        f"<h1>{_text(words['title'])}</h1>",
        f"<p>{_text(_summary(journals, counts, words))}</p>",
        f"<h2>{_text(words['hardest'])}</h2>",
        _hardest(counts, len(journals), words),
        f"<h2>{_text(words['exercises'])}</h2>",
        _exercises(counts, len(journals), words, anonymous),
        f"<h2>{_text(words['learners'])}</h2>",
        _learners(journals, words, anonymous),
    ]
    template = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
    return template.substitute(language=words["language"], title=_text(words["title"]), body="\n".join(parts))


def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _text(text: object) -> str:
    """For HTML, whatever a learner's name is made of."""
    shown = "".join(character if character.isprintable() else "?" for character in str(text))
    return html.escape(shown)


def _summary(journals: Sequence[Journal], counts: dict[str, Count], words: dict[str, Any]) -> str:
    passed = sum(count.passed for count in counts.values())
    text = words["one_learner" if len(journals) == 1 else "summary"]
    return text.format(learners=len(journals), passed=passed, of=len(counts) * len(journals))


def _hardest(counts: dict[str, Count], learners: int, words: dict[str, Any]) -> str:
    items = [
        words["hard"].format(exercise=_title(count.exercise), count=len(count.stopped), learners=learners)
        for count in hardest(counts)
    ]
    if not items:
        return f"<p>{_text(words['nobody'])}</p>"
    return "<ol>" + "".join(f"<li>{_text(item)}</li>" for item in items) + "</ol>"


def _title(exercise: str) -> str:
    return checks.exercise(exercise).title


def _exercises(counts: dict[str, Count], learners: int, words: dict[str, Any], anonymous: bool) -> str:
    head = words["head"][: -1 if anonymous else None]
    bodies = []
    for lesson in LESSONS:
        title = _text(f"{lesson.number:02} {lesson.title}")
        rows = [f'<tr><th scope="rowgroup" colspan="{len(head)}">{title}</th></tr>']
        rows += [_exercise(counts[id], learners, anonymous) for id in lesson.exercises]
        bodies.append("<tbody>" + "\n".join(rows) + "</tbody>")
    numbers = {1, 2, 3, 5, 6, 7}
    heads = [
        f'<th scope="col"{_class(place in numbers)}>{_text(text)}</th>' if text else "<td></td>"
        for place, text in enumerate(head)
    ]
    return _table(words["exercises_caption"], heads, bodies)


def _exercise(count: Count, learners: int, anonymous: bool) -> str:
    stopped = len(count.stopped)
    numbers = [count.passed, stopped, learners - count.passed - stopped]
    widths = [100 * number / learners for number in numbers[:2]]
    bar = (
        f'<div class="bar" aria-hidden="true"><div class="passed" style="width: {widths[0]:.1f}%"></div>'
        f'<div class="stopped" style="width: {widths[1]:.1f}%"></div></div>'
    )
    last = ", ".join(f"{kind} {number}" for kind, number in count.last.most_common())
    cells = [_number(number) for number in numbers]
    cells += [f"<td>{bar}</td>", *map(_number, (count.tries, count.hinted, count.shown))]
    cells += [f"<td>{_text(last)}</td>"]
    if not anonymous:
        cells.append(f"<td>{_text(', '.join(count.stopped))}</td>")
    row = ' class="stops"' if stopped else ""
    return f'<tr{row}><th scope="row">{_text(_title(count.exercise))}</th>{"".join(cells)}</tr>'


def _learners(journals: Sequence[Journal], words: dict[str, Any], anonymous: bool) -> str:
    rows = []
    for journal in journals:
        done = by_lesson(journal.records)
        passed = [len(here.passed) for here in done.values()]
        cells = [f"{len(h.passed)}/{len(x.exercises)}" if h.tried else "·" for x, h in done.items()]
        rows.append((sum(passed), journal.learner, cells, max(here.last for here in done.values())[:10]))
    if anonymous:  # in an order that says nothing about names
        rows.sort(key=lambda row: (-row[0], row[2]))
    heads = [words["name"], *(f"{lesson.number:02}" for lesson in LESSONS), words["all"]]
    lines = []
    for number, (total, name, cells, last) in enumerate(rows, 1):
        shown = words["anonymous"].format(number=number) if anonymous else name
        numbers = "".join(map(_number, [*cells, total])) + ("" if anonymous else _number(last))
        lines.append(f'<tr><th scope="row">{_text(shown)}</th>{numbers}</tr>')
    heads += [] if anonymous else [words["last"]]
    columns = [f'<th scope="col"{_class(place > 0)}>{_text(text)}</th>' for place, text in enumerate(heads)]
    return _table(words["learners_caption"], columns, ["<tbody>" + "\n".join(lines) + "</tbody>"])


def _table(caption: str, heads: Iterable[str], bodies: Iterable[str]) -> str:
    return (
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{_text(caption)}">\n'
        f"<table>\n<caption>{_text(caption)}</caption>\n"
        f"<thead><tr>{''.join(heads)}</tr></thead>\n" + "\n".join(bodies) + "\n</table>\n</div>"
    )


def _number(number: object) -> str:
    return f"<td{_class(True)}>{_text(number)}</td>"


def _class(is_number: bool) -> str:
    return ' class="number"' if is_number else ""
