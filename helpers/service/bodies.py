"""Send an answer: whole, in pieces, in part, not at all (304), or spoilt by a fault.

`send` is the only function of the service that sends a body, so that counting, ranges and faults are the same
for every path. A handler says *what* to send: a `web.Response`, or a `Generated` where the body is too big to
be in memory.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiohttp import HttpVersion11, web

from helpers.service import answers, ranges
from helpers.service.counters import Visit
from helpers.service.faults import Fault

PIECE = 64 * 1024
"""Bytes. A longer body is sent in pieces of this size, each when the connection is ready for it."""

TICK = 0.05
"""Seconds between two pieces of a body that is sent slowly (longer, if a byte takes longer)."""

NO_BODY = (204, 304)
"""Statuses whose answers have no body."""


class Body(NamedTuple):
    """Bytes to send: `read(start, stop)` gives those from `start` up to `stop`, of `size`."""

    size: int
    read: Callable[[int, int], bytes]
    chunk_size: int | None = None
    """Send it in chunks of so many bytes, without saying the size first."""
    pace: float | None = None
    """Send so many bytes per second."""

    def part(self, start: int, stop: int) -> "Body":
        return self._replace(size=stop - start, read=lambda a, b: self.read(start + a, start + b))


class Generated(web.StreamResponse):
    """An answer whose body is made while it is sent."""

    def __init__(self, body: Body, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status=status, headers=headers)
        self.content_type = "application/octet-stream"
        self.body = body


Answer = web.Response | Generated


async def send(request: web.Request, answer: Answer, fault: Fault | None, visit: Visit) -> web.StreamResponse:
    """Send `answer`, or the part of it that the request asks for, as the fault has it.

    Tells `visit` how many bytes go out, and that the request is done, just *before* the last piece is
    written: so it counts as done before the client can act on having the whole answer.
    """
    answer, body = wanted(request, answer)
    if not has_body(request, answer):
        fault = None
    if fault is None and body.size <= PIECE and body.chunk_size is None and body.pace is None:
        # Most answers. aiohttp writes what is returned, headers and body at once, before the event loop does
        # anything else.
        if isinstance(answer, Generated):
            answer = web.Response(status=answer.status, headers=answer.headers)
        answer.body = body.read(0, body.size)
        visit.sent(body.size if has_body(request, answer) else 0)
        return answer
    return await send_in_pieces(request, answer, body, fault, visit)


def wanted(request: web.Request, answer: Answer) -> tuple[Answer, Body]:
    """The answer and the body for what the request asks for: the whole, a part, 304 or 416."""
    body = body_of(answer)
    if ranges.not_modified(request, answer):
        return web.Response(status=304, headers={"ETag": answer.headers["ETag"]}), NOTHING
    if not ranges.part_asked(request, answer):
        return answer, body
    try:
        start, stop = ranges.byte_range(request.headers["Range"], body.size)
    except ValueError:
        none_such = answers.error(416, f"There are no such bytes: the body has {body.size}.")
        none_such.headers["Content-Range"] = f"bytes */{body.size}"
        return none_such, body_of(none_such)
    if (start, stop) != (0, body.size):
        answer.set_status(206)
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{body.size}"
    return answer, body.part(start, stop)


def body_of(answer: Answer) -> Body:
    if isinstance(answer, Generated):
        return answer.body
    data = answer.body or b""
    assert isinstance(data, bytes), "handlers give bytes, or a Generated"
    return Body(len(data), lambda start, stop: data[start:stop])


NOTHING = Body(0, lambda start, stop: b"")


def has_body(request: web.Request, answer: Answer) -> bool:
    return request.method != "HEAD" and answer.status not in NO_BODY


async def send_in_pieces(
    request: web.Request, answer: Answer, body: Body, fault: Fault | None, visit: Visit
) -> web.StreamResponse:
    """Send status and headers of `answer` and then `body`, piece by piece, as the fault has it."""
    out = web.StreamResponse(status=answer.status, reason=answer.reason, headers=answer.headers)
    out.cookies.update(answer.cookies)
    if body.chunk_size is None:
        out.content_length = body.size
    elif request.version >= HttpVersion11:  # HTTP/1.0 has no chunks: the end of the connection ends the body
        out.enable_chunked_encoding()
    await out.prepare(request)
    if not has_body(request, answer):
        return out

    kind = fault.kind if fault is not None and body.size > 0 else None
    value = fault.value if fault is not None else None
    half = body.size // 2
    if kind == "drip":
        await write(out, body._replace(pace=value), 0, body.size, visit)
    elif kind == "stall":
        await write(out, body, 0, half, visit)
        await silence(value)
        await write(out, body, half, body.size, visit)
    elif kind == "truncate":
        await write(out, body, 0, half, visit)
        if request.transport is not None:
            request.transport.close()
    else:
        await write(out, body, 0, body.size, visit)
    return out


async def write(out: web.StreamResponse, body: Body, start: int, stop: int, visit: Visit) -> None:
    """Write the bytes of `body` from `start` up to `stop`, piece by piece, at its pace."""
    size, pause = pieces(body)
    for first in range(start, stop, size):
        last = min(first + size, stop)
        if last == body.size:
            visit.finish()
        visit.sent(last - first)
        await out.write(body.read(first, last))  # waits while the connection takes no more
        if last < stop and pause:
            await asyncio.sleep(pause)


def pieces(body: Body) -> tuple[int, float]:
    """How many bytes to send at a time, and how many seconds to wait in between."""
    size = body.chunk_size or PIECE
    if body.pace is None:
        return size, 0
    size = max(1, min(size, int(body.pace * TICK)))
    return size, size / body.pace


async def silence(seconds: float | None) -> None:
    """Send nothing for so long; None: until the client goes away, which cancels the handler."""
    if seconds is None:
        await asyncio.Event().wait()
    else:
        await asyncio.sleep(seconds)
