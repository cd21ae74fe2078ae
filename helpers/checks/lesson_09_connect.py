"""Exercise 09.3: `connect_outcome(address, seconds)`; somebody answers, or refuses, or is silent."""

import contextlib
import errno
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from unittest import mock

from helpers import silent
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import refuse_unless_callable
from helpers.checks.lesson_09_sockets import PATIENCE, POLLING, TOO_MANY, Out, scene, without_waiting
from helpers.checks.words import said, short
from helpers.simulation.watch import StopSimulation

REFUSED = "ConnectionRefusedError"
SILENCE_IS_KEPT = sys.platform != "win32"  # Windows refuses, see helpers/silent.py
BRIEF, LONG = 0.3, 3.0  # seconds of silence to wait for; seconds for an answer that comes after one
AMPLE = 10.0  # seconds for an answer that comes at once, so whoever sleeps on is found


class Counted(socket.socket):
    """Takes the place of `socket.socket`: `made` has all of them, `questions` counts what they were asked.

    `knows_at_once`: the system has the outcome of a non-blocking connect when that returns, as some have.
    """

    made: ClassVar[list["Counted"]] = []
    questions: ClassVar[int] = 0
    knows_at_once: ClassVar[bool] = False

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        Counted.made.append(self)

    def connect_ex(self, address: Any) -> int:
        self._count()
        if not Counted.knows_at_once or self.gettimeout() != 0:
            return super().connect_ex(address)
        with self._blocking():
            return super().connect_ex(address)

    def connect(self, address: Any) -> None:
        self._count()
        if not Counted.knows_at_once or self.gettimeout() != 0:
            return super().connect(address)
        with self._blocking():
            return super().connect(address)

    def fileno(self) -> int:
        self._count()  # `select` asks for the number each time
        return super().fileno()

    def getsockopt(self, *arguments: Any) -> Any:
        self._count()
        return super().getsockopt(*arguments)

    @contextlib.contextmanager
    def _blocking(self) -> Iterator[None]:
        super().setblocking(True)
        try:
            yield
        finally:
            super().setblocking(False)

    @staticmethod
    def _count() -> None:
        Counted.questions += 1
        if Counted.questions > TOO_MANY:
            raise StopSimulation


def outcomes_of_connecting(connect_outcome: Any, arena: Arena) -> str:
    """09.3: what became of each attempt, within its time, and no socket left open."""
    refuse_unless_callable(connect_outcome)
    scenes = [("somebody listens", _accepted), ("nobody listens", _refused), ("nobody listens", _at_once)]
    if SILENCE_IS_KEPT:
        scenes += [("no answer comes", _unanswered), ("the answer comes after a second", _late)]
    for circumstances, play in scenes:
        scene(arena, _shown(circumstances), lambda play=play: play(connect_outcome))
    return "accepted, refused, refused at once, no answer, an answer after a second"


def _shown(circumstances: str, seconds: float = AMPLE) -> str:
    return f"connect_outcome(address, {seconds:g})  # {circumstances}"


def _accepted(connect_outcome: Callable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        shown = _shown("somebody listens")
        seen = _outcome(connect_outcome, shown, listening.getsockname(), AMPLE)
        _compare(seen, "connected", shown, {"no answer": "missed", "BlockingIOError": "in_progress"})
        listening.settimeout(1)
        try:
            listening.accept()[0].close()
        except TimeoutError:
            raise NotYet("never_connected", call=shown, seen="nobody came") from None


def _refused(connect_outcome: Callable) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        shown = _shown("nobody listens")
        seen = _outcome(connect_outcome, shown, bound.getsockname(), AMPLE)
        whys = {"connected": "only_writable", "BlockingIOError": "in_progress", "no answer": "missed"}
        _compare(seen, REFUSED, shown, whys)


def _at_once(connect_outcome: Callable) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        shown = _shown("nobody listens, and connect_ex knows it at once")
        with mock.patch.object(Counted, "knows_at_once", True):
            seen = _outcome(connect_outcome, shown, bound.getsockname(), AMPLE)
        _compare(seen, REFUSED, shown, {"connected": "code_ignored", "no answer": "code_ignored"})


def _unanswered(connect_outcome: Callable) -> None:
    with silent.listener() as full:
        shown = _shown("no answer comes", BRIEF)
        seen = _outcome(connect_outcome, shown, full.address, BRIEF)
        _compare(seen, "no answer", shown, {"connected": "asked_early", "TimeoutError": "its_name"})


def _late(connect_outcome: Callable) -> None:
    """There is room after a moment; the system asks again a second after its first attempt."""
    with silent.listener() as full:
        soon = threading.Timer(0.1, full.let_in)
        soon.start()
        shown = _shown("the answer comes after a second", LONG)
        try:
            seen = _outcome(connect_outcome, shown, full.address, LONG)
        finally:
            soon.join()
        _compare(seen, "connected", shown, {"no answer": "gave_up"})


def _outcome(connect_outcome: Callable, shown: str, address: Any, seconds: float) -> Any:
    Counted.made, Counted.questions = [], 0
    at_once = seconds == AMPLE
    with mock.patch.object(socket, "socket", Counted):
        seen = without_waiting(
            shown,
            _break_off,
            connect_outcome,
            address,
            seconds,
            patience=PATIENCE if at_once else seconds + 1.2,
            why="slept_on" if at_once else "waits",
        )
    left = [sock for sock in Counted.made if socket.socket.fileno(sock) != -1]
    Counted.made = []
    for sock in left:
        sock.close()
    if Counted.questions > POLLING:
        raise NotYet("polls", call=shown, seen=f"more than {POLLING} questions to the socket")
    if isinstance(seen, Out):
        why = "in_progress" if isinstance(seen.error, BlockingIOError) else "raised"
        raise NotYet(why, call=shown, seen=said(seen.error))
    if left:
        raise NotYet("left_open", call=shown, seen="its socket was still open")
    return seen


def _break_off() -> None:
    """End the waiting of whoever connects."""
    for sock in Counted.made:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _compare(seen: Any, expected: str, shown: str, whys: dict[str, str]) -> None:
    if isinstance(seen, str) and seen == expected:
        return
    if isinstance(seen, str):
        whys = {"OSError": "no_code"} | whys
        why = "class_name" if seen in errno.errorcode.values() else whys.get(seen, "other")
    else:
        why = "class_name" if isinstance(seen, BaseException | type) else "no_text"
    raise NotYet(why, call=shown, seen=short(seen), expected=repr(expected))
