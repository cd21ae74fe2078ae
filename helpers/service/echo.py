"""Paths that say what the request was: /get, /headers, /cookies, /gzip, /post, /put, /patch, /delete, /delay.

The JSON fields are named as httpbin (https://httpbin.org) names them: args, data, files, form, headers, json,
origin, url.
"""

import asyncio
import base64
import gzip as gzip_format
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookies import CookieError
from typing import Any

from aiohttp import web

from helpers.service.answers import as_json, redirect

ECHO_LIMIT = 4 * 1024 * 1024
"""Bytes. What is echoed is held in memory; /upload takes more."""

LONGEST_DELAY = 10.0
"""Seconds. /delay waits no longer, as httpbin does not."""

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def get(request: web.Request) -> web.Response:
    return as_json(asked(request))


async def headers(request: web.Request) -> web.Response:
    return as_json({"headers": headers_of(request)})


async def post(request: web.Request) -> web.Response:
    """Also /put, /patch and /delete."""
    return as_json(await asked_with_body(request))


async def delay(request: web.Request) -> web.Response:
    text = request.match_info["seconds"]
    try:
        seconds = float(text)
        if not seconds >= 0:  # also true of nan
            raise ValueError
    except ValueError:
        raise web.HTTPBadRequest(text=f"/delay needs a number of seconds, not {text!r}.") from None
    answer = await asked_with_body(request)
    del answer["json"]
    await asyncio.sleep(min(seconds, LONGEST_DELAY))
    return as_json(answer)


async def gzip(request: web.Request) -> web.Response:
    answer = as_json(
        {"gzipped": True, "headers": headers_of(request), "method": request.method, "origin": request.remote}
    )
    assert isinstance(answer.body, bytes)
    answer.body = gzip_format.compress(answer.body, mtime=0)
    answer.headers["Content-Encoding"] = "gzip"
    return answer


async def cookies(request: web.Request) -> web.Response:
    return as_json({"cookies": dict(request.cookies)})


async def set_cookies(request: web.Request) -> web.Response:
    answer = redirect("/cookies")
    try:
        for name, value in request.query.items():
            answer.set_cookie(name, value)
    except CookieError as error:
        raise web.HTTPBadRequest(text=f"This cannot be a cookie: {error}") from None
    return answer


def asked(request: web.Request) -> dict[str, Any]:
    """What every echo says of a request."""
    return {
        "args": flat(request.query.items()),
        "headers": headers_of(request),
        "origin": request.remote,
        "url": f"http://{request.host}{request.raw_path}",
    }


async def asked_with_body(request: web.Request) -> dict[str, Any]:
    """What an echo says of a request with a body. Raises 413 if over `ECHO_LIMIT`, 400 if it is broken."""
    answer = asked(request) | {"data": "", "files": {}, "form": {}, "json": None}
    if request.content_type not in FORMS:
        body = await request.read()
        return answer | {"data": as_text(body), "json": parsed(body)}
    with reading_a_form():
        fields = await request.post()
    form: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, web.FileField):
            with value.file:
                files.append((name, as_text(value.file.read(), value.content_type)))
        else:
            form.append((name, value if isinstance(value, str) else as_text(value)))
    return answer | {"form": flat(form), "files": flat(files)}


@contextmanager
def reading_a_form() -> Iterator[None]:
    """Make a form that cannot be read the client's mistake."""
    try:
        yield
    except web.HTTPException:
        raise
    except (
        Exception
    ):  # aiohttp raises ValueError, IndexError and errors of its own, as the bytes happen to be
        raise web.HTTPBadRequest(text="This form cannot be read.") from None


def headers_of(request: web.Request) -> dict[str, str]:
    """The headers with their names Written-Like-This; values of a repeated header are joined by commas."""
    result: dict[str, str] = {}
    for name, value in request.headers.items():
        name = name.title()
        result[name] = f"{result[name]},{value}" if name in result else value
    return result


def flat(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A dict of the pairs; a key that comes more than once has the list of its values."""
    lists: dict[str, list[str]] = {}
    for key, value in pairs:
        lists.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in lists.items()}


def as_text(body: bytes, content_type: str = "application/octet-stream") -> str:
    """The body as text; if it is no UTF-8, as a data URL (RFC 2397), since JSON holds no bytes."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"data:{content_type};base64,{base64.b64encode(body).decode()}"


def parsed(body: bytes) -> Any:
    """The body as JSON; None if it is none."""
    try:
        return json.loads(body, parse_constant=not_json)
    except (ValueError, RecursionError):
        return None


def not_json(constant: str) -> None:
    """Python's parser takes NaN and Infinity, which JSON does not have."""
    raise ValueError(constant)
