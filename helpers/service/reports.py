"""/reports: a crawler reports what it has found in the gallery, and gets a certificate if all is right.

The service knows its own gallery, so it can compare each field, and says of each what is wrong with it. As
for orders, a report that comes again with the same `Idempotency-Key` makes no second certificate.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aiohttp import web

from helpers.service.answers import as_json
from helpers.service.gallery import LOST, PAGES, Gallery
from helpers.service.keys import Keys

EXAMPLE = (
    'A report is JSON like {"name": "Ada", "pages": ["/gallery"], "images": [{"path": "/gallery/images/…", '
    '"bytes": 1, "sha256": "…"}], "lost": []}.'
)
FIELDS = ("name", "pages", "images", "lost")
LONGEST_NAME = 60  # characters
MOST_SAID = 12  # problems that an answer lists


class Reports:
    """The certificates since the last reset, and which key made which."""

    def __init__(self, gallery: Gallery) -> None:
        self._images = {image["path"]: image for image in gallery.entries()}
        self._certificates: list[dict[str, Any]] = []
        self._keys = Keys()

    def reset(self) -> None:
        self._certificates.clear()
        self._keys.reset()

    def made(self) -> Sequence[dict[str, Any]]:
        """The certificates, in the order in which they were made."""
        return tuple(self._certificates)

    async def list(self, request: web.Request) -> web.Response:
        return as_json({"certificates": self._certificates})

    async def create(self, request: web.Request) -> web.Response:
        """POST a report. 201: a certificate; 200: the one this key made before; 422: `problems` says what is
        wrong, or the key made another one.
        """
        report = await reported(request)
        if (replayed := self._keys.replayed(request, report, "report")) is not None:
            return replayed
        if problems := list(self._problems(report)):
            message = f"This is not what the gallery has. Problems: {len(problems)}."
            return as_json({"message": message, "problems": problems[:MOST_SAID]}, status=422)
        made = self._certificate(report)
        self._certificates.append(made)
        self._keys.note(request, report, made)
        return as_json(made, status=201)

    def _certificate(self, report: dict[str, Any]) -> dict[str, Any]:
        """Its number comes from the report alone: the same work, the same number."""
        digits = hashlib.sha256(json.dumps(report, sort_keys=True).encode()).hexdigest()
        return {
            "certificate": "-".join(digits[n : n + 4] for n in (0, 4, 8)),
            "name": report["name"].strip(),
            "pages": len(report["pages"]),
            "images": len(report["images"]),
            "bytes": sum(image["bytes"] for image in report["images"]),
            "lost": len(report["lost"]),
        }

    def _problems(self, report: dict[str, Any]) -> Iterator[str]:
        """Field by field, what is wrong with the report; nothing if all of it is right."""
        missing = [field for field in FIELDS if field not in report]
        if missing:
            yield f"{', '.join(missing)}: missing. {EXAMPLE}"
            return
        name = report["name"]
        if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
            yield f"name: a text of 1 to {LONGEST_NAME} characters, please, not {json.dumps(name)[:80]}"
        pages = ["/gallery", *(f"/gallery/page/{n}" for n in PAGES)]
        yield from wrong_paths("pages", report["pages"], pages)
        yield from wrong_paths("lost", report["lost"], [LOST])
        images = report["images"]
        if not isinstance(images, list) or not all(isinstance(image, dict) for image in images):
            yield f"images: a list of objects with path, bytes and sha256, please. {EXAMPLE}"
            return
        yield from wrong_paths("images", [image.get("path") for image in images], self._images)
        for image in images:
            yield from self._wrong_facts(image)

    def _wrong_facts(self, image: dict[str, Any]) -> Iterator[str]:
        path = image.get("path")
        known = self._images.get(path) if isinstance(path, str) else None
        for fact in ("bytes", "sha256") if known else ():
            if image.get(fact) != known[fact]:
                seen, expected = json.dumps(image.get(fact))[:80], json.dumps(known[fact])
                yield f"images: {path}: {fact} is {expected}, not {seen}"


def wrong_paths(field: str, given: Any, expected: Iterable[str]) -> Iterator[str]:
    """What is wrong with a list that should hold these paths, each once, in any order."""
    expected = list(expected)
    if not isinstance(given, list) or not all(isinstance(path, str) for path in given):
        yield f"{field}: a list of paths, please, such as {json.dumps(expected[:1])}"
        return
    if any("://" in path for path in given):
        yield f"{field}: paths, please, such as {expected[0]}, not whole addresses"
        return
    for path in sorted(set(expected) - set(given)):
        yield f"{field}: {path} is missing"
    for path in sorted(set(given) - set(expected)):
        yield f"{field}: {path} does not belong there"
    for path in sorted({path for path in given if given.count(path) > 1}):
        yield f"{field}: {path} is there {given.count(path)} times"


async def reported(request: web.Request) -> dict[str, Any]:
    """The report in the request. Raises 400 if it is no JSON object."""
    try:
        report = await request.json()
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict):
        raise web.HTTPBadRequest(text=EXAMPLE)
    return report
