"""What holding many connections came to, in numbers, as a table, and as a picture."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from helpers import bars
from helpers.bench import tables, texts

SHORTEST = 1e-3  # seconds: where the bars begin
FEW = 1_000  # connections: with fewer, what a process does anyway is more than what they take


@dataclass(frozen=True)
class Step:
    """Seconds to open all connections, and to get one answer on each; bytes and CPU seconds for each."""

    opened: float
    answered: float
    memory: float
    cpu: float


@dataclass(frozen=True)
class Ladder:
    """`steps[way][size]`; `stops[way]`: the size that it did not reach, and why. `apart`: server and client
    had a processor each. `threads`: how many the system allows, and the name of that limit."""

    apart: bool
    steps: dict[str, dict[int, Step]]
    stops: dict[str, tuple[int, str]]
    threads: tuple[int, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        rows, shares = [], []
        for way, size, step, share, _ in self._each():
            kib, cpu = _apiece(size, step)
            numbers = (f"{size:,}", f"{step.opened * 1000:,.0f}", f"{step.answered * 1000:,.0f}", kib, cpu)
            rows.append((texts.WAYS[way], *numbers))
            shares.append(share)
        return "\n".join([texts.LADDER, *tables.as_text(texts.LADDER_HEAD, rows, shares), *self._notes()])

    def _repr_html_(self) -> str:
        rows = []
        for way, size, step, share, first in self._each():
            kib, cpu = _apiece(size, step)
            note = texts.LADDER_NOTE if size < FEW else texts.LADDER_APIECE
            note = note.format(answered=step.answered * 1000, kib=kib, cpu=cpu)
            rows.append(
                bars.Row(f"{texts.WAYS[way]} · {size:,}", f"{step.opened * 1000:,.0f} ms", share, note, first)
            )
        return bars.as_html(rows, " ".join((texts.LADDER, texts.LADDER_NOTED, *self._notes())))

    def _each(self) -> Iterator[tuple[str, int, Step, float, bool]]:
        """Way, size, step, share of the longest bar (of the logarithm), and whether it is the way's first."""
        longest = max((step.opened for steps in self.steps.values() for step in steps.values()), default=1)
        full = math.log(max(longest / SHORTEST, 2))
        for way, steps in self.steps.items():
            for size, step in steps.items():
                share = math.log(max(step.opened / SHORTEST, 1)) / full
                yield way, size, step, share, size == min(steps)

    def _notes(self) -> list[str]:
        lines = [texts.LADDER_BARS, texts.CORES[self.apart]]
        for way, (size, reason) in self.stops.items():
            lines.append(texts.STOPPED.format(way=texts.WAYS[way], number=size, reason=reason))
        if self.threads:
            lines.append(texts.THREADS.format(number=self.threads[0], limit=self.threads[1]))
        return lines


def _apiece(size: int, step: Step) -> tuple[str, str]:
    """KiB and µs of CPU for one connection, where there are enough to tell."""
    if size < FEW:
        return texts.NOTHING, texts.NOTHING
    return f"{step.memory / 1024:.1f}", f"{step.cpu * 1e6:,.0f}"
