"""Which addresses a page links to (exercise 14.1), and what is to be expected behind one."""

from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import urldefrag, urljoin, urlsplit

LINKS = {"a": "href", "img": "src"}  # the attribute that holds the address
KINDS = {"": "page", ".html": "page", ".png": "image", ".jpg": "image"}


def links(html: str, url: str) -> list[str]:
    """The addresses on the same server that the page at `url` links to by `<a href>` and `<img src>`.

    Absolute, without fragment, each once, in the order of the page.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    absolute = (urldefrag(urljoin(url, address)).url for address in parser.found)
    return list(dict.fromkeys(link for link in absolute if _server(link) == _server(url)))


class _Parser(HTMLParser):
    """https://docs.python.org/3/library/html.parser.html"""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if value and name == LINKS.get(tag)]


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def kind(url: str) -> str:
    """`"page"`, `"image"` or `"other"`, by the name alone: a guess, until there is a Content-Type."""
    return KINDS.get(PurePosixPath(urlsplit(url).path).suffix, "other")
