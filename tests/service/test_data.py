import asyncio
import hashlib
import tracemalloc
from collections.abc import Callable

import pytest
from running_service import serving

from helpers.service import data


def test_the_bytes_are_the_same_everywhere() -> None:
    """This digest is part of the course: lessons may show it."""
    digest = hashlib.sha256(data.seeded(0)(0, 1_000_000)).hexdigest()
    assert digest == "35a957862de0714fe9248414ef34917aa09c44207d68b27c85a8813f09584afe"
    assert data.seeded(0)(0, 8).hex() == "2e044a86a8ab341e"


@pytest.mark.parametrize("read", [data.seeded(5), data.letters], ids=["seeded", "letters"])
def test_a_part_is_that_part_of_the_whole(read: Callable[[int, int], bytes]) -> None:
    whole = read(0, 200_000)
    assert len(whole) == 200_000
    for start, stop in ((0, 0), (0, 1), (25, 27), (65_535, 65_537), (65_536, 131_072), (70_000, 200_000)):
        assert read(start, stop) == whole[start:stop]


def test_seeds_differ() -> None:
    assert data.seeded(1)(0, 100) != data.seeded(2)(0, 100)


def test_stream_bytes_sends_the_same_bytes_in_chunks() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.get("/bytes/150000?seed=3") as response:
                whole = await response.read()
                assert response.headers["Content-Length"] == "150000"
            async with client.get("/stream-bytes/150000?seed=3&chunk_size=1000") as response:
                assert response.headers["Transfer-Encoding"] == "chunked"
                assert "Content-Length" not in response.headers
                assert await response.read() == whole

    asyncio.run(scenario())


@pytest.mark.parametrize("path", ["/bytes/16777216", "/stream-bytes/16777216", "/range/16777216"])
def test_large_bodies_are_never_in_memory_as_a_whole(path: str) -> None:
    async def scenario() -> tuple[int, int]:
        async with serving() as (client, _, _):
            tracemalloc.start()
            try:
                size = 0
                async with client.get(path) as response:
                    async for piece in response.content.iter_chunked(65536):
                        size += len(piece)
                return size, tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    data.block.cache_clear()
    size, peak = asyncio.run(scenario())
    assert size == 16 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize(
    "path",
    ["/bytes/67108865", "/stream-bytes/67108865", "/bytes/1?seed=x", "/stream-bytes/1?chunk_size=x"]
    + [f"/drip?{name}={value}" for name in ("duration", "delay") for value in ("-1", "nan", "inf", "x")]
    + ["/drip?code=99", "/drip?code=1000", "/drip?numbytes=67108865"],
)
def test_what_cannot_be_sent_is_refused_with_a_reason(path: str) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.get(path) as response:
            assert response.status == 400
            assert (await response.json())["message"]

    asyncio.run(scenario())
