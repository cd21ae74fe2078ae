"""/orders: why a POST that may be sent twice needs an idempotency key.

Without one, each POST makes a new order. With the header `Idempotency-Key`, a repeated POST is answered with
the order that the first one made. How the header is meant to work:
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from typing import Any

from aiohttp import web

from helpers.service.answers import as_json


class Orders:
    """All orders since the last reset, and which key made which."""

    def __init__(self) -> None:
        self._orders: list[dict[str, Any]] = []
        self._by_key: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        self._orders.clear()
        self._by_key.clear()

    async def list(self, request: web.Request) -> web.Response:
        return as_json({"orders": self._orders})

    async def create(self, request: web.Request) -> web.Response:
        """POST {"item": …}. 201: a new order; 200: the one this key made before; 422: it made another one."""
        item = await ordered_item(request)
        key = request.headers.get("Idempotency-Key")
        if key is not None and key in self._by_key:
            order = self._by_key[key]
            if order["item"] != item:
                raise web.HTTPUnprocessableEntity(text="This Idempotency-Key was used for another order.")
            return as_json(order, headers={"Idempotent-Replayed": "true"})
        order = {"order": len(self._orders) + 1, "item": item}
        self._orders.append(order)
        if key is not None:
            self._by_key[key] = order
        return as_json(order, status=201)


async def ordered_item(request: web.Request) -> str:
    """What the request orders. Raises 400 if it does not say so."""
    try:
        return str((await request.json())["item"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise web.HTTPBadRequest(text='An order is JSON like {"item": "tea"}.') from None
