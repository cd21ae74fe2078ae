"""The loop on which the answers to 03.4 and 03.5 are judged, and a Future of the learner's on trial there.

It is the loop of lesson 02. It jumps in time and counts its rounds, so an answer that asks again and again is
noticed, not waited for.
"""

from functools import partial
from typing import Any

from helpers.checks import NotYet
from helpers.checks.lesson_03_calls import ask, make
from helpers.checks.words import said, short
from helpers.own_loop import callbacks
from helpers.own_loop.clock import JumpingClock

METHODS = ("done", "result", "add_done_callback", "set_result", "set_exception")
ROUNDS = 200  # of the loop, in one run: more than any answer that waits to be told needs


class Loop(callbacks.Loop):
    """The loop of lesson 02; keeps the errors of its callbacks, and notices who drives it."""

    def __init__(self) -> None:
        super().__init__(JumpingClock())
        self.errors: list[Exception] = []
        self._rounds = 0
        self._allowed = False

    def run(self) -> None:
        if not self._allowed:
            raise NotYet("runs_the_loop", seen="loop.run() was called")
        super().run()

    def go(self, what: str = "") -> None:
        """Run, as the one who may. Raises NotYet where it does not come to an end; `what` is the call."""
        self._allowed, self._rounds = True, 0
        try:
            super().run()
        except _Endless:
            raise NotYet("polls", call=what, seen=f"more than {ROUNDS} rounds of the loop") from None
        finally:
            self._allowed = False

    def _run_once(self) -> None:
        self._rounds += 1
        if self._rounds > ROUNDS:
            raise _Endless
        super()._run_once()

    def report(self, error: Exception) -> None:
        self.errors.append(error)


class _Endless(Exception):
    """The loop has more and more to do."""


class Trial:
    """A Future of the learner's on a loop, and observers that note their names when they are told."""

    def __init__(self, Future: Any, call: str) -> None:
        self.loop, self.notes, self.call = Loop(), [], call
        self.future = make(Future, self.loop, call="Future(loop)", has=METHODS)
        if done := ask(self.future.done, call="future.done()"):
            raise NotYet("done_at_first", call=call, seen=f"done() is {short(done)}", expected="False")

    def observe(self, *names: str) -> None:
        for name in names:
            ask(self.future.add_done_callback, partial(self._note, name), call=self.call)

    def _note(self, name: str, told: Any = None, /) -> None:
        self.notes.append(name if told is self.future else f"{name} with {short(told)}")

    def set(self, method: str, value: Any) -> None:
        ask(getattr(self.future, method), value, call=self.call)

    def not_yet(self, why: str, seen: str, expected: str = "", more: str = "") -> NotYet:
        return NotYet(why, call=self.call + more, seen=seen, expected=expected)

    def told(self) -> str:
        return f"told: {', '.join(self.notes) or 'nobody'}"

    def nobody_inside(self, method: str) -> None:
        if self.notes:
            seen = f"told inside {method}: {', '.join(self.notes)}"
            raise self.not_yet("inside", seen, "told by the loop, later")

    def run(self, *expected: str, nobody: str = "nobody") -> None:
        """Let the loop run; then these and no others have been told."""
        self.loop.go(self.call)
        if self.notes == list(expected):
            return
        why = "told"
        if not self.notes:
            why = nobody
        elif len(self.notes) > len(expected):
            why = "twice"
        elif any("with" in note for note in self.notes):
            why = "argument"
        elif sorted(self.notes) == sorted(expected):
            why = "order"
        raise self.not_yet(why, self.told(), f"told: {', '.join(expected)}", "; loop.run()")

    def refuses(self, why: str, method: str, *arguments: Any) -> None:
        """The method raises InvalidStateError, of whichever module."""
        shown = f"; future.{method}({', '.join(map(repr, arguments))})"
        try:
            value = ask(getattr(self.future, method), *arguments, call=self.call + shown)
            seen = "nothing was raised" if value is None else f"{short(value)} came back"
        except (NotYet, NotImplementedError):
            raise
        except Exception as error:
            if type(error).__name__ == "InvalidStateError":
                return
            seen = said(error)
        raise self.not_yet(why, seen, "InvalidStateError", shown)

    def outcome(self) -> str:
        """In words: whether it is done, and what its result is."""
        if not self.future.done():
            return "done() is False"
        try:
            return f"result() is {short(self.future.result())}"
        except Exception as error:
            return f"result() raises {said(error)}"
