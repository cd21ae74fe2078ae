"""`python -m helpers schedule`: how long the lessons take, and what fits into a class of so many days.

The minutes are those of the teacher's notes in `solutions/*.md`; which lessons make a class, and what it
leaves out, stands in `schedule.toml`. So every total, the README's too, follows from the notes.
"""

import re
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers import catalog
from helpers.authoring import notes, source
from helpers.authoring.notes import Part
from helpers.catalog import Lesson
from helpers.files import COURSE

WIDTH = 100  # columns
PLANS = tomllib.loads((Path(__file__).parent / "schedule.toml").read_text(encoding="utf-8"))
WORDS = PLANS["words"]
ROOM = PLANS["half_day"] - PLANS["break"]  # minutes for lessons in a half day
CUT = re.compile(r"(?P<exercise>(?P<of>\d\d)\.\d)|(?P<number>\d\d) (?P<section>.+)")


class ScheduleError(Exception):
    """A plan does not fit the lessons; the text says which entry of schedule.toml is wrong."""


@dataclass(frozen=True)
class HalfDay:
    """What is taught in one half day: minutes by lesson, what is cut from each, exercises that are added."""

    minutes: dict[Lesson, int]
    cut: dict[Lesson, list[str]]
    also: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.minutes.values()) + sum(self.also.values())


@dataclass(frozen=True)
class Plan:
    """A class of so many days."""

    days: int
    name: str
    goal: str
    half_days: list[HalfDay]

    @property
    def lessons(self) -> list[Lesson]:
        return [lesson for half in self.half_days for lesson in half.minutes]

    @property
    def minutes(self) -> int:
        return sum(half.total for half in self.half_days)


def read(lessons: Sequence[Lesson] = (), course: Path = COURSE) -> dict[Lesson, tuple[Part, ...]]:
    """The sections and exercises of `lessons`, or of all. Raises SourceError where a note cannot be read."""
    return {
        lesson: notes.parts(source.read(course / "solutions" / f"{lesson.stem}.md"), lesson)
        for lesson in lessons or catalog.LESSONS
    }


def in_class(parts: Sequence[Part]) -> int:
    """Minutes."""
    return sum(part.minutes for part in parts if not part.at_home)


def at_home(parts: Sequence[Part]) -> int:
    """Minutes."""
    return sum(part.minutes for part in parts if part.at_home)


def plans(lessons: dict[Lesson, tuple[Part, ...]]) -> list[Plan]:
    """The classes of schedule.toml. Raises ScheduleError for an entry that names nothing, or a half day that
    is too long."""
    return [
        Plan(
            plan["days"], plan["name"], plan["goal"], [_half_day(half, lessons) for half in plan["half_days"]]
        )
        for plan in PLANS["plans"]
    ]


def _half_day(entry: dict[str, list[str]], lessons: dict[Lesson, tuple[Part, ...]]) -> HalfDay:
    taught = {number: _find(number, lessons) for number in entry["lessons"]}
    minutes = {lesson: in_class(lessons[lesson]) for lesson in taught.values()}
    cut: dict[Lesson, list[str]] = {lesson: [] for lesson in taught.values()}
    for text in entry.get("cut", ()):
        match = CUT.fullmatch(text)
        lesson = taught.get(match["of"] or match["number"]) if match else None
        if lesson is None:
            raise ScheduleError(f"{text!r} is not of a lesson of this half day")
        name = match["exercise"] or match["section"]
        minutes[lesson] -= _minutes(name, lessons[lesson], home=False)
        cut[lesson].append(name)
    also = {
        id: _minutes(id, lessons[_find(id.partition(".")[0], lessons)], home=True)
        for id in entry.get("also", ())
    }
    half = HalfDay(minutes, cut, also)
    if half.total > ROOM:
        raise ScheduleError(f"{half.total} minutes of {', '.join(entry['lessons'])} in a half day of {ROOM}")
    return half


def _find(number: str, lessons: dict[Lesson, tuple[Part, ...]]) -> Lesson:
    for lesson in lessons:
        if f"{lesson.number:02}" == number:
            return lesson
    raise ScheduleError(f"there is no lesson {number}")


def _minutes(name: str, parts: Sequence[Part], home: bool) -> int:
    for part in parts:
        if part.name == name and part.at_home == home:
            return part.minutes
    raise ScheduleError(
        f"no section or exercise is called {name!r} and done {'at home' if home else 'in class'}"
    )


def lines(lessons: Sequence[Lesson] = (), class_days: int | None = None, course: Path = COURSE) -> list[str]:
    """What the command prints: the sections of `lessons`, a class of `class_days` days, or else an overview.

    Raises SourceError and ScheduleError as `read` and `plans` do.
    """
    if lessons:
        return [line for lesson, parts in read(lessons, course).items() for line in sections(lesson, parts)]
    everything = read(course=course)
    if class_days is None:
        return list(overview(everything))
    return [line for plan in plans(everything) if plan.days == class_days for line in days(plan)]


def overview(lessons: dict[Lesson, tuple[Part, ...]]) -> Iterator[str]:
    """The lines of the table of all lessons, and of the classes."""
    yield f"{WORDS['lesson']:<60}{WORDS['minutes']:>10}{WORDS['home']:>10}"
    for lesson, parts in lessons.items():
        home = at_home(parts) or ""
        yield f"{lesson.number:02} {lesson.title:<57}{in_class(parts):>10}{home:>10}".rstrip()
    together = [part for parts in lessons.values() for part in parts]
    yield f"{WORDS['all']:<60}{in_class(together):>10}{at_home(together):>10}"
    yield ""
    yield WORDS["half_day"].format(length=PLANS["half_day"], pause=PLANS["break"], room=ROOM)
    yield ""
    yield f"{WORDS['class']:<12}{WORDS['half_days']:>10}{WORDS['minutes']:>10}  {WORDS['lessons']}"
    for plan in plans(lessons):
        yield f"{plan.name:<12}{len(plan.half_days):>10}{plan.minutes:>10}  {numbers(plan.lessons)}"


def sections(lesson: Lesson, parts: Sequence[Part]) -> Iterator[str]:
    """The lines of the table of one lesson."""
    yield f"{lesson.number:02} {lesson.title:<57}{in_class(parts):>10}"
    for part in parts:
        name = WORDS["exercise"].format(id=part.name) if part.name in lesson.exercises else part.name
        yield f"   {name:<57}{part.minutes:>10}{'  ' + WORDS['at_home'] if part.at_home else ''}"


def days(plan: Plan) -> Iterator[str]:
    """The lines of the table of one class: its half days, and what they leave out."""
    heading = WORDS["heading"].format(
        name=plan.name.capitalize(), minutes=plan.minutes, count=len(plan.half_days), goal=plan.goal
    )
    yield from textwrap.wrap(heading, WIDTH)
    for number, half in enumerate(plan.half_days, start=1):
        spare = WORDS["spare"].format(minutes=half.total, spare=ROOM - half.total)
        yield ""
        yield f"{WORDS['half'].format(number=number):<60}{spare:>30}"
        for lesson, minutes in half.minutes.items():
            yield f"   {lesson.number:02} {lesson.title:<54}{minutes:>10}"
            if half.cut[lesson]:
                indent = " " * 6
                cut = WORDS["cut"] + "; ".join(half.cut[lesson])
                yield from textwrap.wrap(cut, WIDTH, initial_indent=indent, subsequent_indent=indent)
        for id, minutes in half.also.items():
            yield f"   {WORDS['exercise'].format(id=id):<57}{minutes:>10}"
    if left := [lesson for lesson in catalog.LESSONS if lesson not in plan.lessons]:
        yield ""
        yield WORDS["left_out"] + numbers(left)


def numbers(lessons: Sequence[Lesson]) -> str:
    """Such as `00, 01, 05`."""
    return ", ".join(f"{lesson.number:02}" for lesson in lessons)
