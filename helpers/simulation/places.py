"""Where in the learner's code something happened."""

import os
import sysconfig
from dataclasses import dataclass
from types import FrameType

from . import texts

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_paths = sysconfig.get_paths()
# Code in these folders is not the learner's: the standard library, installed packages, this package.
_FOREIGN = tuple(
    os.path.join(path, "") for path in (_paths["stdlib"], _paths["purelib"], _paths["platlib"], _PACKAGE)
)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the learner's code. ``file`` may be a name that Jupyter made up, so do not show it."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return texts.PLACE.format(function=self.function, line=self.line)


def is_learners(frame: FrameType) -> bool:
    """Whether this frame runs code of the learner (or of an exercise), not of a library."""
    return is_learners_file(frame.f_code.co_filename)


def is_learners_file(file: str) -> bool:
    """The same of the name of a file of source text."""
    return not file.startswith(_FOREIGN) and not file.startswith("<frozen")


def place_of(frame: FrameType | None) -> Place | None:
    """The innermost line of the learner's code, seen from ``frame`` outwards; None when there is none."""
    while frame is not None:
        if is_learners(frame):
            return Place(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_name)
        frame = frame.f_back
    return None
