"""Captions and words."""

import asyncio

from helpers import timeline
from helpers.timeline.waits import Wait
from helpers.timeline.words import label_of, listed, words_of

from .programs import PROGRAMS


def test_a_deadlock_is_told_as_a_cycle() -> None:
    assert timeline.run(PROGRAMS["deadlock"]).caption == (
        "3 tasks, 5 steps. Highest number running at once: 1. "
        "Deadlock: Plato waits for lock ‘second’, held by 孔子; 孔子 waits for lock ‘first’, held by Plato. "
        "Simulated time: 0.1 s."
    )


def test_a_lock_held_by_itself() -> None:
    async def main() -> None:
        lock = asyncio.Lock()
        async with lock, lock:
            pass

    assert "Deadlock: main waits for lock ‘lock’, held by itself." in timeline.run(main).caption


def test_only_the_first_reasons_of_many() -> None:
    async def main() -> None:
        gates = [asyncio.Event() for _ in range(9)]
        await asyncio.gather(*(gate.wait() for gate in gates))

    caption = timeline.run(main).caption
    assert "wait 1 waits for event ‘gates[0]’ to be set; " in caption
    assert caption.endswith("; 5 more.")


def test_lists_of_names() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefgh")) == "a, b, c, d, e and 3 more"


def test_a_name_that_says_the_kind_is_not_said_twice() -> None:
    assert label_of(Wait("lock", "lock_a"), []) == "lock_a"
    assert label_of(Wait("lock", "door"), []) == "lock door"
    assert label_of(Wait("item", "queue"), []) == "item from queue"
    assert label_of(Wait("item"), []) == "item"
    assert words_of(Wait("lock"), []) == "lock"
    assert words_of(Wait("tasks", lanes=(1,)), ["a", "b"]) == "task ‘b’"
