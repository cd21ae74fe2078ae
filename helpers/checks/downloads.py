"""What the judges of downloads share: a fresh start, a session that has worked before, and three watchers.

The practice server can hold its answers until enough requests are in flight (`hold:N`), so that an answer
which never has enough of them waits. `in_time` notices that nothing moves any more, and ends it. No clock
decides between right and wrong; what the server counted does.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp

from helpers import practice_server
from helpers.checks.arena import Arena
from helpers.practice_server import Fault, PracticeServer
from helpers.service.counters import Counts

LOOK = 0.01  # seconds between two looks at the server's counts
LOOKS = 20  # before the server starts afresh
STILL = 8  # looks in a row at which nothing has moved: then nothing will
WATCHED_FASTER = 2  # so many times sooner the answer's own sleeps end meanwhile: it may poll, at leisure
PATIENCE = 0.3  # seconds that a cancelled answer may take to end


class Held(Exception):
    """The answer's requests wait for others that will not come. `highest`: so many were in flight at once."""

    def __init__(self, highest: int) -> None:
        super().__init__(highest)
        self.highest = highest


class Endless(Exception):
    """The answer asked for `path` once more than `most` times, and there is no end in sight."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def begin(arena: Arena, *faults: Fault) -> PracticeServer:
    """The arena's server with these faults, counting from zero, and nothing of an earlier run in flight.

    An answer that had to be stopped by force may have left connections open: then the server starts afresh,
    at another URL.
    """
    server = arena.server
    server.set_faults(*faults)
    server.reset_counts()  # this lets go, too, of requests that are held
    for _ in range(LOOKS):
        if server.counts().in_flight == 0:
            server.reset_counts()
            return server
        time.sleep(LOOK)  # a client that left a moment ago is still being noticed
    server.stop()
    practice_server.start_for_checks()
    server.set_faults(*faults)
    return server


async def with_session(
    server: PracticeServer, use: Callable[[aiohttp.ClientSession], Awaitable[Any]], **options: Any
) -> Any:
    """`await use(session)` with a session that has one connection already: one more counts as opened."""
    async with aiohttp.ClientSession(**options) as session:
        async with session.get(f"{server.url}/get") as response:
            await response.read()
        server.reset_counts()
        return await use(session)


async def in_time(
    work: Awaitable[Any], server: PracticeServer, most: int | None = None, look: float = LOOK
) -> Any:
    """Await `work`, and look at the server's counts every `look` seconds meanwhile.

    With `most`: raises Endless when one path has been asked for more often than that. Without: raises Held
    when requests are in flight and nothing moves any more. Either way `work` is cancelled first.
    """
    task = asyncio.ensure_future(work)
    still, before = 0, None
    try:
        while not task.done():
            await asyncio.wait([task], timeout=look)
            counts = server.counts()
            if most is not None and (path := asked_too_often(counts, most)):
                raise Endless(path)
            now = (counts.requests, counts.in_flight, counts.bytes_sent)
            still = still + 1 if now == before and counts.in_flight else 0
            before = now
            if most is None and still >= STILL and not task.done():
                raise Held(counts.in_flight_highest)
        return await task
    finally:
        await ended(task)


async def unless_held(work: Awaitable[Any], server: PracticeServer) -> Any:
    """Await `work`; raises Held when requests are in flight and nothing moves any more.

    Sleeps of the answer's own end sooner meanwhile, so that one which polls at leisure is not taken for held.
    """
    with hurried(WATCHED_FASTER):
        return await in_time(work, server, look=LOOK * WATCHED_FASTER)


async def ended(task: asyncio.Task, gone_on: asyncio.Event | None = None) -> bool:
    """Cancel the task, if it runs. Whether it had ended, or did so soon; if not, it is cancelled again.

    `gone_on`: is set when it does something new, which shows earlier that it has not ended.
    """
    task.cancel()
    signs = [task] if gone_on is None else [task, asyncio.ensure_future(gone_on.wait())]
    await asyncio.wait(signs, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    soon = task.done()
    for sign in signs[1:]:
        sign.cancel()
    for _ in range(20):  # one that catches a cancellation and tries again comes to its end at some time
        if task.done():
            break
        task.cancel()
        await asyncio.wait([task], timeout=LOOK)
    if task.done() and not task.cancelled():
        task.exception()  # asked for, so that asyncio does not complain that nobody did
    return soon


def asked_too_often(counts: Counts, most: int) -> str | None:
    """The path that was asked for more than `most` times, if there is one."""
    return next((path for path, count in counts.by_path.items() if count.requests > most), None)


async def fails_with(work: Awaitable[Any], kind: type[Exception]) -> bool:
    """Whether `work` raises an error of that kind, by itself or as one of a group. Other errors pass."""
    try:
        await work
    except kind:
        return True
    except ExceptionGroup as group:
        if group.subgroup(kind) is None:
            raise
        return True
    return False


@contextlib.contextmanager
def hurried(times: float) -> Iterator[None]:
    """On the running loop all that is to happen later happens so many times sooner: sleeps, timeouts.

    An answer may then wait as one would wait for a real server, and the check is over soon all the same.
    `call_at` is the one public method through which `call_later`, `sleep` and `timeout` set their timers:
    https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.call_at
    """
    loop = asyncio.get_running_loop()
    call_at = loop.call_at

    def sooner(when: float, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        now = loop.time()
        return call_at(now + max(0.0, when - now) / times, callback, *args, context=context)

    loop.call_at = sooner  # type: ignore[method-assign]
    try:
        yield
    finally:
        loop.call_at = call_at  # type: ignore[method-assign]


class Log:
    """What a session did: for each path, when a request began, and when which status came.

    https://docs.aiohttp.org/en/stable/tracing_reference.html
    """

    def __init__(self) -> None:
        self.begun: dict[str, list[float]] = {}
        self.answered: dict[str, list[tuple[float, int]]] = {}
        self.config = aiohttp.TraceConfig()
        self.config.on_request_start.append(self._start)
        self.config.on_request_end.append(self._end)

    async def _start(self, _: Any, __: Any, params: aiohttp.TraceRequestStartParams) -> None:
        self.begun.setdefault(params.url.path, []).append(asyncio.get_running_loop().time())

    async def _end(self, _: Any, __: Any, params: aiohttp.TraceRequestEndParams) -> None:
        answer = (asyncio.get_running_loop().time(), params.response.status)
        self.answered.setdefault(params.url.path, []).append(answer)

    def answers(self, path: str, status: int) -> int:
        """How many answers had this status."""
        return sum(seen == status for _, seen in self.answered.get(path, []))

    def pause_after(self, path: str, status: int) -> float | None:
        """Seconds between the first answer with this status and the next request; None if none followed."""
        came = next((at for at, seen in self.answered.get(path, []) if seen == status), None)
        if came is None:
            return None
        return next((at - came for at in self.begun[path] if at >= came), None)
