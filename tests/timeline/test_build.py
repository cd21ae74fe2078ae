"""From notes to pieces: gaps, order, holds."""

import asyncio

from helpers import timeline
from helpers.timeline.build import build
from helpers.timeline.events import GOES_ON, Ending, Held, Log, Mark, Track
from helpers.timeline.gaps import gaps_before
from helpers.timeline.order import in_order
from helpers.timeline.waits import Wait

RETURNED, CANCELLED = Ending("returned"), Ending("cancelled")


def log(*steps: tuple, tracks: int = 3, now: float | None = None) -> Log:
    """Steps: track, woken by, ready from, cancelled, then; and the time on a simulated clock."""
    made = [Track(number, "abc"[number], "task", 0) for number in range(tracks)]
    return Log(made, [(*(*step, None)[:6], number) for number, step in enumerate(steps, 1)], now=now)


def gaps(notes: Log) -> list[bool]:
    return [gap is not None for gap in gaps_before(in_order(notes)[0], notes.now)]


def test_between_two_sleeps_of_different_length_there_is_a_gap() -> None:
    def sleeping(first: float, second: float) -> Log:
        return log(
            *(
                (0, None, 0, False, Wait("sleep", delay=first)),
                (1, None, 0, False, Wait("sleep", delay=second)),
            ),
            *((0, None, None, False, RETURNED), (1, None, None, False, RETURNED)),
        )

    assert gaps(sleeping(0.1, 0.2)) == [False, False, True, True, False]
    assert gaps(sleeping(0.1, 0.1)) == [False, False, True, False, False]


def test_simulated_time_makes_gaps_as_wide_as_it_is_long() -> None:
    notes = log(
        *((0, None, 0, False, Wait("sleep", delay=1), 0.0), (0, None, None, False, Wait("event"), 1.0)),
        now=4.0,
    )
    shares = [gap and gap.share for gap in gaps_before(in_order(notes)[0], 4.0)]
    assert shares == [None, 0.25, 0.75]
    assert [column.label for column in build(notes).columns] == ["0 s", "", "1 s", ""]


def test_from_waiting_to_ready_to_running() -> None:
    notes = log(
        (0, None, 0, False, Wait("event", "go")),
        (1, None, 0, False, None),
        (2, None, 0, False, RETURNED),
        (0, 1, 2, False, RETURNED),
    )
    pieces = build(notes).lanes[0].pieces
    assert [(p.kind, p.start, p.end, p.by) for p in pieces] == [
        ("run", 0, 1, None),
        ("wait", 1, 2, None),
        ("ready", 2, 3, None),
        ("run", 3, 4, 2),
    ]


def test_tasks_cancelled_together_are_put_in_the_order_of_lanes() -> None:
    def cancelled(one: int, other: int) -> Log:
        notes = log(
            (0, None, 0, False, RETURNED),
            (one, 0, 1, True, CANCELLED),
            (other, 0, 1, True, CANCELLED),
            (0, other, 3, False, RETURNED),
        )
        notes.marks.append(Mark("x", 1 if one == 1 else 2))
        return notes

    assert repr(build(cancelled(1, 2))) == repr(build(cancelled(2, 1)))
    assert [step.track for step in in_order(cancelled(2, 1))[0]] == [0, 1, 2, 0]


def test_a_lock_taken_and_released_in_one_step_is_not_shown() -> None:
    notes = log((0, None, 0, False, None), (0, None, None, False, RETURNED), tracks=1)
    notes.held = [Held(0, 1, "lock", 0, 0), Held(0, 1, "lock", 0, 1, "door"), Held(0, 2, "semaphore", 1)]
    holds = build(notes).lanes[0].holds
    assert [(hold.label, hold.start, hold.end) for hold in holds] == [("door", 0, 2), ("semaphore", 1, 2)]


def test_what_came_after_the_end_is_cut() -> None:
    notes = log((0, None, 0, False, Wait("event")), (1, None, 0, False, None), (0, 1, 2, True, CANCELLED))
    notes.held = [Held(0, 1, "lock", 0, 2), Held(1, 2, "lock", 2)]
    notes.marks = [Mark("kept", 1), Mark("cut", 2)]
    notes.tracks.append(Track(3, "too late", "task", 3))
    notes.cut(2)
    assert len(notes.steps) == 2
    assert notes.held == [Held(0, 1, "lock", 0, None)]
    assert notes.marks == [Mark("kept", 1)]
    assert [lane.name for lane in build(notes).lanes] == ["a", "b", "c"]


def test_a_thread_goes_on_between_its_marks() -> None:
    notes = Log([Track(0, "a", "thread"), Track(1, "b", "thread")])
    for track in (0, 1, 0):
        notes.note((track, None, None, False, GOES_ON, None, 0))
    assert [piece.kind for piece in build(notes).lanes[0].pieces] == ["run", "between", "run"]


def test_a_recording_of_very_many_steps_stops_and_says_so(monkeypatch) -> None:
    async def main() -> str:
        with timeline.record() as recording:
            for _ in range(100):
                await asyncio.sleep(0)
        return recording.timeline().caption

    monkeypatch.setattr("helpers.timeline.events.MAX_STEPS", 50)
    assert "After 50 steps the recording stopped." in asyncio.run(main())
