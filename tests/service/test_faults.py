import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import aiohttp
import pytest
from running_service import serving, until
from yarl import URL

from helpers.service.bodies import PIECE
from helpers.service.faults import KINDS, Fault, Faults, from_query
from helpers.service.gate import Gate


async def statuses(client: aiohttp.ClientSession, paths: Iterable[str]) -> list[int]:
    result = []
    for path in paths:
        async with client.get(path) as response:
            await response.read()
            result.append(response.status)
    return result


def everything_sent(url: URL, request: str) -> bytes:
    """All that the service sends on a connection of its own, until it closes it; or b"RST"."""
    with socket.create_connection((url.host, url.port), timeout=5) as connection:
        connection.sendall(request.encode())
        received = b""
        try:
            while data := connection.recv(65536):
                received += data
        except ConnectionResetError:
            return b"RST"
        return received


# What can be asked for


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("explode",), "no fault 'explode'"),
        (("status",), "'status' needs a value"),
        (("status", 99), "from 200 to 999, not 99"),
        (("status", "abc"), "not 'abc'"),
        (("status", 503.5), "a whole number"),
        (("delay", -1), "from 0"),
        (("delay", float("nan")), "not nan"),
        (("delay", None), "needs a value"),
        (("reset", 1), "takes no value"),
        (("hold", 0), "from 1"),
        (("drip", 0), "from 1"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_at_once(arguments: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        Fault(*arguments)
    assert all(kind in str(caught.value) for kind in KINDS)


@pytest.mark.parametrize(
    "settings", [{"rate": 1.5}, {"rate": "often"}, {"first": -1}, {"seed": 0.5}, {"path": None}]
)
def test_so_is_a_setting(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Fault("reset", **settings)


def test_a_query_says_the_same_as_a_fault() -> None:
    query = {"fault_rate": "0.3", "fault_seed": "7", "fault_first": "2"}
    assert from_query(query, ["status:503", "stall"]) == [
        Fault("status", 503, rate=0.3, seed=7, first=2),
        Fault("stall", rate=0.3, seed=7, first=2),
    ]


@pytest.mark.parametrize(
    "query", ["fault=explode", "fault=status", "fault=drip:x", "fault=reset&fault_often=1"]
)
def test_a_query_that_makes_no_sense_is_answered_with_the_kinds(query: str) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.get(f"/get?{query}") as response:
            assert response.status == 400
            message = (await response.json())["message"]
            assert all(kind in message for kind in KINDS)

    asyncio.run(scenario())


# Which requests are hit


def hits(faults: Faults, path: str, times: int) -> str:
    return "".join("x" if faults.hitting(path, []) else "." for _ in range(times))


def test_first_hits_the_first_requests_of_each_path() -> None:
    faults = Faults()
    faults.set([Fault("reset", first=2, path="/a")])
    assert [hits(faults, path, 4) for path in ("/a/1", "/b", "/a/2")] == ["xx..", "....", "xx.."]


def test_setting_again_and_reset_count_anew() -> None:
    faults, fault = Faults(), Fault("reset", first=1)
    faults.set([fault])
    assert hits(faults, "/a", 3) == "x.."
    faults.set([fault])
    assert hits(faults, "/a", 3) == "x.."
    faults.reset()
    assert hits(faults, "/a", 3) == "x.."
    faults.set([])
    assert hits(faults, "/a", 3) == "..."


def test_what_a_rate_hits_depends_on_seed_path_and_number_alone() -> None:
    alone, mixed = Faults(), Faults()
    for faults in (alone, mixed):
        faults.set([Fault("reset", rate=0.5, seed=3)])
    one, two = hits(alone, "/one", 20), hits(alone, "/two", 20)
    turns = [hits(mixed, path, 1) for _ in range(20) for path in ("/two", "/one")]
    assert ("".join(turns[1::2]), "".join(turns[0::2])) == (one, two)
    assert one == "..xx...xx..xxx..xxxx"
    assert one != two
    other = Faults()
    other.set([Fault("reset", rate=0.5, seed=4)])
    assert hits(other, "/one", 20) != one


@pytest.mark.parametrize("rate", [0, 0.1, 0.3, 1])
def test_a_rate_is_met_in_the_long_run(rate: float) -> None:
    faults = Faults()
    faults.set([Fault("reset", rate=rate)])
    share = hits(faults, "/get", 2000).count("x") / 2000
    assert abs(share - rate) < 0.03


def test_fails_twice_then_works() -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            path = "/get?fault=status:503&fault_first=2"
            assert await statuses(client, [path] * 4) == [503, 503, 200, 200]
            assert await statuses(client, [path.replace("get", "headers")] * 3) == [503, 503, 200]
            state.faults.set([Fault("status", 502, first=2, path="/ge")])
            assert await statuses(client, ["/get"] * 3 + ["/headers"]) == [502, 502, 200, 200]

    asyncio.run(scenario())


# What each kind does


def test_status_and_busy_refuse_the_work() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.post("/orders?fault=status:503", json={"item": "tea"}) as response:
                assert (response.status, response.content_type) == (503, "application/json")
            async with client.post("/orders?fault=busy", json={"item": "tea"}) as response:
                assert (response.status, response.headers["Retry-After"]) == (429, "1")
            async with client.post("/orders?fault=busy:30", json={"item": "tea"}) as response:
                assert response.headers["Retry-After"] == "30"
            async with client.get("/orders") as response:
                assert await response.json() == {"orders": []}

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", ["reset", "truncate"])
def test_a_lost_answer_does_not_mean_that_nothing_was_done(fault: str) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            with pytest.raises(aiohttp.ClientError):
                async with client.post(f"/orders?fault={fault}", json={"item": "tea"}) as response:
                    await response.read()
            async with client.get("/orders") as response:
                assert (await response.json())["orders"] == [{"item": "tea", "order": 1}]

    asyncio.run(scenario())


@pytest.mark.parametrize("path", ["/get", "/bytes/300000", "/stream-bytes/300000", "/nope"])
def test_reset_resets_the_connection_before_any_answer(path: str) -> None:
    async def scenario() -> bytes:
        async with serving() as (_, _, url):
            request = f"GET {path}?fault=reset HTTP/1.1\r\nHost: x\r\n\r\n"
            return await asyncio.to_thread(everything_sent, url, request)

    assert asyncio.run(scenario()) == b"RST"


@pytest.mark.parametrize("size", [2, 1000, 1001, 5 * PIECE])
def test_truncate_announces_all_and_sends_half(size: int) -> None:
    async def scenario() -> bytes:
        async with serving() as (_, _, url):
            request = f"GET /bytes/{size}?fault=truncate HTTP/1.1\r\nHost: x\r\n\r\n"
            return await asyncio.to_thread(everything_sent, url, request)

    head, _, body = asyncio.run(scenario()).partition(b"\r\n\r\n")
    assert f"Content-Length: {size}\r\n".encode() in head + b"\r\n"
    assert len(body) == size // 2


@pytest.mark.parametrize(
    "path", ["/bytes/1000", "/stream-bytes/300000?chunk_size=1000", "/get", "/image/png"]
)
def test_truncate_is_an_error_for_the_client(path: str) -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            async with client.get(path, params={"fault": "truncate"}) as response:
                assert response.status == 200
                with pytest.raises(aiohttp.ClientPayloadError):
                    await response.read()
            assert state.counters.counts.in_flight == 0

    asyncio.run(scenario())


def test_an_empty_body_can_be_neither_truncated_nor_stalled() -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            paths = ["/bytes/0?fault=truncate", "/status/204?fault=stall", "/bytes/0?fault=stall"]
            assert await statuses(client, paths) == [200, 204, 200]
            async with client.head("/bytes/1000?fault=stall") as response:
                assert response.headers["Content-Length"] == "1000"
            assert state.counters.counts.in_flight == 0

    asyncio.run(scenario())


def test_stall_sends_half_then_nothing_until_the_client_leaves() -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            async with client.get("/bytes/200001?fault=stall") as response:
                assert len(await response.content.readexactly(100_000)) == 100_000
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await response.content.readexactly(1)
                assert state.counters.counts.in_flight == 1
            await until(lambda: not state.counters.counts.in_flight)
            assert state.counters.counts.bytes_sent == 100_000

    asyncio.run(scenario())


def test_a_stall_of_some_seconds_goes_on_afterwards() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.get("/bytes/1001") as response:
                whole = await response.read()
            async with client.get("/bytes/1001?fault=stall:0.05") as response:
                assert await response.content.readexactly(500) == whole[:500]
                started = asyncio.get_running_loop().time()
                assert await response.read() == whole[500:]
                assert asyncio.get_running_loop().time() - started > 0.03

    asyncio.run(scenario())


@pytest.mark.parametrize(("fault", "least"), [("drip:1000", 0.05), ("delay:0.05", 0.04)])
def test_slow_answers_are_whole(fault: str, least: float) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.get("/range/100") as response:
                whole = await response.read()
            started = asyncio.get_running_loop().time()
            async with client.get(f"/range/100?fault={fault}") as response:
                assert await response.read() == whole
            assert asyncio.get_running_loop().time() - started >= least

    asyncio.run(scenario())


def test_hold_makes_the_highest_in_flight_exact() -> None:
    async def scenario() -> list[int]:
        highest = []
        async with serving() as (client, state, _):
            for limit in (1, 7, 50):
                state.reset()
                semaphore = asyncio.Semaphore(limit)

                async def one(semaphore: asyncio.Semaphore = semaphore, limit: int = limit) -> None:
                    async with semaphore, client.get(f"/get?fault=hold:{limit}") as response:
                        await response.read()

                async with asyncio.TaskGroup() as group:
                    for _ in range(60):
                        group.create_task(one())
                highest.append(state.counters.counts.in_flight_highest)
        return highest

    assert asyncio.run(scenario()) == [1, 7, 50]


def test_a_gate_that_never_fills_opens_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "patience", 0.05)

    async def scenario() -> None:
        async with serving() as (client, state, _):
            assert await statuses(client, ["/get?fault=hold:3"] * 20) == [200] * 20
            assert state.counters.counts.in_flight_highest == 1

    asyncio.run(scenario())


def test_a_reset_opens_the_gate_for_those_who_wait_and_makes_a_new_one() -> None:
    async def scenario() -> None:
        async with asyncio.timeout(Gate.patience / 2), serving() as (client, state, _):
            for _ in range(2):
                asking = asyncio.create_task(statuses(client, ["/get?fault=hold:4"]))
                await until(lambda: state.counters.counts.in_flight)
                state.reset()
                assert await asking == [200]

    asyncio.run(scenario())


def test_faults_go_together() -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            state.faults.set([Fault("truncate", path="/bytes"), Fault("delay", 0.01)])
            async with client.get("/bytes/10?fault=status:418") as response:
                assert response.status == 418
                with pytest.raises(aiohttp.ClientPayloadError):
                    await response.read()
            assert await statuses(client, ["/get"]) == [200]

    asyncio.run(scenario())
