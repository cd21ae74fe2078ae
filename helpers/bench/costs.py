"""What the primitives cost, in numbers, as a table, and as a picture."""

import math
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from helpers import bars
from helpers.bench import texts

SHORTEST = 1e-8  # seconds: where the bars begin


@dataclass(frozen=True)
class Costs:
    """`seconds[name]`, the fastest of so many repeats, on this version of Python."""

    seconds: dict[str, float]
    repeats: int
    python: str = field(default_factory=platform.python_version)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        return bars.as_text(list(self._rows()), self._caption())

    def _repr_html_(self) -> str:
        return bars.as_html(list(self._rows()), self._caption())

    def _rows(self) -> Iterator[bars.Row]:
        full = math.log(max(*self.seconds.values(), 2 * SHORTEST) / SHORTEST)
        for name, seconds in self.seconds.items():
            share = math.log(max(seconds / SHORTEST, 1)) / full
            yield bars.Row(texts.PRIMITIVES[name], f"{seconds * 1e6:,.2f} µs", share)

    def _caption(self) -> str:
        return texts.PRIMITIVES_CAPTION.format(version=self.python, repeats=self.repeats)
