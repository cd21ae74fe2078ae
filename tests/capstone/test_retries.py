import asyncio

import aiohttp
import pytest
from multidict import CIMultiDict
from yarl import URL

from helpers.capstone import TRIES, may_pass, pause, with_retries
from helpers.capstone.retries import LONGEST


def answered(status: int, **headers: str) -> aiohttp.ClientResponseError:
    url = URL("http://gallery.test/")
    info = aiohttp.RequestInfo(url, "GET", CIMultiDict(), url)  # type: ignore[arg-type]
    given = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return aiohttp.ClientResponseError(info, (), status=status, headers=given)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        *((answered(status), True) for status in (429, 500, 502, 503, 504)),
        *((answered(status), False) for status in (400, 401, 404, 416, 422, 501)),
        (TimeoutError(), True),
        (aiohttp.ServerDisconnectedError(), True),
        (aiohttp.ClientPayloadError(), True),
        (aiohttp.InvalidURL("x"), False),
    ],
)
def test_what_may_pass(error: Exception, expected: bool) -> None:
    assert may_pass(error) == expected


def test_pauses_grow_by_chance_unless_the_server_says_how_long() -> None:
    assert pause(answered(429, Retry_After="7"), 0) == 7
    assert 0 <= pause(answered(429, Retry_After="Sat, 28 Nov 2026 12:00:00 GMT"), 0) <= 0.1
    assert all(0 <= pause(TimeoutError(), attempt) <= min(LONGEST, 0.1 * 2**attempt) for attempt in range(20))


def called(*outcomes: Exception | str) -> tuple[str | Exception, int]:
    """What comes of a call with these outcomes, and how many calls it took."""
    calls = iter(outcomes)
    made = 0

    async def call() -> str:
        nonlocal made
        made += 1
        outcome = next(calls)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def main() -> str | Exception:
        try:
            return await with_retries(call)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return error

    return asyncio.run(main()), made


def test_what_may_pass_is_tried_again() -> None:
    busy, gone = answered(503, Retry_After="0"), answered(404)
    assert called("done") == ("done", 1)
    assert called(busy, busy, "done") == ("done", 3)
    assert called(busy, gone, "done") == (gone, 2)
    assert called(*[busy] * 9) == (busy, TRIES)
    assert called(mistake := ValueError("mine"), "done") == (mistake, 1)
