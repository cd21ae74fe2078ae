"""What an answer would not find again if Python were started anew, and calls of it without that.

An answer may keep something in memory from call to call: a global name, a default, an attribute, a cache. It
may count on `hash`, which gives other numbers for texts in each run of Python, on purpose
(https://docs.python.org/3/reference/datamodel.html#object.__hash__). No other process can be given a function
of the notebook; so this one goes on, and has forgotten.
"""

import builtins
import contextlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from types import CodeType, FunctionType
from typing import Any
from uuid import UUID

PLAIN = str | bytes | int | float | UUID | None
MISSING = object()  # in place of a value: the name is not there
SALT = "of another run"


class Memory:
    """What `answer`, and the functions beside it that it calls, remember now: plain data only.

    `hashed`: whether they have asked for a hash in another run.
    """

    def __init__(self, answer: Any) -> None:
        self.hashed = False
        answer = getattr(answer, "__func__", answer)
        self._globals: dict[str, Any] = getattr(_plain(answer), "__globals__", {})
        self._functions = list(_reached(answer, self._globals, set()))
        self._restore: list[Callable[[], None]] = []
        for function in self._functions:
            self._restore += _restoring(function, self._globals)

    @contextlib.contextmanager
    def of_another_run(self) -> Iterator[None]:
        """In here all is as it was at first, and `hash` gives other numbers."""
        for restore in self._restore:
            restore()
        own = "hash" in self._globals or not self._functions
        if not own:
            self._globals["hash"] = self._hash
        try:
            yield
        finally:
            if not own:
                self._globals.pop("hash", None)

    def _hash(self, value: Any) -> int:
        self.hashed = True
        return builtins.hash((SALT, value))


def _restoring(function: Any, space: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """What puts back, one by one, the things that the function may change."""
    if clear := getattr(function, "cache_clear", None):
        yield clear
    function = _plain(function)
    for name in _names(function.__code__):
        yield from _putting_back(space, name)
    for name in function.__dict__:
        yield from _putting_back(function.__dict__, name)
    for cell in function.__closure__ or ():
        if (value := _content(cell)) is not MISSING and _is_data(value):
            yield _setting(cell, "cell_contents", value)
    yield _setting(function, "__defaults__", function.__defaults__)
    yield _setting(function, "__kwdefaults__", function.__kwdefaults__)


def _setting(thing: Any, attribute: str, value: Any) -> Callable[[], None]:
    before = _copied(value)
    return lambda: setattr(thing, attribute, _copied(before))


def _copied(value: Any) -> Any:
    """A copy of what is plain data in it, a default or an item of a dict or tuple of defaults; the rest stays
    the same object."""
    if _is_data(value):
        return deepcopy(value)
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return tuple(map(_copied, value)) if isinstance(value, tuple) else value


def _putting_back(space: dict[str, Any], name: str) -> Iterator[Callable[[], None]]:
    value = space.get(name, MISSING)
    if value is MISSING:
        yield lambda: space.pop(name, None)
    elif _is_data(value):
        before = deepcopy(value)
        # What is the same stays the same object: others may have it, too.
        yield lambda: None if space.get(name, MISSING) == before else space.update({name: deepcopy(before)})


def _reached(value: Any, space: dict[str, Any], seen: set[int]) -> Iterator[Any]:
    """`value`, if it is a function of that global space, and those that it may call by name."""
    function = _plain(value)
    if getattr(function, "__globals__", None) is not space or id(value) in seen:
        return
    seen.add(id(value))
    yield value
    called = [space.get(name) for name in _names(function.__code__)]
    for each in [*called, *map(_content, function.__closure__ or ())]:
        yield from _reached(each, space, seen)


def _plain(value: Any) -> Any:
    """The function below its cache, if `value` has one."""
    while hasattr(value, "cache_clear") and hasattr(value, "__wrapped__"):
        value = value.__wrapped__
    return value if isinstance(value, FunctionType) else None


def _names(code: CodeType) -> set[str]:
    """The names that the code, or a function within it, may look for among the globals."""
    within = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*map(_names, within))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty still
        return MISSING


def _is_data(value: Any) -> bool:
    """Whether it is plain data, through and through."""
    if isinstance(value, dict):
        return all(map(_is_data, value)) and all(map(_is_data, value.values()))
    if isinstance(value, list | set | tuple):
        return all(map(_is_data, value))
    return isinstance(value, PLAIN)
