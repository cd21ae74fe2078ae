"""The service as an aiohttp.web application: which path is answered by which handler.

`paths` is the one list: the routes are made from it, and so is the page at `/`.
"""

from collections.abc import Awaitable, Callable
from html import escape
from typing import NamedTuple

from aiohttp import web

from helpers.service import data, echo, semantics, uploads
from helpers.service.answers import as_html
from helpers.service.echo import ECHO_LIMIT
from helpers.service.faults import KINDS
from helpers.service.middleware import STATE, State, around

HOST = "127.0.0.1"
"""Only this machine can reach the service."""

SHUTDOWN = 0.1
"""Seconds that handlers get to finish when the service stops; then they are cancelled."""

BACKLOG = 1024
"""Connections that may wait to be accepted: a program without a limit opens many at once."""


class Path(NamedTuple):
    methods: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    meaning: str


def paths(state: State) -> list[Path]:
    """Every path of the service. `GET` includes `HEAD`."""
    n, gallery = r"{n:[0-9]{1,12}}", state.gallery
    return [
        Path("GET", "/get", echo.get, "says what the request was: args, headers, origin, url"),
        Path("GET", "/headers", echo.headers, "says which headers came"),
        Path("POST", "/post", echo.post, "says what the request was, with data, files, form, json"),
        Path("PUT", "/put", echo.post, "the same for PUT"),
        Path("PATCH", "/patch", echo.post, "the same for PATCH"),
        Path("DELETE", "/delete", echo.post, "the same for DELETE"),
        Path("GET POST PUT PATCH DELETE", "/delay/{seconds}", echo.delay, "answers after that time"),
        Path("GET", "/gzip", echo.gzip, "sends compressed JSON"),
        Path("GET", "/cookies", echo.cookies, "says which cookies came"),
        Path("GET", "/cookies/set", echo.set_cookies, "sets the cookies of the query, redirects to /cookies"),
        Path("GET POST PUT PATCH DELETE", "/status/{code}", semantics.status, "answers with that status"),
        Path("GET", f"/redirect/{n}", semantics.redirect, "redirects so many times"),
        Path("GET", f"/relative-redirect/{n}", semantics.redirect, "the same"),
        Path("GET", "/etag/{etag}", semantics.etag, "minds If-None-Match and If-Match"),
        Path("GET", f"/bytes/{n}", data.random_bytes, "sends so many bytes; ?seed="),
        Path("GET", f"/stream-bytes/{n}", data.stream_bytes, "the same bytes, chunked; ?seed= &chunk_size="),
        Path("GET", f"/range/{n}", data.alphabet, "sends so many letters; minds Range"),
        Path("GET", "/drip", data.drip, "sends slowly; ?numbytes= &duration= &delay= &code="),
        Path("POST PUT", "/upload", uploads.upload, "takes a body of any kind, says its size and digest"),
        Path("GET", "/orders", state.orders.list, "lists the orders"),
        Path("POST", "/orders", state.orders.create, "makes an order; minds Idempotency-Key"),
        Path("GET", "/reports", state.reports.list, "lists the certificates"),
        Path("POST", "/reports", state.reports.create, "certifies a crawler's report of the gallery"),
        Path("GET", "/image", gallery.by_accept, "an image of the kind that Accept asks for"),
        Path("GET", "/image/png", gallery.png, "a PNG image"),
        Path("GET", "/image/jpeg", gallery.jpeg, "a JPEG image"),
        Path("GET", "/gallery", gallery.index, "pages and images that link to each other"),
        Path("GET", f"/gallery/page/{n}", gallery.page, "a page of the gallery"),
        Path("GET", "/gallery/images/{name}", gallery.image, "an image; minds Range and If-None-Match"),
        Path(
            "GET", "/gallery/manifest.json", gallery.manifest, "name, path, size and SHA-256 of every image"
        ),
    ]


def application() -> web.Application:
    """The service, ready to be run by aiohttp.web; all it remembers is in `app[STATE]`."""
    app = web.Application(middlewares=[around], client_max_size=ECHO_LIMIT)
    state = app[STATE] = State()
    table = paths(state)
    page = index_page(table)

    async def index(request: web.Request) -> web.Response:
        return as_html("Practice server", page)

    for path in [*table, Path("GET", "/", index, "")]:
        for method in path.methods.split():
            # For GET, aiohttp's add_get adds HEAD; add_route would not.
            if method == "GET":
                app.router.add_get(path.path, path.handler)
            else:
                app.router.add_route(method, path.path, path.handler)
    return app


def index_page(table: list[Path]) -> str:
    """The list of paths and of faults, as HTML."""
    rows = "".join(
        f"<tr><td>{path.methods}</td><td>{escape(path.path.replace(':[0-9]{1,12}', ''))}</td>"
        f"<td>{escape(path.meaning)}</td></tr>\n"
        for path in table
    )
    faults = "".join(f"<li>{escape(kind.meaning)}</li>\n" for kind in KINDS.values())
    return (
        f"<h1>Practice server</h1>\n<table>\n{rows}</table>\n"
        "<p>Any path takes ?fault=KIND, with &amp;fault_rate= &amp;fault_seed= &amp;fault_first=</p>\n"
        f"<ul>\n{faults}</ul>\n"
    )


async def listen(app: web.Application, port: int = 0) -> tuple[web.AppRunner, str]:
    """Start to serve on `port` (0: a free one). The runner, whose `cleanup()` stops it, and the URL.

    Raises OSError if the port cannot be had.
    """
    # handler_cancellation: a client that goes away ends its handler, however long that would wait.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port, backlog=BACKLOG).start()
    except BaseException:
        await runner.cleanup()
        raise
    return runner, f"http://{HOST}:{runner.addresses[0][1]}"
