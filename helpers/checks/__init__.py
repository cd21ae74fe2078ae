"""How answers are judged: one module a lesson, found by the number in front of an exercise's id.

`lesson_12.py` has a *judge* for each of lesson 12's exercises: a function that makes the answer work in an
arena (arena.py), and raises `NotYet` where it did something else than it should. `lesson_12.toml` has the
words: titles, hints, explanations, and what to say to each wrong answer. So the words can be translated
without touching code.
"""

import importlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from helpers import texts
from helpers.catalog import LESSONS

Judge = Callable[..., str | None]
"""Gets the answer and an arena. What it returns says how thoroughly a right answer was tried."""


class NotYet(Exception):
    """An answer did something else than it should.

    `why`: the key of the text in the lesson's words; the rest are facts to show: the `call` that was made,
    what was `seen`, what was `expected`, a `picture` of the run. Other keywords fill the places in the text.
    """

    def __init__(
        self,
        why: str,
        *,
        call: str = "",
        seen: str = "",
        expected: str = "",
        picture: Any = None,
        **fields: Any,
    ) -> None:
        super().__init__(why)
        self.why, self.call, self.seen, self.expected = why, call, seen, expected
        self.picture, self.fields = picture, fields


def signal(error: BaseException | None) -> NotYet | NotImplementedError | None:
    """What a judge or an untouched stub has raised, alone or in the group of a TaskGroup; else None."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(signal, error.exceptions)), None)
    return error if isinstance(error, NotYet | NotImplementedError) else None


@dataclass(frozen=True)
class Exercise:
    """`wrong`: what to say to each wrong answer, by the judge's key. `seconds`: what its verdict may take,
    where that is more than usual."""

    id: str
    title: str
    notice: str
    hints: tuple[str, ...]
    explanation: str
    wrong: dict[str, str]
    judge: Judge
    seconds: float | None = None


def exercise(id: str) -> Exercise:
    """The exercise with this id. Raises LookupError, saying which there are."""
    ids = [known for lesson in LESSONS for known in lesson.exercises]
    if id not in ids:
        raise LookupError(texts.NO_EXERCISE.format(id=id, ids=", ".join(ids)))
    number, _, part = id.partition(".")
    words, judges, seconds = _lesson(number)
    return Exercise(
        id=id,
        title=f"{id} {words[part]['title']}",
        notice=words[part]["notice"].strip(),
        hints=tuple(hint.strip() for hint in words[part]["hints"]),
        explanation=words[part]["explanation"].strip(),
        wrong={key: text.strip() for key, text in (_common() | words[part].get("wrong", {})).items()},
        judge=judges[id],
        seconds=seconds.get(id),
    )


@cache
def _lesson(number: str) -> tuple[dict[str, Any], dict[str, Judge], dict[str, float]]:
    module = importlib.import_module(f"helpers.checks.lesson_{number}")
    return _words(f"lesson_{number}"), module.JUDGES, getattr(module, "SECONDS", {})


@cache
def _common() -> dict[str, str]:
    return _words("common")


def _words(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
