"""One image, whole, or not under its name at all (exercise 14.3).

What has come of it is kept beside it, in `NAME.part`, and which version that is in `NAME.etag`: the next try,
and the next run after a cancellation or a crash, asks for the rest alone.
"""

import hashlib
from pathlib import Path

import aiohttp

from helpers.capstone.retries import with_retries

CHUNK = 64 * 1024  # bytes
NOTHING_LEFT = 416  # the status that says so: Range Not Satisfiable


class WrongDigest(aiohttp.ClientPayloadError):
    """What has come is not what was announced. It may pass: another try starts with the first byte."""


async def fetch_image(session: aiohttp.ClientSession, url: str, target: Path, sha256: str) -> None:
    """Save what `url` has as `target`, if its SHA-256 is `sha256` (hexadecimal).

    Asks for nothing if `target` is that already, and for the rest only if a part of it is there. Raises
    aiohttp.ClientError or TimeoutError if it cannot be had: then nothing has the name `target`.
    """
    part, tag = beside(target)
    if target.exists() and digest(target) != sha256:
        target.unlink()
    if not target.exists():
        await with_retries(lambda: fetch_rest(session, url, part, tag, sha256))
        part.replace(target)
    part.unlink(missing_ok=True)
    tag.unlink(missing_ok=True)


async def fetch_rest(session: aiohttp.ClientSession, url: str, part: Path, tag: Path, sha256: str) -> None:
    """Complete `part`, whose version is in `tag`. Raises WrongDigest, and then no part is left."""
    headers = {"Accept-Encoding": "identity"}  # positions count what travels: no compression
    if part.exists() and tag.exists() and (version := tag.read_text()):
        headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": version}
    async with session.get(url, headers=headers) as response:
        if response.status != NOTHING_LEFT or not part.exists():
            response.raise_for_status()
            with part.open("ab" if response.status == 206 else "wb") as file:
                tag.write_text(response.headers.get("ETag", ""))
                async for piece in response.content.iter_chunked(CHUNK):
                    file.write(piece)
    if digest(part) != sha256:
        part.unlink()
        raise WrongDigest(url)


def beside(target: Path) -> tuple[Path, Path]:
    """Where what has come of `target` is kept, and which version that is."""
    return target.with_name(target.name + ".part"), target.with_name(target.name + ".etag")


def digest(path: Path) -> str:
    """The SHA-256 digest of the file, in hexadecimal; it is never in memory as a whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
