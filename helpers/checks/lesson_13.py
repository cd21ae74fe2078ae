"""What right answers to the exercises of lesson 13 do; 13.3 and 13.4 have modules of their own.

The client of 13.1 meets a server of the judge's own, in the same event loop, so that the judge sees the
request itself. 13.2 is about answers that get lost: it meets the practice server, whose faults lose answers.
"""

import hashlib
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_13_orders import safe_order
from helpers.checks.lesson_13_service import notes_service
from helpers.checks.words import count, said, short
from helpers.practice_server import Fault
from helpers.service.answers import as_json
from helpers.service.uploads import upload as receive_upload

BUDGET = 4.8  # seconds for all the runs of one check, whatever the answer does


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


NAME, PICTURE = "茉莉 & Momo", bytes(range(256)) * 8
PROFILE = f'send_profile(session, "{NAME}", picture)'


def profile(send_profile: Any, arena: Arena) -> None:
    """13.1: one multipart form, whose parts say what they are; the digest is the server's, not our own."""
    arena.run(lambda: _sent_profile(send_profile), PROFILE)
    value = arena.run(lambda: _sent_profile(send_profile, damaged=True), PROFILE)
    if value == sha256(PICTURE):
        raise NotYet("own_digest", call=f"await {PROFILE}")


async def _sent_profile(send_profile: Any, damaged: bool = False) -> Any:
    """What the answer returned, or raised where the server found the picture damaged."""
    arrived: list[dict[str, Any]] = []

    async def receive(request: web.Request) -> web.Response:
        arrived.append({"type": request.headers.get("Content-Type", "none")})
        found = json.loads((await receive_upload(request)).body)
        if damaged and "picture" in found.get("files", {}):
            found["files"]["picture"]["sha256"] = sha256(b"damaged")
        arrived[-1] |= found
        return as_json(found)

    value = error = None
    async with _serving(web.post("/upload", receive)) as session:
        try:
            value = await call(send_profile, session, NAME, PICTURE, shown=PROFILE)
        except (NotYet, NotImplementedError):
            raise
        except Exception as raised:
            error = raised
    if damaged:
        return value
    _look_at_profile(arrived, error)
    if error is not None:
        raise error
    if value != sha256(PICTURE):
        raise NotYet("digest", call=f"await {PROFILE}", seen=short(value), expected=repr(sha256(PICTURE)))
    return value


def _look_at_profile(arrived: list[dict[str, Any]], error: Exception | None) -> None:
    """What the server got says more than the error that the client raised afterwards."""
    if not arrived:
        if isinstance(error, TypeError) and "serializable" in str(error):
            raise NotYet("json_bytes", call=f"await {PROFILE}", seen=f"TypeError: {error}")
        if error is None:
            raise NotYet("no_request", call=f"await {PROFILE}")
        return
    got = arrived[0]
    if not got["type"].startswith("multipart/form-data"):
        raise NotYet("not_multipart", seen=f"Content-Type: {got['type']}", expected="multipart/form-data")
    if "files" not in got:
        raise NotYet("boundary", seen=f"Content-Type: {got['type']}; the server answered 400")
    fields, files = got["form"], got["files"]
    if "picture" not in files:
        seen = f"text fields: {', '.join(fields) or 'none'}; files: {', '.join(files) or 'none'}"
        raise NotYet("no_picture", seen=seen, expected="text fields: name; files: picture")
    picture = files["picture"]
    if picture["sha256"] != sha256(PICTURE):
        raise NotYet("changed", seen=f"{picture['bytes']} bytes arrived", expected=f"{len(PICTURE)} bytes")
    if (picture["filename"], picture["content_type"]) != ("avatar.png", "image/png"):
        seen = f"{picture['filename']}, {picture['content_type']}"
        guessed = picture["filename"] == "picture" or picture["content_type"] == "application/octet-stream"
        raise NotYet("labels" if guessed else "other_labels", seen=seen, expected="avatar.png, image/png")
    if fields.get("name") != NAME:
        raise NotYet("name", seen=f"name: {short(fields.get('name'))}", expected=f"name: {NAME!r}")
    if len(arrived) > 1:
        raise NotYet("once", seen=count(len(arrived)), expected=count(1))


@asynccontextmanager
async def _serving(*routes: web.RouteDef) -> AsyncIterator[aiohttp.ClientSession]:
    """A server of the judge's own with these routes, and a session whose base URL is the server's."""
    app = web.Application()
    app.add_routes(routes)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


LARGE, SMALL, TINY = 4 * 1024 * 1024, 100_000, 1000  # bytes


def streamed_upload(upload: Any, arena: Arena) -> None:
    """13.2: in pieces; each attempt with a fresh body; the last error when all fail; a refusal once."""
    arena.server.reset_counts()  # starts the server, before memory is measured and a loop is running
    large, small = _file(arena.folder / "parcel.bin", LARGE), _file(arena.folder / "letter.bin", SMALL)
    _in_pieces(upload, arena, large)
    _lost_twice(upload, arena, small)
    _always_lost(upload, arena, small)
    for status in (413, 400):
        _refused(upload, arena, _file(arena.folder / "note.bin", TINY), status)


def _in_pieces(upload: Any, arena: Arena, path: Path) -> None:
    value, memory = _with_memory(lambda: _uploaded(upload, arena, path, UPLOADING))
    if _closed(value):
        raise NotYet("closed", call=f"await {UPLOADING}", seen=said(value))
    expected = sha256(path.read_bytes())
    if value != expected and isinstance(value, str) and len(value) == len(expected):
        raise NotYet("another_file", call=f"await {UPLOADING}", seen=short(value), expected=short(expected))
    if value != expected:
        raise NotYet(
            "digest", call=f"await {UPLOADING}", seen=short(value), expected="the server's sha256, a str"
        )
    if memory > LARGE / 4:
        seen = f"{memory / LARGE:.0%} of the file's size was in memory"
        raise NotYet("memory", call=f"await {UPLOADING}", seen=seen, expected="at most a quarter")


def _lost_twice(upload: Any, arena: Arena, path: Path) -> None:
    arena.server.set_faults(Fault("reset", first=2, path="/upload"))
    arena.server.reset_counts()
    given = f"{UPLOADING}\n# the first two answers are lost"
    value = _uploaded(upload, arena, path, given, aiohttp.ClientError)
    requests, shown = arena.server.counts().requests, f"await {given}"
    if value == sha256(b""):
        raise NotYet("empty", call=shown, seen=f"attempt {requests} was accepted; 0 bytes arrived")
    if _closed(value) or "Failed to send" in str(value):  # which one, depends on when aiohttp closes the file
        raise NotYet("spent", call=shown, seen=f"attempt {requests + 1}: {said(value)}")
    if isinstance(value, Exception):
        raise NotYet("not_retried", call=shown, seen=f"{count(requests)}, then {said(value)}")
    if value != sha256(path.read_bytes()) or requests != 3:
        raise NotYet("count", call=shown, seen=f"{count(requests)}, {short(value)}", expected=count(3))


def _always_lost(upload: Any, arena: Arena, path: Path) -> None:
    arena.server.set_faults(Fault("reset", path="/upload"))
    arena.server.reset_counts()
    given = f"{UPLOADING[:-1]}, attempts=2)\n# every answer is lost"
    value = _uploaded(upload, arena, path, given, aiohttp.ClientError, attempts=2)
    requests, shown = arena.server.counts().requests, f"await {given}"
    if not isinstance(value, aiohttp.ClientConnectionError):
        seen = said(value) if isinstance(value, Exception) else f"it returned {short(value)}"
        raise NotYet("silent", call=shown, seen=seen, expected="the last attempt's error")
    if requests != 2:
        raise NotYet("count", call=shown, seen=count(requests), expected=count(2))


def _refused(upload: Any, arena: Arena, path: Path, status: int) -> None:
    """A refusal is an answer: it comes out at once, and as what it is."""
    arena.server.set_faults(Fault("status", status, path="/upload"))
    arena.server.reset_counts()
    given = f"{UPLOADING}\n# the server refuses with {status}"
    value = _uploaded(upload, arena, path, given, Exception)
    requests, shown = arena.server.counts().requests, f"await {given}"
    if requests > 1:
        raise NotYet("refused_again", call=shown, seen=count(requests), expected=count(1))
    if not isinstance(value, aiohttp.ClientResponseError):
        seen = said(value) if isinstance(value, Exception) else f"it returned {short(value)}"
        expected = f"ClientResponseError, status {status}"
        raise NotYet("refusal_hidden", call=shown, seen=seen, expected=expected)


UPLOADING = "upload(session, path)"


def _uploaded(
    upload: Any, arena: Arena, path: Path, shown: str, *awaited: type[Exception], **attempts: int
) -> Any:
    """What the answer returned; or what it raised, if that is one of the errors that are `awaited`, or says
    that a file was closed."""

    url = arena.server.url

    async def program() -> Any:
        async with aiohttp.ClientSession(url) as session:
            try:
                return await call(upload, session, path, shown=shown, **attempts)
            except (NotYet, NotImplementedError):
                raise
            except (ValueError, *awaited) as error:
                if isinstance(error, awaited) or _closed(error):
                    return error
                raise

    return arena.run(program, shown, BUDGET / 3)


def _with_memory(work: Callable[[], Any]) -> tuple[Any, int]:
    """What `work` returns, and the most bytes that Python held meanwhile, beyond those from before."""
    traced_already = tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        return work(), tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced_already:
            tracemalloc.stop()


def _file(path: Path, size: int) -> Path:
    path.write_bytes((bytes(range(256)) * (size // 256 + 1))[:size])
    return path


def _closed(error: Any) -> bool:
    return isinstance(error, ValueError) and "closed file" in str(error)


JUDGES: dict[str, Judge] = {
    "13.1": profile,
    "13.2": streamed_upload,
    "13.3": safe_order,
    "13.4": notes_service,
}
