"""The caption of a timeline: what is to be seen, in a few sentences made from the notes."""

from collections.abc import Iterator

from . import texts
from .events import Ending, Log, Step, Track
from .waits import Wait
from .words import listed, words_of


def of(log: Log, tracks: list[Track], steps: list[Step]) -> str:
    """All sentences that have something to say; ``tracks``: those that are shown."""
    return " ".join(_sentences(log, tracks, steps)) if tracks else texts.NOTHING


def _sentences(log: Log, tracks: list[Track], steps: list[Step]) -> Iterator[str]:
    names = [track.name for track in log.tracks]
    last = {step.track: step.then for step in steps}
    yield texts.COUNT.format(lanes=_counted(tracks), steps=_number(texts.STEP_WORDS, len(steps)))
    if all(track.kind == "task" for track in tracks) and len(tracks) > 1:
        yield texts.ONE_AT_A_TIME
    yield from _endings(steps, names)
    waiting = {track: then for track, then in last.items() if isinstance(then, Wait)}
    if waiting:
        yield from _deadlock(log, waiting, names) if log.deadlock else _unfinished(waiting, names)
    if log.now:
        yield texts.TOOK.format(seconds=round(log.now, 6))
    if log.full:
        yield texts.FULL.format(count=len(steps))


def _counted(tracks: list[Track]) -> str:
    counts = {kind: sum(track.kind == kind for track in tracks) for kind in texts.LANE_WORDS}
    return texts.COMMA.join(_number(texts.LANE_WORDS[kind], count) for kind, count in counts.items() if count)


def _number(words: tuple[str, str], count: int) -> str:
    return words[0] if count == 1 else words[1].format(count=count)


def _endings(steps: list[Step], names: list[str]) -> Iterator[str]:
    ended = [(names[step.track], step.then) for step in steps if isinstance(step.then, Ending)]
    returned = [name for name, ending in ended if ending.kind == "returned"]
    if len(returned) > 1:
        yield texts.FINISHED.format(first=returned[0], last=returned[-1])
    elif returned:
        yield texts.FINISHED_ALONE.format(lane=returned[0])
    for name, ending in ended:
        if ending.kind == "stopped":
            yield texts.STOPPED_WORDS.format(lane=name)
        elif ending.error in texts.ERRORS:
            yield texts.BLOCKED_WORDS.format(lane=name)
        elif ending.kind == "raised":
            yield texts.RAISED_WORDS.format(lane=name, error=ending.error)
    cancelled = [name for name, ending in ended if ending.kind == "cancelled"]
    if cancelled:
        verb = texts.WAS if len(cancelled) == 1 else texts.WERE
        yield texts.CANCELLED_WORDS.format(lanes=listed(cancelled), verb=verb)


def _unfinished(waiting: dict[int, Wait], names: list[str]) -> Iterator[str]:
    parts = [
        texts.STILL_WAITED.format(lane=names[t], what=words_of(w, names)) for t, w in sorted(waiting.items())
    ]
    yield texts.UNFINISHED.format(waits=_some(parts))


def _deadlock(log: Log, waiting: dict[int, Wait], names: list[str]) -> Iterator[str]:
    """Who waits for what that who holds; those who wait only for other tasks are no reason."""
    holders = {held.lock: held.track for held in log.held if held.until is None}
    reasons = {track: wait for track, wait in waiting.items() if not wait.lanes} or waiting
    parts = []
    for track, wait in sorted(reasons.items()):
        words = texts.WAITS_FOR.format(lane=names[track], what=words_of(wait, names))
        holder = holders.get(wait.thing)
        if holder is not None:
            own = texts.ITSELF if holder == track else names[holder]
            words = texts.HELD_BY.format(words=words, holder=own)
        parts.append(words)
    yield texts.DEADLOCK.format(waits=_some(parts))


def _some(parts: list[str], limit: int = 4) -> str:
    left = len(parts) - limit
    if left > 0:
        parts = [*parts[:limit], texts.MORE.format(count=left)]
    return texts.THEN.join(parts)
