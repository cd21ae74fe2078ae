import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from helpers.service import run
from helpers.service.middleware import State

# Whoever runs the tests in the background may have had SIGINT ignored, and a child inherits that.
SERVE = """\
import signal, sys
from helpers.service import run
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(run.serve(int(sys.argv[1])))
"""


@contextmanager
def ended(process: subprocess.Popen) -> Iterator[None]:
    """Whatever fails, the process does not outlive the test."""
    try:
        yield
    finally:
        process.kill()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def test_a_port_in_use_is_said_so(taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.serve(taken_port) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"port {taken_port} of 127.0.0.1: " in err
    assert "Perhaps another practice server uses it" in err
    assert "0 takes a free one" in err


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port_is_said_so(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.serve(port) == 1
    assert "from 0 to 65535" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process alone")
def test_ctrl_c_ends_it_with_the_counts() -> None:
    command = [sys.executable, "-c", SERVE, "0"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        ended(process),
    ):
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        url = first.split("runs at ")[1].split(";")[0]
        with urllib.request.urlopen(f"{url}/bytes/1234") as response:
            assert len(response.read()) == 1234
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert second == "Press Ctrl-C to stop it.\n"
    assert "/bytes/1234         1          0        1        1,234" in out
    assert out.endswith("connections opened: 1\n")


def test_commands_are_obeyed() -> None:
    state = State()
    state.counters.start("/get", object).finish()
    assert run.obey(state, {"number": 1, "do": "counts"})["counts"]["requests"] == 1
    assert run.obey(state, {"number": 2, "do": "reset_counts"}) == {"number": 2}
    assert state.counters.counts.requests == 0
    fault = {"kind": "status", "value": 503, "rate": 1, "seed": 0, "first": None, "path": ""}
    assert run.obey(state, {"number": 3, "do": "set_faults", "faults": [fault]}) == {"number": 3}
    assert [hit.kind for hit in state.faults.hitting("/get", [])] == ["status"]
    with pytest.raises(ValueError, match="no such command"):
        run.obey(state, {"number": 4, "do": "dance"})


def test_lines_are_read_however_they_come() -> None:
    reading, writing = os.pipe()
    os.write(writing, b'{"a": 1}\n{"b"')
    os.write(writing, b": 2}\nrest")
    os.close(writing)
    lines: list[bytes | None] = []
    run.read_lines(reading, lines.append)
    os.close(reading)
    assert lines == [b'{"a": 1}', b'{"b": 2}', None]


def test_the_process_answers_on_standard_output_only() -> None:
    command = [sys.executable, "-m", "helpers.service.run"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        out, err = process.communicate(b'{"number": 1, "do": "counts"}\n', timeout=30)
    assert (process.returncode, err) == (0, b"")
    url, counts = (json.loads(line) for line in out.splitlines())
    assert url["url"].startswith("http://127.0.0.1:")
    assert (counts["number"], counts["counts"]["requests"]) == (1, 0)
