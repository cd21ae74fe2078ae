"""Paths that send bytes: /bytes, /stream-bytes, /range, /drip.

The same request gives the same bytes on every machine, so that a lesson can compare a digest. Bodies are made
piece by piece while they are sent, and never are in memory as a whole.
"""

import asyncio
import hashlib
from collections.abc import Callable
from functools import lru_cache

from aiohttp import web

from helpers.service.bodies import Body, Generated

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest body."""

LONGEST = 60.0
"""Seconds that /drip takes at most."""

CHUNK, LARGEST_CHUNK = 10 * 1024, 1024 * 1024
"""Bytes of a chunk of /stream-bytes: unless `chunk_size` says otherwise, and at most."""

BLOCK = 64 * 1024

ALPHABET = b"abcdefghijklmnopqrstuvwxyz"


async def random_bytes(request: web.Request) -> Generated:
    """/bytes/{n}?seed=0"""
    return Generated(Body(size_of(request), seeded(whole(request, "seed", 0))))


async def stream_bytes(request: web.Request) -> Generated:
    """/stream-bytes/{n}?seed=0&chunk_size=10240: the bytes of /bytes, in chunks, no length announced."""
    chunk_size = min(max(1, whole(request, "chunk_size", CHUNK)), LARGEST_CHUNK)
    return Generated(Body(size_of(request), seeded(whole(request, "seed", 0)), chunk_size))


async def alphabet(request: web.Request) -> Generated:
    """/range/{n}: the alphabet over and over, n bytes of it; any part can be had with a Range header."""
    size = int(request.match_info["n"])
    if not 0 < size <= LARGEST:
        raise web.HTTPNotFound(text=f"The number of bytes must be from 1 to {LARGEST}, not {size}.")
    return Generated(Body(size, letters), headers={"Accept-Ranges": "bytes", "ETag": f'"range{size}"'})


async def drip(request: web.Request) -> Generated:
    """/drip?numbytes=10&duration=2&delay=0&code=200: asterisks, sent evenly over `duration` seconds."""
    size = whole(request, "numbytes", 10)
    duration = decimal(request, "duration", 2.0)
    code = whole(request, "code", 200)
    if not 0 < size <= LARGEST:
        raise web.HTTPBadRequest(text=f"numbytes must be from 1 to {LARGEST}, not {size}.")
    if not 200 <= code <= 999:
        raise web.HTTPBadRequest(text=f"code must be a status from 200 to 999, not {code}.")
    await asyncio.sleep(decimal(request, "delay", 0.0))
    pace = size / duration if duration else None
    return Generated(Body(size, asterisks, pace=pace), status=code)


def seeded(seed: int) -> Callable[[int, int], bytes]:
    """A `read` for `Body`: bytes that look random and depend on the seed alone."""

    def read(start: int, stop: int) -> bytes:
        blocks = range(start // BLOCK, (stop + BLOCK - 1) // BLOCK)
        data = b"".join(block(seed, index) for index in blocks)
        offset = start % BLOCK
        return data[offset : offset + stop - start]

    return read


@lru_cache(maxsize=64)
def block(seed: int, index: int) -> bytes:
    """One block of the endless bytes of a seed, by SHAKE (FIPS 202): the same on every machine."""
    return hashlib.shake_128(f"{seed}:{index}".encode()).digest(BLOCK)


def asterisks(start: int, stop: int) -> bytes:
    return b"*" * (stop - start)


def letters(start: int, stop: int) -> bytes:
    offset = start % len(ALPHABET)
    length = stop - start
    return (ALPHABET * ((offset + length) // len(ALPHABET) + 1))[offset : offset + length]


def size_of(request: web.Request) -> int:
    size = int(request.match_info["n"])
    if size > LARGEST:
        raise web.HTTPBadRequest(text=f"At most {LARGEST} bytes, not {size}.")
    return size


def whole(request: web.Request, name: str, default: int) -> int:
    """A whole number of the query."""
    text = request.query.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} must be a whole number, not {text!r}.") from None


def decimal(request: web.Request, name: str, default: float) -> float:
    """A number of seconds of the query, 0 or more."""
    text = request.query.get(name, str(default))
    try:
        seconds = float(text)
        if 0 <= seconds <= LONGEST:
            return seconds
    except ValueError:
        pass
    raise web.HTTPBadRequest(text=f"{name} must be a number of seconds from 0 to {LONGEST:g}, not {text!r}.")
