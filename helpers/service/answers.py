"""The three kinds of answer that most handlers give: JSON, a short text, a redirect; and errors, as JSON."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from aiohttp import web


def as_json(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """`data` as JSON, laid out as httpbin does: two spaces of indent, sorted keys, a newline at the end."""
    text = json.dumps(data, indent=2, sort_keys=True) + "\n"
    return web.Response(body=text.encode(), status=status, headers=headers, content_type="application/json")


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """An error with the reason in words: `{"message": …}`."""
    return as_json({"message": message}, status=status, headers=headers)


def as_html(title: str, body: str) -> web.Response:
    """A small HTML page. `body` is HTML, `title` is text."""
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    return web.Response(text=f"{head}{body}</html>\n", content_type="text/html")


def redirect(location: str) -> web.Response:
    """302 to `location`, with a link for the reader whose client does not follow."""
    link = escape(location)
    response = as_html("Redirecting", f'<h1>Redirecting</h1>\n<p>To <a href="{link}">{link}</a>.</p>\n')
    response.set_status(302)
    response.headers["Location"] = location
    return response
