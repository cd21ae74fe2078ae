import asyncio
import hashlib
import io
import socket
import tracemalloc
from collections.abc import AsyncIterator

import aiohttp
import pytest
from running_service import serving, until
from yarl import URL

from helpers.service import uploads
from helpers.service.echo import ECHO_LIMIT

BODY = bytes(range(256)) * 1000


async def pieces(count: int, piece: bytes = bytes(65536)) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield piece


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", [b"", BODY])
def test_a_body_is_measured(method: str, body: bytes) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.request(method, "/upload", data=body) as response:
            assert await response.json() == {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}

    asyncio.run(scenario())


def test_a_form_is_measured_file_by_file() -> None:
    form = aiohttp.FormData()
    form.add_field("title", "二级锁")
    form.add_field("one", BODY, filename="a.bin")
    form.add_field("two", b"text", filename="b.txt", content_type="text/plain")

    async def scenario() -> None:
        async with serving() as (client, _, _), client.post("/upload", data=form) as response:
            assert await response.json() == {
                "bytes": len(BODY) + 4,
                "files": {
                    "one": {
                        "bytes": len(BODY),
                        "content_type": "application/octet-stream",
                        "filename": "a.bin",
                        "sha256": hashlib.sha256(BODY).hexdigest(),
                    },
                    "two": {
                        "bytes": 4,
                        "content_type": "text/plain",
                        "filename": "b.txt",
                        "sha256": hashlib.sha256(b"text").hexdigest(),
                    },
                },
                "form": {"title": "二级锁"},
            }

    asyncio.run(scenario())


def test_nothing_of_a_large_body_is_kept() -> None:
    async def scenario() -> int:
        async with serving() as (client, _, _):
            tracemalloc.start()
            try:
                async with client.post("/upload", data=pieces(512)) as response:
                    assert (await response.json())["bytes"] == 32 * 1024 * 1024
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert asyncio.run(scenario()) < 4 * 1024 * 1024


@pytest.mark.parametrize("announced", [True, False])
def test_too_large_a_body_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch, announced: bool) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_LIMIT", 100_000)

    async def scenario() -> None:
        async with serving() as (client, _, _):
            body = bytes(200_000) if announced else pieces(4)
            async with client.post("/upload", data=body) as response:
                assert response.status == 413
                assert "100000 bytes" in (await response.json())["message"]

    asyncio.run(scenario())


def test_so_are_files_and_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_LIMIT", 100_000)

    async def scenario() -> None:
        async with serving() as (client, _, _):
            for form, limit in (
                ({"a": b"x" * 60_000, "b": b"x" * 60_000}, "100000"),
                ({"field": "x" * 70_000}, "65536"),
            ):
                data = aiohttp.FormData()
                for name, value in form.items():
                    data.add_field(name, value, filename=name if isinstance(value, bytes) else None)
                data.add_field("small", "1", content_type="text/plain")
                async with client.post("/upload", data=data) as response:
                    assert response.status == 413
                    assert f"{limit} bytes" in (await response.json())["message"]

    asyncio.run(scenario())


@pytest.mark.parametrize("path", ["/post", "/delay/0"])
def test_an_echo_takes_less(path: str) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            for body in (
                io.BytesIO(bytes(ECHO_LIMIT + 1)),
                {"file": io.BytesIO(bytes(ECHO_LIMIT + 1))},
                pieces(ECHO_LIMIT // 65536 + 1),
            ):
                async with client.post(path, data=body) as response:
                    assert response.status == 413
                    assert f"{ECHO_LIMIT} bytes" in (await response.json())["message"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=edge", b"--edge\r\nno headers"),
        ("multipart/form-data; boundary=edge", b"--edge\r\nX-Not: a field\r\n\r\n1\r\n--edge--\r\n"),
        (
            "multipart/form-data; boundary=edge",
            b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut',
        ),
        ("multipart/form-data; boundary=edge", b"nothing of the kind"),
        (
            "multipart/form-data; boundary=edge",
            b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--edge--\r\n',
        ),
    ],
)
@pytest.mark.parametrize("path", ["/upload", "/post"])
def test_a_broken_form_is_the_clients_mistake(path: str, content_type: str, body: bytes) -> None:
    async def scenario() -> None:
        headers = {"Content-Type": content_type}
        async with serving() as (client, _, _), client.post(path, data=body, headers=headers) as response:
            assert response.status == 400
            assert (await response.json())["message"] == "This form cannot be read."

    asyncio.run(scenario())


def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind() -> None:
    def begin(url: URL) -> None:
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly this")

    async def scenario() -> None:
        async with serving() as (_, state, url):
            await asyncio.to_thread(begin, url)
            await until(lambda: state.counters.counts.requests and not state.counters.counts.in_flight)

    asyncio.run(scenario())
