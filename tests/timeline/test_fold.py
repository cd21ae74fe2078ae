"""Long and wide pictures are folded, and say how much is left out."""

from helpers.timeline.fold import HEAD, MAX_COLUMNS, MAX_LANES, TAIL, fold
from helpers.timeline.model import Column, Lane, Piece, Timeline


def picture(lanes: int, steps: int) -> Timeline:
    """Lanes that run in turn."""
    every = [Lane(number, f"t{number}", "task", outcome="✓", end=steps) for number in range(1, lanes + 1)]
    for step in range(steps):
        lane = every[step % lanes]
        lane.pieces.append(Piece("run", step, step + 1))
        lane.pieces.append(Piece("wait", step + 1, min(step + lanes, steps)))
    columns = [Column("step", str(step + 1), steps=1) for step in range(steps)]
    return Timeline(every, columns, "", "step")


def test_what_is_small_stays_as_it_is() -> None:
    small = picture(2, MAX_COLUMNS)
    assert fold(small) is small


def test_the_middle_of_a_long_run() -> None:
    folded = fold(picture(2, 1000))
    assert len(folded.columns) == HEAD + 1 + TAIL
    assert folded.columns[HEAD].label == f"… {1000 - HEAD - TAIL} more steps …"
    assert sum(column.steps for column in folded.columns) == 1000
    for lane in folded.lanes:
        assert lane.end == HEAD + 1 + TAIL
        for piece, following in zip(lane.pieces, lane.pieces[1:], strict=False):
            assert piece.start < piece.end <= following.start


def test_a_wait_through_the_whole_middle_goes_through_the_fold() -> None:
    long = picture(1, 1000)
    long.lanes.append(Lane(2, "waits", "task", [Piece("wait", 3, 999, "lock")], end=1000))
    assert [(p.start, p.end) for p in fold(long).lanes[1].pieces] == [(3, HEAD + TAIL)]


def test_the_first_lane_and_those_that_went_wrong_stay() -> None:
    wide = picture(100, 100)
    wide.lanes[80].outcome = "✗ ValueError"
    folded = fold(wide)
    numbers = [lane.number for lane in folded.lanes]
    assert len(numbers) == MAX_LANES
    assert numbers == sorted(numbers)
    assert {1, 2, 3, 81} <= set(numbers)
    assert folded.hidden == "+ 88 more tasks"
    assert [column.label for column in folded.columns if column.kind == "fold"] == [
        "… 69 more steps …",
        "… 19 more steps …",
    ]
