"""What right answers to the exercises of lesson 06 do: what is shared stays right, in every order.

Tasks are tried under all schedules, on a simulated clock (orders.py): a load, a payment takes one second
there, so a time of two seconds means that one had to wait for the other. Threads: lesson_06_threads.py.
"""

from helpers.checks import Judge
from helpers.checks.lesson_06_cache import each_key_is_loaded_once
from helpers.checks.lesson_06_points import points_are_added
from helpers.checks.lesson_06_sale import seats_are_sold
from helpers.checks.lesson_06_threads import one_owner
from helpers.checks.lesson_06_workers import worked_off

JUDGES: dict[str, Judge] = {
    "06.1": points_are_added,
    "06.2": each_key_is_loaded_once,
    "06.3": one_owner,
    "06.4": worked_off,
    "06.5": seats_are_sold,
}
