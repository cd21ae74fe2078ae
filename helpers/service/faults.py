"""Faults on demand: what can go wrong, and which requests it hits.

A fault comes with one request, in its query, or is set for many requests, from the notebook:

    GET /bytes/1000?fault=truncate
    GET /get?fault=status:503&fault_rate=0.3&fault_seed=7
    server.set_faults(Fault("status", 503, first=2, path="/gallery"))

Nothing here is random in the sense of surprising: the n-th request of a path is hit or not depending on the
seed, the path and n alone, so that the same program meets the same faults in every run, whatever else is
going on. What the faults do is carried out in `middleware` and `bodies`. No aiohttp here: the notebook side
imports `Fault`, too.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

REQUIRED = object()


class Kind(NamedTuple):
    """What the value of one kind of fault may be, and what the fault does."""

    number: type[int] | type[float] | None  # None: it takes no value
    low: float
    high: float
    default: Any  # REQUIRED: the value cannot be left out
    meaning: str


DAY = 86_400.0

KINDS = {
    "status": Kind(int, 200, 999, REQUIRED, "status:CODE answers with that status; nothing is done"),
    "busy": Kind(int, 0, DAY, 1, "busy[:SECONDS] answers 429 with Retry-After (1); nothing is done"),
    "delay": Kind(float, 0, DAY, REQUIRED, "delay:SECONDS waits before the answer"),
    "hold": Kind(
        int, 1, 10_000, REQUIRED, "hold:N holds answers until N held requests are in flight at once"
    ),
    "reset": Kind(None, 0, 0, None, "reset does the work, then resets the connection before any answer"),
    "stall": Kind(
        float, 0, DAY, None, "stall[:SECONDS] sends half the body, then nothing (until the client leaves)"
    ),
    "truncate": Kind(
        None, 0, 0, None, "truncate announces the whole body, sends half, closes the connection"
    ),
    "drip": Kind(float, 1, 1e9, REQUIRED, "drip:BYTES_PER_SECOND sends the body slowly"),
}
KINDS_TEXT = "The kinds of fault: " + "; ".join(kind.meaning for kind in KINDS.values()) + "."

BODY_FAULTS = ("stall", "truncate", "drip")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and for which requests.

    `kind`: one of `KINDS`. `value`: its number (a status, seconds, bytes per second, requests), where it
    takes one. `rate`: the share of requests hit, from 0 to 1. `seed`: another seed, another choice of
    requests. `first`: only the first so many requests of each path, counted from when the fault was set (in a
    query: from the last reset of the counts); None for all. `path`: only paths that start with this.

    `status` and `busy` refuse the request: the work is not done. All the others let the work be done and
    spoil the answer: a client cannot know that it was done.

    Raises ValueError when the kind is not known or a number makes no sense.
    """

    kind: str
    value: float | None = None
    rate: float = 1.0
    seed: int = 0
    first: int | None = None
    path: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}. {KINDS_TEXT}")
        if not isinstance(self.path, str):
            raise ValueError(f"path must be the beginning of a path, not {self.path!r}.")
        # The way to set a field of a frozen dataclass while it is being made.
        object.__setattr__(self, "value", value_for(KINDS[self.kind], self.kind, self.value))
        object.__setattr__(self, "rate", number("rate", self.rate, float, 0, 1))
        object.__setattr__(self, "seed", number("seed", self.seed, int, -(2**63), 2**63))
        if self.first is not None:
            object.__setattr__(self, "first", number("first", self.first, int, 0, 2**63))

    def hits(self, path: str, n: int) -> bool:
        """Whether the n-th request of `path` (from 1) is hit."""
        if self.first is not None and n > self.first:
            return False
        digest = hashlib.sha256(f"{self.seed}\n{path}\n{n}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64 < self.rate


def value_for(kind: Kind, name: str, given: Any) -> Any:
    """The value of a fault, or what it is when it was left out. Raises ValueError if it makes no sense."""
    if given is None and kind.default is REQUIRED:
        raise ValueError(f"The fault {name!r} needs a value. {KINDS_TEXT}")
    if given is None:
        return kind.default
    if kind.number is None:
        raise ValueError(f"The fault {name!r} takes no value. {KINDS_TEXT}")
    return number(f"the value of {name!r}", given, kind.number, kind.low, kind.high)


def number(name: str, given: Any, kind: type[int] | type[float], low: float, high: float) -> float:
    """`given`, a number or its text, as an int or float from `low` to `high`. Raises ValueError otherwise."""
    try:
        value = kind(given)
        if not low <= value <= high or (not isinstance(given, str) and value != given):
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        what = "a whole number" if kind is int else "a number"
        raise ValueError(
            f"{name} must be {what} from {low:g} to {high:g}, not {given!r}. {KINDS_TEXT}"
        ) from None
    return value


def from_query(query: Mapping[str, str], kinds: Sequence[str]) -> list[Fault]:
    """The faults that a request asks for: each of `kinds` is the text of one `fault=`, as `status:503`.

    The other parameters (`fault_rate`, `fault_seed`, `fault_first`) hold for all of them. Raises ValueError.
    """
    settings: dict[str, Any] = {
        name: query[f"fault_{name}"] for name in ("rate", "seed", "first") if f"fault_{name}" in query
    }
    unknown = [
        name for name in query if name.startswith("fault_") and name[6:] not in ("rate", "seed", "first")
    ]
    if unknown:
        raise ValueError(
            f"There is no {unknown[0]}; there are fault_rate, fault_seed and fault_first. {KINDS_TEXT}"
        )
    faults = []
    for text in kinds:
        kind, colon, value = text.partition(":")
        faults.append(Fault(kind, value if colon else None, **settings))
    return faults


class Faults:
    """The faults that are set, and how many requests each of them has looked at."""

    def __init__(self) -> None:
        self._set: tuple[Fault, ...] = ()
        self._seen: Counter[tuple[Fault, str]] = Counter()

    def set(self, faults: Sequence[Fault]) -> None:
        """Replace what is set; every path counts from its next request."""
        self._set = tuple(faults)
        self.reset()

    def reset(self) -> None:
        """Count from the next request of each path."""
        self._seen.clear()

    def hitting(self, path: str, asked: Sequence[Fault]) -> list[Fault]:
        """The faults that hit this request of `path`: of those it asked for, then of those that are set."""
        hit = []
        for fault in [*asked, *self._set]:
            if path.startswith(fault.path):
                self._seen[fault, path] += 1
                if fault.hits(path, self._seen[fault, path]):
                    hit.append(fault)
        return hit
