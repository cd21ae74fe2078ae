"""What a task waits for, in words: short for the picture, in full for captions and tooltips."""

from collections.abc import Sequence

from . import texts
from .waits import Wait

_SHORT = 3  # so many names fit into a label


def label_of(wait: Wait, names: Sequence[str]) -> str:
    """``lock``, ``lock a``, ``item from jobs``, ``sleep 0.1``; ``names`` of all lanes, by number."""
    if wait.lanes:
        own = [names[number] for number in wait.lanes]
        return texts.COMMA.join(own) if len(own) <= _SHORT else texts.MANY_TASKS.format(count=len(own))
    if wait.delay is not None:
        return texts.WAITS["sleep"][0].format(name=f" {wait.delay:g}")
    if not wait.name:
        return texts.NAMELESS.get(wait.kind) or texts.WAITS[wait.kind][0].format(name="", plain="")
    if wait.kind in _named_by_kind and wait.kind in wait.name.lower():
        return wait.name  # not "lock lock_a"
    return texts.WAITS[wait.kind][0].format(name=f" {wait.name}", plain=wait.name)


_named_by_kind = ("lock", "semaphore", "event", "condition", "barrier", "future")


def words_of(wait: Wait, names: Sequence[str]) -> str:
    """A lock or a queue with its quoted name; ``the end of its sleep (0.1 s)``."""
    if wait.lanes:
        quoted = texts.COMMA.join(texts.QUOTED.format(name=names[number]) for number in wait.lanes[:10])
        more = len(wait.lanes) - 10
        if more > 0:
            quoted += texts.THEN + texts.MORE.format(count=more)
        words = texts.ONE_TASK if len(wait.lanes) == 1 else texts.WAITS[wait.kind][1]
        return words.format(name=f" {quoted}")
    if wait.delay is not None:
        return texts.WAITS["sleep"][1].format(name=f" ({texts.SECONDS.format(seconds=wait.delay)})")
    quoted = f" {texts.QUOTED.format(name=wait.name)}" if wait.name else ""
    return texts.WAITS[wait.kind][1].format(name=quoted, plain=wait.name)


def listed(names: Sequence[str], limit: int = 5) -> str:
    """``a, b and c``; of many only the first ones, and how many more."""
    shown = list(names[:limit])
    if len(names) > limit:
        shown.append(texts.MORE.format(count=len(names) - limit))
    if len(shown) == 1:
        return shown[0]
    return texts.AND.join((texts.COMMA.join(shown[:-1]), shown[-1]))
