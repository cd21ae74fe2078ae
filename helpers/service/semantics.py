"""Paths that show a piece of HTTP itself: /status, /redirect, /relative-redirect, /etag.

What statuses, redirects and conditional requests mean: RFC 9110, HTTP Semantics,
https://www.rfc-editor.org/rfc/rfc9110
"""

import re

from aiohttp import web

from helpers.service import answers, echo
from helpers.service.ranges import etags

TEAPOT = r"""
        ____
    ___/ o  \___    I am a teapot (RFC 2324).
   /  \      /  |
   \__/`----'  _|
       \______/
"""


async def status(request: web.Request) -> web.Response:
    """/status/{code}: that status, with what usually goes with it."""
    text = request.match_info["code"]
    if not re.fullmatch("[2-9][0-9][0-9]", text):
        raise web.HTTPBadRequest(text=f"Invalid status code: {text!r}. One from 200 to 999, please.")
    code = int(text)
    if code in (301, 302, 303, 305, 307):
        return web.Response(status=code, headers={"Location": "/redirect/1"})
    if code == 304:
        return web.Response(status=code)
    if code == 401:
        return web.Response(status=code, headers={"WWW-Authenticate": 'Basic realm="Practice"'})
    if code == 407:
        return web.Response(status=code, headers={"Proxy-Authenticate": 'Basic realm="Practice"'})
    if code == 418:
        return web.Response(status=code, body=TEAPOT.encode(), content_type="text/plain")
    return web.Response(status=code, text="", content_type="text/html")


async def redirect(request: web.Request) -> web.Response:
    """/redirect/{n} and /relative-redirect/{n}: n redirects, one after the other, the last one to /get."""
    n = int(request.match_info["n"])
    if n < 1:
        raise web.HTTPBadRequest(text="At least one redirect, please.")
    return answers.redirect("/get" if n == 1 else f"/relative-redirect/{n - 1}")


async def etag(request: web.Request) -> web.Response:
    """/etag/{etag}: as /get, with that ETag. If-Match is minded here, If-None-Match wherever there is one."""
    tag = request.match_info["etag"]
    if not re.fullmatch(r"[!#-~]+", tag):
        raise web.HTTPBadRequest(
            text="An ETag is made of visible ASCII characters other than the double quote."
        )
    if "If-None-Match" not in request.headers and "If-Match" in request.headers:
        wanted = etags(request.headers["If-Match"])
        if tag not in wanted and "*" not in wanted:
            return web.Response(status=412, text="", content_type="text/html")
    response = await echo.get(request)
    response.headers["ETag"] = f'"{tag}"'
    return response
