"""The learner's Future after lesson 03: the observable of one value, which is not there yet."""

from collections.abc import Callable
from typing import Any

from helpers.own_loop.callbacks import Loop


class InvalidStateError(Exception):
    """The value was asked for before it was there, or set a second time."""


class Future:
    """A value, or an exception, that somebody will set once; its observers are told by the loop."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._done = False
        self._result: Any = None
        self._exception: BaseException | None = None
        self._callbacks: list[Callable] = []

    def done(self) -> bool:
        return self._done

    def result(self) -> Any:
        """The value. Raises the exception if that was set, InvalidStateError if nothing was."""
        if not self._done:
            raise InvalidStateError("the result is not there yet")
        if self._exception is not None:
            raise self._exception
        return self._result

    def add_done_callback(self, callback: Callable) -> None:
        """Have the loop call `callback(self)` when the value is there; soon, if it is already."""
        if self._done:
            self._loop.call_soon(callback, self)
        else:
            self._callbacks.append(callback)

    def set_result(self, result: Any) -> None:
        self._finish(result, None)

    def set_exception(self, exception: BaseException) -> None:
        self._finish(None, exception)

    def _finish(self, result: Any, exception: BaseException | None) -> None:
        if self._done:
            raise InvalidStateError("it was set before")
        self._done, self._result, self._exception = True, result, exception
        for callback in self._callbacks:
            self._loop.call_soon(callback, self)
        self._callbacks.clear()
