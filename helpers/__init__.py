"""The machinery of the course: what lessons import, and what builds and checks them. Read it, it is short."""

from helpers import practice_server, timeline
from helpers.exercise import check, hint, predict, solution

__all__ = ["check", "hint", "practice_server", "predict", "solution", "timeline"]
