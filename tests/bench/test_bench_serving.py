"""Both servers send what is in the folder; the small one also late, held back, and counted."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers.bench import serving
from helpers.own_loop import http as own_http
from helpers.own_loop.sockets import Loop

SIZES = {"small": 1_000, "empty": 0, "large": 3_000_000}
NGINX = pytest.param(
    serving.nginx, marks=pytest.mark.skipif(not serving.nginx_path(), reason="not installed")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served")
    for name, size in SIZES.items():
        (path / name).write_bytes(bytes(range(250)) * (size // 250))
    return path


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with serving.raw(folder, None) as url:
        yield url


def connected(url: str) -> contextlib.closing[http.client.HTTPConnection]:
    return contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30))


@pytest.mark.parametrize("serve", [serving.raw, NGINX])
def test_files_come_whole_over_one_connection(serve, folder: Path) -> None:
    with serve(folder, None) as url, connected(url) as connection:
        for name in (*SIZES, *SIZES):
            connection.request("GET", f"/{name}")
            assert connection.getresponse().read() == (folder / name).read_bytes()
        connection.request("GET", "/none")
        assert connection.getresponse().status == 404
    with pytest.raises(ConnectionRefusedError):
        serving.ask(url, "/small")


@pytest.mark.parametrize("serve", [serving.raw, NGINX])
@pytest.mark.parametrize("name", ["small", "large"])
def test_the_loop_of_lesson_10_is_served(serve, folder: Path, name: str) -> None:
    """It speaks HTTP/1.0, and waits for the end of the stream."""
    with serve(folder, None) as url, Loop(patience=30) as loop:
        assert loop.run_until_complete(own_http.fetch(loop, f"{url}/{name}")) == (folder / name).read_bytes()


def test_an_answer_can_come_late(url: str) -> None:
    began = time.perf_counter()
    assert len(serving.ask(url, "/delay/small")) == 1_000
    assert time.perf_counter() - began >= 0.05


def test_held_requests_are_answered_all_at_once(url: str) -> None:
    serving.ask(url, "/expect/2")
    with contextlib.ExitStack() as opened:
        address = urlsplit(url).hostname, urlsplit(url).port
        waiting = [opened.enter_context(socket.create_connection(address, 30)) for _ in range(2)]
        waiting[0].sendall(b"GET /hold HTTP/1.1\r\n\r\n")
        while (counts := json.loads(serving.ask(url, "/counts")))["held"] < 1:
            pass
        assert counts["seconds"] is None
        waiting[1].sendall(b"GET /ho")  # in two pieces
        waiting[1].sendall(b"ld HTTP/1.1\r\n\r\n")
        while json.loads(serving.ask(url, "/counts"))["seconds"] is None:
            pass
        serving.ask(url, "/release")
        assert all(sock.recv(1000).endswith(b"\r\n\r\n!") for sock in waiting)


def test_it_counts_how_many_files_are_asked_for_at_once(url: str) -> None:
    serving.ask(url, "/counts")
    threads = [threading.Thread(target=serving.ask, args=(url, "/delay/small", 30)) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 <= json.loads(serving.ask(url, "/counts"))["most_in_flight"] <= 3
    assert json.loads(serving.ask(url, "/counts"))["most_in_flight"] == 0


def test_a_client_that_goes_away_in_the_middle_does_no_harm(url: str) -> None:
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 30) as sock:
        sock.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        sock.recv(10)
    assert len(serving.ask(url, "/large")) == SIZES["large"]


def test_an_nginx_that_does_not_start_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python refuses nginx's options, and says so."""
    monkeypatch.setattr(serving, "nginx_path", lambda: sys.executable)
    with pytest.raises(serving.NotStarted, match="python"), serving.nginx(folder, None):
        pass


@pytest.mark.skipif(not serving.nginx_path(), reason="not installed")
def test_nginx_does_not_outlive_us(folder: Path) -> None:
    program = f"""
import os, pathlib
from helpers.bench import serving
with serving.nginx(pathlib.Path({str(folder)!r}), None) as url:
    print(url, flush=True)
    os._exit(0)
"""
    url = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            serving.ask(url.strip(), "/small")
        except OSError:
            return
        time.sleep(0.01)
    pytest.fail("it still answers")


def test_a_raw_server_that_does_not_start_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(folder / "none"))
    with pytest.raises(FileNotFoundError), serving.raw(folder, None):
        pass
