"""Exercises 12.1 to 12.4. The functions that the lesson has defined by then come from its notebook."""

import asyncio
import hashlib
import tempfile
import time
from collections.abc import Callable

import aiohttp
import pytest
from lesson_functions import lessons_own

from helpers import check

LESSON = lessons_own("12_aiohttp_download", "CHUNK", "fetch", "may_pass")
CHUNK, fetch, may_pass = LESSON["CHUNK"], LESSON["fetch"], LESSON["may_pass"]


async def stub(*arguments: object) -> None:
    # YOUR CODE HERE
    raise NotImplementedError


@pytest.mark.parametrize("id", ["12.1", "12.2", "12.3", "12.4"])
def test_the_stub(id: str) -> None:
    assert check(id, stub).kind == "not attempted"


def assert_verdict(id: str, answer: Callable, kind: str, says: str) -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)


# ---- 12.1 ----------------------------------------------------------------------------------------


async def sizes_by_gather(session, urls):
    async def size(url):
        return len(await fetch(session, url))

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_of_gathered_bodies(session, urls):
    return [len(body) for body in await asyncio.gather(*(fetch(session, url) for url in urls))]


async def sizes_by_group(session, urls):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(session, url)) for url in urls]
    return [len(task.result()) for task in tasks]


class SizesByTasks:
    async def __call__(self, session, urls):
        tasks = [asyncio.ensure_future(self.size(session, url)) for url in urls]
        return tuple([await task for task in tasks])

    async def size(self, session, url):
        async with session.get(url, raise_for_status=True) as response:
            return sum([len(piece) async for piece in response.content.iter_any()])


@pytest.mark.parametrize(
    "answer", [sizes_by_gather, sizes_of_gathered_bodies, sizes_by_group, SizesByTasks()]
)
def test_sizes_right(answer: Callable) -> None:
    assert_verdict("12.1", answer, "correct", "in flight at once")


async def sizes_not_awaited(session, urls):
    async def size(url):
        return len(await fetch(session, url))

    return [size(url) for url in urls]


async def sizes_forgets_one_await(session, urls):
    return [len(fetch(session, url)) for url in urls]


async def sizes_gather_not_awaited(session, urls):
    return asyncio.gather(*(fetch(session, url) for url in urls))


async def sizes_of_error_pages(session, urls):
    async def size(url):
        async with session.get(url) as response:
            return len(await response.read())

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_with_errors_as_results(session, urls):
    bodies = await asyncio.gather(*(fetch(session, url) for url in urls), return_exceptions=True)
    return [len(body) if isinstance(body, bytes) else body for body in bodies]


async def sizes_as_completed(session, urls):
    return [len(await body) for body in asyncio.as_completed([fetch(session, url) for url in urls])]


async def sizes_appended(session, urls):
    found = []

    async def size(url):
        found.append(len(await fetch(session, url)))

    await asyncio.gather(*(size(url) for url in urls))
    return found


async def sizes_one_by_one(session, urls):
    return [len(await fetch(session, url)) for url in urls]


async def sizes_in_own_sessions(session, urls):
    async def size(url):
        async with aiohttp.ClientSession() as own:
            return len(await fetch(own, url))

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_are_bodies(session, urls):
    return await asyncio.gather(*(fetch(session, url) for url in urls))


async def sizes_summed(session, urls):
    return sum(await sizes_by_gather(session, urls))


async def sizes_as_announced(session, urls):
    async def size(url):
        async with session.get(url, raise_for_status=True) as response:
            return int(response.headers["Content-Length"])

    return await asyncio.gather(*(size(url) for url in urls))


async def sizes_returns_nothing(session, urls):
    await sizes_by_gather(session, urls)


async def sizes_of_text(session, urls):
    async def size(url):
        async with session.get(url, raise_for_status=True) as response:
            return len(await response.text(errors="ignore"))

    return await asyncio.gather(*(size(url) for url in urls))


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (sizes_not_awaited, "not yet", "a list with a coroutine in it"),
        (sizes_forgets_one_await, "not yet", "called fetch() and did not await"),
        (sizes_gather_not_awaited, "not yet", "with one number for each address"),
        (sizes_of_error_pages, "not yet", "you took the size of the error message"),
        (sizes_with_errors_as_results, "not yet", "What happened: returned [ClientResponseError("),
        (sizes_as_completed, "not yet", "What happened: [1000, 2000, 3000]"),
        (sizes_appended, "not yet", "in which the answers came"),
        (sizes_one_by_one, "not yet", "What happened: 1 in flight at most"),
        (sizes_in_own_sessions, "not yet", "a second session was opened"),
        (sizes_are_bodies, "not yet", "Those are the bodies"),
        (sizes_summed, "not yet", "A list is asked for"),
        (sizes_returns_nothing, "not yet", "Is there a `return` in it"),
        (sizes_as_announced, "not yet", "Content-Length counts what travels"),
        (sizes_of_text, "not yet", "not the lengths of the bodies"),
    ],
)
def test_sizes_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.1", answer, kind, says)


# ---- 12.2 ----------------------------------------------------------------------------------------


async def sha_by_update(session, url):
    async with session.get(url) as response:
        response.raise_for_status()
        digest = hashlib.sha256()
        async for piece in response.content.iter_chunked(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


async def sha_by_read(session, url):
    digest = hashlib.sha256()
    async with session.get(url, raise_for_status=True) as response:
        while piece := await response.content.read(100_000):
            digest.update(piece)
    return digest.hexdigest()


async def sha_in_threads(session, url):
    digest = hashlib.sha256()
    async with session.get(url, raise_for_status=True) as response:
        async for piece, _ in response.content.iter_chunks():
            await asyncio.to_thread(digest.update, piece)
    return digest.hexdigest()


async def sha_of_a_file(session, url):
    with tempfile.TemporaryFile() as file:
        async with session.get(url, raise_for_status=True) as response:
            async for piece in response.content.iter_any():
                file.write(piece)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.mark.parametrize("answer", [sha_by_update, sha_by_read, sha_in_threads, sha_of_a_file])
def test_digests_right(answer: Callable) -> None:
    assert_verdict("12.2", answer, "correct", "little of it was in memory")


async def sha_reads_all(session, url):
    return hashlib.sha256(await fetch(session, url)).hexdigest()


async def sha_of_joined_pieces(session, url):
    async with session.get(url, raise_for_status=True) as response:
        pieces = [piece async for piece in response.content.iter_chunked(CHUNK)]
    return hashlib.sha256(b"".join(pieces)).hexdigest()


async def sha_of_the_last_piece(session, url):
    async with session.get(url, raise_for_status=True) as response:
        async for piece in response.content.iter_chunked(CHUNK):
            digest = hashlib.sha256(piece)
    return digest.hexdigest()


async def sha_of_one_read(session, url):
    async with session.get(url, raise_for_status=True) as response:
        return hashlib.sha256(await response.content.read(CHUNK)).hexdigest()


async def sha_of_an_error_page(session, url):
    digest = hashlib.sha256()
    async with session.get(url) as response:
        async for piece in response.content.iter_chunked(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


async def sha_as_bytes(session, url):
    return hashlib.sha256(await fetch(session, url)).digest()


async def sha_object(session, url):
    return hashlib.sha256(await fetch(session, url))


async def sha_of_the_text(session, url):
    async with session.get(url, raise_for_status=True) as response:
        return hashlib.sha256((await response.text(errors="replace")).encode()).hexdigest()


async def sha_in_own_session(session, url):
    async with aiohttp.ClientSession() as own:
        return await sha_by_update(own, url)


async def sha_forgets_await(session, url):
    return sha_by_update(session, url)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (sha_reads_all, "not yet", "MB in memory at once"),
        (sha_of_joined_pieces, "not yet", "or in a list of its pieces"),
        (sha_of_the_last_piece, "not yet", "forgets the pieces before"),
        (sha_of_one_read, "not yet", "gives only what is there"),
        (sha_of_an_error_page, "not yet", "you took the digest of the error message"),
        (sha_as_bytes, "not yet", "`hexdigest()` in place of `digest()`"),
        (sha_object, "not yet", "64 hexadecimal digits"),
        (sha_of_the_text, "not yet", "not the digest of the body"),
        (sha_in_own_session, "not yet", "a second session was opened"),
        (sha_forgets_await, "not yet", "Is there an `await` missing"),
    ],
)
def test_digests_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.2", answer, kind, says)


# ---- 12.3 ----------------------------------------------------------------------------------------


async def all_by_semaphore(session, urls, limit):
    places = asyncio.Semaphore(limit)

    async def polite(url):
        async with places:
            return await fetch(session, url)

    return await asyncio.gather(*(polite(url) for url in urls))


async def all_by_workers(session, urls, limit):
    bodies, work = {}, iter(enumerate(urls))

    async def worker():
        for number, url in work:
            bodies[number] = await fetch(session, url)

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    return [bodies[number] for number in range(len(urls))]


async def all_by_queue(session, urls, limit):
    queue, bodies = asyncio.Queue(), [b""] * len(urls)
    for entry in enumerate(urls):
        queue.put_nowait(entry)

    async def worker():
        while not queue.empty():
            number, url = queue.get_nowait()
            bodies[number] = await fetch(session, url)

    await asyncio.gather(*(worker() for _ in range(limit)))
    return bodies


async def all_by_wait(session, urls, limit):
    tasks, running = [], set()
    for url in urls:
        if len(running) == limit:
            _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        tasks.append(asyncio.create_task(fetch(session, url)))
        running = running | {tasks[-1]}
    return await asyncio.gather(*tasks)


@pytest.mark.parametrize("answer", [all_by_semaphore, all_by_workers, all_by_queue, all_by_wait])
def test_limits_right(answer: Callable) -> None:
    assert_verdict("12.3", answer, "correct", "a slow one held up nobody but itself")


async def all_by_a_connector_of_its_own(session, urls, limit):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=limit)) as own:
        return await asyncio.gather(*(fetch(own, url) for url in urls))


async def all_with_a_semaphore_each(session, urls, limit):
    async def polite(url):
        async with asyncio.Semaphore(limit):
            return await fetch(session, url)

    return await asyncio.gather(*(polite(url) for url in urls))


async def all_with_a_semaphore_around(session, urls, limit):
    async with asyncio.Semaphore(limit):
        return await asyncio.gather(*(fetch(session, url) for url in urls))


async def all_at_once(session, urls, limit):
    return await asyncio.gather(*(fetch(session, url) for url in urls))


async def all_with_a_fixed_limit(session, urls, limit):
    return await all_by_semaphore(session, urls, 5)


async def all_released_early(session, urls, limit):
    places = asyncio.Semaphore(limit)

    async def polite(url):
        async with places:
            response = await session.get(url)
        async with response:
            return await response.read()

    return await asyncio.gather(*(polite(url) for url in urls))


async def all_in_batches(session, urls, limit):
    bodies = []
    for start in range(0, len(urls), limit):
        bodies += await asyncio.gather(*(fetch(session, url) for url in urls[start : start + limit]))
    return bodies


async def all_one_by_one(session, urls, limit):
    return [await fetch(session, url) for url in urls]


async def all_but_one_place(session, urls, limit):
    return await all_by_semaphore(session, urls, limit - 1)


async def all_in_order_of_arrival(session, urls, limit):
    places, bodies = asyncio.Semaphore(limit), []

    async def polite(url):
        async with places:
            bodies.append(await fetch(session, url))

    await asyncio.gather(*(polite(url) for url in urls))
    return bodies


async def all_without_return(session, urls, limit):
    await all_by_semaphore(session, urls, limit)


async def all_as_sizes(session, urls, limit):
    return [len(body) for body in await all_by_semaphore(session, urls, limit)]


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (all_with_a_semaphore_each, "not yet", "What happened: 4 in flight at most"),
        (all_with_a_semaphore_around, "not yet", "Around `gather` a semaphore counts one user"),
        (all_by_a_connector_of_its_own, "not yet", "a second session was opened"),
        (all_at_once, "not yet", "More requests were in flight than allowed"),
        (all_with_a_fixed_limit, "not yet", "More requests were in flight than allowed"),
        (all_released_early, "not yet", "given back before the body was read"),
        (all_in_batches, "not yet", "you work in batches"),
        (all_one_by_one, "not yet", "Fewer requests were in flight"),
        (all_but_one_place, "not yet", "What happened: 1 in flight at most"),
        (all_in_order_of_arrival, "not yet", "in the order in which they came"),
        (all_without_return, "not yet", "Is there a `return` in it"),
        (all_as_sizes, "not yet", "each of them bytes"),
    ],
)
def test_limits_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.3", answer, kind, says)


# ---- 12.4 ----------------------------------------------------------------------------------------


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
