"""Exercise 07.4: taking many locks at once, in an order that helps and in others."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from helpers import check

GATE = None


@asynccontextmanager
async def in_order(locks):
    async with AsyncExitStack() as stack:
        for lock in sorted(set(locks), key=id):
            await stack.enter_async_context(lock)
        yield


@asynccontextmanager
async def when_all_are_free(locks):
    while any(lock.locked() for lock in locks):
        await asyncio.sleep(0.1)
    async with AsyncExitStack() as stack:  # nobody queues for a lock, so none of these waits
        for lock in set(locks):
            await stack.enter_async_context(lock)
        yield


class AsAClass:
    def __init__(self, locks):
        self.locks = sorted(set(locks), key=id)
        self.held = []

    async def __aenter__(self):
        try:
            for lock in self.locks:
                await lock.acquire()
                self.held.append(lock)
        except BaseException:
            await self.__aexit__()
            raise

    async def __aexit__(self, *_):
        for lock in self.held:
            lock.release()


@asynccontextmanager
async def as_named(locks):
    async with AsyncExitStack() as stack:
        for lock in dict.fromkeys(locks):
            await stack.enter_async_context(lock)
        yield


@asynccontextmanager
async def twice_the_same(locks):
    async with AsyncExitStack() as stack:
        for lock in sorted(locks, key=id):
            await stack.enter_async_context(lock)
        yield


@asynccontextmanager
async def keeps_what_it_has(locks):
    locks = sorted(set(locks), key=id)
    for lock in locks:
        await lock.acquire()
    try:
        yield
    finally:
        for lock in locks:
            lock.release()


@asynccontextmanager
async def no_finally(locks):
    locks = sorted(set(locks), key=id)
    for lock in locks:
        await lock.acquire()
    yield
    for lock in locks:
        lock.release()


@asynccontextmanager
async def the_first_one_only(locks):
    async with min(locks, key=id):
        yield


@asynccontextmanager
async def lets_go_at_once(locks):
    for lock in sorted(set(locks), key=id):
        async with lock:
            pass
    yield


@asynccontextmanager
async def waits_in_the_gate(locks):
    global GATE
    loop = asyncio.get_running_loop()
    if GATE is None or GATE[0] is not loop:
        GATE = loop, asyncio.Lock()
    async with AsyncExitStack() as stack:
        async with GATE[1]:
            for lock in set(locks):
                await stack.enter_async_context(lock)
        yield


@asynccontextmanager
async def tells_nobody_of_the_block(locks):
    with suppress(Exception):
        async with in_order(locks):
            yield


@asynccontextmanager
async def tries_again_without_end(locks):
    while any(lock.locked() for lock in locks):
        pass
    async with in_order(locks):
        yield


async def no_context_manager(locks):
    yield


@asynccontextmanager
async def stub_of_a_context(locks):
    raise NotImplementedError
    yield


@pytest.mark.parametrize("answer", [in_order, when_all_are_free, AsAClass])
def test_right_answers(answer: object) -> None:
    verdict = check("07.4", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (as_named, "stuck", "takes them in one order"),
        (twice_the_same, "stuck", "stands twice in the list"),
        (keeps_what_it_has, "not yet", "after a cancellation while you"),
        (no_finally, "not yet", "after an error in the block"),
        (the_first_one_only, "not yet", "not all of the locks were held"),
        (lets_go_at_once, "not yet", "not all of the locks were held"),
        (waits_in_the_gate, "not yet", "a gate that is held while waiting"),
        (tries_again_without_end, "stuck", "No other task can run meanwhile"),
        (tells_nobody_of_the_block, "not yet", "whoever used it was not told"),
        (no_context_manager, "not yet", "Is `@asynccontextmanager` missing?"),
        (stub_of_a_context, "not attempted", ""),
    ],
)
def test_wrong_answers(answer: object, kind: str, says: str) -> None:
    verdict = check("07.4", answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)
