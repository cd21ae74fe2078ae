"""What a run comes to."""

from dataclasses import dataclass, field
from typing import Any

from . import texts
from .hazards import Hazard, error_text
from .observer import Event
from .places import Place
from .schedule import Schedule
from .waiting import Waiting

# The ways in which a run can end.
FINISHED = "finished"
RAISED = "raised"
DEADLOCK = "deadlock"
BLOCKING_CALL = "blocking call"
ENDLESS = "endless"
STUCK_THREAD = "stuck thread"


@dataclass(slots=True)
class Run:
    """What happened in one run.

    ``outcome`` is a constant of this module; ``value`` or ``exception`` is what the main coroutine gave;
    ``now`` is the simulated time at its end in seconds, ``steps`` how many callbacks the loop ran.
    ``schedule`` repeats the run. ``stop`` is the sentence that says why the run did not end by itself,
    ``waiting`` what its tasks waited for, ``place`` the line of the learner's code. ``trace`` is there if
    the run was observed. ``injected`` says where the schedule cancelled a task. ``thread_left``: a call
    that blocks could not be ended; its thread sleeps until it returns. ``options``: how many tasks there
    were to choose from, at each choice.
    """

    outcome: str
    schedule: Schedule
    value: Any = None
    exception: BaseException | None = None
    now: float = 0.0
    steps: int = 0
    waiting: tuple[Waiting, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    trace: tuple[Event, ...] = ()
    stop: str | None = None
    place: Place | None = None
    injected: str | None = None
    thread_left: bool = False
    options: tuple[int, ...] = field(default=(), repr=False)

    @property
    def choices(self) -> tuple[int, ...]:
        return self.schedule.choices

    @property
    def problem(self) -> str | None:
        """The sentence that a learner needs most: why it stopped, else the error, else the first hazard,
        else None.
        """
        if self.stop is not None:
            text = self.stop
        elif self.exception is not None:
            text = texts.RAISED.format(error=error_text(self.exception))
        elif self.hazards:
            text = self.hazards[0].text
        else:
            return None
        return f"{text} {self.injected}" if self.injected else text
