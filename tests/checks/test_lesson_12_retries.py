"""Exercise 12.4: those who try again where that may help, and those who do where it does harm."""

import asyncio
import time
from collections.abc import Callable

import aiohttp
import pytest
from expected import assert_verdict
from lesson_functions import lessons_own

LESSON = lessons_own("12_aiohttp_download", "may_pass")
may_pass = LESSON["may_pass"]


async def retry_in_a_loop(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if attempt + 1 == attempts or not may_pass(error):
                raise
            seconds = pause(error, attempt)
        await asyncio.sleep(seconds)


async def retry_recursively(call, attempts, pause, attempt=0):
    try:
        return await call()
    except Exception as error:
        if attempts == attempt + 1 or not may_pass(error):
            raise
        await asyncio.sleep(pause(error, attempt))
    return await retry_recursively(call, attempts, pause, attempt + 1)


class RetryAndRemember:
    async def __call__(self, call, attempts, pause):
        for attempt in range(attempts - 1):
            try:
                return await call()
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                if not may_pass(error):
                    raise error
                await asyncio.sleep(pause(error, attempt))
        return await call()


@pytest.mark.parametrize("answer", [retry_in_a_loop, retry_recursively, RetryAndRemember()])
def test_retries_right(answer: Callable) -> None:
    assert_verdict("12.4", answer, "correct", "The cancelled call was not repeated")


async def retry_catches_everything(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except BaseException as error:
            passes = may_pass(error) or isinstance(error, asyncio.CancelledError)
            if attempt + 1 == attempts or not passes:
                raise
            await asyncio.sleep(pause(error, attempt))


async def retry_returns_when_cancelled(call, attempts, pause):
    try:
        return await retry_in_a_loop(call, attempts, pause)
    except asyncio.CancelledError:
        return b""


async def retry_the_hopeless(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if attempt + 1 == attempts:
                raise
            await asyncio.sleep(pause(error, attempt))


async def retry_pauses_at_the_end(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if not may_pass(error):
                raise
            last = error
            await asyncio.sleep(pause(error, attempt))
    raise last


async def retry_raises_after_the_except(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if attempt + 1 < attempts and may_pass(error):
                await asyncio.sleep(pause(error, attempt))
                continue
        raise error  # noqa: F821


async def retry_once_more(call, attempts, pause):
    return await retry_in_a_loop(call, attempts + 1, pause)


async def retry_for_ever(call, attempts, pause):
    return await retry_in_a_loop(call, 1000, pause)


async def retry_returns_none(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if not may_pass(error):
                raise
            if attempt + 1 < attempts:
                await asyncio.sleep(pause(error, attempt))


async def retry_swallows_the_hopeless(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if not may_pass(error):
                return None
            await asyncio.sleep(pause(error, attempt))


async def retry_at_once(call, attempts, pause):
    return await retry_in_a_loop_with(call, attempts, None)


async def retry_without_sleep(call, attempts, pause):
    async def no_sleep(error, attempt):
        pause(error, attempt)

    return await retry_in_a_loop_with(call, attempts, no_sleep)


async def retry_blocking(call, attempts, pause):
    async def blocking(error, attempt):
        time.sleep(pause(error, attempt))

    return await retry_in_a_loop_with(call, attempts, blocking)


async def retry_counting_from_one(call, attempts, pause):
    return await retry_in_a_loop(call, attempts, lambda error, attempt: pause(error, attempt + 1))


async def retry_in_a_loop_with(call, attempts, wait):
    for attempt in range(attempts):
        try:
            return await call()
        except (aiohttp.ClientError, TimeoutError) as error:
            if attempt + 1 == attempts or not may_pass(error):
                raise
            if wait:
                await wait(error, attempt)


async def retry_not_timeouts(call, attempts, pause):
    for attempt in range(attempts):
        try:
            return await call()
        except aiohttp.ClientError as error:
            if attempt + 1 == attempts or not may_pass(error):
                raise
            await asyncio.sleep(pause(error, attempt))


async def retry_not_at_all(call, attempts, pause):
    return await call()


async def retry_without_return(call, attempts, pause):
    await retry_in_a_loop(call, attempts, pause)


async def retry_forgets_await(call, attempts, pause):
    return call()


async def retry_after_success(call, attempts, pause):
    for _ in range(attempts):
        body = await call()
    return body


async def retry_wraps_the_result(call, attempts, pause):
    return [await retry_in_a_loop(call, attempts, pause)]


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (retry_catches_everything, "not yet", "took that for one more failure"),
        (retry_returns_when_cancelled, "not yet", "somebody wants you to"),
        (retry_the_hopeless, "not yet", "What happened: 5 calls, 4 pauses, then ClientResponseError"),
        (retry_pauses_at_the_end, "not yet", "3 calls, 3 pauses"),
        (retry_raises_after_the_except, "error", "Python deletes the name after `except … as error`"),
        (retry_once_more, "not yet", "More calls than `attempts`"),
        (retry_for_ever, "not yet", "more than 8 calls"),
        (retry_returns_none, "not yet", "the error was lost"),
        (retry_swallows_the_hopeless, "not yet", "the error was lost"),
        (retry_at_once, "not yet", "pause was never called"),
        (retry_without_sleep, "not yet", "does not sleep itself"),
        (retry_blocking, "not yet", "`time.sleep` keeps the event loop waiting"),
        (retry_counting_from_one, "not yet", "pause(ClientResponseError, 1), pause(ClientResponseError, 2)"),
        (retry_not_timeouts, "not yet", "`TimeoutError` is no `aiohttp.ClientError`"),
        (retry_not_at_all, "not yet", "1 call, 0 pauses, then ClientResponseError"),
        (retry_without_return, "not yet", "Return what `call()` gave"),
        (retry_forgets_await, "not yet", "Is there an `await` missing"),
        (retry_after_success, "not yet", "`return` ends the loop"),
        (retry_wraps_the_result, "not yet", "as it is"),
    ],
)
def test_retries_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.4", answer, kind, says)
