"""The scores in a terminal: a line for each learner, a sign for each exercise, not wider than 100 columns.

    ✔ correct · ✘ not yet · ‖ stuck · ⚠ error · ○ not attempted · – missing

The line of a learner ends with the number of correct answers; the last lines count them by exercise, to be
read downwards. Names that are too long are cut; what does not fit beside each other follows in another block.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from helpers.catalog import Lesson
from helpers.score import KINDS, Score
from helpers.score.words import printable
from helpers.verdict import LOOK

WIDTH = 100
LONGEST_NAME = 15
SIGNS = {kind: LOOK[kind][0] if kind in LOOK else "–" for kind in KINDS}
BOTTOM = "correct"
Verdicts = Mapping[tuple[str, str], Score]


def table(scores: Sequence[Score], lessons: Sequence[Lesson]) -> str:
    """The table of these scores, the learners in their order."""
    by_place = {(score.learner, score.exercise): score for score in scores}
    names = list(dict.fromkeys(score.learner for score in scores))
    shown = max([len(BOTTOM), *(min(_width(name), LONGEST_NAME) for name in names)])
    ends = _totals(names, scores)
    room = WIDTH - shown - max(map(len, ends.values()), default=0)
    blocks = list(_blocks([lesson for lesson in lessons if lesson.exercises], room))
    parts = [_block(names, block, by_place, shown, ends if block is blocks[-1] else {}) for block in blocks]
    return "\n\n".join([*("\n".join(part) for part in parts), _legend(scores)])


def _totals(names: Sequence[str], scores: Sequence[Score]) -> dict[str, str]:
    """What ends the line of each learner: so many are correct, of so many."""
    right = Counter(score.learner for score in scores if score.kind == "correct")
    of = Counter(score.learner for score in scores)
    return {name: f"  {right[name]:>{len(str(of[name]))}}/{of[name]}" for name in names}


def _blocks(lessons: Sequence[Lesson], room: int) -> Iterator[list[Lesson]]:
    block, used = [], 0
    for lesson in lessons:
        needed = 1 + _column(lesson)
        if block and used + needed > room:
            yield block
            block, used = [], 0
        block.append(lesson)
        used += needed
    if block:
        yield block


def _column(lesson: Lesson) -> int:
    return max(len(lesson.exercises), len("00"))


def _block(
    names: Sequence[str], lessons: Sequence[Lesson], by_place: Verdicts, shown: int, ends: Mapping[str, str]
) -> list[str]:
    def line(head: str, cells: Mapping[str, str], end: str = "") -> str:
        columns = [
            "".join(cells.get(id, " ") for id in lesson.exercises).ljust(_column(lesson))
            for lesson in lessons
        ]
        return (" ".join([_padded(head, shown), *columns]) + end).rstrip()

    heads = [f"{lesson.number:02}".ljust(_column(lesson)) for lesson in lessons]
    lines = [" ".join([" " * shown, *heads]).rstrip()]
    ids = [id for lesson in lessons for id in lesson.exercises]
    for name in names:
        signs = {id: SIGNS[by_place[name, id].kind] for id in ids if (name, id) in by_place}
        lines.append(line(name, signs, ends.get(name, "")))
    places = len(str(len(names)))
    right = {id: sum(_is_right(by_place.get((name, id))) for name in names) for id in ids}
    digits = {id: f"{count:>{places}}" for id, count in right.items()}
    for place in range(places):
        lines.append(line("" if place else BOTTOM, {id: text[place] for id, text in digits.items()}))
    return lines


def _is_right(score: Score | None) -> bool:
    return score is not None and score.kind == "correct"


def _legend(scores: Sequence[Score]) -> str:
    counts = {kind: sum(score.kind == kind for score in scores) for kind in KINDS}
    return " · ".join(f"{SIGNS[kind]} {kind} {count}" for kind, count in counts.items())


def _width(text: str) -> int:
    """Columns that the text takes in a terminal: Chinese characters take two."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    return (
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
    )


def _padded(name: str, width: int) -> str:
    """The name on `width` columns, cut if it has to be."""
    name = printable(name)
    if _width(name) > width:
        while _width(name) > width - 1:
            name = name[:-1]
        name += "…"
    return name + " " * (width - _width(name))
