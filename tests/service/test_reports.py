import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from running_service import right_report, serving

from helpers.service.gallery import LOST


async def report(client: ClientSession, body: Any, key: str | None = None) -> tuple[int, Any, str | None]:
    headers = {"Idempotency-Key": key} if key is not None else {}
    async with client.post("/reports", json=body, headers=headers) as response:
        return response.status, await response.json(), response.headers.get("Idempotent-Replayed")


async def certificates(client: ClientSession) -> list[dict[str, Any]]:
    async with client.get("/reports") as response:
        return (await response.json())["certificates"]


def test_a_right_report_gets_a_certificate() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            status, certificate, _ = await report(client, right_report())
            assert status == 201
            number = certificate.pop("certificate")
            assert [len(part) for part in number.split("-")] == [4, 4, 4]
            assert certificate == {"name": "Ada", "pages": 4, "images": 8, "lost": 1, "bytes": 176_070}
            assert await report(client, right_report()) == (201, {**certificate, "certificate": number}, None)
            _, other, _ = await report(client, right_report() | {"name": "Grace"})
            assert other["certificate"] != number

    asyncio.run(scenario())


def test_a_key_makes_one_certificate() -> None:
    async def scenario() -> None:
        async with serving() as (client, state, _):
            status, certificate, _ = await report(client, right_report(), "k")
            assert status == 201
            assert await report(client, right_report(), "k") == (200, certificate, "true")
            assert await certificates(client) == [certificate]
            status, answer, _ = await report(client, right_report() | {"name": "Grace"}, "k")
            assert (status, list(answer)) == (422, ["message"])
            state.reset()
            assert await certificates(client) == []
            assert (await report(client, right_report() | {"name": "Grace"}, "k"))[0] == 201

    asyncio.run(scenario())


def first_image(fact: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["images"][0].update({fact: value})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda body: body.pop("lost"), "lost: missing. A report is JSON like"),
        (lambda body: body.update(name=" "), 'name: a text of 1 to 60 characters, please, not " "'),
        (lambda body: body.update(name=None), "name: a text of 1 to 60 characters, please, not null"),
        (lambda body: body.update(pages=None), 'pages: a list of paths, please, such as ["/gallery"]'),
        (lambda body: body["pages"].pop(), "pages: /gallery/page/3 is missing"),
        (lambda body: body["pages"].append("/nowhere"), "pages: /nowhere does not belong there"),
        (lambda body: body["pages"].append("/gallery"), "pages: /gallery is there 2 times"),
        (
            lambda body: body["pages"].append("http://x/gallery"),
            "pages: paths, please, such as /gallery",
        ),
        (lambda body: body.update(lost=[]), f"lost: {LOST} is missing"),
        (lambda body: body.update(lost=[3]), "lost: a list of paths, please"),
        (lambda body: body.update(images={}), "images: a list of objects with path, bytes and sha256"),
        (lambda body: body.update(images=["x"]), "images: a list of objects with path, bytes and sha256"),
        (lambda body: body["images"].pop(), "images: /gallery/images/backoff.jpg is missing"),
        (first_image("path", 5), "images: a list of paths, please"),
        (first_image("bytes", 7), "images: /gallery/images/event-loop.png: bytes is 25403, not 7"),
        (first_image("sha256", "0"), "images: /gallery/images/event-loop.png: sha256 is"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(spoil: Callable[[dict[str, Any]], None], says: str) -> None:
    body = right_report()
    spoil(body)

    async def scenario() -> None:
        async with serving() as (client, _, _):
            status, answer, _ = await report(client, body, "k")
            assert status == 422
            assert any(problem.startswith(says) for problem in answer["problems"]), answer
            assert await certificates(client) == []
            assert (await report(client, right_report(), "k"))[0] == 201  # a refusal has used no key

    asyncio.run(scenario())


@pytest.mark.parametrize("body", [b"", b"gallery", b"[]", b'"name"', b"\xff", b"[" * 100_000])
def test_a_report_is_a_json_object(body: bytes) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.post("/reports", data=body) as response:
            assert response.status == 400
            assert "A report is JSON like" in (await response.json())["message"]

    asyncio.run(scenario())
