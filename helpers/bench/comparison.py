"""What a comparison of downloads came to, in numbers, as a table, and as a picture."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from helpers import bars
from helpers.bench import tables, texts
from helpers.bench.child import Usage
from helpers.bench.contestants import REFERENCES
from helpers.bench.loads import DELAY, Load


@dataclass(frozen=True)
class Where:
    """The server, "nginx" or "raw"; whether server and client had a processor each; whether the files were
    in memory, so that no disk took part."""

    server: str
    apart: bool
    in_memory: bool


@dataclass(frozen=True)
class Comparison:
    """`runs[name]` of each contestant; `left_out` says who is missing and why."""

    load: Load
    rounds: int
    where: Where
    runs: dict[str, list[Usage]]
    left_out: tuple[str, ...] = ()

    def median(self, name: str) -> Usage:
        """The median of each measure. Raises KeyError for who was left out."""
        runs = self.runs[name]

        def middle(measure: Callable[[Usage], Any]) -> Any:
            values = [measure(run) for run in runs]
            return None if None in values else statistics.median(values)

        in_flight = [run.in_flight for run in runs if run.in_flight is not None]
        return Usage(
            middle(lambda run: run.seconds),
            middle(lambda run: run.cpu),
            middle(lambda run: run.memory),
            middle(lambda run: run.span),
            max(in_flight, default=None),
        )

    @property
    def reference(self) -> str | None:
        """Whom the others are compared with; None where nobody of REFERENCES took part."""
        return next((name for name in REFERENCES if name in self.runs), None)

    def ratio(self, name: str, *, started: bool = False) -> float | None:
        """How many times as fast as the reference, whole process against whole process; with `started` the
        start of this one's Python does not count. None where there is no reference, or no span."""
        usage = self.median(name)
        seconds = usage.span if started else usage.seconds
        if self.reference is None or seconds is None:
            return None
        return self.median(self.reference).seconds / seconds

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        rows = [self._cells(name) for name in self.runs]
        return "\n".join([self._title(), *tables.as_text(texts.HEAD, rows, self._shares()), *self._notes()])

    def _repr_html_(self) -> str:
        rows = []
        for name, share in zip(self.runs, self._shares(), strict=True):
            _, whole, ratio, _, started, cpu, memory, _ = self._cells(name)
            note = texts.NOTE.format(ratio=ratio, started=started, cpu=cpu, memory=memory)
            rows.append(bars.Row(texts.NAMES[name], f"{whole} {self.load.unit}", share, note))
        return bars.as_html(rows, " ".join((f"{self._title()}.", *self._notes(), texts.NOTED)))

    def _cells(self, name: str) -> tuple[str, ...]:
        """The row of the table, in the order of texts.HEAD."""
        usage = self.median(name)
        return (
            texts.NAMES[name],
            self._figure(usage.seconds),
            _times(self.ratio(name)),
            texts.NOTHING if usage.span is None else self._figure(usage.span),
            _times(self.ratio(name, started=True)),
            f"{usage.cpu:.2f}",
            f"{usage.memory / 1e6:,.0f}",
            texts.NOTHING if usage.in_flight is None else f"{usage.in_flight:,}",
        )

    def _figure(self, seconds: float) -> str:
        return (
            f"{self.load.figure(seconds):,.2f}" if self.load.delayed else f"{self.load.figure(seconds):,.0f}"
        )

    def _shares(self) -> list[float]:
        """For each one, its figure as a share of the highest."""
        figures = [self.load.figure(self.median(name).seconds) for name in self.runs]
        return [figure / max(figures) for figure in figures]

    def _title(self) -> str:
        unit, form = next(pair for pair in texts.SIZES if self.load.size >= pair[0])
        return texts.LOADS[self.load.name].format(
            files=self.load.files,
            size=form.format(self.load.size / unit),
            limit=self.load.limit,
            delay=DELAY * 1000,
            least=self.load.least,
        )

    def _notes(self) -> list[str]:
        rounds = texts.ROUNDS if self.rounds > 1 else texts.ONE_ROUND
        lines = [rounds.format(rounds=self.rounds)]
        if self.reference:
            lines.append(texts.REFERENCE.format(name=texts.NAMES[self.reference]))
        where = (
            texts.SERVERS[self.where.server],
            texts.CORES[self.where.apart],
            texts.FILES[self.where.in_memory],
        )
        lines.append(" ".join(where))
        if self.left_out:
            lines.append(texts.LEFT_OUT.format(names=", ".join(self.left_out)))
        return lines


def _times(ratio: float | None) -> str:
    return texts.NOTHING if ratio is None else texts.TIMES.format(ratio=ratio)
