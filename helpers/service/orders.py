"""/orders: why a POST that may be sent twice needs an idempotency key.

Without one, each POST makes a new order. With the header `Idempotency-Key` (keys.py), a repeated POST is
answered with the order that the first one made.
"""

from typing import Any

from aiohttp import web

from helpers.service.answers import as_json
from helpers.service.keys import Keys


class Orders:
    """All orders since the last reset, and which key made which."""

    def __init__(self) -> None:
        self._orders: list[dict[str, Any]] = []
        self._keys = Keys()

    def reset(self) -> None:
        self._orders.clear()
        self._keys.reset()

    async def list(self, request: web.Request) -> web.Response:
        return as_json({"orders": self._orders})

    async def create(self, request: web.Request) -> web.Response:
        """POST {"item": …}. 201: a new order; 200: the one this key made before; 422: it made another one."""
        item = await ordered_item(request)
        if (replayed := self._keys.replayed(request, item, "order")) is not None:
            return replayed
        order = {"order": len(self._orders) + 1, "item": item}
        self._orders.append(order)
        self._keys.note(request, item, order)
        return as_json(order, status=201)


async def ordered_item(request: web.Request) -> str:
    """What the request orders. Raises 400 if it does not say so."""
    try:
        return str((await request.json())["item"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise web.HTTPBadRequest(text='An order is JSON like {"item": "tea"}.') from None
