import asyncio
import hashlib
import re
import socket
from urllib.parse import urldefrag, urljoin

import pytest
from running_service import serving
from yarl import URL

from helpers.service.gallery import FOLDER, JPEG, PNG, TITLES


def test_the_images_are_those_of_the_folder() -> None:
    assert sorted(TITLES) == sorted(path.name for path in FOLDER.iterdir())
    assert len(set(TITLES.values())) == len(TITLES)


def test_the_manifest_tells_the_truth() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.get("/gallery/manifest.json") as response:
                manifest = await response.json()
            assert [entry["name"] for entry in manifest] == list(TITLES)
            for entry in manifest:
                async with client.get(entry["path"]) as response:
                    data = await response.read()
                assert response.content_type == entry["content_type"]
                assert len(data) == entry["bytes"]
                assert 5_000 < len(data) < 40_000
                assert hashlib.sha256(data).hexdigest() == entry["sha256"]
                assert response.headers["ETag"] == f'"{entry["sha256"]}"'
                assert data == (FOLDER / entry["name"]).read_bytes()
                signature = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}[
                    response.content_type
                ]
                assert data.startswith(signature)

    asyncio.run(scenario())


def test_png_and_jpeg_are_images_of_the_gallery() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            for path, name in (("/image/png", PNG), ("/image/jpeg", JPEG)):
                async with client.get(path) as response:
                    assert await response.read() == (FOLDER / name).read_bytes()

    asyncio.run(scenario())


def test_an_image_can_be_fetched_in_parts() -> None:
    whole = (FOLDER / PNG).read_bytes()
    etag = f'"{hashlib.sha256(whole).hexdigest()}"'

    async def scenario() -> None:
        async with serving() as (client, _, _):

            async def get(**headers: str) -> tuple[int, bytes]:
                names = {name.replace("_", "-"): value for name, value in headers.items()}
                async with client.get(f"/gallery/images/{PNG}", headers=names) as response:
                    return response.status, await response.read()

            assert await get(Range="bytes=1000-") == (206, whole[1000:])
            assert await get(Range="bytes=0-9") == (206, whole[:10])
            assert await get(Range="bytes=-7") == (206, whole[-7:])
            assert await get(Range="bytes=20000-99999999") == (206, whole[20000:])
            assert await get(Range="bytes=0-0,5-6") == (200, whole)
            assert (await get(Range="bytes=99999999-"))[0] == 416
            assert await get(Range="bytes=1000-", If_Range=etag) == (206, whole[1000:])
            assert await get(Range="bytes=1000-", If_Range='"another"') == (200, whole)
            assert await get(If_None_Match=etag) == (304, b"")
            assert await get(If_None_Match='"another"') == (200, whole)

    asyncio.run(scenario())


def test_a_part_says_which_part_it_is() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.get("/range/1000", headers={"Range": "bytes=10-19"}) as response:
                assert response.headers["Content-Range"] == "bytes 10-19/1000"
                assert response.headers["Content-Length"] == "10"
                assert await response.read() == b"klmnopqrst"
            async with client.get("/range/1000", headers={"Range": "bytes=1000-"}) as response:
                assert response.headers["Content-Range"] == "bytes */1000"

    asyncio.run(scenario())


def test_the_pages_lead_to_every_image_and_once_to_nowhere() -> None:
    async def scenario() -> tuple[dict[str, int], int]:
        found: dict[str, int] = {}
        links = 0
        async with serving() as (client, _, url):
            waiting = ["/gallery"]
            while waiting:
                path = waiting.pop()
                if path in found:
                    continue
                async with client.get(path) as response:
                    found[path] = response.status
                    if response.content_type != "text/html":
                        continue
                    for link in re.findall(r'(?:href|src)="([^"]+)"', await response.text()):
                        links += 1
                        address = URL(urldefrag(urljoin(str(response.url), link)).url)
                        assert address.origin() == url
                        waiting.append(address.path)
        return found, links

    found, links = asyncio.run(scenario())
    pages = {f"/gallery/page/{n}": 200 for n in (1, 2, 3)} | {"/gallery": 200, "/gallery/manifest.json": 200}
    images = {f"/gallery/images/{name}": 200 for name in TITLES}
    assert found == pages | images | {"/gallery/images/lost.png": 404}
    assert links > len(found)


@pytest.mark.parametrize(
    "path",
    [
        "/gallery/images/../gallery.py",
        "/gallery/images/..%2fgallery.py",
        "/gallery/images/%2e%2e/gallery.py",
        "/gallery/images/..%5cgallery.py",
        "/gallery/images/....//gallery.py",
        "/gallery/images//etc/passwd",
        "/gallery/images/%2fetc%2fpasswd",
        "/gallery/images/event-loop.png%00",
        "/gallery/images/",
        "/gallery/images/event-loop.PNG",
        "/gallery/page/0",
        "/gallery/page/4",
    ],
)
def test_no_path_leads_out(path: str) -> None:
    def ask(url: URL) -> bytes:
        with socket.create_connection((url.host, url.port), timeout=5) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: connection.recv(65536), b""))

    async def scenario() -> bytes:
        async with serving() as (_, _, url):
            return await asyncio.to_thread(ask, url)

    answer = asyncio.run(scenario())
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b'"message"' in answer
