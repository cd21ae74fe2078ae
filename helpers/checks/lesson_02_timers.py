"""What a right loop does in exercise 02.2: small programs, each played on the course's loop, too."""

import re
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_02_loops import made, perform_on, refuse_what_is_no_class, shown
from helpers.checks.lesson_02_stage import Log, StrictClock
from helpers.own_loop import callbacks

COMPARED = re.compile(r"not supported between instances of '(.+)' and '\1'")  # two callbacks, not two times
Scene = Callable[[Any, StrictClock, Log], None]


def timed(loop_class: Any, arena: Arena) -> None:
    """02.2: timers by their time and then by their age; it sleeps as long as it has to; none starves."""
    refuse_what_is_no_class(loop_class)
    for why, call, scene in SCENES:
        seen, expected = (_played(cls, scene, arena, call) for cls in (loop_class, callbacks.Loop))
        if seen != expected:
            raise NotYet(why, call=call, seen=shown(seen), expected=shown(expected))


def _played(loop_class: Any, scene: Scene, arena: Arena, call: str) -> Log:
    def program() -> Log:
        clock, log = StrictClock(), Log()
        loop = made(loop_class, ("call_soon", "call_later", "run"), clock)
        if loop.time() != clock.monotonic():
            raise NotYet("real_clock", call="loop.time()", place="your code")
        scene(loop, clock, log)
        if log:
            raise NotYet("at_once", call=call, seen=shown(log), expected="nothing is called before run()")
        _run(loop)
        return log

    return perform_on(loop_class, program, arena, call)


def _run(loop: Any) -> None:
    try:
        loop.run()
    except TypeError as error:
        if not COMPARED.search(str(error)):
            raise
        raise NotYet("compare", call="two timers for the same moment", seen=f"TypeError: {error}") from None


def _three(loop: Any, clock: StrictClock, log: Log) -> None:
    for delay, name in (3600, "c"), (1, "a"), (20, "b"):
        loop.call_later(delay, lambda name: log.append((clock.passed, name)), name)


def _same_moment(loop: Any, clock: StrictClock, log: Log) -> None:
    for delay, name in (5, "b"), (2, "a"), (5, "c"), (9, "f"), (5, "d"), (5, "e"):
        _later(loop, delay, lambda name=name: log.append((clock.passed, name)))


def _later(loop: Any, delay: float, callback: Callable) -> None:
    try:
        loop.call_later(delay, callback)
    except TypeError as error:
        if not COMPARED.search(str(error)):
            raise
        raise NotYet("compare", call="two timers for the same moment", seen=f"TypeError: {error}") from None


def _ready_and_timer(loop: Any, clock: StrictClock, log: Log) -> None:
    loop.call_later(10, lambda: log.append((clock.passed, "timer")))
    loop.call_soon(lambda: log.append((clock.passed, "ready")))


def _late(loop: Any, clock: StrictClock, log: Log) -> None:
    loop.call_later(4, lambda: log.append((clock.passed, "b")))
    loop.call_later(3, lambda: log.append((clock.passed, "a")))
    loop.call_soon(clock.work, 5)


def _always_ready(loop: Any, clock: StrictClock, log: Log, rounds: int = 30) -> None:
    def busy(left: int) -> None:
        clock.work(1)
        if left and not log:
            loop.call_soon(busy, left - 1)

    loop.call_soon(busy, rounds)
    loop.call_later(3, lambda: log.append((clock.passed, "timer")))


def _behind(loop: Any, clock: StrictClock, log: Log) -> None:
    def first() -> None:
        loop.call_soon(lambda: log.append((clock.passed, "ready")))
        clock.work(5)

    loop.call_soon(first)
    loop.call_later(3, lambda: log.append((clock.passed, "timer")))


def _one_adds(loop: Any, clock: StrictClock, log: Log) -> None:
    def a() -> None:
        log.append((clock.passed, "a"))
        loop.call_soon(lambda: log.append((clock.passed, "c")))
        loop.call_later(2, lambda: log.append((clock.passed, "d")))

    loop.call_later(1, a)
    loop.call_later(1, lambda: log.append((clock.passed, "b")))


def _chain(loop: Any, clock: StrictClock, log: Log) -> None:
    def then(names: str) -> None:
        if names:
            loop.call_later(1, timer, names)

    def timer(names: str) -> None:
        log.append((clock.passed, names[0]))
        loop.call_soon(then, names[1:])

    loop.call_soon(then, "ab")


def _two_arguments(loop: Any, clock: StrictClock, log: Log) -> None:
    loop.call_later(1, lambda *names: log.append((clock.passed, f"note{names!r}")), "a", "b")


def _zero_behind(loop: Any, clock: StrictClock, log: Log) -> None:
    loop.call_later(0, lambda: log.append((clock.passed, "timer")))
    loop.call_soon(lambda: log.append((clock.passed, "ready")))


def _zero(loop: Any, clock: StrictClock, log: Log) -> None:
    loop.call_later(0, lambda: log.append((clock.passed, "a")))
    loop.call_later(0.1, lambda: log.append((clock.passed, "b")))


# What to say where the log is not that of the course's loop; the program in a learner's words; the program.
SCENES: tuple[tuple[str, str, Scene], ...] = (
    ("timers", 'call_later(3600, note, "c"), call_later(1, note, "a"), call_later(20, note, "b")', _three),
    ("arguments", 'call_later(1, note, "a", "b")', _two_arguments),
    ("ready", "call_later(10, timer), call_soon(ready)", _ready_and_timer),
    ("in_front", "a callback that adds another one and works for 5 s; call_later(3, timer)", _behind),
    ("age", "call_later(5, …) four times, and others between", _same_moment),
    ("late", "call_later(4, b), call_later(3, a), and a callback that works for 5 s", _late),
    (
        "starved",
        "call_later(3, timer), and a callback that takes 1 s and registers itself again",
        _always_ready,
    ),
    ("one_of_two", 'two timers, "a" and "b", at 1 s; "a" adds "c", soon, and "d", in 2 s', _one_adds),
    ("timers", 'call_later(0, note, "a"), call_later(0.1, note, "b")', _zero),
    ("zero_delay", "call_later(0, timer), then call_soon(ready)", _zero_behind),
    ("ended", 'a callback that does call_later(1, "a"), which adds one that does call_later(1, "b")', _chain),
)
