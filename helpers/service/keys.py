"""The header `Idempotency-Key`: a POST that comes again is answered with what it made the first time.

How the header is meant to work: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from typing import Any

from aiohttp import web

from helpers.service.answers import as_json

HEADER = "Idempotency-Key"


class Keys:
    """Which key has made what, and of which content."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Any, dict[str, Any]]] = {}

    def reset(self) -> None:
        self._made.clear()

    def note(self, request: web.Request, content: Any, made: dict[str, Any]) -> None:
        """The request's key, if it has one, has made this of this content."""
        if (key := request.headers.get(HEADER)) is not None:
            self._made[key] = content, made

    def replayed(self, request: web.Request, content: Any, what: str) -> web.Response | None:
        """The answer to a key that was used before: 200 with what it made; None for a new key, and without
        one. Raises 422 if it made another `what`.
        """
        key = request.headers.get(HEADER)
        if key is None or key not in self._made:
            return None
        before, made = self._made[key]
        if before != content:
            raise web.HTTPUnprocessableEntity(text=f"This Idempotency-Key was used for another {what}.")
        return as_json(made, headers={"Idempotent-Replayed": "true"})
