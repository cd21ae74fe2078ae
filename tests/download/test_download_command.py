"""The command, as a process of its own where it is killed, interrupted or measured."""

import asyncio
import contextlib
import hashlib
import io
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from download_servers import BODY, answering, files, sends

from helpers import practice_server
from helpers.__main__ import main
from helpers.files import COURSE
from helpers.service import data

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def site() -> str:
    server = practice_server.start_for_checks()
    server.set_faults()
    server.reset_counts()
    return server.url


def test_a_list_and_urls(site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list").write_text(f"# mine\n{site}/bytes/10\n\n{site}/bytes/11\n", encoding="utf-8")
    folder = tmp_path / "out"
    assert main(["download", f"{site}/bytes/10?seed=1", "-i", str(tmp_path / "list"), "-o", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(
        f"{site}/bytes/10 is 10.1, for there is another 10\n3 done, 0 kept, 0 failed; 31 bytes in "
    )
    assert err == ""
    assert sorted(files(folder)) == ["10", "10.1", "11"]
    assert main(["download", "-i", str(tmp_path / "list"), "-o", str(folder), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_list_from_standard_input(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{site}/bytes/10\n"))
    assert main(["download", "-i", "-", "-o", str(tmp_path)]) == 0
    assert list(files(tmp_path)) == ["10"]


def test_what_failed_is_named_with_its_reason(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = site.replace("//", "//me:secret@") + "/gallery/images/lost.png"
    assert main(["download", missing, f"{site}/bytes/10", "-o", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert err == f"{site}/gallery/images/lost.png: 404 Not Found\n"
    assert out.startswith("1 done, 0 kept, 1 failed; 10 bytes in ")


def test_digests(site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = hashlib.sha256(data.seeded(0)(0, 10)).hexdigest()
    (tmp_path / "sums").write_text(f"{digest}  10\n{'0' * 64}  11\n", encoding="utf-8")
    urls = [f"{site}/bytes/{n}" for n in (10, 11, 12)]
    assert main(["download", *urls, "-o", str(tmp_path / "out"), "--sha256", str(tmp_path / "sums")]) == 1
    err = capsys.readouterr().err
    assert "sums has no digest for 1 of the files, such as 12: not compared.\n" in err
    assert f"{site}/bytes/11: the digest is " in err
    assert sorted(files(tmp_path / "out")) == ["10", "12"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no URL was given"),
        (["ftp://a/b"], "'ftp://a/b' is not a URL of http or https"),
        (["http://a/b", "--limit", "0"], "limit must be from 1 to 100"),
        (["http://a/b", "--tries", "0"], "tries must be 1 or more"),
        (["-i", "nowhere.txt"], "nowhere.txt"),
        (["-i", "utf16.txt"], "utf16.txt is not a text in UTF-8"),
        (["http://a/b", "--sha256", "list.txt"], "list.txt: line 1 is not a SHA-256 digest"),
    ],
)
def test_what_is_asked_wrongly_exits_with_2(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("utf16.txt").write_text("http://a/b", encoding="utf-16")
    Path("list.txt").write_text("http://a/b", encoding="utf-8")
    assert main(["download", *arguments, "-o", "new"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Nothing was downloaded: ")
    assert message in err
    assert not Path("new").exists()


def test_a_folder_that_cannot_be_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "file"
    mine.write_bytes(b"mine")
    assert main(["download", "http://127.0.0.1:9/x", "-o", str(mine)]) == 1
    assert capsys.readouterr().err == f"Nothing was downloaded: {mine} is a file. Name a folder.\n"


def test_a_bar_where_somebody_looks(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["download", f"{site}/bytes/100000", "-o", str(tmp_path)]) == 0
    err = capsys.readouterr().err
    assert "0 of 1 files" in err
    assert "1 of 1 files: 100%" in err
    assert "100k/100k" in err
    assert err.endswith("\r")


@asynccontextmanager
async def child(*arguments: str | Path, program: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m helpers download …`; `program`: what it does first."""
    command = "from helpers.__main__ import main; sys.exit(main(['download', *sys.argv[1:]]))"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"import sys\n{program}\n{command}",
        *map(str, arguments),
        cwd=COURSE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def holds_after(count: int) -> Callable:
    """An answer that sends `count` bytes of BODY, and then nothing."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": '"1"', "Content-Length": str(len(BODY))})
        await response.prepare(request)
        await response.write(BODY[:count])
        await asyncio.Event().wait()
        return response

    return answer


async def until_there(path: Path, size: int) -> None:
    """Wait until the file has so many bytes."""
    while not path.exists() or path.stat().st_size < size:  # noqa: ASYNC110, ASYNC240 (nothing tells of a file)
        await asyncio.sleep(0.005)


@POSIX
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_cleanly_and_the_same_command_goes_on(
    tmp_path: Path, sent: int, status: int
) -> None:
    async def scenario() -> None:
        async with answering(sends(b"small"), holds_after(100_000), sends()) as (url, seen):
            command = (f"{url}/a", f"{url}/x", "-o", tmp_path, "--limit", "1")
            async with child(*command) as process:
                await until_there(tmp_path / "x.part", 100_000)
                process.send_signal(sent)
                out, err = await process.communicate()
            assert process.returncode == status
            assert out == b""
            assert err.decode() == (
                "Stopped. 1 of 2 files are in place; what has come of others is kept, "
                "and the same command goes on from there.\n"
            )
            assert files(tmp_path) == {"a": b"small", "x.part": BODY[:100_000]}
            async with child(*command) as process:
                out, err = await process.communicate()
            assert (process.returncode, err) == (0, b"")
            assert out.startswith(b"1 done, 1 kept, 0 failed; 200,000 bytes in ")
            assert seen[-1].headers["Range"] == "bytes=100000-"
            assert files(tmp_path) == {"a": b"small", "x": BODY}

    asyncio.run(scenario())


SLOW = """
import pathlib, socket, time
def look_up(*_, **__):
    pathlib.Path({marker!r}).touch()
    time.sleep(60)
socket.getaddrinfo = look_up
"""


@POSIX
def test_a_name_that_nobody_answers_for_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """`getaddrinfo` cannot be interrupted; Python would wait for its thread."""

    async def scenario() -> None:
        marker = tmp_path / "asked"
        async with child(
            "http://slow.invalid/x", "-o", tmp_path / "out", program=SLOW.format(marker=str(marker))
        ) as process:
            await until_there(marker, 0)
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(30):
                _, err = await process.communicate()
            assert process.returncode == 130
            assert err.startswith(b"Stopped. 0 of 1 files")

    asyncio.run(scenario())


@POSIX
@pytest.mark.parametrize("count", [1, 64_000, 299_999])
def test_killed_in_the_middle_it_goes_on_at_the_byte(tmp_path: Path, count: int) -> None:
    """Other moments by chance: `python -m tests.download.kill`."""

    async def scenario() -> None:
        async with answering(holds_after(count), sends()) as (url, seen):
            async with child(f"{url}/x", "-o", tmp_path) as process:
                await until_there(tmp_path / "x.part", count)
                process.kill()
                await process.communicate()
            assert files(tmp_path) == {"x.part": BODY[:count]}
            async with child(f"{url}/x", "-o", tmp_path, "--quiet") as process:
                assert await process.communicate() == (b"", b"")
            assert process.returncode == 0
            assert seen[1].headers["Range"] == f"bytes={count}-"
            assert files(tmp_path) == {"x": BODY}

    asyncio.run(scenario())


MEASURE = """
import atexit, pathlib, resource
def tell():
    status = pathlib.Path("/proc/self/status")  # (in ru_maxrss the parent's memory counts, too)
    if status.exists():
        print(int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024)
    else:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20)
atexit.register(tell)
"""


@POSIX
@pytest.mark.parametrize(("size", "count", "limit"), [(200, 1, 8), (2, 100, 100)])
def test_memory_stays_flat(tmp_path: Path, size: int, count: int, limit: int) -> None:
    """`size` of a file in MiB, number of files, files at once. The whole process takes less than 64 MiB."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(size * 2**20)})
        await response.prepare(request)
        for _ in range(size):
            await response.write(bytes(2**20))
        return response

    async def scenario() -> None:
        async with answering(answer) as (url, _):
            urls = [f"{url}/{n}" for n in range(count)]
            folder = tmp_path / "out"
            async with child(
                *urls, "-o", folder, "--limit", str(limit), "--quiet", program=MEASURE
            ) as process:
                out, err = await process.communicate()
            assert (process.returncode, err) == (0, b"")
            assert sum(len(body) for body in files(folder).values()) == size * count * 2**20
            assert int(out) < 64

    asyncio.run(scenario())
