"""Which of the ready tasks goes next: the three kinds of schedule.

asyncio itself runs what is ready first-in-first-out. It promises no order between tasks, and with a network
the order changes from day to day; a program is right when it is right in every order. So the order is a
parameter:

* ``FIFO``: exactly what asyncio does, bookkeeping callbacks included. Nothing is chosen.
* ``Recorded(choices)``: where two or more tasks are ready, the next number of ``choices`` says which one
  goes (0 is the one that is ready the longest). When the list is used up: always 0. ``Recorded(())`` is
  therefore the plainest schedule, and the fewer and the smaller the numbers, the plainer the schedule.
* ``Seeded(seed)``: every choice drawn from a random generator. A run notes what was drawn, so that any run
  of this kind can be repeated with ``Recorded``.

``cancel`` adds one more thing that may happen: at any one moment of the run (at most once), a task is
cancelled. ``cancel="worker"`` means the task of that name, ``cancel=True`` any task but the main one.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

Pick = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Fifo:
    """The order of asyncio itself; use the constant ``FIFO``."""

    def pick(self) -> None:
        return None

    @property
    def cancel(self) -> None:
        return None

    @property
    def choices(self) -> tuple[int, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """Follow ``choices``, then always take the first. A number that is too large takes the last one."""

    choices: tuple[int, ...] = ()
    cancel: str | bool | None = None

    def pick(self) -> Pick:
        numbers = iter(self.choices)
        return lambda options: min(next(numbers, 0), options - 1)


@dataclass(frozen=True, slots=True)
class Seeded:
    """Draw every choice; the same ``seed`` draws the same choices on every Python."""

    seed: int
    cancel: str | bool | None = None

    def pick(self) -> Pick:
        # random() keeps its sequence from one Python to the next; randrange() does not promise that.
        draw = random.Random(self.seed).random
        return lambda options: int(draw() * options)


FIFO = Fifo()
Schedule = Fifo | Recorded | Seeded
