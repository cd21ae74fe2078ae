"""Which exercise stops how many: counted from the journals of a class."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpers.catalog import LESSONS
from helpers.glance.journals import Journal
from helpers.progress import Record


@dataclass
class Count:
    """One exercise in one class. `stopped`: who has tried it and not passed; `last`: their last verdicts;
    `tries`: of all who tried; `hinted`, `shown`: how many asked for a hint, looked at the solution."""

    exercise: str
    passed: int = 0
    stopped: list[str] = field(default_factory=list)
    last: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    hinted: int = 0
    shown: int = 0


def by_exercise(journals: Sequence[Journal]) -> dict[str, Count]:
    """The counts of every exercise, in the order of the course."""
    counts = {id: Count(id) for lesson in LESSONS for id in lesson.exercises}
    for journal in journals:
        done: dict[str, list[Record]] = {}
        for record in journal.records:
            done.setdefault(record.id, []).append(record)
        for id, records in done.items():
            if id in counts:
                _add(counts[id], journal.learner, records)
    return counts


def _add(count: Count, learner: str, records: Sequence[Record]) -> None:
    tried = [r.detail for r in records if r.kind == "checked" and r.detail != "not attempted"]
    count.tries += len(tried)
    count.hinted += any(record.kind == "hint" for record in records)
    count.shown += any(record.kind == "solution" for record in records)
    if "correct" in tried:
        count.passed += 1
    elif tried:
        count.stopped.append(learner)
        count.last[tried[-1]] += 1


def hardest(counts: dict[str, Count], many: int = 5) -> list[Count]:
    """Those that stop most, the most first; none that stops nobody."""
    stopping = [count for count in counts.values() if count.stopped]
    return sorted(stopping, key=lambda count: -len(count.stopped))[:many]
