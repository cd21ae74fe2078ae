"""What right answers to the exercises of lesson 07 do: in every order, and cancelled at every await.

07.3 and 07.4 have modules of their own.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_07_many import all_of_them
from helpers.checks.lesson_07_shared import writers_first
from helpers.checks.lesson_07_stage import Broken
from helpers.checks.orders import in_every_order
from helpers.simulation import Run

BEGIN = 10  # what is in each account
MANY = 200  # schedules where all would be too many


class Account:
    """What the answers get. Reading and writing take a step each, adding `seconds` more."""

    def __init__(self, number: int = 1, seconds: float = 0, fails: bool = False) -> None:
        self.number, self.balance, self.lock = number, BEGIN, asyncio.Lock()
        self._seconds, self._fails = seconds, fails
        self.partners: list[Account] = [self]  # all of these have to be locked
        self.unlocked = False  # whether somebody came without that
        self.told = False  # whether its error came back to the caller
        self.refused = ""  # what the lock said to a release that was one too many

    async def read(self) -> int:
        self._look()
        await asyncio.sleep(0)
        return self.balance

    async def write(self, balance: int) -> None:
        self._look()
        await asyncio.sleep(0)
        if self._fails:
            raise Broken
        self.balance = balance

    async def add(self, amount: int) -> None:
        balance = await self.read()
        await asyncio.sleep(self._seconds)
        await self.write(balance + amount)

    def _look(self) -> None:
        self.unlocked |= not all(account.lock.locked() for account in self.partners)


async def quietly(awaitable: Awaitable[Any]) -> None:
    """Await it; if it fails as it was made to fail, that is all right."""
    with contextlib.suppress(Broken):
        await awaitable


# --- 07.1 ------------------------------------------------------------------------------------------------


def short_critical_section(pay_in: Any, arena: Arena) -> str:
    """07.1: the balance is read and written under the account's lock, and the fetching is outside of it."""
    shown = "pay_in(account, fetch)"

    def paying(names: dict[str, int], fetch_fails: bool = False, write_fails: bool = False) -> Callable:
        """A program: each name pays in so many coins. With no name `main` itself pays in one."""

        async def main() -> Account:
            account = Account(fails=write_fails)

            async def pay(amount: int) -> None:
                async def fetch() -> int:
                    await asyncio.sleep(1)
                    if fetch_fails:
                        raise Broken
                    return amount

                try:
                    await call(pay_in, account, fetch, shown=shown)
                except Broken:
                    account.told = True
                except RuntimeError as error:
                    if type(error) is not RuntimeError:  # such as NotImplementedError
                        raise
                    account.refused = f"RuntimeError: {error}"

            if not names:  # outside of a group, which would wrap an error
                await pay(1)
            async with asyncio.TaskGroup() as group:
                for name, amount in names.items():
                    group.create_task(pay(amount), name=name)
            return account

        return main

    ada, both = {"Ada": 1}, {"Ada": 1, "Bob": 2}
    in_every_order(paying({}), _paid(1), shown)
    covered = in_every_order(paying(both), _paid(1 + 2), f"{shown} twice")
    in_every_order(paying(ada, write_fails=True), _told, f"{shown}, and write() fails")
    in_every_order(paying(ada, fetch_fails=True), _told, f"{shown}, and fetch() fails")
    in_every_order(paying(ada), still_held, f"{shown}, cancelled", cancel="Ada")
    one_of_two = f"{shown} twice, one of them cancelled"
    in_every_order(paying(both), still_held, one_of_two, cancel="Ada", limit=MANY)
    return covered


def _paid(amount: int) -> Callable[[Run], NotYet | None]:
    def wrong(run: Run) -> NotYet | None:
        account = run.value
        if account.unlocked:
            return NotYet("unlocked")
        if wrong_in_the_end := still_held(run):
            return wrong_in_the_end
        if run.now > 1.5:
            return NotYet("fetch_inside", seen=f"both done after {run.now:g} s", expected="after 1 s")
        if account.balance != BEGIN + amount:
            coins = "1" if amount == 1 else "1 and 2"
            seen = f"{BEGIN} coins, then {coins} paid in: {account.balance}"
            return NotYet("lost", seen=seen, expected=str(BEGIN + amount))
        return None

    return wrong


def _told(run: Run) -> NotYet | None:
    return still_held(run) or (None if run.value.told else NotYet("swallowed"))


def still_held(run: Run) -> NotYet | None:
    """After the end of all tasks every lock has to be free, and nobody has released one too often."""
    accounts = run.value if isinstance(run.value, list) else [run.value]
    cancelled = (run.injected or "").strip("()")
    if refused := next((account.refused for account in accounts if account.refused), ""):
        return NotYet("not_its_own", seen=f"{cancelled} {refused}".strip())
    held = any(account.lock.locked() for account in accounts)
    return NotYet("not_released", seen=cancelled) if held else None


# --- 07.2 ------------------------------------------------------------------------------------------------


def transfer_without_deadlock(transfer: Any, arena: Arena) -> str:
    """07.2: both accounts are locked, no circle of transfers gets stuck, and strangers do not wait."""

    def program(*pairs: str, busy: str = "", **accounts_are: Any) -> Callable:
        """Transfers at the same time, one for each pair, such as "ab": 5 from a to b. Somebody else holds
        the locks of the `busy` accounts when they begin, so that they have to queue for them."""

        async def main() -> list[Account]:
            # The order of the names is not the order of the numbers.
            accounts = {name: Account(ord("z") - ord(name), **accounts_are) for name in "abcd"}
            if len(pairs) == 1:
                both = [accounts[name] for name in pairs[0]]
                both[0].partners = both[1].partners = both
            if not busy and len(pairs) == 1:  # outside of a group, which would wrap an error
                await _transferred(transfer, *both)
                return list(accounts.values())
            async with asyncio.TaskGroup() as group:
                for name in busy:
                    group.create_task(_occupy(accounts[name].lock), name="somebody")
                for pair in pairs:
                    source, target = (accounts[name] for name in pair)
                    group.create_task(_transferred(transfer, source, target), name=f"{pair[0]} to {pair[1]}")
            return list(accounts.values())

        return main

    in_every_order(program("ab"), _balances("ab"), "transfer(a, b, 5)")
    in_every_order(program("aa"), _balances("aa"), "transfer(a, a, 5)", "same_account")
    both_ways = "transfer(a, b, 5) and transfer(b, a, 5)"
    for busy in "ab":
        covered = in_every_order(
            program("ab", "ba", busy=busy), _balances("ab", "ba"), both_ways, "circle", limit=MANY
        )
    circle = "transfers from a to b, b to c, c to a"
    in_every_order(
        program("ab", "bc", "ca", busy="b"), _balances("ab", "bc", "ca"), circle, "circle", limit=MANY
    )
    in_every_order(program("ab", fails=True), still_held, "transfer(a, b, 5), and add() fails")
    for busy in "ab":
        in_every_order(program("ab", busy=busy), still_held, "transfer(a, b, 5), cancelled", cancel="a to b")
    strangers = "transfer(a, b, 5) and transfer(c, d, 5)"
    in_every_order(program("ab", "cd", seconds=1), _at_once, strangers, limit=20)
    return covered


async def _occupy(lock: asyncio.Lock) -> None:
    async with lock:
        await asyncio.sleep(1)


async def _transferred(transfer: Any, source: Account, target: Account) -> None:
    await asyncio.sleep(0.5)
    await quietly(call(transfer, source, target, 5, shown="transfer(a, b, 5)"))


def _balances(*pairs: str) -> Callable[[Run], NotYet | None]:
    due = dict.fromkeys("abcd", BEGIN)
    for source, target in pairs:
        due[source] -= 5
        due[target] += 5

    def wrong(run: Run) -> NotYet | None:
        if any(account.unlocked for account in run.value):
            return NotYet("half_locked")
        if any(account.lock.locked() for account in run.value):
            return NotYet("not_released")
        seen = dict(zip(due, (account.balance for account in run.value), strict=True))
        if seen != due:
            return NotYet("balance", seen=_in_words(seen), expected=_in_words(due))
        return None

    return wrong


def _in_words(balances: dict[str, int]) -> str:
    return ", ".join(f"{name}: {balance}" for name, balance in balances.items())


def _at_once(run: Run) -> NotYet | None:
    if run.now > 3:  # two additions of a second each, from half a second on
        return NotYet("strangers", seen=f"both done after {run.now:g} s", expected="after 2.5 s")
    return None


JUDGES: dict[str, Judge] = {
    "07.1": short_critical_section,
    "07.2": transfer_without_deadlock,
    "07.3": writers_first,
    "07.4": all_of_them,
}
