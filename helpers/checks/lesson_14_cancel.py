"""Lesson 14: a program is cancelled while its downloads stand still."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.checks.downloads import LOOK, ended

STILL = 5  # looks in a row at which nothing has moved


def never() -> bool:
    return False


async def cancelled(
    work: Awaitable[Any], sent: Callable[[], int], enough: Callable[[], bool] = never, looks: int = STILL
) -> bool:
    """Cancel `work` when it has been sent some bytes, and no more of them for so many looks, or when it is
    `enough`. Whether it minds: it ends soon, and with CancelledError if it had not ended before.

    `sent` says how many bytes were sent; `enough` is asked after it.
    """
    task = asyncio.ensure_future(work)
    still, before = 0, 0
    while not task.done() and still < looks:
        await asyncio.sleep(LOOK)
        now = sent()
        if enough():
            break
        still = still + 1 if now == before and now else 0
        before = now
    done = task.done()
    return await ended(task) and (done or task.cancelled())
