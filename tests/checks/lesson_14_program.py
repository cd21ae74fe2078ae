"""The program of lesson 14, as its solutions make it, for the tests that let it run."""

from collections.abc import Callable

from lesson_functions import lessons_own

from helpers.exercise import solution_code

GIVEN = "read", "visit", "add_rest", "read_manifest", "make_report"


def capstone() -> Callable:
    """The solution of 14.5, which uses those of the exercises before and what the lesson gives."""
    names = lessons_own("14_capstone", *GIVEN)
    for number in range(1, 6):
        exec(compile(solution_code(f"14.{number}"), f"<answer 14.{number}>", "exec"), names)
    return names["capstone"]
