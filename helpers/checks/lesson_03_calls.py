"""Call an answer of lesson 03 that is no coroutine: a class, a method, a plain function.

The arena supervises it all the same, so an endless loop in it is stopped and named.
"""

import inspect
import threading
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena, learners_lines
from helpers.checks.calling import an
from helpers.checks.words import said


def play(arena: Arena, scene: Callable[[], Any], call: str) -> Any:
    """What `scene()` returns, played in the arena; `call` says in a learner's words what it does."""

    async def program() -> Any:
        return scene()

    return arena.run(program, call)


def make(answer: Any, *arguments: Any, call: str, has: tuple[str, ...]) -> Any:
    """An object of the class `answer`. Raises NotYet where it is none, or lacks a method of `has`."""
    if not callable(answer):
        raise NotYet("no_class", seen=f"check() was given {an(answer)}")
    made = ask(answer, *arguments, call=call)
    for name in has:
        if not callable(getattr(made, name, None)):
            raise NotYet("missing", call=call, seen=f"{an(made)} without {name}()", name=name)
    return made


def ask(function: Callable, *arguments: Any, call: str) -> Any:
    """`function(*arguments)`. Raises NotYet where it takes other arguments, or is a coroutine function."""
    if not callable(function):
        raise NotYet("no_function", seen=f"check() was given {an(function)}")
    try:
        value = function(*arguments)
    except TypeError as error:
        if learners_lines(error):
            raise
        raise NotYet("signature", call=call, seen=said(error)) from None
    if inspect.iscoroutine(value):
        value.close()
        raise NotYet("is_async", call=call, seen="a coroutine came back, and nobody was told")
    return value


class Notes(list):
    """Who was told of what, in order, and in which threads."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def observer(self, name: str, act: Callable[[], None] | None = None) -> Callable[[Any], None]:
        """An observer of this name; the first time that it is told it also does `act()`."""
        acts = [act] if act else []

        def observe(value: Any) -> None:
            self.append(f"{name}({value})")
            self.threads.add(threading.get_ident())
            if acts:
                acts.pop()()

        return observe

    def elsewhere(self) -> bool:
        """Whether somebody was told in another thread than the one that asks."""
        return bool(self.threads - {threading.get_ident()})

    def __str__(self) -> str:
        return ", ".join(self) or "nobody"


class Panel:
    """An object with a method that observes."""

    def __init__(self, notes: Notes, name: str) -> None:
        self.notes, self.name = notes, name

    def show(self, value: Any) -> None:
        self.notes.append(f"{self.name}({value})")
