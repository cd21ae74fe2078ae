"""The learner's loop after lesson 04: a coroutine runs on callbacks, and nobody sees them any more."""

from collections.abc import Coroutine, Generator
from typing import Any

from helpers.own_loop import futures
from helpers.own_loop.callbacks import Loop


class Future(futures.Future):
    """The Future of lesson 03, and it can be awaited."""

    def __await__(self) -> Generator["Future", None, Any]:
        if not self._done:
            yield self  # to whoever drives the coroutine: "wake me when this is done"
        return self.result()


def start(loop: Loop, coroutine: Coroutine) -> None:
    """Drive `coroutine` on `loop`: to its next `await` of something not done yet, again and again."""

    def step(_: Any = None) -> None:
        try:
            future = coroutine.send(None)
        except StopIteration:
            return
        future.add_done_callback(step)

    loop.call_soon(step)


async def sleep(loop: Loop, seconds: float) -> None:
    """Pause the coroutine that awaits it for `seconds`; others run meanwhile."""
    future = Future(loop)
    loop.call_later(seconds, future.set_result, None)
    await future
