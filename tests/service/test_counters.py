import asyncio

import aiohttp
from running_service import serving, until

from helpers.service.counters import Counters, Counts, PathCounts


class Transport:
    """Stands for a connection."""


def test_requests_in_flight_are_counted_from_start_to_finish() -> None:
    counters, connection = Counters(), Transport()
    first = counters.start("/a", connection)
    second = counters.start("/b", connection)
    assert (counters.counts.in_flight, counters.counts.in_flight_highest) == (2, 2)
    assert counters.counts.by_path["/a"].in_flight_highest == 1
    second.sent(10)
    second.finish()
    second.finish()
    assert counters.counts.in_flight == 1
    first.finish()
    assert counters.counts == Counts(
        requests=2,
        in_flight=0,
        in_flight_highest=2,
        bytes_sent=10,
        connections=1,
        by_path={"/a": PathCounts(1, 0, 1, 0), "/b": PathCounts(1, 0, 1, 10)},
    )


def test_a_reset_keeps_what_is_in_flight() -> None:
    counters, connection = Counters(), Transport()
    visits = [counters.start(path, connection) for path in ("/slow", "/slow", "/quick")]
    visits[2].finish()
    counters.reset()
    counters.start("/quick", connection).finish()
    assert counters.counts == Counts(
        requests=1,
        in_flight=2,
        in_flight_highest=3,
        by_path={"/slow": PathCounts(0, 2, 2, 0), "/quick": PathCounts(1, 0, 1, 0)},
    )
    for visit in visits:
        visit.finish()
    assert counters.counts.in_flight == 0


def test_counts_survive_json_and_print_as_a_table() -> None:
    counters = Counters()
    counters.start("/b", Transport()).finish()
    visit = counters.start("/a", Transport())
    visit.sent(1234)
    counts = Counts.from_dict(counters.counts.as_dict())
    assert counts == counters.counts
    assert list(counts.by_path) == ["/a", "/b"]
    assert str(counts).splitlines() == [
        "path       requests  in flight  highest   bytes sent",
        "/a                1          1        1        1,234",
        "/b                1          0        1            0",
        "all paths         2          1        1        1,234",
        "connections opened: 2",
    ]


def test_one_request_after_another_is_never_two_in_flight() -> None:
    paths = ["/get", "/bytes/200000", "/stream-bytes/30000", "/image/png", "/nope"] * 40

    async def scenario() -> Counts:
        async with serving() as (client, state, _):
            for n, path in enumerate(paths):
                # A new connection now and then: the next request comes another way than the last answer.
                headers = {"Connection": "close"} if n % 3 == 0 else {}
                async with client.get(path, headers=headers) as response:
                    await response.read()
            return state.counters.counts

    counts = asyncio.run(scenario())
    assert (counts.requests, counts.in_flight, counts.in_flight_highest) == (200, 0, 1)


def test_connections_are_counted_when_they_are_opened() -> None:
    async def scenario() -> list[int]:
        connections = []
        async with serving() as (client, state, url):
            for _ in range(5):
                async with client.get("/get") as response:
                    await response.read()
            connections.append(state.counters.counts.connections)
            state.reset()
            async with client.get("/get") as response:
                await response.read()
            connections.append(state.counters.counts.connections)
            for _ in range(3):
                async with aiohttp.ClientSession(url) as other, other.get("/get") as response:
                    await response.read()
            connections.append(state.counters.counts.connections)
        return connections

    assert asyncio.run(scenario()) == [1, 0, 3]


def test_bytes_are_those_of_the_body_as_sent() -> None:
    async def scenario() -> dict[str, PathCounts]:
        async with serving() as (client, state, _):
            for path in ("/bytes/100", "/bytes/300000", "/stream-bytes/12345"):
                async with client.get(path, params={"x": 1}) as response:
                    await response.read()
            async with client.head("/image/png") as response:
                await response.read()
            async with client.get("/range/100", headers={"Range": "bytes=90-"}) as response:
                await response.read()
            async with client.get("/etag/a", headers={"If-None-Match": '"a"'}) as response:
                assert response.status == 304
            async with client.get("/gzip") as response:
                gzipped = int(response.headers["Content-Length"])
            assert state.counters.counts.by_path["/gzip"].bytes_sent == gzipped
            return state.counters.counts.by_path

    by_path = asyncio.run(scenario())
    del by_path["/gzip"]
    assert {path: counts.bytes_sent for path, counts in by_path.items()} == {
        "/bytes/100": 100,
        "/bytes/300000": 300_000,
        "/stream-bytes/12345": 12_345,
        "/image/png": 0,
        "/range/100": 10,
        "/etag/a": 0,
    }


def test_a_client_that_leaves_is_no_longer_in_flight() -> None:
    async def scenario() -> tuple[int, int]:
        async with serving() as (client, state, _):
            asking = asyncio.create_task(client.get("/delay/10"))
            await until(lambda: state.counters.counts.in_flight)
            before = state.counters.counts.in_flight
            asking.cancel()
            await until(lambda: not state.counters.counts.in_flight)
            return before, state.counters.counts.in_flight

    assert asyncio.run(scenario()) == (1, 0)
