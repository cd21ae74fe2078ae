"""/gallery: three pages that link to each other and to eight images, and a manifest with the images' digests.

A place to crawl. Some links come twice, some are relative, one has a fragment, one leads nowhere
(`lost.png`): a crawler must cope. The images were drawn by `draw_gallery.py`. They are read once, when the
service starts, and looked up by name in a dict, so that no path that a client makes up can lead out of the
folder.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from helpers.service.answers import as_html, as_json

FOLDER = Path(__file__).parent / "images"
CONTENT_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}

TITLES = {
    "event-loop.png": "The event loop, round and round",
    "interleaving.png": "Three tasks take turns",
    "waves.jpg": "Waves of requests",
    "backpressure.png": "A queue that fills and drains",
    "handshake.jpg": "Two sides of a connection",
    "deadlock.png": "Everyone waits for the next one",
    "selector.png": "Many sockets, one of them ready",
    "backoff.jpg": "Retries, each further apart",
}

PNG, JPEG = "event-loop.png", "waves.jpg"
"""The two that /image/png and /image/jpeg show."""

LOST = "/gallery/images/lost.png"
"""The link that leads nowhere."""

PAGES = {
    1: ["event-loop.png", "interleaving.png", "waves.jpg"],
    2: ["backpressure.png", "handshake.jpg", "waves.jpg", "lost.png"],
    3: ["deadlock.png", "selector.png", "backoff.jpg", "event-loop.png"],
}


@dataclass(frozen=True)
class Image:
    name: str
    title: str
    content_type: str
    data: bytes
    sha256: str

    def answer(self) -> web.Response:
        headers = {"Accept-Ranges": "bytes", "ETag": f'"{self.sha256}"'}
        return web.Response(body=self.data, content_type=self.content_type, headers=headers)


class Gallery:
    """The images and the pages that show them."""

    def __init__(self) -> None:
        self._images: dict[str, Image] = {}
        for name, title in TITLES.items():
            path = FOLDER / name
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            self._images[name] = Image(name, title, CONTENT_TYPES[path.suffix], data, digest)

    async def index(self, request: web.Request) -> web.Response:
        links = "".join(f'<li><a href="/gallery/page/{n}">Page {n}</a></li>\n' for n in PAGES)
        manifest = '<p>For programs: <a href="/gallery/manifest.json">manifest.json</a></p>\n'
        return as_html("Gallery", f'<h1>Gallery</h1>\n<ul id="pages">\n{links}</ul>\n{manifest}')

    async def page(self, request: web.Request) -> web.Response:
        n = int(request.match_info["n"])
        if n not in PAGES:
            raise web.HTTPNotFound(text=f"The gallery has the pages 1 to {len(PAGES)}, no page {n}.")
        figures = "".join(self._figure(name) for name in PAGES[n])
        return as_html(f"Gallery, page {n}", f"<h1>Gallery, page {n}</h1>\n{figures}{navigation(n)}")

    def _figure(self, name: str) -> str:
        """An image that links to itself: the same address twice, once relative to the page, once absolute."""
        title = self._images[name].title if name in self._images else "A picture that got lost"
        source, target = f"../images/{name}", f"/gallery/images/{name}"
        return (
            f'<figure><a href="{target}"><img src="{source}" alt="{title}" width="320"></a>\n'
            f"<figcaption>{title}</figcaption></figure>\n"
        )

    async def image(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._images:
            raise web.HTTPNotFound(
                text=f"The gallery has no image {name!r}; /gallery/manifest.json lists them."
            )
        return self._images[name].answer()

    def entries(self) -> list[dict[str, Any]]:
        """What the manifest says of each image."""
        return [
            {
                "name": image.name,
                "title": image.title,
                "path": f"/gallery/images/{image.name}",
                "content_type": image.content_type,
                "bytes": len(image.data),
                "sha256": image.sha256,
            }
            for image in self._images.values()
        ]

    async def manifest(self, request: web.Request) -> web.Response:
        return as_json(self.entries())

    async def png(self, request: web.Request) -> web.Response:
        return self._images[PNG].answer()

    async def jpeg(self, request: web.Request) -> web.Response:
        return self._images[JPEG].answer()

    async def by_accept(self, request: web.Request) -> web.Response:
        """/image: the kind that the Accept header names, by httpbin's simple rule; PNG if there is none."""
        accept = request.headers.get("Accept", "image/*").lower()
        if "image/jpeg" in accept:
            return await self.jpeg(request)
        if "image/png" in accept or "image/*" in accept:
            return await self.png(request)
        return as_json(
            {"message": "This path has images only.", "accept": ["image/jpeg", "image/png", "image/*"]},
            status=406,
        )


def navigation(n: int) -> str:
    """Links from page n to its neighbours (relative to the page) and back to the index."""
    links = ['<a href="/gallery#pages">Index</a>']
    if n > 1:
        links.insert(0, f'<a href="{n - 1}">Previous page</a>')
    if n < len(PAGES):
        links.append(f'<a href="{n + 1}">Next page</a>')
    return f"<p>{' '.join(links)}</p>\n"
