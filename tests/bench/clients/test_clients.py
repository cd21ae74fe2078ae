"""Each client saves what is served, in pieces or at once, and none takes a part or an error for a file."""

import runpy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.bench import loads, serving
from helpers.bench.contestants import CLIENTS

NAMES = sorted(path.stem for path in CLIENTS.glob("*.py") if path.stem not in ("__init__", "span"))
Download = Callable[[list[str], Path, int], None]


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def download(name: str) -> Download:
    return runpy.run_path(str(CLIENTS / f"{name}.py"))["download"]


@pytest.mark.parametrize(("files", "size"), [(7, 1_000), (3, 1_000_000)])
def test_it_saves_all_files(download: Download, files: int, size: int, tmp_path: Path) -> None:
    load = loads.Load("small", files, size, 2)
    served, saved = tmp_path / "served", tmp_path / "saved"
    served.mkdir()
    saved.mkdir()
    loads.write(load, served)
    with serving.raw(served, None) as url:
        download([f"{url}/{name}" for name in load.names()], saved, load.limit)
    assert loads.problem(load, served, saved) is None


def test_what_is_not_there_is_an_error(
    download: Download, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (served := tmp_path / "served").mkdir()
    with serving.raw(served, None) as url:
        if name == "article":  # it does not look at the status: lesson 12
            download([f"{url}/none"], tmp_path, 1)
            return
        with pytest.raises(BaseException) as raised:  # noqa: PT011 (each has its own)
            download([f"{url}/none"], tmp_path, 1)
    assert "404" in str(innermost(raised.value)) + capsys.readouterr().err


@contextmanager
def breaking_off() -> Iterator[str]:
    """The URL of a server that sends half of what it promises, to each of three requests, and closes."""

    def serve() -> None:
        for _ in range(3):
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(1_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_an_answer_that_breaks_off_is_an_error(download: Download, name: str, tmp_path: Path) -> None:
    if name == "course":
        pytest.skip("it tries again, for a minute: tests/download")
    with breaking_off() as url, pytest.raises(BaseException) as raised:  # noqa: PT011 (each has its own)
        download([f"{url}/file"], tmp_path, 1)
    assert "Error" in type(innermost(raised.value)).__name__


def innermost(error: BaseException) -> BaseException:
    """The first error in a group, or the error itself."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
