import asyncio
from typing import Any, cast

import pytest
from aiohttp import web

from helpers.service.bodies import PIECE, Body, pieces, write
from helpers.service.counters import Counters
from helpers.service.ranges import byte_range, etags


class Connection:
    """Takes what is written, and notes whether the request is in flight at that time."""

    def __init__(self, counters: Counters) -> None:
        self.counters = counters
        self.written: list[tuple[int, int]] = []

    async def write(self, data: bytes) -> None:
        self.written.append((len(data), self.counters.counts.in_flight))


@pytest.mark.parametrize(
    ("start", "stop", "written"),
    [
        (0, 5, [(2, 1), (2, 1), (1, 0)]),
        (0, 4, [(2, 1), (2, 1)]),
        (4, 5, [(1, 0)]),
        (5, 5, []),
    ],
)
def test_done_before_the_last_piece_and_not_earlier(start: int, stop: int, written: list[Any]) -> None:
    counters = Counters()
    connection = Connection(counters)
    body = Body(5, lambda start, stop: b"abcde"[start:stop], chunk_size=2)
    visit = counters.start("/", connection)
    asyncio.run(write(cast(web.StreamResponse, connection), body, start, stop, visit))
    assert connection.written == written
    assert counters.counts.bytes_sent == stop - start


def test_a_part_of_a_part() -> None:
    body = Body(10, lambda start, stop: b"0123456789"[start:stop])
    assert body.part(2, 9).part(1, 4).read(0, 3) == b"345"
    assert body.part(2, 9).size == 7


@pytest.mark.parametrize(
    ("chunk_size", "pace", "size", "pause"),
    [
        (None, None, PIECE, 0),
        (100, None, 100, 0),
        (None, 5, 1, 0.2),
        (None, 2000, 100, 0.05),
        (10, 2000, 10, 0.005),
        (None, 1e9, PIECE, PIECE / 1e9),
    ],
)
def test_how_much_at_a_time(chunk_size: int | None, pace: float | None, size: int, pause: float) -> None:
    body = Body(10**6, lambda start, stop: bytes(stop - start), chunk_size, pace)
    assert pieces(body) == (size, pytest.approx(pause))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=3-5", (3, 6)),
        ("bytes=3-", (3, 10)),
        ("bytes=3-99", (3, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        (" bytes=9- ", (9, 10)),
        ("bytes=", (0, 10)),
        ("bytes=-", (0, 10)),
        ("bytes=1-2,3-4", (0, 10)),
        ("bytes=a-b", (0, 10)),
        ("bytes=٣-", (0, 10)),
        (f"bytes={'9' * 5000}-", (0, 10)),
        ("lines=1-2", (0, 10)),
    ],
)
def test_which_bytes_a_range_asks_for(header: str, expected: tuple[int, int]) -> None:
    assert byte_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=5-4", "bytes=-0"])
def test_a_range_that_is_not_there(header: str) -> None:
    with pytest.raises(ValueError, match="bytes="):
        byte_range(header, 10)


def test_entity_tags_of_a_list() -> None:
    assert etags('"a", W/"b" ,c,*') == ["a", "b", "c", "*"]
