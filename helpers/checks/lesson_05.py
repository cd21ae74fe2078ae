"""What right answers to the exercises of lesson 05 do; 05.1 and 05.4 have modules of their own.

05.2 to 05.4 are about order, and about what is left behind, so they run on a simulated clock: 05.2 in every
order of finishing, the others under every schedule. 05.3 is, moreover, cancelled at each of its awaits.
"""

import asyncio
from itertools import permutations
from types import SimpleNamespace
from typing import Any

from helpers.checks import Judge, NotYet, signal
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_05_race import all_orders, first_result
from helpers.checks.lesson_05_task import own_task
from helpers.checks.words import said, short

ORDERS = tuple(permutations((1, 2, 3, 4)))
DELAYS = ((2, 3, 1), *ORDERS, (3, 1, 2, 2), (2,), ())  # seconds that the coroutines of one call take


def order_of_finishing(in_order: Any, arena: Arena) -> str:
    """05.2: the results of all coroutines, in the order in which they ended; all run at the same time.

    In asyncio's own order of callbacks, which is documented: an answer by `add_done_callback` may rely on it.
    """
    for delays in DELAYS:
        all_orders(lambda delays=delays: _ordered(in_order, delays), IN_ORDER, limit=1)
    all_orders(lambda: _same_values(in_order), IN_ORDER, limit=1)
    return f"four coroutines, in all {len(ORDERS)} orders of finishing"


IN_ORDER = "in_order_of_finishing(…)"


async def _ordered(in_order: Any, delays: tuple[float, ...]) -> None:
    async def job(name: str, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return name

    jobs = [(chr(ord("a") + number), seconds) for number, seconds in enumerate(delays)]
    shown = f"in_order_of_finishing({', '.join(f'{name}_in_{seconds}_s()' for name, seconds in jobs)})"
    value = await call(in_order, *(job(*one) for one in jobs), shown=shown)
    took = asyncio.get_running_loop().time()
    expected = [name for name, _ in sorted(jobs, key=lambda one: one[1])]
    facts = {"call": f"await {shown}", "seen": short(value), "expected": repr(expected)}
    if not isinstance(value, list | tuple):
        raise NotYet("no_list", **facts)
    if not all(isinstance(one, str) for one in value):
        raise NotYet("no_results", **facts)
    if sorted(value) != sorted(expected):
        raise NotYet("results", **facts)
    if took > max(delays, default=0) + 1e-6:
        facts |= {"seen": f"it took {took:g} s", "expected": f"{max(delays)} s"}
        raise NotYet("one_by_one" if abs(took - sum(delays)) < 1e-6 else "late", **facts)
    seconds = [dict(jobs)[name] for name in value]
    if seconds != sorted(seconds):  # of two that end at the same time, either may be first
        started = list(value) == [name for name, _ in jobs]
        raise NotYet("order_of_starting" if started else "order", **facts)


async def _same_values(in_order: Any) -> None:
    async def job(value: str | None, seconds: float) -> str | None:
        await asyncio.sleep(seconds)
        return value

    shown = "in_order_of_finishing(x_in_1_s(), none_in_2_s(), x_in_3_s())"
    value = await call(in_order, job("x", 1), job(None, 2), job("x", 3), shown=shown)
    if list(value) != ["x", None, "x"]:
        raise NotYet("same", call=f"await {shown}", seen=short(value), expected="['x', None, 'x']")


USE = "use(pool, work)"


def given_back(use: Any, arena: Arena) -> str:
    """05.3: the connection is back in the pool however `use` ends; a cancellation goes through."""
    all_orders(lambda: _used(use, fails=True), USE)
    all_orders(lambda: _used(use), USE)
    all_orders(lambda: _used(use, line=0), USE)
    return all_orders(lambda: _used(use), USE, cancel="user") + ", cancelled at every await"


async def _used(use: Any, fails: bool = False, line: str | int = "line 1") -> None:
    pool: asyncio.Queue[str | int] = asyncio.Queue()
    at = SimpleNamespace(place="while it waited for a connection", busy=False)

    async def work(connection: str | int) -> str:
        at.place, at.busy = "while work(connection) was running", True
        try:
            await asyncio.sleep(1)
            await asyncio.sleep(0)
        finally:
            at.busy = False
        if fails:
            raise ValueError("the connection broke")
        return f"answer over {connection}"

    user = asyncio.create_task(call(use, pool, work, shown=USE), name="user")
    await asyncio.sleep(1000)
    if user.done() and not user.cancelling():
        _look_at_impatience(user)
    pool.put_nowait(line)
    await asyncio.wait([user])
    error, busy = None if user.cancelled() else user.exception(), at.busy
    if said_already := signal(error):
        raise said_already
    if isinstance(error, NameError | TypeError | AttributeError) and not user.cancelling():
        raise error  # a slip, not what this exercise is about
    where = f"cancelled {at.place}" if user.cancelling() else "work(connection) raised" if fails else ""
    if busy:
        raise NotYet("in_use", call=f"await {USE}  # {where}", seen="work(connection) was still running")
    await asyncio.sleep(1)  # a callback may give it back, and has its turn now
    _look_at_pool(pool, where, error, line)
    _look_at_user(user, where, error, fails)


def _look_at_user(user: asyncio.Task, where: str, error: BaseException | None, fails: bool) -> None:
    shown = f"await {USE}" + (f"  # {where}" if where else "")
    if user.cancelled() and user.cancelling():
        return
    if user.cancelled():
        expected = "ValueError" if fails else "'answer over line 1'"
        raise NotYet("not_cancelled", call=shown, seen="CancelledError", expected=expected)
    if user.cancelling():
        seen = said(error) if isinstance(error, Exception) else f"it returned {short(user.result())}"
        raise NotYet(
            "other_error" if error else "swallowed", call=shown, seen=seen, expected="CancelledError"
        )
    if fails:
        if not isinstance(error, ValueError):
            seen = said(error) if isinstance(error, Exception) else f"it returned {short(user.result())}"
            raise NotYet("error_swallowed", call=shown, seen=seen, expected="ValueError")
    elif error is not None:
        raise error
    elif user.result() not in ("answer over line 1", "answer over 0"):
        raise NotYet("result", call=shown, seen=short(user.result()), expected="'answer over line 1'")


def _look_at_impatience(user: asyncio.Task) -> None:
    """`use` is over, and there was no connection in the pool yet."""
    error = asyncio.CancelledError() if user.cancelled() else user.exception()
    if said_already := signal(error):
        raise said_already
    if isinstance(error, NameError | TypeError | AttributeError):
        raise error
    seen = f"it returned {short(user.result())}" if error is None else said(error)
    shown = f"await {USE}  # no connection in the pool for 1000 s"
    raise NotYet("impatient", call=shown, seen=seen, expected="waits until there is one")


def _look_at_pool(pool: asyncio.Queue, where: str, error: BaseException | None, line: str | int) -> None:
    where = where or ("the connection is 0" if line == 0 else "")
    shown = f"await {USE}" + (f"  # {where}" if where else "")
    content = [pool.get_nowait() for _ in range(pool.qsize())]
    seen = f"in the pool afterwards: {', '.join(map(short, content)) or 'nothing'}"
    if isinstance(error, Exception) and not isinstance(error, ValueError):
        seen = f"{said(error)}; {seen}"
    facts = {"call": shown, "seen": seen, "expected": f"in the pool afterwards: {line!r}"}
    if len(content) > 1 or (content and content != [line]):
        raise NotYet("too_much", **facts)
    if not content:
        lost = "lost_when_cancelled" if "cancelled" in where else "lost"
        raise NotYet("lost_zero" if line == 0 else lost, **facts)


JUDGES: dict[str, Judge] = {
    "05.1": own_task,
    "05.2": order_of_finishing,
    "05.3": given_back,
    "05.4": first_result,
}
