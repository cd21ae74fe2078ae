import asyncio
from contextlib import AsyncExitStack, suppress

import pytest

from helpers import check

GATE = None


def verdict_of(id: str, answer: object) -> tuple[str, str]:
    verdict = check(id, answer)
    return verdict.kind, repr(verdict)


def rejects(id: str, answer: object, kind: str, says: str) -> None:
    seen, text = verdict_of(id, answer)
    assert (seen, says in text) == (kind, True), text


# --- 07.1 ------------------------------------------------------------------------------------------------


async def with_the_lock(account, fetch):
    amount = await fetch()
    async with account.lock:
        await account.write(await account.read() + amount)


async def with_a_finally(account, fetch):
    amount = await fetch()
    await account.lock.acquire()
    try:
        await account.write(await account.read() + amount)
    finally:
        account.lock.release()


class AsAnObject:
    async def __call__(self, account, fetch):
        await with_the_lock(account, fetch)


async def no_lock(account, fetch):
    await account.write(await account.read() + await fetch())


async def reads_outside(account, fetch):
    amount = await fetch()
    balance = await account.read()
    async with account.lock:
        await account.write(balance + amount)


async def lets_go_in_between(account, fetch):
    amount = await fetch()
    async with account.lock:
        balance = await account.read()
    async with account.lock:
        await account.write(balance + amount)


async def fetches_inside(account, fetch):
    async with account.lock:
        await account.write(await account.read() + await fetch())


async def a_lock_of_its_own(account, fetch):
    amount = await fetch()
    async with asyncio.Lock():
        await account.write(await account.read() + amount)


async def releases_when_all_goes_well(account, fetch):
    amount = await fetch()
    await account.lock.acquire()
    await account.write(await account.read() + amount)
    account.lock.release()


async def releases_on_errors_only(account, fetch):
    amount = await fetch()
    await account.lock.acquire()
    try:
        await account.write(await account.read() + amount)
    except Exception:
        account.lock.release()
        raise
    account.lock.release()


async def releases_what_it_has_not(account, fetch):
    amount = await fetch()
    try:
        await account.lock.acquire()
        await account.write(await account.read() + amount)
    finally:
        account.lock.release()


async def tells_nobody(account, fetch):
    with suppress(Exception):
        await with_the_lock(account, fetch)


async def plain_with(account, fetch):
    amount = await fetch()
    with account.lock:
        await account.write(await account.read() + amount)


async def locks_twice(account, fetch):
    amount = await fetch()
    async with account.lock, account.lock:
        await account.write(await account.read() + amount)


async def wrong_amount(account, fetch):
    await fetch()
    async with account.lock:
        await account.write(await account.read() + 1)


async def stub(*_):
    raise NotImplementedError


@pytest.mark.parametrize("answer", [with_the_lock, with_a_finally, AsAnObject()])
def test_07_1_right_answers(answer: object) -> None:
    verdict = check("07.1", answer)
    assert verdict.kind == "correct", repr(verdict)
    assert verdict.facts["Tried"].startswith("all ")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (no_lock, "not yet", "while nobody held `account.lock`"),
        (reads_outside, "not yet", "Reading belongs inside, too"),
        (lets_go_in_between, "not yet", "An update was lost"),
        (fetches_inside, "not yet", "Fetching needs no lock"),
        (a_lock_of_its_own, "not yet", "a new one keeps nobody out"),
        (releases_when_all_goes_well, "not yet", "unless it stands in a `finally`"),
        (releases_on_errors_only, "not yet", "was cancelled while it waited"),
        (releases_what_it_has_not, "not yet", "Begin the `try` behind `acquire()`"),
        (tells_nobody, "not yet", "the caller was not told"),
        (plain_with, "not yet", "TypeError: 'Lock' object does not support the context manager protocol"),
        (locks_twice, "stuck", "held by itself"),
        (wrong_amount, "not yet", "is the right amount added?"),
        (lambda account, fetch: None, "not yet", "Write `async def`"),
        (3, "not yet", "Hand over the function itself"),
        (stub, "not attempted", ""),
    ],
)
def test_07_1_wrong_answers(answer: object, kind: str, says: str) -> None:
    rejects("07.1", answer, kind, says)


def test_a_lost_update_is_drawn() -> None:
    assert "Ada" in repr(check("07.1", lets_go_in_between).picture)


# --- 07.2 ------------------------------------------------------------------------------------------------


async def moved(source, target, amount):
    await source.add(-amount)
    await target.add(amount)


async def by_number(source, target, amount):
    if source.number == target.number:
        return
    first, second = sorted((source, target), key=lambda account: account.number)
    async with first.lock, second.lock:
        await moved(source, target, amount)


async def by_number_downwards(source, target, amount):
    async with AsyncExitStack() as stack:
        for account in sorted({source, target}, key=lambda account: -account.number):
            await stack.enter_async_context(account.lock)
        await moved(source, target, amount)


async def by_id(source, target, amount):
    async with AsyncExitStack() as stack:
        for lock in sorted({source.lock, target.lock}, key=id):
            await stack.enter_async_context(lock)
        await moved(source, target, amount)


async def as_needed(source, target, amount):
    if source is not target:
        async with source.lock, target.lock:
            await moved(source, target, amount)


async def forgets_the_same_account(source, target, amount):
    first, second = sorted((source, target), key=lambda account: account.number)
    async with first.lock, second.lock:
        await moved(source, target, amount)


async def by_balance(source, target, amount):
    if source is not target:
        first, second = sorted((source, target), key=lambda account: account.balance)
        async with first.lock, second.lock:
            await moved(source, target, amount)


async def one_after_the_other(source, target, amount):
    async with source.lock:
        await source.add(-amount)
    async with target.lock:
        await target.add(amount)


async def no_lock_at_all(source, target, amount):
    await moved(source, target, amount)


async def one_lock_for_all(source, target, amount):
    global GATE
    loop = asyncio.get_running_loop()
    if GATE is None or GATE[0] is not loop:
        GATE = loop, asyncio.Lock()
    async with GATE[1]:
        await by_number(source, target, amount)


async def keeps_the_first(source, target, amount):
    if source is target:
        return
    first, second = sorted((source, target), key=lambda account: account.number)
    await first.lock.acquire()
    await second.lock.acquire()
    try:
        await moved(source, target, amount)
    finally:
        second.lock.release()
        first.lock.release()


async def the_wrong_way(source, target, amount):
    await by_number(target, source, amount)


@pytest.mark.parametrize("answer", [by_number, by_number_downwards, by_id])
def test_07_2_right_answers(answer: object) -> None:
    verdict = check("07.2", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (as_needed, "stuck", "by what could everybody agree"),
        (by_balance, "stuck", "Each holds one and waits for the other"),
        (forgets_the_same_account, "stuck", "are the same account"),
        (one_after_the_other, "not yet", "not both accounts were locked"),
        (no_lock_at_all, "not yet", "not both accounts were locked"),
        (one_lock_for_all, "not yet", "no account in common"),
        (keeps_the_first, "not yet", "was cancelled while it waited for lock"),
        (the_wrong_way, "not yet", "goes away from the source"),
        (stub, "not attempted", ""),
    ],
)
def test_07_2_wrong_answers(answer: object, kind: str, says: str) -> None:
    rejects("07.2", answer, kind, says)


def test_a_deadlock_is_drawn_as_a_circle() -> None:
    assert "Deadlock: a to b waits for" in repr(check("07.2", as_needed).picture).replace("‘", "").replace(
        "’", ""
    )
