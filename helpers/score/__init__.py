"""`python -m helpers score`: the course's own checks, run over the notebooks of a class.

    learners.py    who has handed in which notebook
    handed_in.py   one notebook as it was handed in: its cells, and where its answers and checks stand
    tasks.py       what the course asks for: per exercise the cell it began with and the name of the answer
    kernel.py      a kernel with limits of time, memory and processes
    inside.py      the part that works in that kernel: one verdict at a time
    sitting.py     one notebook, from its first cell to its last verdict
    room.py        many notebooks at once
    table.py       the scores in a terminal
    files.py       the scores as CSV and JSON
    words.toml     what a teacher reads

What a score is worth. All code cells run, in their order, in a kernel of their own; where a cell calls
`check`, the call is taken out, and the scorer asks for the verdict itself. What the notebook prints, what
stands in its stored outputs, and a `check` of its own count for nothing. Then there is a counter-test: what
the notebook calls correct must not be said of an answer that does nothing, and the course's own functions
must be those that were there before the first cell ran. So simple forgeries do not score, and are named.

Beyond that a score is evidence, not proof. An answer and its judge share a process, and somebody who knows
Python well and wants to can deceive the one from within the other. The message and the code are there to be
read. A notebook is a program, too: it runs with the rights of whoever scores it, and could read and change
their files. Score the work of people you do not trust in a container, or as a user who owns nothing.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["correct", "not yet", "stuck", "error", "not attempted", "missing"]
KINDS: tuple[Kind, ...] = ("correct", "not yet", "stuck", "error", "not attempted", "missing")
"""The verdicts of `check`, the best first, and one more: the notebook, or the answer in it, is not there."""


@dataclass(frozen=True)
class Score:
    """One learner's verdict for one exercise. `seconds`: how long the check took."""

    learner: str
    exercise: str
    kind: Kind
    message: str = ""
    seconds: float = 0.0
