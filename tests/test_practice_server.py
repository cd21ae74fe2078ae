import asyncio
import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import practice_server, processes
from helpers.practice_server import Fault, PracticeServer

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork and no process groups")


@pytest.fixture(scope="module", autouse=True)
def stopped_in_the_end() -> Iterator[None]:
    yield
    practice_server.start().stop()


@pytest.fixture
def server() -> PracticeServer:
    """The one server of this process, as good as new."""
    server = practice_server.start()
    server.reset_counts()
    server.set_faults()
    return server


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read()


def connect(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5)


def refuses(url: str) -> bool:
    """Whether nothing serves there (any more), at the latest in 5 seconds."""
    for _ in range(500):
        try:
            connect(url).close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:
            pass  # it is about to close
        time.sleep(0.01)
    return False


def stalled(url: str) -> socket.socket:
    """A connection on which an answer stands still."""
    connection = connect(url)
    connection.sendall(b"GET /bytes/1000?fault=stall HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(1000)
    return connection


def test_it_serves_and_counts(server: PracticeServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    for _ in range(3):
        get(f"{server.url}/bytes/10?seed=1")
    counts = server.counts()
    assert (counts.requests, counts.in_flight, counts.in_flight_highest) == (3, 0, 1)
    assert (counts.connections, counts.bytes_sent) == (3, 30)
    assert counts.by_path["/bytes/10"].requests == 3
    server.reset_counts()
    assert server.counts() == practice_server.Counts()


def test_there_is_one_and_asking_again_changes_nothing(server: PracticeServer) -> None:
    get(f"{server.url}/get")
    server.set_faults(Fault("status", 503, path="/put"))
    url = server.url
    assert practice_server.start() is server
    assert (server.url, server.counts().requests) == (url, 1)
    with pytest.raises(urllib.error.HTTPError, match="503") as caught:
        get(f"{url}/put")
    caught.value.close()


def test_the_checks_have_one_of_their_own(server: PracticeServer) -> None:
    other = practice_server.start_for_checks()
    assert other is practice_server.start_for_checks()
    other.reset_counts()
    get(f"{other.url}/get")
    assert (other.counts().requests, server.counts().requests) == (1, 0)
    other.stop()
    assert (other.running, server.running) == (False, True)


def test_starts_at_the_same_time_make_one() -> None:
    practice_server.start().stop()
    urls = []
    threads = [threading.Thread(target=lambda: urls.append(practice_server.start().url)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 5
    assert len(set(urls)) == 1


def test_faults_are_set_and_taken_back(server: PracticeServer) -> None:
    server.set_faults(Fault("status", 503, first=2), Fault("delay", 0.01))
    for _ in range(2):
        with pytest.raises(urllib.error.HTTPError, match="503") as caught:
            get(f"{server.url}/get")
        caught.value.close()
    assert get(f"{server.url}/get")
    server.set_faults(Fault("truncate"))
    with pytest.raises(Exception, match="IncompleteRead"):
        get(f"{server.url}/get")
    server.set_faults()
    assert get(f"{server.url}/get")


def test_a_wrong_fault_is_refused_before_anything_is_sent(server: PracticeServer) -> None:
    with pytest.raises(ValueError, match="no fault 'explode'"):
        server.set_faults(Fault("explode"))
    assert get(f"{server.url}/get")


def test_its_repr_tells_nothing_of_the_machine(server: PracticeServer) -> None:
    assert repr(server) == "<practice server: running>"
    server.stop()
    assert repr(server) == "<practice server: stopped>"


def test_stopped_it_says_how_to_go_on(server: PracticeServer) -> None:
    url = server.url
    server.stop()
    server.stop()
    assert refuses(url)
    with pytest.raises(RuntimeError, match=r"practice_server\.start\(\)"):
        server.counts()
    assert practice_server.start() is server
    assert server.counts().requests == 0


def test_it_starts_again_if_it_has_died(server: PracticeServer) -> None:
    assert server._process is not None
    server._process.kill()
    with pytest.raises(RuntimeError, match=r"stopped by itself.*practice_server\.start\(\)"):
        server.counts()
    assert repr(server) == "<practice server: stopped>"
    assert practice_server.start() is server
    assert server._process is not None
    server._process.kill()
    server._process.wait()
    assert practice_server.start().counts().requests == 0  # noticed without asking it first


def test_stopping_does_not_wait_for_answers_that_stand_still(server: PracticeServer) -> None:
    connections = [stalled(server.url) for _ in range(10)]
    assert server.counts().in_flight == 10
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < processes.PATIENCE
    for connection in connections:
        connection.close()


def test_a_client_that_has_left_is_no_longer_counted(server: PracticeServer) -> None:
    for _ in range(20):
        stalled(server.url).close()
        assert server.counts().in_flight == 0


def test_rude_clients_do_no_harm(server: PracticeServer) -> None:
    requests = [
        b"",
        b"\x00\xff rubbish\r\n\r\n",
        b"GET /get HTTP/1.1\r\n",
        b"GET /bytes/60000000 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /get?fault=reset HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /stream-bytes/60000000 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /post HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n" * 50,
        b"GET / HTTP/1.0\r\n\r\n",
    ]
    for n, request in enumerate(requests * 10):
        with connect(server.url) as connection:
            connection.sendall(request)
            if n % 2:  # close with RST
                linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    assert get(f"{server.url}/headers")
    while server.counts().in_flight:
        time.sleep(0.01)
    assert server.counts().by_path["/headers"].requests == 1
    server._stderr.seek(0)
    assert server._stderr.read() == b""


def test_it_leaves_no_thread_no_socket_and_two_pipes_here(server: PracticeServer) -> None:
    threads = threading.active_count()
    server.stop()
    assert threading.active_count() == threads
    if sys.platform != "linux":
        return
    before = os.listdir("/proc/self/fd")
    practice_server.start()
    assert len(os.listdir("/proc/self/fd")) == len(before) + 3  # and the file that takes its standard error
    server.stop()
    assert os.listdir("/proc/self/fd") == before


def test_an_answer_that_nobody_read_is_not_taken_for_another(server: PracticeServer) -> None:
    """As when a call was interrupted between its question and the answer."""
    assert server._process is not None
    assert server._process.stdin is not None
    server._process.stdin.write(b'{"number": 0, "do": "set_faults", "faults": []}\n' * 3)
    get(f"{server.url}/get")
    assert server.counts().requests == 1


def test_it_may_be_used_while_an_event_loop_runs(server: PracticeServer) -> None:
    async def cell() -> int:
        await asyncio.to_thread(get, f"{practice_server.start().url}/get")
        return server.counts().requests

    assert asyncio.run(cell()) == 1


def test_no_warning_when_the_process_is_gone() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        practice_server.start().stop()
        gc.collect()


def test_a_start_that_fails_says_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    practice_server.start().stop()
    (tmp_path / "aiohttp.py").write_text("raise ImportError('aiohttp is broken')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"did not start(.|\n)*doctor(.|\n)*aiohttp is broken"):
        practice_server.start()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(RuntimeError, match=r"did not start(.|\n)*no-python"):
        practice_server.start()


def test_files_of_the_learner_are_not_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("asyncio", "json", "random", "helpers"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    practice_server.start().stop()
    assert practice_server.start().counts().requests == 0


def test_what_the_notebook_does_to_its_python_does_not_touch_it(monkeypatch: pytest.MonkeyPatch) -> None:
    practice_server.start().stop()
    given: dict[str, str] = {}
    popen = subprocess.Popen

    def recording(*arguments: Any, env: dict[str, str], **settings: Any) -> subprocess.Popen[bytes]:
        given.update(env)
        return popen(*arguments, env=env, **settings)

    monkeypatch.setattr(subprocess, "Popen", recording)
    for name in processes.NOT_INHERITED:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("COURSE", "async")
    practice_server.start()
    assert given["COURSE"] == "async"
    assert not given.keys() & set(processes.NOT_INHERITED)


# What happens to the kernel: `KERNEL` stands for it. It starts the server, says where, does what it is told.

KERNEL = """
import os, sys, time
from helpers import practice_server
server = practice_server.start()
print(server.url, flush=True)
exec(sys.stdin.readline())
"""


@pytest.fixture
def kernel() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", KERNEL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        yield process
        process.kill()


def told(kernel: subprocess.Popen[str], what: str) -> tuple[str, str]:
    """Let the kernel do it, to its end. What it wrote."""
    return kernel.communicate(what + "\n", timeout=20)


def url_of(kernel: subprocess.Popen[str]) -> str:
    assert kernel.stdout is not None
    return kernel.stdout.readline().strip()


@pytest.mark.parametrize("end", ["pass", "1 / 0"])
def test_it_ends_before_its_kernel_has_ended(kernel: subprocess.Popen[str], end: str) -> None:
    url = url_of(kernel)
    out, err = told(kernel, f"print(server._process.pid); {end}")
    with pytest.raises(ConnectionRefusedError):
        connect(url)
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int(out), 0)
    assert "ResourceWarning" not in err
    assert (err == "") == (end == "pass")


@pytest.mark.parametrize("end", ["os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_it_ends_however_its_kernel_ends(kernel: subprocess.Popen[str], end: str) -> None:
    url = url_of(kernel)
    told(kernel, end)
    assert refuses(url)


def test_it_ends_with_its_kernel_while_answers_stand_still(kernel: subprocess.Popen[str]) -> None:
    url = url_of(kernel)
    with stalled(url):
        kernel.kill()
        assert refuses(url)


@posix_only
def test_interrupting_the_kernel_does_not_stop_it(kernel: subprocess.Popen[str]) -> None:
    interrupted = (
        "import signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # it may be ignored, in the background
        "try:\n"
        "    os.killpg(0, signal.SIGINT)\n"
        "    time.sleep(20)\n"
        "except KeyboardInterrupt:\n"
        "    os.kill(server._process.pid, signal.SIGINT)\n"
        "    print('interrupted', server.counts().requests)\n"
    )
    get(f"{url_of(kernel)}/get")
    assert told(kernel, f"exec({interrupted!r})") == ("interrupted 1\n", "")


@posix_only
def test_it_is_outside_the_process_group_from_its_first_moment(server: PracticeServer) -> None:
    assert server._process is not None
    assert os.getpgid(server._process.pid) != os.getpgid(0)


@posix_only
def test_a_fork_of_the_kernel_does_not_own_it(kernel: subprocess.Popen[str]) -> None:
    url = url_of(kernel)
    forked = (
        "url, pid = server.url, os.fork()\n"
        "if pid == 0:\n"
        "    print('child', server.running, flush=True)\n"
        "    try: server.counts()\n"
        "    except RuntimeError as error: print(error, flush=True)\n"
        "    mine = practice_server.start()\n"
        "    print(mine.url != url, mine.counts().requests, flush=True)\n"
        "    sys.exit(0)\n"
        "os.waitpid(pid, 0)\n"
        "print('parent', server.running, server.counts().requests, flush=True)\n"
    )
    get(f"{url}/get")
    out, err = told(kernel, f"exec({forked!r})")
    assert err == ""
    assert out.splitlines() == [
        "child False",
        practice_server.NOT_RUNNING,
        "True 0",
        "parent True 1",
    ]
    assert refuses(url)


@posix_only
def test_a_fork_that_lives_on_does_not_keep_it_alive(kernel: subprocess.Popen[str]) -> None:
    url = url_of(kernel)
    forked = "pid = os.fork()\nif pid == 0:\n    time.sleep(60)\nprint(pid, flush=True)\nos._exit(0)"
    assert kernel.stdin is not None
    assert kernel.stdout is not None
    kernel.stdin.write(f"exec({forked!r})\n")
    kernel.stdin.flush()
    pid = int(kernel.stdout.readline())
    try:
        assert refuses(url)
    finally:
        os.kill(pid, signal.SIGKILL)


def test_importing_it_is_light() -> None:
    code = "import sys; from helpers import practice_server; print('aiohttp' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "False"
