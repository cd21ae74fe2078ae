"""Call an answer as an exercise says, and notice the ways in which it may not be what was asked for."""

import inspect
import traceback
from typing import Any

from helpers.checks import NotYet


async def call(answer: Any, *arguments: Any, shown: str = "", **keywords: Any) -> Any:
    """Await `answer(*arguments, **keywords)` and return its value; `shown` is that call in a learner's words.

    Raises NotYet where the answer is no function, need not be awaited, or gives a coroutine that nobody ran.
    """
    if inspect.iscoroutine(answer):
        answer.close()
    _refuse_another_loops(answer)
    refuse_unless_callable(answer)
    awaitable = answer(*arguments, **keywords)
    if not inspect.isawaitable(awaitable):
        raise NotYet("not_async", call=shown, seen=f"it returned {an(awaitable)} at once")
    value = await awaitable
    if inspect.iscoroutine(value):
        value.close()
        raise NotYet("returned_coroutine", call=f"await {shown}", seen="a coroutine came back")
    return value


def refuse_unless_callable(answer: Any, why: str = "not_callable") -> None:
    """Raise NotYet(why) where what `check` was given can not be called at all."""
    if not callable(answer):
        raise NotYet(why, seen=f"check() was given {an(answer)}")


async def call_with_others(answer: Any, *arguments: Any, shown: str = "", **keywords: Any) -> Any:
    """`call`, for an answer that may use those to earlier exercises: where one of these is still the stub, it
    is not this answer that has not been attempted. Raises NotYet with its name then.
    """
    try:
        return await call(answer, *arguments, shown=shown, **keywords)
    except (NotImplementedError, ExceptionGroup) as error:
        stub = _raised_in(error)
        if stub in (None, getattr(answer, "__name__", None)):
            raise
        raise NotYet("earlier_stub", call=f"await {shown}", name=stub) from None


def _raised_in(error: BaseException) -> str | None:
    """The name of the function in which a NotImplementedError was raised, alone or in a group."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_raised_in, error.exceptions)), None)
    if not isinstance(error, NotImplementedError):
        return None
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_code.co_name


def _refuse_another_loops(answer: Any) -> None:
    """A session that was opened in the notebook belongs to the notebook's event loop. Used from another one
    it fails, and leaves that loop watching a socket that is gone: so do not even try."""
    if not inspect.isfunction(answer):
        return
    seen = inspect.getclosurevars(answer)
    for name, value in (seen.globals | seen.nonlocals).items():
        if type(value).__name__ == "ClientSession" and not value.closed:
            raise NotYet("outside_session", name=name)


def an(value: Any) -> str:
    """A value's kind in words: `a coroutine`, `an int`."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
