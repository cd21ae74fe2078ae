import asyncio
import urllib.request

import aiohttp
import pytest

from helpers import check
from helpers.checks import apart


@pytest.fixture(autouse=True, params=sorted({apart.FORKS, False}), ids=lambda forks: f"forks={forks}")
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "FORKS", request.param)


async def with_both_contexts_nested(url: str) -> int:
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            return len(await response.read())


async def counting_pieces(url: str) -> int:
    async with aiohttp.request("GET", url) as response:
        return sum([len(piece) async for piece in response.content.iter_any()])


class Callable:
    async def __call__(self, url: str) -> int:
        return await with_both_contexts_nested(url)


async def in_a_thread(url: str) -> int:
    def blocking() -> int:
        with urllib.request.urlopen(url) as response:
            return len(response.read())

    return await asyncio.to_thread(blocking)


async def returns_the_body(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.read()


async def returns_a_coroutine(url: str) -> object:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.read()


async def forgets_await(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return len(response.read())


async def reads_too_late(url: str) -> int:
    async with aiohttp.ClientSession() as session:
        response = await session.get(url)
    return len(await response.read())


async def leaves_the_session_open(url: str) -> int:
    response = await aiohttp.ClientSession().get(url)
    return len(await response.read())


async def blocks(url: str) -> int:
    with urllib.request.urlopen(url) as response:
        return len(response.read())


async def reads_the_first_piece(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return len(await response.content.readany())


async def trusts_the_header(url: str) -> int | None:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.content_length


def is_not_async(url: str) -> int:
    return 1000


async def returns_nothing(url: str) -> None:
    await with_both_contexts_nested(url)


async def stub(url: str) -> int:
    # YOUR CODE HERE
    raise NotImplementedError


@pytest.mark.parametrize("answer", [with_both_contexts_nested, counting_pieces, Callable(), in_a_thread])
def test_right_answers(answer: object) -> None:
    assert check("00.1", answer).kind == "correct"


def test_the_stub() -> None:
    assert check("00.1", stub).kind == "not attempted"


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (returns_the_body, "not yet", "bytes, 1000 of them"),
        (returns_a_coroutine, "not yet", "Is there an `await` missing"),
        (forgets_await, "not yet", "called read() and did not await"),
        (reads_too_late, "error", "len(await response.read())"),
        (leaves_the_session_open, "not yet", "left a ClientSession open"),
        (blocks, "stuck", "blocks(), line"),
        (reads_the_first_piece, "not yet", "count the whole body?"),
        (is_not_async, "not yet", "Write `async def`"),
        (trusts_the_header, "not yet", "count the whole body?"),
        (returns_nothing, "not yet", "What happened: None"),
        (42, "not yet", "check() was given an int"),
    ],
)
def test_wrong_answers(answer: object, kind: str, says: str) -> None:
    verdict = check("00.1", answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)


@pytest.mark.filterwarnings("ignore:coroutine 'stub' was never awaited")
def test_an_answer_that_is_already_called() -> None:
    assert "without calling it" in check("00.1", stub("x")).text


def test_a_session_of_the_notebooks_own_loop_is_refused_before_it_does_harm() -> None:
    async def in_a_notebook() -> str:
        async with aiohttp.ClientSession() as mine:

            async def length(url: str) -> int:
                async with mine.get(url) as response:
                    return len(await response.read())

            return check("00.1", length).text

    assert "`mine`, a session that was opened outside" in asyncio.run(in_a_notebook())
