"""Exercise 14.4: reports posted once, by several designs; and posted twice, lost, refused without a word."""

import asyncio
import functools
import hashlib
import json
import uuid
from collections.abc import Callable

import aiohttp
import pytest
from lesson_functions import lessons_own

from helpers import capstone as course
from helpers import check
from helpers.capstone import Refused, with_retries
from helpers.exercise import solution_code

LESSON = lessons_own("14_capstone")
EXPECTED = (aiohttp.ClientError, TimeoutError)


def expect(answer: object, kind: str, says: str = "") -> None:
    verdict = check("14.4", answer)
    text = " ".join(repr(verdict).split())
    assert (verdict.kind, says in text) == (kind, True), repr(verdict)


def test_the_solution_the_courses_own_and_what_is_no_answer() -> None:
    names = dict(LESSON)
    exec(compile(solution_code("14.4"), "<answer 14.4>", "exec"), names)
    expect(names["post_report"], "correct")
    expect(course.post_report, "correct")
    expect(42, "not yet", "check() was given an int")


def test_the_stub() -> None:
    async def post_report(session, url, report):
        # YOUR CODE HERE
        raise NotImplementedError

    expect(post_report, "not attempted")


def by_digest(report: dict) -> str:
    return hashlib.sha256(json.dumps(report, sort_keys=True).encode()).hexdigest()


def post_report(
    key: Callable = by_digest,
    each_try: bool = False,
    retry: Callable = with_retries,
    refuses: bool = True,
    form: bool = False,
    value: Callable = lambda answer: answer,
) -> Callable:
    """An answer to 14.4, each step of which can be another one."""

    async def answer(session, url, report):
        headers = {"Idempotency-Key": key(report)} if key else {}

        async def post():
            sent = {"Idempotency-Key": key(report)} if each_try else headers
            body = {"data": json.dumps(report)} if form else {"json": report}
            async with session.post(url, headers=sent, **body) as response:
                if refuses and response.status == 422:
                    raise Refused((await response.json())["problems"])
                response.raise_for_status()
                return await response.json()

        return value(await retry(post))

    return answer


def by_name(report: dict) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(report)))


async def with_a_loop_of_its_own(session, url, report):
    key = by_digest(report)
    for attempt in range(5):
        try:
            async with session.post(url, json=report, headers={"Idempotency-Key": key}) as response:
                answer = await response.json()
                if response.status == 422:
                    raise Refused(answer["problems"])
                response.raise_for_status()
                return answer
        except EXPECTED as error:
            if attempt == 4 or not course.may_pass(error):
                raise
            await asyncio.sleep(course.pause(error, attempt))


@pytest.mark.parametrize("answer", [post_report(), post_report(by_name), with_a_loop_of_its_own])
def test_other_right_answers(answer: Callable) -> None:
    expect(answer, "correct")


def at_random(report: dict) -> str:
    return str(uuid.uuid4())


def by_hash(report: dict) -> str:
    return str(hash(json.dumps(report, sort_keys=True)))


keys: dict[str, str] = {}


def kept_in_memory(report: dict) -> str:
    return keys.setdefault(json.dumps(report), str(uuid.uuid4()))


@functools.cache
def drawn_for(text: str) -> str:
    return str(uuid.uuid4())


def put_into_the_report(report: dict) -> str:
    return report.setdefault("key", by_digest(report))


async def in_a_session_of_its_own(session, url, report):
    async with aiohttp.ClientSession() as own:
        return await post_report()(own, url, report)


async def posts_nothing(session, url, report):
    return {"number": 1}


async def posts_elsewhere(session, url, report):
    return await course.post_report(session, url + "/new", report)


async def once_only(call):
    return await call()


def tries(number: int, wait: Callable = course.pause, kinds: tuple = EXPECTED) -> Callable:
    async def retry(call):
        for attempt in range(number):
            try:
                return await call()
            except kinds as error:
                if attempt + 1 == number:
                    raise
                await asyncio.sleep(wait(error, attempt))

    return retry


async def swallowing(call):
    try:
        return await with_retries(call)
    except EXPECTED:
        return None


async def until_it_works(call):
    while True:
        try:
            return await call()
        except EXPECTED as error:
            await asyncio.sleep(course.pause(error, 0))


async def never_mind_cancellation(call):
    try:
        return await with_retries(call)
    except asyncio.CancelledError:
        return None


async def twice_to_be_sure(call):
    await with_retries(call)
    return await with_retries(call)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (posts_nothing, "No report has come to the service"),
        (posts_elsewhere, "0 requests, then ClientResponseError: 404"),
        (post_report(key=None), "The header `Idempotency-Key` is missing"),
        (post_report(at_random), "a key that was drawn by chance is gone"),
        (post_report(at_random, each_try=True), "The same key must go with every try"),
        (post_report(by_hash), "`hash()` of a text is another number each time"),
        (post_report(kept_in_memory), "what Python has kept in memory"),
        (post_report(lambda report: drawn_for(str(report))), "what Python has kept in memory"),
        (post_report(put_into_the_report), "has changed the report"),
        (in_a_session_of_its_own, "that your function was given"),
        (post_report(lambda report: "the report"), "Another report needs another key"),
        (post_report(lambda report: report["name"]), "of the same name"),
        (post_report(lambda report: report["name"] and "one"), "Another report needs another key"),
        (post_report(lambda report: report["name"] + str(report["lost"])), "that has other images"),
        (post_report(form=True), "a Content-Type that says so"),
        (post_report(retry=once_only), "1 request, then"),
        (post_report(retry=tries(5, kinds=(aiohttp.ClientConnectionError,))), "a 5xx and a 429 are worth"),
        (post_report(retry=tries(3)), "3 requests"),
        (post_report(retry=tries(7)), "7 requests"),
        (post_report(retry=until_it_works), "more than 8 requests"),
        (post_report(retry=tries(5, wait=lambda error, attempt: 0.1)), "by Retry-After"),
        (post_report(retry=tries(5), refuses=False), "the same report will not do better"),
        (post_report(refuses=False), "`raise_for_status()` throws that away"),
        (post_report(retry=swallowing), "nobody learns of it"),
        (post_report(retry=twice_to_be_sure), "it was posted again"),
        (post_report(retry=never_mind_cancellation), "It was cancelled and went on"),
        (post_report(value=lambda answer: None), "Return what the service answers"),
        (
            post_report(value=lambda answer: answer["certificate"]),
            "Return the certificate as the service gives it",
        ),
    ],
)
def test_wrong_answers(answer: Callable, says: str) -> None:
    expect(answer, "not yet", says)
