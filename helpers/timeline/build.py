"""From the notes of a recording to a timeline.

The x-axis shows order: one column for each step, and gaps where time passes (gaps.py). Between its steps a
lane waits, until it is woken, and from then on it is ready.
"""

from . import caption, texts
from .events import GOES_ON, Ending, Held, Log, Step, Track
from .fold import fold
from .gaps import gaps_before
from .model import Column, Lane, Piece, Timeline
from .order import in_order
from .waits import Wait
from .words import label_of, words_of


def build(log: Log) -> Timeline:
    """Draw the log up to now; it is not changed."""
    return fold(_Builder(log).timeline())


class _Builder:
    def __init__(self, log: Log) -> None:
        self._log = log
        self._steps, self._moved = in_order(log)
        self._names = [track.name for track in log.tracks]
        self._columns: list[Column] = []
        self._column_of: list[int] = []  # by position
        self._positions: list[list[int]] = [[] for _ in log.tracks]  # by track
        for position, step in enumerate(self._steps):
            self._positions[step.track].append(position)
        self._shown = [track for track in log.tracks if self._is_shown(track)]
        self._numbers = {track.number: number for number, track in enumerate(self._shown, 1)}  # of the lanes
        self._marks: dict[int, list[str]] = {}  # by position
        for mark in log.marks:
            if mark.position is not None:
                self._marks.setdefault(self._place(mark.position), []).append(mark.text)

    def timeline(self) -> Timeline:
        self._lay_columns()
        lanes = {track.number: self._lane(track) for track in self._shown}
        for held in self._log.held:
            if held.since is not None and (held.until is None or held.until > held.since):
                lanes[held.track].holds.append(self._hold(held))
        axis = texts.STEP_AXIS if self._log.now is None else texts.TIME_AXIS
        return Timeline(
            list(lanes.values()), self._columns, caption.of(self._log, self._shown, self._steps), axis
        )

    def _is_shown(self, track: Track) -> bool:
        """Not a task that has never awaited within the block, nor one created after the end."""
        created = track.ready_from is not None and track.ready_from <= len(self._steps)
        return created or bool(self._positions[track.number])

    def _is_unfinished(self) -> bool:
        return any(isinstance(self._steps[own[-1]].then, Wait) for own in self._positions if own)

    # --- columns ---

    def _lay_columns(self) -> None:
        gap_before = gaps_before(self._steps, self._log.now)
        for position, _ in enumerate(self._steps):
            if gap_before[position] is not None:
                self._columns.append(gap_before[position])
            self._column_of.append(len(self._columns))
            self._columns.append(Column("step", steps=1))
        if gap_before[-1] is not None:
            self._columns.append(gap_before[-1])
        elif self._is_unfinished():
            self._columns.append(Column("gap"))
        self._label_columns()

    def _label_columns(self) -> None:
        simulated, last = self._log.now is not None, None
        for position, step in enumerate(self._steps):
            label = f"{round(step.time, 6):g} s" if simulated else str(position + 1)
            if label != last:
                self._columns[self._column_of[position]].label = last = label

    def _after(self, position: int) -> int:
        """The column in which a time begins that begins after the step before this position."""
        return self._column_of[position - 1] + 1 if position else 0

    # --- lanes ---

    def _lane(self, track: Track) -> Lane:
        lane = Lane(self._numbers[track.number], track.name, track.kind)
        then, since = None, track.ready_from
        for position in self._positions[track.number]:
            step = self._steps[position]
            if since is not None:
                self._add_pause(lane, then, self._after(since), self._column_of[position], step)
            lane.pieces.append(self._run(position, step))
            then, since = step.then, position + 1
        self._end(lane, then, since)
        return lane

    def _add_pause(self, lane: Lane, then: object, start: int, end: int, step: Step | None) -> None:
        """What is between two steps: waiting, then being ready. ``then``: what the first step came to."""
        ready = end
        if not isinstance(then, (Wait, type(GOES_ON))):
            ready = start
        elif step is not None and step.ready_from is not None:
            ready = max(start, min(end, self._after(min(step.ready_from, len(self._steps)))))
        if start < ready and then is GOES_ON:
            lane.pieces.append(Piece("between", start, ready))
        elif start < ready:
            what = words_of(then, self._names)
            label = label_of(then, self._names)
            words = texts.WAITING.format(what=what)
            lane.pieces.append(Piece("wait", start, ready, label, words))
        if ready < end:
            lane.pieces.append(Piece("ready", ready, end))

    def _run(self, position: int, step: Step) -> Piece:
        column = self._column_of[position]
        marks = texts.THEN.join(self._marks.get(position, ()))
        by = None if step.woken_by == step.track else step.woken_by
        words = texts.WOKEN.format(by=self._names[by]) if by is not None else ""
        number = None if by is None else self._numbers[by]
        return Piece("run", column, column + 1, marks, words, number, step.cancelled)

    def _end(self, lane: Lane, then: object, since: int | None) -> None:
        end = len(self._columns)
        if isinstance(then, Ending):
            lane.outcome = _outcome(then)
            lane.end = self._after(since)
        elif then is GOES_ON:
            lane.end = self._after(since)
        else:
            if since is not None:
                self._add_pause(lane, then, self._after(since), end, None)
            lane.end = end
            lane.outcome = (
                texts.STUCK if self._log.deadlock and isinstance(then, Wait) else texts.WAITING_STILL
            )

    def _place(self, position: int) -> int:
        return self._moved.get(position, position)

    def _hold(self, held: Held) -> Piece:
        name = held.name or held.kind
        start = self._column_of[self._place(held.since)]
        end = len(self._columns) if held.until is None else self._column_of[self._place(held.until)] + 1
        words = texts.HOLDS.format(
            lane=self._names[held.track], name=held.name or texts.HELD_THING[held.kind]
        )
        return Piece("hold", start, end, name, words)


def _outcome(ending: Ending) -> str:
    if ending.kind == "raised":
        return texts.RAISED.format(error=texts.ERRORS.get(ending.error, ending.error))
    return {"returned": texts.RETURNED, "cancelled": texts.CANCELLED, "stopped": texts.STOPPED}[ending.kind]
