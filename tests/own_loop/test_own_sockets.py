"""The learner's loop with sockets does what asyncio does, on the same program, and leaves nothing open."""

import asyncio
import contextlib
import gc
import hashlib
import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from helpers import practice_server
from helpers.own_loop.futures import InvalidStateError
from helpers.own_loop.http import body, fetch
from helpers.own_loop.sockets import Loop
from helpers.practice_server import Fault, PracticeServer


@pytest.fixture(scope="module")
def service() -> Iterator[PracticeServer]:
    server = practice_server.start()
    yield server
    server.stop()


@pytest.fixture
def server(service: PracticeServer) -> PracticeServer:
    service.reset_counts()
    service.set_faults()
    return service


def on_own(program: Callable, patience: float = 20) -> Any:
    with Loop(patience=patience) as loop:
        return loop.run_until_complete(program(loop))


def on_asyncio(program: Callable) -> Any:
    async def main() -> Any:
        return await program(asyncio.get_running_loop())

    return asyncio.run(main())


BOTH = pytest.mark.parametrize("run", [on_own, on_asyncio])


def images(server: PracticeServer) -> dict[str, str]:
    with urllib.request.urlopen(f"{server.url}/gallery/manifest.json") as response:
        return {server.url + each["path"]: each["sha256"] for each in json.load(response)}


@BOTH
def test_it_downloads_all_images_at_once(run: Callable, server: PracticeServer) -> None:
    digests = images(server)
    server.reset_counts()
    server.set_faults(Fault("hold", len(digests), path="/gallery/images"))

    async def program(loop: Any) -> dict[str, str]:
        tasks = {url: loop.create_task(fetch(loop, url)) for url in digests}
        return {url: hashlib.sha256(await task).hexdigest() for url, task in tasks.items()}

    assert run(program) == digests
    assert server.counts().in_flight_highest == len(digests)


@BOTH
@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/bytes/1000?fault=reset", ConnectionResetError, "reset"),
        ("/bytes/1000?fault=truncate", ConnectionError, "500 bytes of 1000"),
        ("/status/503", ValueError, "503"),
    ],
)
def test_a_failure_has_a_name(
    run: Callable, path: str, error: type[Exception], message: str, server: PracticeServer
) -> None:
    with pytest.raises(error, match=message):
        run(lambda loop: fetch(loop, server.url + path))


def test_a_stalled_connection_times_out_and_the_others_go_on(server: PracticeServer) -> None:
    async def program(loop: Loop) -> list:
        stalled = loop.create_task(fetch(loop, f"{server.url}/bytes/1000?fault=stall"))
        other = loop.create_task(fetch(loop, f"{server.url}/bytes/10"))
        results: list = [len(await other)]
        with pytest.raises(TimeoutError):
            await stalled
        return results

    assert on_own(program, patience=1) == [10]


@BOTH
def test_nobody_listens(run: Callable) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            run(lambda loop: fetch(loop, f"http://127.0.0.1:{port}/"))


@BOTH
def test_a_large_message_goes_through_a_small_buffer(run: Callable) -> None:
    data = bytes(range(256)) * 20_000

    async def program(loop: Any) -> bytes:
        left, right = socket.socketpair()
        with left, right:
            left.setblocking(False)
            right.setblocking(False)
            sending = loop.create_task(loop.sock_sendall(left, data))
            received = bytearray()
            while len(received) < len(data):
                received += await loop.sock_recv(right, 65536)
            await sending
        return bytes(received)

    assert run(program) == data


def test_timers_and_sockets_share_the_loop() -> None:
    log: list = []

    async def program(loop: Loop) -> None:
        left, right = socket.socketpair()
        with left, right:
            right.setblocking(False)
            loop.call_later(0.03, left.send, b"x")
            loop.call_later(0.01, log.append, "timer")
            loop.call_soon(log.append, "soon")
            log.append(await loop.sock_recv(right, 10))

    on_own(program)
    assert log == ["soon", "timer", b"x"]


def test_it_ends_with_its_coroutine_and_others_go_on_later() -> None:
    log: list = []
    with Loop() as loop:

        async def other() -> None:
            later = loop.create_future()
            loop.call_later(0.01, later.set_result, None)
            await later
            log.append("other")

        async def first() -> str:
            loop.create_task(other())
            return "first"

        log.append(loop.run_until_complete(first()))
        loop.run()
    assert log == ["first", "other"]


def test_a_timer_that_comes_late_does_no_harm() -> None:
    log: list = []
    with Loop(patience=1) as loop, contextlib.ExitStack() as opened:
        left, right = (opened.enter_context(sock) for sock in socket.socketpair())
        right.setblocking(False)

        async def program() -> None:
            for seconds in (0.1, 0.2):
                loop.call_later(seconds, left.send, b"x")
                log.append(await loop.sock_recv(right, 10))

        loop.report = log.append  # type: ignore[method-assign]
        loop.create_task(program())
        loop.run()  # until every timer has gone off
    assert log == [b"x", b"x"]


def test_nobody_could_wake_it() -> None:
    with Loop() as loop:

        async def program() -> None:
            await loop.create_future()

        with pytest.raises(InvalidStateError):
            loop.run_until_complete(program())


def test_it_sleeps_while_it_waits() -> None:
    async def program(loop: Loop) -> None:
        left, right = socket.socketpair()
        with left, right:
            right.setblocking(False)
            loop.call_later(0.2, left.send, b"x")
            await loop.sock_recv(right, 10)

    before = time.process_time()
    on_own(program)
    assert time.process_time() - before < 0.1


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files as Linux does")
def test_nothing_stays_open(server: PracticeServer) -> None:
    before = os.listdir("/proc/self/fd")
    for path in ("/bytes/10", "/bytes/1000?fault=reset", "/bytes/1000?fault=stall"):
        with contextlib.suppress(OSError):
            on_own(lambda loop, path=path: fetch(loop, server.url + path), patience=0.3)
    gc.collect()
    assert os.listdir("/proc/self/fd") == before


def test_an_answer_without_its_length_ends_with_the_stream() -> None:
    assert body(b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nabc") == b"abc"
