"""What right answers to the exercises of lesson 08 do: in every order, and cancelled while they wait."""

from helpers.checks import Judge
from helpers.checks.lesson_08_buffer import buffer_with_a_bound
from helpers.checks.lesson_08_condition import condition_of_futures
from helpers.checks.lesson_08_philosophers import philosophers
from helpers.checks.lesson_08_start import everybody_together

JUDGES: dict[str, Judge] = {
    "08.1": everybody_together,
    "08.2": buffer_with_a_bound,
    "08.3": condition_of_futures,
    "08.4": philosophers,
}
