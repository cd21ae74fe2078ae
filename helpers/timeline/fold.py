"""Leave out most lanes of a wide timeline, and the middle of a long one, and say so."""

from dataclasses import replace
from itertools import groupby

from . import texts
from .model import Column, Lane, Piece, Timeline

MAX_COLUMNS = 44
HEAD, TAIL = 26, 14
MAX_LANES = 12
_FEWEST = 3  # columns that are worth a fold


def fold(timeline: Timeline) -> Timeline:
    """The same timeline with at most MAX_LANES lanes, and about MAX_COLUMNS columns."""
    if len(timeline.lanes) > MAX_LANES:
        timeline = _without_most_lanes(timeline)
        timeline = _without_columns(timeline, _where_none_runs(timeline))
    count = len(timeline.columns)
    if count > MAX_COLUMNS:
        timeline = _without_columns(timeline, set(range(HEAD, count - TAIL)))
    return timeline


def _without_most_lanes(timeline: Timeline) -> Timeline:
    """Lanes that went wrong stay first of all, then the oldest; and the first one always."""
    wrong = [lane for lane in timeline.lanes if lane.outcome not in (texts.RETURNED, "")]
    wanted = [timeline.lanes[0], *wrong[: MAX_LANES // 2], *timeline.lanes]
    kept = list(dict.fromkeys(lane.number for lane in wanted))[:MAX_LANES]
    left_out = [lane for lane in timeline.lanes if lane.number not in kept]
    what = texts.MORE_LANES["thread" if all(lane.kind == "thread" for lane in left_out) else "task"]
    return replace(
        timeline,
        lanes=[lane for lane in timeline.lanes if lane.number in kept],
        hidden=texts.FOLDED_LANES.format(count=len(left_out), what=what),
    )


def _where_none_runs(timeline: Timeline) -> set[int]:
    """The columns of steps of lanes that are left out, where several follow each other, with the gaps
    between.
    """
    runs = {piece.start for lane in timeline.lanes for piece in lane.pieces if piece.kind == "run"}
    found: set[int] = set()
    for visible, group in groupby(range(len(timeline.columns)), key=lambda column: column in runs):
        columns = list(group)
        steps = sum(timeline.columns[column].steps for column in columns)
        if not visible and steps >= _FEWEST:
            found.update(columns)
    return found


def _without_columns(timeline: Timeline, folded: set[int]) -> Timeline:
    """Put one column in the place of those folded that follow each other."""
    columns: list[Column] = []
    place: list[int] = []  # of each column among the new ones
    for is_folded, group in groupby(enumerate(timeline.columns), key=lambda item: item[0] in folded):
        members = [column for _, column in group]
        if is_folded:
            steps = sum(column.steps for column in members)
            place += [len(columns)] * len(members)
            columns.append(Column("fold", texts.FOLDED_STEPS.format(count=steps), steps=steps))
        else:
            place += range(len(columns), len(columns) + len(members))
            columns += members
    place.append(len(columns))
    lanes = [_moved(lane, place, columns) for lane in timeline.lanes]
    return replace(timeline, columns=columns, lanes=lanes)


def _moved(lane: Lane, place: list[int], columns: list[Column]) -> Lane:
    """Pieces inside a fold go; one that reaches into it ends, or begins, at its edge."""

    def short(pieces: list[Piece]) -> list[Piece]:
        found = []
        for piece in pieces:
            start, end = place[piece.start], place[piece.end - 1] + 1
            if piece.start and start == place[piece.start - 1]:  # begins in the middle of a fold
                start += 1
            if place[piece.end] == end - 1:  # ends in the middle of a fold
                end -= 1
            if start < end:
                found.append(replace(piece, start=start, end=end))
        return found

    return replace(lane, pieces=short(lane.pieces), holds=short(lane.holds), end=place[lane.end])
