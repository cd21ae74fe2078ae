"""The service beside httpbin: both are asked the same, and must answer the same.

Compared are the status, the content type, where a redirect leads, all fields of JSON, the length of anything
else. Where the two differ on purpose, `DIFFERENCES` says so and why.
"""

import gzip
import http.client
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from yarl import URL

from helpers import practice_server

httpbin = pytest.importorskip("httpbin", reason="httpbin, the reference, is not installed")
serving = pytest.importorskip("werkzeug.serving", reason="werkzeug, which runs httpbin, is not installed")


class Ask(NamedTuple):
    """A request. Its text is the name of the test."""

    method: str
    path: str
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None

    def __str__(self) -> str:
        more = " ".join([*(f"{name}:{value}" for name, value in self.headers.items()), str(self.body or "")])
        return f"{self.method} {self.path} {more}".strip()


class Answer(NamedTuple):
    status: int
    content_type: str | None
    location: str | None
    data: Any


def form(*pairs: str) -> dict[str, Any]:
    return {
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        "body": "&".join(pairs).encode(),
    }


def parts(*texts: bytes) -> dict[str, Any]:
    """A multipart form; each text is one part, headers and all."""
    body = b"".join(b"--edge\r\n" + text + b"\r\n" for text in texts) + b"--edge--\r\n"
    return {"headers": {"Content-Type": "multipart/form-data; boundary=edge"}, "body": body}


def file(name: str, filename: str, content_type: str, data: bytes) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return f"{disposition}Content-Type: {content_type}\r\n\r\n".encode() + data


def field(name: str, value: bytes) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value


def as_json(body: bytes) -> dict[str, Any]:
    return {"headers": {"Content-Type": "application/json"}, "body": body}


BODIES: list[dict[str, Any]] = [
    {},
    {"body": b"just text"},
    {"body": "text, 二级锁".encode()},
    {"body": b"\xff\xfe\x00binary"},
    {"body": b"{}", "headers": {"Content-Type": "text/plain"}},
    {"body": b"a=1", "headers": {"Content-Type": "application/octet-stream"}},
    as_json(b'{"a": [1, 2.5, null, true], "b": {"c": "\\u00fc"}}'),
    as_json(b'{"a": 1'),
    as_json(b"[]"),
    as_json(b'"text"'),
    as_json(b"12"),
    as_json(b""),
    form("a=1", "b=2"),
    form("a=1", "a=2", "b="),
    form("name=J%C3%BCrgen+M.", "x=%26"),
    form(),
    parts(field("a", b"1")),
    parts(field("a", b"1"), field("a", b"2"), field("b", b"")),
    parts(file("f", "a.txt", "text/plain", b"some text\n"), field("title", "二级锁".encode())),
    parts(file("f", "a.png", "image/png", b"\x89PNG\r\n\x1a\n\xff")),
    parts(file("f", "a.bin", "application/octet-stream", b""), file("g", "b", "text/plain", b"b")),
]

SAME = [
    *(
        Ask("GET", path)
        for path in ("/get", "/get?a=1", "/get?a=1&a=2&b=&c", "/get?x=/:@!$'()*,;", "/headers")
    ),
    Ask("GET", "/get?q=a+b%20c%26&u=%C3%BC&tilde=%7E"),
    Ask("GET", "/get", {"X-One": "1", "x-TWO-words": "a,b", "Cookie": "a=1"}),
    Ask("GET", "/headers", {"Accept": "text/html", "User-Agent": "me", "If-None-Match": "x"}),
    Ask("HEAD", "/get"),
    *(
        Ask(method, path, **body)
        for method, path in (("POST", "/post?a=1"), ("PUT", "/put"))
        for body in BODIES
    ),
    *(Ask(method, f"/{method.lower()}", **as_json(b'{"a": 1}')) for method in ("PATCH", "DELETE")),
    *(
        Ask("GET", f"/status/{code}")
        for code in (200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 305, 307, 308)
    ),
    *(Ask("GET", f"/status/{code}") for code in (400, 401, 403, 404, 405, 407, 408, 410, 429, 451)),
    *(Ask("GET", f"/status/{code}") for code in (500, 501, 502, 503, 504, 599, 600, 999)),
    *(Ask(method, "/status/503", body=b"body") for method in ("POST", "PUT", "PATCH", "DELETE")),
    *(Ask("GET", path) for path in ("/delay/0", "/delay/0.01?a=1", "/gzip")),
    Ask("POST", "/delay/0", **form("a=1")),
    *(Ask("GET", f"/redirect/{n}") for n in (1, 2, 9)),
    *(Ask("GET", f"/relative-redirect/{n}") for n in (1, 2)),
    *(Ask("GET", path) for path in ("/bytes/0", "/bytes/1", "/bytes/100000", "/bytes/10?seed=1")),
    *(
        Ask("GET", path)
        for path in ("/stream-bytes/0", "/stream-bytes/30000", "/stream-bytes/9?chunk_size=2")
    ),
    *(
        Ask("GET", "/range/100", headers)
        for headers in (
            {},
            {"Range": "bytes=0-9"},
            {"Range": "bytes=90-99"},
            {"Range": "bytes=90-"},
            {"Range": "bytes=-10"},
            {"Range": "bytes=-1000"},
            {"Range": "bytes=0-"},
            {"Range": "bytes=0-99"},
            {"Range": "lines=0-9"},
            {"Range": "bytes=x-y"},
            {"Range": "bytes"},
        )
    ),
    *(
        Ask("GET", path)
        for path in ("/drip?duration=0", "/drip?duration=0.01&numbytes=3&code=500&delay=0.01")
    ),
    *(
        Ask("GET", "/etag/abc", headers)
        for headers in (
            {},
            {"If-None-Match": '"abc"'},
            {"If-None-Match": 'W/"abc"'},
            {"If-None-Match": '"x", "abc"'},
            {"If-None-Match": "*"},
            {"If-None-Match": '"x"'},
            {"If-Match": '"abc"'},
            {"If-Match": "*"},
            {"If-Match": '"x"'},
            {"If-None-Match": '"x"', "If-Match": '"y"'},
        )
    ),
    *(
        Ask("GET", "/image", {"Accept": accept})
        for accept in ("image/png", "image/jpeg", "image/*", "IMAGE/PNG")
    ),
    *(Ask("GET", "/image", {"Accept": "image/jpeg;q=0.1, image/png"}) for _ in "x"),
    *(Ask("GET", path) for path in ("/image", "/image/png", "/image/jpeg")),
    Ask("GET", "/cookies"),
    Ask("GET", "/cookies", {"Cookie": 'a=1; b="x y"; c='}),
    Ask("GET", "/cookies/set?a=1&b=2"),
]

STATUS_ONLY = "the same status; the reason of an error is JSON here, HTML or nothing there"
DIFFERENCES = [
    (Ask("GET", "/nowhere"), 404, 404, STATUS_ONLY),
    (Ask("GET", "/bytes/abc"), 404, 404, STATUS_ONLY),
    (Ask("GET", "/redirect/abc"), 404, 404, STATUS_ONLY),
    (Ask("GET", "/range/0"), 404, 404, STATUS_ONLY),
    (Ask("POST", "/get"), 405, 405, STATUS_ONLY),
    (Ask("GET", "/post"), 405, 405, STATUS_ONLY),
    (Ask("GET", "/status/abc"), 400, 400, STATUS_ONLY),
    (Ask("GET", "/drip?numbytes=0"), 400, 400, STATUS_ONLY),
    (Ask("GET", "/range/100", {"Range": "bytes=100-"}), 416, 416, STATUS_ONLY),
    (Ask("GET", "/range/100", {"Range": "bytes=50-20"}), 416, 416, STATUS_ONLY),
    (Ask("GET", "/range/100", {"Range": "bytes=-0"}), 416, 416, STATUS_ONLY),
    (Ask("GET", "/image", {"Accept": "*/*"}), 406, 406, "other kinds of image on offer"),
    (Ask("GET", "/image", {"Accept": "text/html"}), 406, 406, "other kinds of image on offer"),
    (Ask("GET", "/status/402"), 402, 402, "another text, and its type named"),
    (Ask("GET", "/status/406"), 406, 406, "no list of images here"),
    (Ask("GET", "/status/418"), 418, 418, "another teapot, and its type named"),
    (Ask("GET", "/delay/abc"), 400, 500, "the client's mistake, not the server's"),
    (Ask("GET", "/delay/-1"), 400, 500, "the client's mistake, not the server's"),
    (Ask("GET", "/redirect/0"), 400, 500, "the client's mistake, not the server's"),
    (Ask("GET", "/bytes/9?seed=x"), 400, 500, "the client's mistake, not the server's"),
    (Ask("GET", "/drip?numbytes=x"), 400, 500, "the client's mistake, not the server's"),
    (Ask("GET", "/status/200,200"), 400, 200, "a choice by luck: faults do that, by seed"),
    (Ask("GET", "/range/100", {"Range": "bytes=90-200"}), 206, 416, "RFC 9110: as much as there is"),
    (Ask("GET", "/range/100", {"Range": "bytes=2-3,5-6"}), 200, 206, "several ranges: ignored, not misread"),
    (Ask("GET", "/range/100", {"Range": "bytes=x-5"}), 200, 206, "no range: ignored, not misread"),
    (Ask("GET", "/range/200000"), 200, 404, "larger bodies"),
    (Ask("GET", "/image", {"Accept": "image/webp,image/*"}), 200, 200, "no WebP here"),
    (Ask("POST", "/post", **as_json(b"NaN")), 200, 200, "NaN is no JSON (RFC 8259); null here"),
    (
        Ask("POST", "/post", **parts(*(file("f", "a", "text/plain", text) for text in (b"1", b"2")))),
        200,
        200,
        "both files here, the first one there",
    ),
    (
        Ask("POST", "/post", {"Transfer-Encoding": "chunked"}, b"0\r\n\r\n"),
        200,
        501,
        "bodies of unknown length",
    ),
    (Ask("GET", "/get", {"X-Forwarded-For": "10.0.0.1"}), 200, 200, "no proxy in front: shown as it came"),
]


@pytest.fixture(scope="module")
def httpbin_port() -> Iterator[int]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    httpbin.app.logger.disabled = True
    server = serving.make_server("127.0.0.1", 0, httpbin.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def our_port() -> Iterator[int]:
    server = practice_server.start()
    yield URL(server.url).port or 0
    server.stop()


def asked(port: int, ask: Ask) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def answer(port: int, ask: Ask) -> Answer:
    """What is compared of an answer."""
    response, body = asked(port, ask)
    content_type = response.headers["Content-Type"]
    if response.headers["Content-Encoding"] == "gzip":
        body = gzip.decompress(body)
    data: Any = len(body)
    if content_type == "application/json" and body:
        data = json.loads(body.decode().replace(f":{port}", ":PORT"))
        if "url" in data:
            # The same address may be written with more or fewer characters percent-encoded.
            data["url"] = str(URL(data["url"].replace(":PORT", "")))
    elif content_type == "text/html; charset=utf-8" or ask.path.startswith("/image"):
        data = None  # every service has its own words and pictures
    return Answer(response.status, content_type, response.headers["Location"], data)


@pytest.mark.parametrize("ask", SAME, ids=str)
def test_same_as_httpbin(ask: Ask, httpbin_port: int, our_port: int) -> None:
    assert answer(our_port, ask) == answer(httpbin_port, ask)


@pytest.mark.parametrize(("ask", "ours", "theirs", "why"), DIFFERENCES, ids=lambda value: str(value))
def test_different_on_purpose(
    ask: Ask, ours: int, theirs: int, why: str, httpbin_port: int, our_port: int
) -> None:
    ours_now, theirs_now = answer(our_port, ask), answer(httpbin_port, ask)
    assert (ours_now.status, theirs_now.status) == (ours, theirs)
    assert ours_now != theirs_now, "no difference any more: move it to SAME"
    if ours >= 400 and not ask.path.startswith("/status/4"):
        assert ours_now.content_type == "application/json"
        assert ours_now.data["message"]


@pytest.mark.parametrize(
    "ask", [Ask("GET", "/get?b=1&a=%C3%BC"), Ask("POST", "/post", **as_json(b'["x"]'))], ids=str
)
def test_json_is_laid_out_as_httpbin_does(ask: Ask, httpbin_port: int, our_port: int) -> None:
    ours, theirs = (
        asked(port, ask)[1].decode().replace(str(port), "PORT") for port in (our_port, httpbin_port)
    )
    assert ours.replace("%C3%BC", r"\u00fc") == theirs
