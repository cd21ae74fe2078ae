"""Trying again, as in lesson 12: what may pass, `TRIES` times at most, each time after a longer pause."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp

TRIES = 5
LATER = {429, 500, 502, 503, 504}  # statuses that mean: not now
BASE, LONGEST = 0.1, 2.0  # seconds

Value = TypeVar("Value")


def may_pass(error: Exception) -> bool:
    """Whether the same request may work if it is made again."""
    if isinstance(error, aiohttp.ClientResponseError):
        return error.status in LATER
    return isinstance(error, TimeoutError | aiohttp.ClientConnectionError | aiohttp.ClientPayloadError)


def pause(error: Exception, attempt: int) -> float:
    """Seconds to wait after the failed attempt number `attempt`, from 0: what the server says by Retry-After,
    else by chance up to a bound that doubles.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    seconds = (getattr(error, "headers", None) or {}).get("Retry-After", "")
    if seconds.isdecimal():  # it may be a date, too
        return float(seconds)
    return random.uniform(0, min(LONGEST, BASE * 2**attempt))


async def with_retries(call: Callable[[], Awaitable[Value]]) -> Value:
    """What `await call()` gives. Raises what will not pass at once, else the error of the last of `TRIES`."""
    for attempt in range(TRIES):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if attempt + 1 == TRIES or not may_pass(error):
                raise
            seconds = pause(error, attempt)
        await asyncio.sleep(seconds)
    raise AssertionError("TRIES is not positive")
