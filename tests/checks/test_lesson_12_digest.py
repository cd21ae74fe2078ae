"""Exercise 12.2: digests of streams, and of what is none."""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable

import aiohttp
import pytest
from expected import assert_verdict
from lesson_functions import lessons_own

LESSON = lessons_own("12_aiohttp_download", "CHUNK", "fetch")
CHUNK, fetch = LESSON["CHUNK"], LESSON["fetch"]


async def sha_by_update(session, url):
    async with session.get(url) as response:
        response.raise_for_status()
        digest = hashlib.sha256()
        async for piece in response.content.iter_chunked(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


async def sha_by_read(session, url):
    digest = hashlib.sha256()
    async with session.get(url, raise_for_status=True) as response:
        while piece := await response.content.read(100_000):
            digest.update(piece)
    return digest.hexdigest()


async def sha_in_threads(session, url):
    digest = hashlib.sha256()
    async with session.get(url, raise_for_status=True) as response:
        async for piece, _ in response.content.iter_chunks():
            await asyncio.to_thread(digest.update, piece)
    return digest.hexdigest()


async def sha_of_a_file(session, url):
    with tempfile.TemporaryFile() as file:
        async with session.get(url, raise_for_status=True) as response:
            async for piece in response.content.iter_any():
                file.write(piece)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.mark.parametrize("answer", [sha_by_update, sha_by_read, sha_in_threads, sha_of_a_file])
def test_digests_right(answer: Callable) -> None:
    assert_verdict("12.2", answer, "correct", "little of it was in memory")


async def sha_reads_all(session, url):
    return hashlib.sha256(await fetch(session, url)).hexdigest()


async def sha_of_joined_pieces(session, url):
    async with session.get(url, raise_for_status=True) as response:
        pieces = [piece async for piece in response.content.iter_chunked(CHUNK)]
    return hashlib.sha256(b"".join(pieces)).hexdigest()


async def sha_of_the_last_piece(session, url):
    async with session.get(url, raise_for_status=True) as response:
        async for piece in response.content.iter_chunked(CHUNK):
            digest = hashlib.sha256(piece)
    return digest.hexdigest()


async def sha_of_one_read(session, url):
    async with session.get(url, raise_for_status=True) as response:
        return hashlib.sha256(await response.content.read(CHUNK)).hexdigest()


async def sha_of_an_error_page(session, url):
    digest = hashlib.sha256()
    async with session.get(url) as response:
        async for piece in response.content.iter_chunked(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


async def sha_as_bytes(session, url):
    return hashlib.sha256(await fetch(session, url)).digest()


async def sha_object(session, url):
    return hashlib.sha256(await fetch(session, url))


async def sha_of_the_text(session, url):
    async with session.get(url, raise_for_status=True) as response:
        return hashlib.sha256((await response.text(errors="replace")).encode()).hexdigest()


async def sha_in_own_session(session, url):
    async with aiohttp.ClientSession() as own:
        return await sha_by_update(own, url)


async def sha_forgets_await(session, url):
    return sha_by_update(session, url)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (sha_reads_all, "not yet", "MB in memory at once"),
        (sha_of_joined_pieces, "not yet", "or in a list of its pieces"),
        (sha_of_the_last_piece, "not yet", "forgets the pieces before"),
        (sha_of_one_read, "not yet", "gives only what is there"),
        (sha_of_an_error_page, "not yet", "you took the digest of the error message"),
        (sha_as_bytes, "not yet", "`hexdigest()` in place of `digest()`"),
        (sha_object, "not yet", "64 hexadecimal digits"),
        (sha_of_the_text, "not yet", "not the digest of the body"),
        (sha_in_own_session, "not yet", "a second session was opened"),
        (sha_forgets_await, "not yet", "Is there an `await` missing"),
    ],
)
def test_digests_wrong(answer: Callable, kind: str, says: str) -> None:
    assert_verdict("12.2", answer, kind, says)
