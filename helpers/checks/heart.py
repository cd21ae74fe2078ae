"""A heart that beats in the event loop: a call waits for a beat, and code that blocks the loop gets none."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.checks import NotYet

PATIENCE = 0.9  # seconds that work waits for a sign of life: less than performance.STALL, so that we say why
INSIDE, STILL, BESIDE = "in the loop's thread", "elsewhere, but the loop stood still", "beside the loop"
STRAY = "another thread used the loop"


class Heart:
    """Beats in the event loop, so that work in other threads can wait for the next beat."""

    def __init__(self) -> None:
        self.loops_thread = threading.get_ident()
        self._beat = threading.Event()
        self._stopped = False
        self.strays = 0  # calls of the loop's `call_soon` by other threads
        self._watch(asyncio.get_running_loop())

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Such a call does not wake the loop: it works here by luck, as our beats wake it all the time."""
        plain = loop.call_soon

        def call_soon(*arguments: Any, **keywords: Any) -> asyncio.Handle:
            self.strays += threading.get_ident() != self.loops_thread
            return plain(*arguments, **keywords)

        loop.call_soon = call_soon

    async def go_on(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            self._beat.set()

    def wait(self) -> str:
        """Wait for the next beat, if this is outside the loop's thread; say where this was."""
        if threading.get_ident() == self.loops_thread:
            return INSIDE
        self._beat.clear()
        if self._stopped or not self._beat.wait(PATIENCE):
            self._stopped = True  # seen once, that is enough
            return STILL
        return BESIDE


async def beside_a_heart(program: Callable[[Heart], Awaitable[Any]]) -> Any:
    heart = Heart()
    beating = asyncio.create_task(heart.go_on())
    try:
        return await program(heart)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


def object_to(places: list[str], what: str, facts: dict[str, str]) -> None:
    for place, why in (INSIDE, "in_the_loop"), (STILL, "loop_still"):
        if place in places:
            raise NotYet(why, seen=f"{what} ran {place}", **facts)
