import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from running_service import serving


async def order(client: ClientSession, item: Any, key: str | None = None) -> tuple[int, Any, str | None]:
    headers = {"Idempotency-Key": key} if key is not None else {}
    async with client.post("/orders", json={"item": item}, headers=headers) as response:
        return response.status, await response.json(), response.headers.get("Idempotent-Replayed")


def test_a_key_makes_one_order() -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            assert await order(client, "tea") == (201, {"item": "tea", "order": 1}, None)
            assert await order(client, "tea") == (201, {"item": "tea", "order": 2}, None)
            assert await order(client, "milk", "k") == (201, {"item": "milk", "order": 3}, None)
            assert await order(client, "milk", "k") == (200, {"item": "milk", "order": 3}, "true")
            assert await order(client, "milk", "other") == (201, {"item": "milk", "order": 4}, None)
            status, answer, _ = await order(client, "tea", "k")
            assert (status, list(answer)) == (422, ["message"])
            async with client.get("/orders") as response:
                orders = (await response.json())["orders"]
            assert [(each["order"], each["item"]) for each in orders] == [
                (1, "tea"),
                (2, "tea"),
                (3, "milk"),
                (4, "milk"),
            ]
            state.reset()
            assert await order(client, "tea", "k") == (201, {"item": "tea", "order": 1}, None)

    asyncio.run(scenario())


@pytest.mark.parametrize("body", [b"", b"tea", b"[]", b"{}", b'"item"', b"\xff", b"[" * 100_000])
def test_an_order_must_say_what(body: bytes) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.post("/orders", data=body) as response:
            assert response.status == 400
            assert "item" in (await response.json())["message"]

    asyncio.run(scenario())
