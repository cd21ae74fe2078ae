import asyncio
import re

import pytest
from aiohttp import ClientSession, CookieJar
from running_service import right_report, serving

from helpers.service.faults import KINDS


def test_the_list_of_paths_is_complete_and_true() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            async with client.get("/") as response:
                page = await response.text()
            assert all(kind in page for kind in KINDS)
            listed = re.findall(r"<tr><td>([A-Z ]+)</td><td>([^<]+)</td>", page)
            assert len(listed) > 20
            examples = {
                "{seconds}": "0",
                "{code}": "200",
                "{etag}": "x",
                "{name}": "waves.jpg",
                "{n}": "1",
                "/drip": "/drip?duration=0",
            }
            for methods, path in listed:
                for placeholder, example in examples.items():
                    path = path.replace(placeholder, example)
                for method in methods.split():
                    body = {"item": "tea"} if method == "POST" else None
                    body = right_report() if path == "/reports" else body
                    headers = {"Accept": "image/png"}
                    async with client.request(method, path, json=body, headers=headers) as response:
                        await response.read()
                        assert response.status in (200, 201), (method, path)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "path", ["/nowhere", "/bytes", "/bytes/-1", "/bytes/1.5", f"/bytes/{'9' * 5000}", "/%ff"]
)
def test_what_is_not_there_says_where_the_list_is(path: str) -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.get(path) as response:
            assert (response.status, response.content_type) == (404, "application/json")
            assert (await response.json())["message"].endswith("The list of paths: /")

    asyncio.run(scenario())


def test_a_wrong_method_says_which_are_right() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _), client.put("/orders") as response:
            assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD, POST")
            assert (await response.json())["message"] == "/orders takes GET, HEAD, POST, not PUT."

    asyncio.run(scenario())


def test_the_json_of_an_echo_is_what_was_asked() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, url):
            async with client.get("/get?a=1&a=2&b=", headers={"X-Course": "async"}) as response:
                answer = await response.json()
            assert answer["args"] == {"a": ["1", "2"], "b": ""}
            assert answer["headers"]["X-Course"] == "async"
            assert answer["origin"] == "127.0.0.1"
            assert answer["url"] == f"{url}/get?a=1&a=2&b="

    asyncio.run(scenario())


def test_cookies_are_set_and_sent_back() -> None:
    async def scenario() -> None:
        # aiohttp keeps cookies of an IP address only when it is told to.
        jar = CookieJar(unsafe=True)
        async with serving() as (_, _, url), ClientSession(url, cookie_jar=jar) as client:
            async with client.get("/cookies/set", params={"a": "1", "b": "x y; z"}) as response:
                assert [each.status for each in response.history] == [302]
                assert await response.json() == {"cookies": {"a": "1", "b": "x y; z"}}
            async with client.get("/cookies/set", params={"no name": "1"}) as response:
                assert response.status == 400

    asyncio.run(scenario())


def test_cookies_survive_a_spoilt_answer() -> None:
    async def scenario() -> None:
        async with serving() as (client, _, _):
            path = "/cookies/set?a=1&fault=drip:1000000"
            async with client.get(path, allow_redirects=False) as response:
                assert response.cookies["a"].value == "1"

    asyncio.run(scenario())
