"""Exercise 13.3: orders whose answers get lost. The practice server loses them; its list of orders tells.

Its fault `status` refuses before the order is made. So a server of the judge's own, in the same event loop,
makes the order and then says 5xx: it sees the key of each attempt.
"""

from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.words import count, said, short
from helpers.practice_server import Fault, PracticeServer
from helpers.service.answers import as_json
from helpers.service.orders import Orders

BUDGET = 4.8  # seconds for all the runs of one check, whatever the answer does


TEA = {"order": 1, "item": "tea"}
PATIENCE, LONGER = 0.05, 0.4  # seconds, of a session whose server goes silent; the second for a slow computer
ORDERING = 'order_safely(session, "tea")'


class Trouble(NamedTuple):
    """What goes wrong while the answer is called: in words, as a fault, and how long the session waits."""

    words: str
    fault: Fault | None = None
    timeout: float = 5.0  # seconds
    attempts: int | None = None  # None: the answer's own default
    times: int = 1  # how often the answer is called, one call after the other


class Ordered(NamedTuple):
    """What came of it, and what the server says about it."""

    value: Any  # of the first call; or the error of the client's that it raised
    requests: int
    orders: int


def failing(kind: str, value: float | None = None, first: int | None = None) -> Fault:
    return Fault(kind, value, first=first, path="/orders")


WELL = Trouble("nothing goes wrong")
TWO_TEAS = Trouble("nothing goes wrong; twice, for two teas", times=2)
RESET_ONCE = Trouble("the connection is reset after the order is made", failing("reset", first=1))
HALF = Trouble("half of the first answer arrives", failing("truncate", first=1))
SILENT = Trouble("the first answer takes too long", failing("stall", first=1), PATIENCE)
BUSY = Trouble("the first two answers are 503", failing("status", 503, first=2))
REFUSED = Trouble("the server refuses with 422", failing("status", 422))
NEVER = (
    Trouble("every connection is reset", failing("reset"), attempts=2),
    Trouble("every connection is reset", failing("reset"), attempts=5),
    Trouble("every answer is 503", failing("status", 503), attempts=2),
)
MADE_THEN = ((500, 502), (504, 507))  # the statuses of the first answers, though the order is made


def safe_order(order_safely: Any, arena: Arena) -> None:
    """13.3: lost answers and 5xx are tried again with one key, a 4xx is not; the last error is raised."""
    well, two_teas, *lost, busy = _ordered(
        order_safely, arena, WELL, TWO_TEAS, RESET_ONCE, HALF, SILENT, BUSY
    )
    if isinstance(lost[-1].value, TimeoutError) and lost[-1].requests > 1:
        (lost[-1],) = _ordered(order_safely, arena, SILENT._replace(timeout=LONGER))
    if well.value != TEA:
        _complain("answer", WELL, _outcome(well.value), expected=str(TEA))
    if two_teas.orders != 2:
        _complain("key_of_another", TWO_TEAS, f"{two_teas.orders} order", expected="2 orders")
    for trouble, ordered in zip((RESET_ONCE, HALF, SILENT), lost, strict=True):
        _look_at_lost(trouble, ordered)
    if isinstance(busy.value, Exception):
        seen = f"{count(busy.requests)}, then {said(busy.value)}"
        _complain("server_error", BUSY, seen, status=503)
    if busy.value != TEA:
        _complain("answer", BUSY, short(busy.value), expected=str(TEA))
    for statuses in MADE_THEN:
        arena.run(lambda statuses=statuses: _made_then(order_safely, *statuses), ORDERING, BUDGET / 6)
    refused, *never = _ordered(order_safely, arena, REFUSED, *NEVER)
    if refused.requests > 1:
        _complain("refused_again", REFUSED, count(refused.requests), expected=count(1))
    if not isinstance(refused.value, aiohttp.ClientResponseError):
        expected = "ClientResponseError, status 422"
        _complain("refusal_hidden", REFUSED, _outcome(refused.value), expected)
    for trouble, ordered in zip(NEVER, never, strict=True):
        _look_at_never(trouble, ordered)


def _look_at_lost(trouble: Trouble, ordered: Ordered) -> None:
    value, requests, orders = ordered
    if isinstance(value, Exception) and requests == 1:
        _complain("not_retried", trouble, f"{count(1)}, then {said(value)}")
    if orders != 1:
        _complain("twice", trouble, f"{orders} orders", expected="1 order")
    if value != TEA:
        _complain("replayed", trouble, _outcome(value), expected=str(TEA))


async def _made_then(order_safely: Any, *statuses: int) -> None:
    """The order is made, and the first answers say 5xx all the same: the keys of all attempts must be one."""
    made, keys = Orders(), []

    async def create(request: web.Request) -> web.Response:
        keys.append(request.headers.get("Idempotency-Key"))
        answer = await made.create(request)
        if len(keys) > len(statuses):
            return answer
        return as_json({"message": "Something went wrong here."}, status=statuses[len(keys) - 1])

    app = web.Application()
    app.router.add_post("/orders", create)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        try:
            value = await call(order_safely, session, "tea", shown=ORDERING)
        except aiohttp.ClientError as error:
            value = error
    trouble = Trouble(f"the order is made; the first answers are {' and '.join(map(str, statuses))}")
    if isinstance(value, aiohttp.ClientResponseError) and len(keys) <= len(statuses):
        seen = f"{count(len(keys))}, then {said(value)}"
        _complain("server_error", trouble, seen, status=value.status)
    if len(set(keys)) > 1:
        seen = f"{count(len(keys))} with {len(set(keys))} keys"
        _complain("another_key", trouble, seen, expected="one key")
    if value != TEA:
        _complain("replayed", trouble, _outcome(value), expected=str(TEA))


def _look_at_never(trouble: Trouble, ordered: Ordered) -> None:
    value, requests, _ = ordered
    if not isinstance(value, Exception):
        _complain("silent", trouble, _outcome(value), expected="the last error")
    if requests != trouble.attempts:
        _complain("count", trouble, count(requests), expected=count(trouble.attempts))


def _ordered(order_safely: Any, arena: Arena, *troubles: Trouble) -> list[Ordered]:
    """What comes of calling the answer with each of the troubles, one after the other."""

    server = arena.server  # starts, if it has not yet: not in the loop, which would stand still meanwhile

    async def program() -> list[Ordered]:
        return [await _with_trouble(order_safely, server, trouble) for trouble in troubles]

    return arena.run(program, ORDERING, BUDGET / 3)


async def _with_trouble(order_safely: Any, server: PracticeServer, trouble: Trouble) -> Ordered:
    server.set_faults(*filter(None, [trouble.fault]))
    server.reset_counts()
    attempts = {} if trouble.attempts is None else {"attempts": trouble.attempts}
    values: list[Any] = []
    timeout = aiohttp.ClientTimeout(total=trouble.timeout)
    async with aiohttp.ClientSession(server.url, timeout=timeout) as session:
        try:
            for _ in range(trouble.times):
                values.append(await call(order_safely, session, "tea", shown=ORDERING, **attempts))
        except (aiohttp.ClientError, TimeoutError) as error:
            values.append(error)
    requests = server.counts().requests
    server.set_faults()
    async with aiohttp.ClientSession(server.url) as session, session.get("/orders") as response:
        return Ordered(values[0], requests, len((await response.json())["orders"]))


def _outcome(value: Any) -> str:
    return said(value) if isinstance(value, Exception) else f"it returned {short(value)}"


def _complain(why: str, trouble: Trouble, seen: str, expected: str = "", **more: Any) -> None:
    attempts = "" if trouble.attempts is None else f", attempts={trouble.attempts}"
    shown = f"await {ORDERING[:-1]}{attempts})\n# {trouble.words}"
    raise NotYet(why, call=shown, seen=seen, expected=expected, **more)
