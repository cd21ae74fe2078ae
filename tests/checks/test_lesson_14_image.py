"""Exercise 14.3: one image, by several designs, and with many weaknesses."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from lesson_functions import lessons_own

from helpers import capstone as course
from helpers import check
from helpers.capstone import WrongDigest, digest, with_retries
from helpers.exercise import solution_code

LESSON = lessons_own("14_capstone", "add_rest")
add_rest = LESSON["add_rest"]
EXPECTED = (aiohttp.ClientError, TimeoutError)


def expect(answer: object, kind: str, says: str = "") -> None:
    verdict = check("14.3", answer)
    text = " ".join(repr(verdict).split())
    assert (verdict.kind, says in text) == (kind, True), repr(verdict)


def test_the_solution_the_courses_own_and_what_is_no_answer() -> None:
    names = dict(LESSON)
    exec(compile(solution_code("14.3"), "<answer 14.3>", "exec"), names)
    expect(names["fetch_image"], "correct")
    expect(course.fetch_image, "correct")
    expect(42, "not yet", "check() was given an int")


def test_the_stub() -> None:
    async def fetch_image(session, url, target, sha256):
        # YOUR CODE HERE
        raise NotImplementedError

    expect(fetch_image, "not attempted")


def beside(target: Path) -> tuple[Path, Path]:
    return target.with_name(target.name + ".part"), target.with_name(target.name + ".etag")


def remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def fetch_image(
    add_rest: Callable = add_rest,
    retry: Callable = with_retries,
    trusts: Callable = lambda target, sha256: target.exists() and digest(target) == sha256,
    compare: Callable = digest,
    keeps_old: bool = False,
    keeps_spoilt: bool = False,
    leaves: tuple[int, ...] = (),
) -> Callable:
    """An answer to 14.3, each step of which can be another one."""

    async def answer(session, url, target, sha256):
        part, tag = beside(target)

        async def once():
            await add_rest(session, url, part, tag)
            if compare(part) not in (sha256, None):
                if not keeps_spoilt:
                    part.unlink()
                raise WrongDigest(url)

        if not trusts(target, sha256):
            if not keeps_old:
                remove(target)
            await retry(once)
            part.replace(target)
        remove(*(path for n, path in enumerate((part, tag)) if n not in leaves))

    return answer


# ---- right ---------------------------------------------------------------------------------------


async def with_a_loop_of_its_own(session, url, target, sha256):
    """No with_retries; asks for nothing but the size of the part; writes by the descriptor."""
    part, tag = beside(target)
    if target.exists():
        if hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
            return remove(part, tag)
        target.unlink()
    for attempt in range(5):
        try:
            version = tag.read_text() if part.exists() and tag.exists() else ""
            start = part.stat().st_size if version else 0
            headers = {"Range": f"bytes={start}-", "If-Range": version} if start else {}
            async with session.get(url, headers=headers) as response:
                if response.status == 416:
                    remove(part, tag) if digest(part) != sha256 else None
                else:
                    response.raise_for_status()
                    tag.write_text(response.headers["ETag"])
                    flags = os.O_CREAT | os.O_WRONLY | (os.O_APPEND if response.status == 206 else os.O_TRUNC)
                    with open(os.open(part, flags), "wb", buffering=0) as file:
                        async for piece, _ in response.content.iter_chunks():
                            file.write(piece)
            if part.exists() and digest(part) == sha256:
                os.replace(part, target)
                return remove(tag)
            remove(part, tag)
            error = WrongDigest(url)
        except EXPECTED as failure:
            error = failure
            if not course.may_pass(error):
                raise
        if attempt < 4:
            await asyncio.sleep(course.pause(error, attempt))
    raise error


def test_another_right_answer() -> None:
    expect(with_a_loop_of_its_own, "correct")


# ---- wrong ---------------------------------------------------------------------------------------


async def straight_to_the_name(session, url, target, sha256):
    async def once():
        async with session.get(url, raise_for_status=True) as response:
            with target.open("wb") as file:
                async for piece in response.content.iter_chunked(65536):
                    file.write(piece)

    if not (target.exists() and digest(target) == sha256):
        remove(target)
        await with_retries(once)
    remove(*beside(target))


async def straight_and_compared(session, url, target, sha256):
    async def once():
        async with session.get(url, raise_for_status=True) as response:
            with target.open("wb") as file:
                async for piece in response.content.iter_chunked(65536):
                    file.write(piece)
        if digest(target) != sha256:
            raise WrongDigest(url)

    remove(*beside(target))
    if not (target.exists() and digest(target) == sha256):
        remove(target)
        try:
            await with_retries(once)
        except Exception:
            remove(target)
            raise


async def always_from_the_first_byte(session, url, part, tag):
    async with session.get(url, raise_for_status=True) as response:
        with part.open("wb") as file:
            async for piece in response.content.iter_chunked(65536):
                file.write(piece)


async def tidies_up(session, url, part, tag):
    """As in lesson 12: whatever happens, no part stays."""
    done = False
    try:
        await add_rest(session, url, part, tag)
        done = True
    finally:
        if not done:
            remove(part, tag)


async def without_if_range(session, url, part, tag):
    headers = {"Range": f"bytes={part.stat().st_size}-"} if part.exists() else {}
    async with session.get(url, headers=headers) as response:
        if response.status == 416:
            return
        response.raise_for_status()
        with part.open("ab" if response.status == 206 else "wb") as file:
            async for piece in response.content.iter_chunked(65536):
                file.write(piece)


async def adds_to_200(session, url, part, tag):
    headers = {}
    if part.exists() and tag.exists():
        headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": tag.read_text()}
    async with session.get(url, headers=headers) as response:
        if response.status == 416:
            return
        response.raise_for_status()
        tag.write_text(response.headers.get("ETag", ""))
        with part.open("ab") as file:
            async for piece in response.content.iter_chunked(65536):
                file.write(piece)


async def fails_at_416(session, url, part, tag):
    headers = {}
    if part.exists() and tag.exists() and tag.read_text():
        headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": tag.read_text()}
    async with session.get(url, headers=headers, raise_for_status=True) as response:
        with part.open("ab" if response.status == 206 else "wb") as file:
            tag.write_text(response.headers.get("ETag", ""))
            async for piece in response.content.iter_chunked(65536):
                file.write(piece)


async def all_in_memory(session, url, part, tag):
    headers = {}
    if part.exists() and tag.exists() and tag.read_text():
        headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": tag.read_text()}
    async with session.get(url, headers=headers) as response:
        if response.status == 416:
            return
        response.raise_for_status()
        tag.write_text(response.headers.get("ETag", ""))
        with part.open("ab" if response.status == 206 else "wb") as file:
            pieces = []
            try:
                async for piece in response.content.iter_chunked(65536):
                    pieces.append(piece)
            finally:
                file.write(b"".join(pieces))


async def once_only(call):
    return await call()


def tries(number: int, hopeless: bool = False, pause: Callable = course.pause) -> Callable:
    async def retry(call):
        for attempt in range(number):
            try:
                return await call()
            except EXPECTED as error:
                if attempt + 1 == number or not (hopeless or course.may_pass(error)):
                    raise
                seconds = pause(error, attempt)
            await asyncio.sleep(seconds)

    return retry


async def swallows_errors(session, url, target, sha256):
    try:
        await fetch_image()(session, url, target, sha256)
    except EXPECTED:
        pass


async def swallows_cancellation(session, url, target, sha256):
    try:
        await fetch_image()(session, url, target, sha256)
    except asyncio.CancelledError:
        await fetch_image()(session, url, target, sha256)


async def compares_when_all_tries_are_over(session, url, target, sha256):
    part, tag = beside(target)
    if not (target.exists() and digest(target) == sha256):
        remove(target)
        await with_retries(lambda: add_rest(session, url, part, tag))
        if digest(part) != sha256:
            remove(part, tag)
            raise WrongDigest(url)
        part.replace(target)
    remove(part, tag)


async def gives_up_the_second_time(session, url, target, sha256):
    """Two digests that are wrong are enough for it."""
    part, tag = beside(target)
    if not (target.exists() and digest(target) == sha256):
        remove(target)
        for _ in range(2):
            await with_retries(lambda: add_rest(session, url, part, tag))
            if digest(part) == sha256:
                break
            remove(part, tag)
        else:
            raise WrongDigest(url)
        part.replace(target)
    remove(part, tag)


async def raises_another_error(session, url, target, sha256):
    try:
        await fetch_image()(session, url, target, sha256)
    except WrongDigest:
        raise aiohttp.ClientPayloadError(url) from None


async def forgets_the_etag_of_an_earlier_run(session, url, target, sha256):
    if target.exists() and digest(target) == sha256:
        return remove(beside(target)[0])
    await fetch_image()(session, url, target, sha256)


async def takes_for_granted_that_a_part_is_there(session, url, target, sha256):
    if target.exists() and digest(target) == sha256:
        for path in beside(target):
            path.unlink()
        return
    await fetch_image()(session, url, target, sha256)


async def in_a_session_of_its_own(session, url, target, sha256):
    async with aiohttp.ClientSession() as own:
        await fetch_image()(own, url, target, sha256)


async def retries_within_retries(call):
    await with_retries(lambda: with_retries(call))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (straight_to_the_name, "it got the image's name all the same"),
        (straight_and_compared, "half of the image is left under its name"),
        (fetch_image(trusts=lambda target, sha256: False), "The file was there, and its digest was right"),
        (fetch_image(trusts=lambda target, sha256: target.exists()), "you took it for the image"),
        (fetch_image(keeps_old=True), "an old, spoilt file still has its name"),
        (fetch_image(compare=lambda part: None), "Compare `digest(part)` with `sha256` before"),
        (fetch_image(keeps_spoilt=True), "no byte that could follow will make it right"),
        (compares_when_all_tries_are_over, "raise `WrongDigest(url)` inside of what `with_retries` calls"),
        (in_a_session_of_its_own, "that your function was given"),
        (fetch_image(always_from_the_first_byte), "It began again with the first byte"),
        (fetch_image(tidies_up), "It began again with the first byte"),
        (fetch_image(without_if_range), "Without its ETag a part is of no use"),
        (fetch_image(adds_to_200), "add to the part only when the answer is 206"),
        (fetch_image(fails_at_416), "it answers 416. That is no failure"),
        (fetch_image(all_in_memory), "The whole body was in memory at once"),
        (fetch_image(retry=once_only), "1 request"),
        (fetch_image(retry=tries(4)), "4 requests"),
        (fetch_image(retry=tries(6)), "6 requests"),
        (fetch_image(retry=retries_within_retries), "they multiply"),
        (fetch_image(retry=tries(5, hopeless=True)), "404 was asked for again"),
        (fetch_image(retry=tries(5, pause=lambda error, attempt: 0.1)), "by Retry-After"),
        (swallows_errors, "nobody learns of it"),
        (swallows_cancellation, "It was cancelled and went on"),
        (fetch_image(leaves=(0,)), "selector.png.part"),
        (fetch_image(leaves=(1,)), "left beside it: selector.png.etag"),
        (forgets_the_etag_of_an_earlier_run, "left beside it: selector.png.etag"),
        (gives_up_the_second_time, "2 requests What should: 5 requests"),
        (raises_another_error, "`WrongDigest(url)`, which"),
    ],
)
def test_wrong_answers(answer: Callable, says: str) -> None:
    expect(answer, "not yet", says)


def test_an_error_of_the_answers_own() -> None:
    expect(takes_for_granted_that_a_part_is_there, "error", "FileNotFoundError")
