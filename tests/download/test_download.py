"""Downloads from servers that do all they can to spoil them."""

import asyncio
import errno
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from download_servers import BODY, DIGEST, answering, files, practising, says, sends

from helpers.download import Item, Result, Totals, download, journal, part, plan
from helpers.download.journal import FILE, Note
from helpers.service import data
from helpers.service.faults import Fault


def downloaded(
    folder: Path, *answers: Callable[[web.Request], Awaitable[web.StreamResponse]], **settings: Any
) -> tuple[Result, list[web.Request]]:
    """What becomes of one file, `/x`, whose server answers so; and the requests that it saw."""
    sha256 = settings.pop("sha256", None)

    async def scenario() -> tuple[Result, list[web.Request]]:
        async with answering(*answers) as (url, seen):
            (result,) = await download([Item(f"{url}/x", sha256=sha256)], folder, **settings)
            return result, seen

    return asyncio.run(scenario())


def test_many_files_come_whole_and_no_more_than_the_limit_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (state, url):
            urls = [f"{url}/bytes/{1000 + n}?seed={n}&fault=hold:3" for n in range(39)]
            results = await download(urls, tmp_path / "new" / "folder", limit=3)
            assert [result.size for result in results] == [1000 + n for n in range(39)]
            assert [result.path.name for result in results] == [str(1000 + n) for n in range(39)]
            assert not any(result.failed or result.kept or result.resumed for result in results)
            counts = state.counters.counts
            assert (counts.requests, counts.in_flight_highest, counts.connections) == (39, 3, 3)

    asyncio.run(scenario())
    assert len(files(tmp_path / "new" / "folder")) == 39


def test_a_second_run_asks_for_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (state, url):
            urls = [f"{url}/bytes/1000?seed={n}" for n in range(3)] + [f"{url}/stream-bytes/70000"]
            first = await download(urls, tmp_path)
            state.reset()
            second = await download(urls, tmp_path)
            assert state.counters.counts.requests == 0
            assert [(r.path, r.size) for r in second] == [(r.path, r.size) for r in first]
            assert all(result.kept and not result.failed for result in second)

    asyncio.run(scenario())
    assert sorted(files(tmp_path)) == ["1000", "1000.1", "1000.2", "70000"]


def test_the_same_url_twice_is_one_download(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (state, url):
            assert len(await download([f"{url}/bytes/10", f"{url}/bytes/10#a"], tmp_path)) == 1
            assert state.counters.counts.requests == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", ["status:503", "busy:0", "reset", "truncate", "status:408", "status:425"])
def test_what_may_pass_is_tried_again(tmp_path: Path, fault: str) -> None:
    async def scenario() -> None:
        async with practising() as (_, url):
            items = [Item(f"{url}/bytes/200000?fault={fault}&fault_first=3", name="x")]
            (result,) = await download(items, tmp_path)
            assert result.error is None
            assert result.size == 200_000
            # A reset is repeated by aiohttp once, without a word.
            assert result.tries == (2 if fault == "reset" else 4) or (fault == "reset" and result.tries == 3)

    asyncio.run(scenario())
    assert (
        hashlib.sha256(files(tmp_path)["x"]).hexdigest()
        == hashlib.sha256(data.seeded(0)(0, 200_000)).hexdigest()
    )


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410])
def test_what_will_not_pass_is_not_tried_again(tmp_path: Path, status: int) -> None:
    result, seen = downloaded(tmp_path, says(status))
    assert (result.tries, len(seen)) == (1, 1)
    assert result.error is not None
    assert str(status) in result.error
    assert files(tmp_path) == {}


def test_after_the_last_try_it_has_failed_and_the_others_have_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (state, url):
            state.faults.set([Fault("status", 500, path="/bytes/7")])
            results = await download([f"{url}/bytes/{n}" for n in (6, 7, 8)], tmp_path, tries=3)
            assert [result.error for result in results] == [None, "500 Internal Server Error", None]
            assert results[1].tries == 3

    asyncio.run(scenario())
    assert sorted(files(tmp_path)) == ["6", "8"]


def test_a_retry_goes_on_where_the_body_broke_off(tmp_path: Path) -> None:
    result, seen = downloaded(tmp_path, sends(cut=100_000), sends(cut=50_000), sends(), sha256=DIGEST)
    assert (result.error, result.tries, result.resumed, result.sha256) == (None, 3, 150_000, DIGEST)
    assert [request.headers.get("Range") for request in seen] == [None, "bytes=100000-", "bytes=150000-"]
    assert seen[1].headers["If-Range"] == '"1"'
    assert seen[0].headers["Accept-Encoding"] == "identity"
    assert files(tmp_path) == {"x": BODY}


def test_another_run_goes_on_too(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with answering(sends(cut=100_000), says(404), sends()) as (url, seen):
            for error in ("ended before", "404", None):
                (result,) = await download([f"{url}/x"], tmp_path, tries=1)
                assert (error is None and result.error is None) or error in (result.error or "")
                assert sorted(files(tmp_path)) == (["x.part"] if error else ["x"])
            assert seen[2].headers["Range"] == "bytes=100000-"

    asyncio.run(scenario())
    assert files(tmp_path) == {"x": BODY}


def test_a_body_that_is_cut_each_time_ends_with_a_part(tmp_path: Path) -> None:
    result, seen = downloaded(tmp_path, sends(cut=1000), tries=4)
    assert (result.tries, len(seen)) == (4, 4)
    assert result.failed
    assert files(tmp_path) == {"x.part": BODY[:4000]}


def test_without_a_validator_nothing_is_added_and_no_part_stays(tmp_path: Path) -> None:
    result, seen = downloaded(tmp_path, sends(cut=1000, etag=None), tries=2)
    assert [request.headers.get("Range") for request in seen] == [None, None]
    assert result.failed
    assert files(tmp_path) == {}


def test_a_server_that_ignores_range_sends_all_of_it_again(tmp_path: Path) -> None:
    result, _ = downloaded(tmp_path, sends(cut=100_000), sends(ranges=False))
    assert (result.error, result.tries, result.resumed) == (None, 2, 0)
    assert files(tmp_path) == {"x": BODY}


def test_a_changed_file_is_not_glued_together(tmp_path: Path) -> None:
    new = BODY[::-1]
    result, seen = downloaded(tmp_path, sends(cut=100_000), sends(new, etag='"2"'))
    assert seen[1].headers["If-Range"] == '"1"'
    assert (result.error, result.resumed) == (None, 0)
    assert files(tmp_path) == {"x": new}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Range": "bytes 0-299999/300000"},
        {"Content-Range": "bytes 99999-299999/300000"},
        {"Content-Range": "bytes 100000-299999/300001"},
        {"Content-Range": "bytes 100000-299999/300000", "ETag": '"2"'},
        {"Content-Range": "pages 1-2/3"},
    ],
    ids=["none", "from the start", "a byte too early", "another size", "another version", "no bytes"],
)
def test_a_206_that_is_not_the_rest_is_not_used(tmp_path: Path, headers: dict[str, str]) -> None:
    result, seen = downloaded(tmp_path, sends(cut=100_000), says(206, headers, BODY[100_000:]), sends())
    assert (result.error, result.resumed) == (None, 0)
    assert "Range" not in seen[2].headers
    assert files(tmp_path) == {"x": BODY}


def test_a_206_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    result, _ = downloaded(tmp_path, says(206, {"Content-Range": "bytes 0-2/9"}, b"abc"))
    assert result.failed
    assert files(tmp_path) == {}


def test_a_206_with_less_than_the_rest_is_gone_on_with(tmp_path: Path) -> None:
    less = says(206, {"Content-Range": "bytes 100000-199999/300000"}, BODY[100_000:200_000])
    result, seen = downloaded(tmp_path, sends(cut=100_000), less, sends())
    assert (result.error, result.resumed) == (None, 200_000)
    assert seen[2].headers["Range"] == "bytes=200000-"
    assert files(tmp_path) == {"x": BODY}


def sends_pieces(cut: int) -> Callable:
    """An answer that does not say how long it will be, and ends after `cut` bytes."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": '"1"'})
        await response.prepare(request)
        await response.write(BODY[:cut])
        await asyncio.sleep(0.02)
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


def test_a_size_that_only_the_rest_tells_is_noted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with answering(sends_pieces(1000), sends()) as (url, seen):
            (first,) = await download([f"{url}/x"], tmp_path)
            (second,) = await download([f"{url}/x"], tmp_path)
            assert (first.error, first.resumed, second.kept, len(seen)) == (None, 1000, True, 2)

    asyncio.run(scenario())
    assert files(tmp_path) == {"x": BODY}


def test_a_206_without_an_end_is_not_taken_for_all_of_the_rest(tmp_path: Path) -> None:
    some = says(206, {"Content-Range": "bytes 1000-1999/*"}, BODY[1000:2000])
    result, seen = downloaded(tmp_path, sends_pieces(1000), some, sends())
    assert (result.error, result.resumed) == (None, 0)
    assert "Range" not in seen[2].headers
    assert files(tmp_path) == {"x": BODY}


def test_a_416_begins_anew(tmp_path: Path) -> None:
    result, seen = downloaded(
        tmp_path, sends(cut=100_000), says(416, {"Content-Range": "bytes */100000"}), sends()
    )
    assert (result.error, result.tries) == (None, 3)
    assert "Range" not in seen[2].headers
    assert files(tmp_path) == {"x": BODY}


def with_part(folder: Path, content: bytes, note: Note) -> None:
    """As an earlier run has left it."""
    found = journal.Journal(folder)
    found.write("x", note)
    found.close()
    (folder / "x.part").write_bytes(content)


def resumed(folder: Path, content: bytes, size: int | None, sha256: str | None = None) -> tuple[Result, int]:
    """A run on such a part: what becomes of it, and how many requests it makes."""

    async def scenario() -> tuple[Result, int]:
        async with answering(sends()) as (url, seen):
            with_part(folder, content, Note(f"{url}/x", size, '"1"'))
            (result,) = await download([Item(f"{url}/x", sha256=sha256)], folder)
            return result, len(seen)

    found = asyncio.run(scenario())
    assert files(folder) == {"x": BODY}
    return found


def test_a_part_that_is_whole_only_gets_its_name(tmp_path: Path) -> None:
    result, requests = resumed(tmp_path, BODY, len(BODY), DIGEST)
    assert (result.error, result.tries, result.resumed, requests) == (None, 0, len(BODY), 0)


@pytest.mark.parametrize("content", [b"", BODY + b"more"], ids=["nothing", "too much"])
def test_a_part_that_cannot_be_is_not_used(tmp_path: Path, content: bytes) -> None:
    result, requests = resumed(tmp_path, content, len(BODY))
    assert (result.error, result.resumed, requests) == (None, 0, 1)


@pytest.mark.parametrize("spoilt", [b"spoilt", b"spoilt".ljust(len(BODY))], ids=["in part", "whole"])
def test_a_part_that_was_spoilt_is_found_by_the_digest_and_thrown_away(tmp_path: Path, spoilt: bytes) -> None:
    result, _ = resumed(tmp_path, spoilt, len(BODY), DIGEST)
    assert (result.error, result.resumed, result.sha256) == (None, 0, DIGEST)


def test_a_part_that_cannot_be_deleted_is_not_taken_for_the_new_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: str) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    async def scenario() -> None:
        async with answering(sends()) as (url, _):
            with_part(tmp_path, b"older", Note(f"{url}/x", len(BODY), '"0"'))
            with monkeypatch.context() as patch:
                patch.setattr(os, "unlink", refused)
                (result,) = await download([f"{url}/x"], tmp_path)
                assert "x.part cannot be deleted" in (result.error or "")
            (result,) = await download([f"{url}/x"], tmp_path)
            assert (result.error, result.resumed) == (None, 0)

    asyncio.run(scenario())
    assert files(tmp_path) == {"x": BODY}


@pytest.mark.parametrize("spoil", [Path.unlink, lambda part: part.write_bytes(b"short")], ids=["gone", "cut"])
def test_a_part_that_somebody_spoils_between_tries_is_not_added_to(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        spoil(tmp_path / "x.part")
        return await sends()(request)

    result, seen = downloaded(tmp_path, sends(cut=100_000), answer, sends())
    assert (result.error, result.resumed, len(seen)) == (None, 0, 3)
    assert files(tmp_path) == {"x": BODY}


def test_a_part_that_somebody_adds_to_does_not_become_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another download may, where the file system knows no locks."""
    finish = part.Part.finish

    def add_and_finish(self: part.Part) -> None:
        with open(self.part, "ab") as file:
            file.write(b"more")
        finish(self)

    with monkeypatch.context() as patch:
        patch.setattr(part.Part, "finish", add_and_finish)
        result, _ = downloaded(tmp_path, sends())
        assert "changed by somebody else" in (result.error or "")
    assert list(files(tmp_path)) == ["x.part"]


def test_a_wrong_digest_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    result, seen = downloaded(tmp_path, sends(), sha256="a" * 64)
    assert len(seen) == 1
    assert result.error == f"the digest is {DIGEST}, not {'a' * 64}"
    assert files(tmp_path) == {}


def test_a_file_that_is_kept_for_its_digest_has_it(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(BODY)
    result, seen = downloaded(tmp_path, sends(), sha256=DIGEST)
    assert (result.kept, result.sha256, result.size, seen) == (True, DIGEST, len(BODY), [])


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"mine")
    result, _ = downloaded(tmp_path, sends())
    assert result.path.name == "x.1"
    assert files(tmp_path) == {"x": b"mine", "x.1": BODY}


def test_nor_one_that_somebody_makes_meanwhile(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        (tmp_path / "x").write_bytes(b"mine")
        return await sends()(request)

    result, _ = downloaded(tmp_path, answer)
    assert result.error is not None
    assert "somebody else" in result.error
    assert files(tmp_path) == {"x": b"mine", "x.part": BODY}


def test_nor_is_a_part_that_somebody_makes_meanwhile(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        (tmp_path / "x.part").write_bytes(b"mine")
        return await sends()(request)

    result, _ = downloaded(tmp_path, answer)
    assert "somebody else's" in (result.error or "")
    assert files(tmp_path) == {"x.part": b"mine"}
    result, _ = downloaded(tmp_path, sends())
    assert files(tmp_path) == {"x.part": b"mine", "x.1": BODY}


def test_a_stall_ends_the_try_and_the_next_one_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (state, url):
            image = f"{url}/range/200000"
            (result,) = await download([f"{image}?fault=stall&fault_first=1"], tmp_path, timeout=0.4)
            assert (result.error, result.tries, result.resumed) == (None, 2, 100_000)
            assert state.counters.counts.bytes_sent == 200_000
            (silent,) = await download([f"{url}/get?fault=delay:60"], tmp_path, timeout=0.2, tries=2)
            assert silent.error == "no byte for 0.2 seconds"

    asyncio.run(scenario())


def test_a_slow_body_is_no_stall(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (_, url):
            (result,) = await download(
                [f"{url}/drip?numbytes=20&duration=1.2"], tmp_path, timeout=0.9, tries=1
            )
            assert (result.error, result.size) == (None, 20)

    asyncio.run(scenario())


def test_retry_after_is_minded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []
    sleep = asyncio.sleep

    async def no_sleep(seconds: float) -> None:
        if seconds == 17:
            waited.append(seconds)
        await sleep(0 if seconds == 17 else seconds)

    monkeypatch.setattr(asyncio, "sleep", no_sleep)
    result, _ = downloaded(
        tmp_path, says(429, {"Retry-After": "17"}), says(503, {"Retry-After": "9999"}), sends()
    )
    assert waited == [17]
    assert result.error == "503 Service Unavailable, and asks to wait for 9999 seconds"
    assert result.tries == 2


def test_redirects_are_followed_and_the_name_is_that_of_the_url(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (_, url):
            ten, eleven = await download([f"{url}/redirect/10", f"{url}/redirect/11"], tmp_path)
            assert (ten.error, ten.path.name) == (None, "10")
            assert (eleven.error, eleven.tries) == ("redirected too often", 1)

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://", "ftp://127.0.0.1/x"])
def test_a_redirect_elsewhere_is_refused(tmp_path: Path, target: str) -> None:
    result, _ = downloaded(tmp_path, says(302, {"Location": target}))
    assert result.failed
    assert result.tries == 1
    assert files(tmp_path) == {}


def test_an_answer_that_is_not_http(tmp_path: Path) -> None:
    async def scenario() -> Result:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"220 smtp.example.org ESMTP\r\n")
            writer.close()

        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            (result,) = await download([f"http://127.0.0.1:{port}/x"], tmp_path)
            return result

    assert (asyncio.run(scenario()).error or "").startswith("the answer is not HTTP")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:99999/x",
        "http://[::1/x",
        "http://[::1/x?y",
        "http:///x",
        "http://a b/x",
        "http://\x00/",
    ],
)
def test_what_only_looks_like_a_url_fails_alone(tmp_path: Path, url: str) -> None:
    (result,) = asyncio.run(download([url], tmp_path, tries=1))
    assert result.failed


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    (result,) = asyncio.run(download(["http://127.0.0.1:9/x"], tmp_path, tries=2))
    assert result.tries == 2
    assert (result.error or "").startswith("no connection to 127.0.0.1:9: ")


def test_a_full_disk_fails_the_file_and_keeps_what_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = part.write_all

    def full(fd: int, data: bytes) -> None:
        if os.fstat(fd).st_size + len(data) > 200_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(fd, data)

    with monkeypatch.context() as patch:
        patch.setattr(part, "write_all", full)
        result, seen = downloaded(tmp_path, sends())
        assert (result.error, len(seen)) == (os.strerror(errno.ENOSPC), 1)
    left = files(tmp_path)
    assert list(left) == ["x.part"]
    assert BODY.startswith(left["x.part"])


def test_a_disk_that_says_so_only_at_the_end_fails_that_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`close` is where network file systems tell."""
    close = part.Part.close

    def full(self: part.Part) -> None:
        was_open = self._fd is not None
        close(self)
        if was_open:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(part.Part, "close", full)
    result, seen = downloaded(tmp_path, sends(cut=1000), sends())
    assert (result.error, len(seen)) == (os.strerror(errno.ENOSPC), 1)


def test_a_folder_that_cannot_be_is_an_error_before_anything(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(OSError, match="file"):
        downloaded(tmp_path / "file", sends())
    assert files(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may do anything cannot be kept out")
def test_a_folder_that_cannot_be_written_is_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        downloaded(tmp_path, sends())


def test_two_downloads_to_one_folder_do_not_mix(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (_, url):
            one = asyncio.create_task(download([f"{url}/bytes/10?fault=delay:60"], tmp_path))
            while not (tmp_path / FILE).exists():  # noqa: ASYNC110 (nothing tells of a file)
                await asyncio.sleep(0.01)
            with pytest.raises(BlockingIOError, match="another download is writing"):
                await download([f"{url}/bytes/11"], tmp_path)
            one.cancel()
            with pytest.raises(asyncio.CancelledError):
                await one

    asyncio.run(scenario())


def test_the_deadline_ends_all(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (_, url):
            urls = [
                f"{url}/bytes/5",
                f"{url}/range/200000?fault=stall",
                f"{url}/bytes/6?fault=delay:60",
                f"{url}/get",
            ]
            results = await download(urls, tmp_path, limit=2, deadline=1.5)
            assert results[0].error is None
            assert [result.error for result in results[1:3]] == ["not done before the deadline"] * 2
            assert all(
                task is asyncio.current_task() or "RequestHandler" in repr(task)
                for task in asyncio.all_tasks()
            )

    asyncio.run(scenario())
    left = files(tmp_path)
    assert sorted(left) == ["200000.part", "5"]
    assert len(left["200000.part"]) == 100_000


def test_a_deadline_that_comes_while_digests_are_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_: str) -> str:
        await asyncio.sleep(60)
        return ""

    monkeypatch.setattr(plan, "sha256_of", slow)
    (tmp_path / "x").write_bytes(BODY)
    result, seen = downloaded(tmp_path, sends(), sha256=DIGEST, deadline=0.05)
    assert (result.error, result.path.name, seen) == ("not done before the deadline", "x", [])
    assert files(tmp_path) == {"x": BODY}


def test_cancelled_it_keeps_the_part_and_lets_go_of_everything(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (_, url):
            task = asyncio.create_task(download([f"{url}/range/200000?fault=stall&fault_first=1"], tmp_path))
            while files(tmp_path) != {"200000.part": part_of_alphabet(100_000)}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            (result,) = await download([f"{url}/range/200000?fault=stall&fault_first=1"], tmp_path)
            assert (result.error, result.resumed) == (None, 100_000)

    asyncio.run(scenario())


def part_of_alphabet(size: int) -> bytes:
    return (b"abcdefghijklmnopqrstuvwxyz" * (size // 26 + 1))[:size]


def test_progress_is_told_and_right_in_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    last: list[Totals] = []

    def note(totals: Totals) -> None:
        told.append((totals.done, totals.received))
        last[:] = [totals]

    result, _ = downloaded(tmp_path, sends(cut=100_000, etag=None), sends(), progress=note)
    assert result.error is None
    assert told[0] == (0, 0)
    assert told == sorted(told)
    assert last == [Totals(files=1, done=1, received=400_000, announced=400_000, sized=1)]


def test_a_session_of_ones_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with practising() as (_, url), aiohttp.ClientSession(headers={"X-Mine": "1"}) as session:
            (result,) = await download([f"{url}/headers"], tmp_path, session=session)
            assert b"X-Mine" in result.path.read_bytes()
            assert not session.closed

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 101},
        {"tries": 0},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"deadline": 0},
        {"deadline": -1},
    ],
)
def test_arguments_that_make_no_sense_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        asyncio.run(download(["http://127.0.0.1/x"], tmp_path / "new", **wrong))
    assert not (tmp_path / "new").exists()


def test_nothing_to_do_is_done(tmp_path: Path) -> None:
    assert asyncio.run(download([], tmp_path)) == []
