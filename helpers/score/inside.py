"""What works in the kernel of a notebook: it asks for one verdict, by the course's own `check`.

`begin` comes before the notebook's first cell. It remembers the course's functions, so that `verdict` can say
which of them are others by now, and its own tools, so that a changed `json.dumps` does not reach it.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from json import dumps
from types import ModuleType
from typing import Any

from helpers import checks, exercise
from helpers.verdict import Verdict

LONGEST = 1500  # characters of a message

_remembered: dict[str, Any] = {}
_seen: dict[str, list[Sequence[Any]]] = {}  # the answers themselves: another one could get the same id()


def begin(exercises: Sequence[str]) -> str:
    """Load the judges of these exercises, and remember the course's functions as they are now."""
    for id in exercises:
        checks.exercise(id)
    _remembered.update(_functions())
    return "ready"


def verdict(id: str, arguments: Sequence[str], again: bool) -> str:
    """The verdict for `check(id, *arguments)`, the arguments as they are written, as JSON: `kind`, `message`,
    `seconds`. Instead: `undefined`, where the arguments cannot be had; `known`, where they were judged
    before, unless it is to be `again`; `changed`, a function of the course's that is another one now."""
    if changed := _changed():
        return dumps({"changed": changed})
    namespace = sys.modules["__main__"].__dict__
    try:
        answer = [eval(argument, namespace) for argument in arguments]
    except BaseException as error:
        return dumps({"undefined": f"{type(error).__name__}: {error}"[:LONGEST]})
    seen = _seen.setdefault(id, [])
    if not again and any(_are_the_same(answer, other) for other in seen):
        return dumps({"known": True})
    seen.append(answer)
    return dumps(_judged(id, answer))


def _are_the_same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def counter_test(id: str, count: int) -> str:
    """The verdict for an answer that does nothing at all; `count`: how many objects `check` wants."""
    return dumps(_judged(id, [_does_nothing] * count))


def _does_nothing(*_: Any, **__: Any) -> None:
    raise NotImplementedError


def _judged(id: str, answer: Sequence[Any]) -> dict[str, Any]:
    began = time.monotonic()
    found = exercise.check(id, *answer)
    seconds = round(time.monotonic() - began, 2)
    return {"kind": found.kind, "message": _message(found), "seconds": seconds}


def _message(found: Verdict) -> str:
    """In one line: what the learner reads, without the praise and the picture."""
    if found.kind in ("correct", "not attempted"):
        return ""
    facts = [f"{label}: {fact}" for label, fact in found.facts.items()]
    parts = [found.text, *facts, *found.code.splitlines()]
    return " · ".join(" ".join(part.split()) for part in parts if part.strip())[:LONGEST]


def _functions() -> Iterator[tuple[str, Any]]:
    """Where the course's functions, classes and constants are kept, and what is kept there."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "helpers" and isinstance(module, ModuleType):
            for place, value in _kept_in(name, vars(module)):
                yield place, value
                if isinstance(value, type) and value.__module__ == name:
                    yield from _kept_in(place, vars(value))


def _kept_in(where: str, names: Any) -> Iterator[tuple[str, Any]]:
    for name, value in list(names.items()):
        if callable(value) or isinstance(value, classmethod | property) or str(name).isupper():
            yield f"{where}.{name}", value
        if code := getattr(value, "__code__", None):
            yield f"{where}.{name}.__code__", code
        if name == "JUDGES":
            yield from _kept_in(f"{where}.{name}", value)


def _changed() -> str:
    """The first of the remembered places that holds something else now; nothing if none does."""
    now = dict(_functions())
    return next((place for place, was in _remembered.items() if now.get(place, was) is not was), "")
