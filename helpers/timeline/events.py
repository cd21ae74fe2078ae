"""What a recording notes down: the raw material from which build.py makes a timeline.

Notes are ordered by their *position*, the number of a step (from 0). What happens during a step gets its
position when the step is over and is noted itself.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from .waits import Wait

MAX_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task came to its end; ``error``: the name of the exception's class. ``stopped``: in the middle
    of a step.
    """

    kind: Literal["returned", "raised", "cancelled", "stopped"]
    error: str = ""


class GoesOn:
    """What comes after a mark of a thread: nobody knows."""


GOES_ON = GoesOn()


class Step(NamedTuple):
    """One step. ``track``: who ran; ``woken_by``: the track that woke it, and ``ready_from``: the position
    of the next step at that time; ``cancelled``: it was woken by a cancellation; ``then``: what came of it
    (None: it lets others go first); ``time``: simulated seconds; ``handled``: how many callbacks the loop
    has run.
    """

    track: int
    woken_by: int | None
    ready_from: int | None
    cancelled: bool
    then: Wait | Ending | GoesOn | None
    time: float | None
    handled: int


@dataclass(slots=True)
class Track:
    """A task or thread. ``ready_from``: position of the next step when it was created; None: it was there
    before.
    """

    number: int
    name: str
    kind: Literal["task", "thread"]
    ready_from: int | None = None


@dataclass(slots=True)
class Held:
    """A lock or semaphore in somebody's hands, from position ``since`` to ``until`` (None: to the end)."""

    track: int
    lock: int
    kind: Literal["lock", "semaphore"]
    since: int | None = None
    until: int | None = None
    name: str = ""


@dataclass(slots=True)
class Mark:
    """A text that the program has put at a position."""

    text: str
    position: int | None = None


@dataclass(slots=True)
class Log:
    """Everything noted. ``now``: the simulated time at the end, None on a real clock."""

    tracks: list[Track] = field(default_factory=list)
    steps: list[tuple] = field(default_factory=list)  # of the fields of Step: a plain tuple costs nothing
    held: list[Held] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    now: float | None = None
    deadlock: bool = False
    full: bool = False
    during: list[tuple[Any, str]] = field(
        default_factory=list
    )  # what gets the position of the step that goes on

    def note(self, step: tuple) -> int:
        """Add a step (the fields of Step), give its position to what happened during it, and return it."""
        position = len(self.steps)
        if self.during:
            for thing, attribute in self.during:
                setattr(thing, attribute, position)
            self.during.clear()
        if position < MAX_STEPS:
            self.steps.append(step)
            return position
        self.full = True
        return position - 1

    def cut(self, handled: int) -> None:
        """Forget what happened after the loop had run so many callbacks."""
        while self.steps and self.steps[-1][-1] > handled:
            self.steps.pop()
        end = len(self.steps)
        self.marks = [mark for mark in self.marks if mark.position is not None and mark.position < end]
        self.held = [held for held in self.held if held.since is not None and held.since < end]
        for held in self.held:
            if held.until is not None and held.until >= end:
                held.until = None
