"""Count what the service saw: requests, requests in flight, connections, bytes; in total and for each path.

Lessons show these counts instead of times: they are the same in every run. Everything happens in the one
thread of the service's event loop, so that plain integers do. No aiohttp here: the notebook side imports
`Counts`, too.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from weakref import WeakSet


@dataclass
class PathCounts:
    """What was counted for one path (or, in `Counts`, for all of them).

    A request is *in flight* from when its handler is about to start until the last piece of its answer is
    handed to the connection, or until the client goes away. `bytes_sent` counts bodies only, as sent
    (compressed, if they are).
    """

    requests: int = 0
    in_flight: int = 0
    in_flight_highest: int = 0
    bytes_sent: int = 0

    def start(self) -> None:
        self.requests += 1
        self.in_flight += 1
        self.in_flight_highest = max(self.in_flight_highest, self.in_flight)

    def after_reset(self) -> "PathCounts":
        """Counted from zero, but what is in flight stays in flight."""
        return PathCounts(in_flight=self.in_flight, in_flight_highest=self.in_flight)


@dataclass
class Counts(PathCounts):
    """What the service counted since it started or since the last reset.

    `connections` counts the connections *opened*: a connection counts once, at its first request; one that
    was opened before the reset and is used again does not count. `by_path` goes by the path without its
    query.
    """

    connections: int = 0
    by_path: dict[str, PathCounts] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The counts as what JSON can hold; `from_dict` is the way back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Counts":
        by_path = {path: PathCounts(**counts) for path, counts in sorted(data["by_path"].items())}
        return cls(**{**data, "by_path": by_path})

    def __str__(self) -> str:
        """A table: one line for each path, then the total."""
        width = max(len(name) for name in [*self.by_path, "all paths"])
        row = f"{{:{width}}}  {{:>8}}  {{:>9}}  {{:>7}}  {{:>11}}".format
        lines = [row("path", "requests", "in flight", "highest", "bytes sent")]
        for name, counts in [*self.by_path.items(), ("all paths", self)]:
            lines.append(
                row(
                    name,
                    counts.requests,
                    counts.in_flight,
                    counts.in_flight_highest,
                    f"{counts.bytes_sent:,}",
                )
            )
        return "\n".join([*lines, f"connections opened: {self.connections}"])


class Counters:
    """The service's one set of counters."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._transports_seen: WeakSet[object] = WeakSet()

    def start(self, path: str, transport: object | None) -> "Visit":
        """Count a request to `path`, come over the connection `transport`; it is in flight from now on."""
        if transport is not None and transport not in self._transports_seen:
            self._transports_seen.add(transport)
            self.counts.connections += 1
        self.counts.start()
        self.counts.by_path.setdefault(path, PathCounts()).start()
        return Visit(self, path)

    def reset(self) -> None:
        """Start again from zero. Requests in flight stay counted as in flight."""
        before = self.counts
        self.counts = Counts(in_flight=before.in_flight, in_flight_highest=before.in_flight)
        for path, counts in before.by_path.items():
            if counts.in_flight:
                self.counts.by_path[path] = counts.after_reset()


class Visit:
    """One request in the counters, from `Counters.start` to `finish`."""

    def __init__(self, counters: Counters, path: str) -> None:
        self._counters = counters
        self._path = path
        self._in_flight = True

    def _both(self) -> tuple[PathCounts, PathCounts]:
        counts = self._counters.counts
        return counts, counts.by_path.setdefault(self._path, PathCounts())

    def sent(self, size: int) -> None:
        """`size` bytes of the body are being handed to the connection."""
        for counts in self._both():
            counts.bytes_sent += size

    def finish(self) -> None:
        """The request is no longer in flight. A second call does nothing."""
        if self._in_flight:
            self._in_flight = False
            for counts in self._both():
                counts.in_flight -= 1
