"""What a right answer to 03.1 does: a subject that survives who comes and goes in the middle.

Each scene is a little program. What is judged is who was told of what, in which order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_03_calls import Notes, Panel, ask, make, play

NAMES = "abcdef"  # so many that a set has hardly a chance to keep their order
ALL = ", ".join(f"{name}(1)" for name in NAMES)


class Asked:
    """A subject of the learner's class, whose methods are called with care."""

    def __init__(self, Subject: Any, call: str) -> None:
        subject = make(Subject, call="Subject()", has=("subscribe", "unsubscribe", "notify"))
        self.subscribe = partial(ask, subject.subscribe, call=call)
        self.unsubscribe = partial(ask, subject.unsubscribe, call=call)
        self.notify = partial(ask, subject.notify, call=call)


def _tells(make: Callable[[], Asked], notes: Notes) -> None:
    subject = make()
    for name in NAMES:
        subject.subscribe(notes.observer(name))
    subject.notify(1)


def _lets_go(make: Callable[[], Asked], notes: Notes) -> None:
    subject, a = make(), notes.observer("a")
    subject.subscribe(a)
    subject.subscribe(notes.observer("b"))
    subject.unsubscribe(a)
    subject.notify(1)


def _lets_a_method_go(make: Callable[[], Asked], notes: Notes) -> None:
    subject, panel = make(), Panel(notes, "panel.show")
    subject.subscribe(panel.show)
    subject.subscribe(notes.observer("b"))
    subject.unsubscribe(panel.show)
    subject.notify(1)


def _is_one_of_two(make: Callable[[], Asked], notes: Notes) -> None:
    subject, other = make(), make()
    subject.subscribe(notes.observer("a"))
    other.subscribe(notes.observer("b"))
    subject.notify(1)


def _is_left(make: Callable[[], Asked], notes: Notes) -> None:
    subject = make()
    once = notes.observer("once", lambda: subject.unsubscribe(once))
    for observer in (notes.observer("a"), once, notes.observer("c")):
        subject.subscribe(observer)
    subject.notify(1)
    subject.notify(2)


def _is_joined(make: Callable[[], Asked], notes: Notes) -> None:
    subject = make()
    subject.subscribe(notes.observer("host", lambda: subject.subscribe(notes.observer("guest"))))
    subject.subscribe(notes.observer("b"))
    subject.notify(1)
    subject.notify(2)


def _has_one_removed(make: Callable[[], Asked], notes: Notes) -> None:
    subject, out = make(), notes.observer("out")
    for observer in (notes.observer("a", lambda: subject.unsubscribe(out)), out, notes.observer("c")):
        subject.subscribe(observer)
    subject.notify(1)
    subject.notify(2)


def _is_told_inside(make: Callable[[], Asked], notes: Notes) -> None:
    subject = make()
    subject.subscribe(notes.observer("limit", lambda: subject.notify(2)))
    subject.subscribe(notes.observer("b"))
    subject.notify(1)


def _hides_nothing(make: Callable[[], Asked], notes: Notes) -> None:
    def fail() -> None:
        raise OSError("disk full")

    subject = make()
    subject.subscribe(notes.observer("log", fail))
    try:
        subject.notify(1)
    except (OSError, ExceptionGroup):
        notes.append("an error")


@dataclass(frozen=True)
class Scene:
    """A little program, in a learner's words, too; the notes that may come of it; what else to say."""

    play: Callable[[Callable[[], Asked], Notes], None]
    call: str
    right: tuple[str, ...]
    why: str


SCENES = (
    Scene(_tells, "subscribe(a), (b), (c), (d), (e), (f); notify(1)", (ALL,), "told"),
    Scene(_lets_go, "subscribe(a); subscribe(b); unsubscribe(a); notify(1)", ("b(1)",), "still_told"),
    Scene(
        _lets_a_method_go,
        "subscribe(panel.show); subscribe(b); unsubscribe(panel.show); notify(1)",
        ("b(1)",),
        "identity",
    ),
    Scene(_is_one_of_two, "one.subscribe(a); other.subscribe(b); one.notify(1)", ("a(1)",), "shared"),
    Scene(
        _is_left,
        "subscribe(a, once, c), and once unsubscribes itself when told; notify(1); notify(2)",
        ("a(1), once(1), c(1), a(2), c(2)",),
        "skipped",
    ),
    Scene(
        _is_joined,
        "subscribe(host, b), and host subscribes guest when told; notify(1); notify(2)",
        ("host(1), b(1), host(2), b(2), guest(2)",),
        "joined",
    ),
    Scene(
        _has_one_removed,
        "subscribe(a, out, c), and a unsubscribes out when told; notify(1); notify(2)",
        ("a(1), c(1), a(2), c(2)", "a(1), out(1), c(1), a(2), c(2)"),
        "skipped",
    ),
    Scene(
        _is_told_inside,
        "subscribe(limit, b), and limit calls notify(2) when told of 1; notify(1)",
        ("limit(1), limit(2), b(2), b(1)", "limit(1), b(1), limit(2), b(2)"),
        "nested",
    ),
    Scene(
        _hides_nothing,
        "subscribe(log), and log raises an OSError; notify(1)",
        ("log(1), an error",),
        "hidden",
    ),
)


def subject(Subject: Any, arena: Arena) -> str:
    """03.1: everybody who is subscribed when `notify` begins is told once, whatever the others do."""
    for scene in SCENES:
        seen = play(arena, partial(_notes_of, scene, Subject), scene.call)
        if seen not in scene.right:
            why = _reason(scene, seen.split(", "))
            raise NotYet(why, call=scene.call, seen=seen, expected=scene.right[0])
    return f"{len(SCENES)} little programs; in three of them somebody subscribes or leaves in the middle"


def _notes_of(scene: Scene, Subject: Any) -> str:
    """What has been noted when the last call is back: an observer that is told later is not in it."""
    notes = Notes()
    scene.play(partial(Asked, Subject, scene.call), notes)
    if notes.elsewhere():
        raise NotYet("thread", call=scene.call, seen=f"{notes}, in another thread", expected=scene.right[0])
    return str(notes)


def _reason(scene: Scene, notes: list[str]) -> str:
    if len(set(notes)) < len(notes):
        return "twice"
    if scene.play is _tells and ", ".join(sorted(notes)) == ALL:
        return "order"
    return scene.why
