"""What a request asks for under conditions: only a part (Range), or only if it has changed (If-None-Match).

The rules: RFC 9110, HTTP Semantics, sections 13 (conditional requests) and 14 (range requests),
https://www.rfc-editor.org/rfc/rfc9110.html#name-conditional-requests
"""

import re

from aiohttp import web


def etags(header: str) -> list[str]:
    """The entity tags of an If-Match or If-None-Match header, without quotes and marks of weakness."""
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]


def not_modified(request: web.Request, response: web.StreamResponse) -> bool:
    """Whether the client has what this answer would send: one of its If-None-Match is the answer's ETag."""
    if response.status != 200 or "ETag" not in response.headers or "If-None-Match" not in request.headers:
        return False
    known = etags(request.headers["If-None-Match"])
    return "*" in known or etags(response.headers["ETag"])[0] in known


def part_asked(request: web.Request, response: web.StreamResponse) -> bool:
    """Whether to send only a part.

    The client asks for one, the answer can be had in parts, and it is still what the client began to fetch
    (If-Range).
    """
    if request.method != "GET" or "Range" not in request.headers:
        return False
    if response.status != 200 or response.headers.get("Accept-Ranges") != "bytes":
        return False
    etag = response.headers.get("ETag")
    return request.headers.get("If-Range", etag) == etag


def byte_range(header: str, size: int) -> tuple[int, int]:
    """Where the bytes that a Range header asks for start and stop, of `size` bytes.

    All of them, if it asks for several ranges or cannot be read: RFC 9110 lets a server ignore it then.
    Raises ValueError when there are no such bytes.
    """
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", header.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if first:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    else:  # bytes=-5: the last five
        start, stop = max(0, size - int(last)), size
    if start >= stop:
        raise ValueError(header)
    return start, stop
