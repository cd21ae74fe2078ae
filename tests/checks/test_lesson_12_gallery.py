"""Exercise 12.5: downloaders of several designs, and of many weaknesses."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable

import aiohttp
import pytest
from lesson_functions import lessons_own

from helpers import check
from helpers.checks.lesson_12_gallery import ROOT, SEEDS, TRIES, seeded_faults, tries_needed
from helpers.service.gallery import TITLES

LESSON = lessons_own(
    "12_aiohttp_download",
    *("CHUNK", "fetch", "save", "save_whole", "digest"),
    *("may_pass", "backoff", "pause", "download", "resume"),
)
LESSON["rng"] = random.Random(12)
CHUNK, save_whole, digest, download = (LESSON[n] for n in ("CHUNK", "save_whole", "digest", "download"))
may_pass, pause, resume, save = (LESSON[name] for name in ("may_pass", "pause", "resume", "save"))
EXPECTED = (aiohttp.ClientError, TimeoutError)


def fetch_gallery(one: Callable, limit: int = 3) -> Callable:
    """An answer: `one(session, image, folder)` for each image, says whether it could be had."""

    async def answer(session, images, folder):
        places, missing = asyncio.Semaphore(limit), []

        async def polite(image):
            async with places:
                if not await one(session, image, folder):
                    missing.append(image["name"])

        async with asyncio.TaskGroup() as group:
            for image in images:
                group.create_task(polite(image))
        return missing

    return answer


async def stub(*arguments: object) -> None:
    # YOUR CODE HERE
    raise NotImplementedError


# ---- right ---------------------------------------------------------------------------------------


def remove(image, folder, *endings):
    for ending in endings:
        (folder / (image["name"] + ending)).unlink(missing_ok=True)


async def with_download(session, image, folder, download=download, endings=("", ".part", ".etag")):
    target = folder / image["name"]
    remove(image, folder, *endings)
    try:
        await download(session, image["url"], target)
    except EXPECTED:
        return False
    if digest(target) == image["sha256"]:
        return True
    target.unlink()
    return False


async def with_resume(session, image, folder):
    """Goes on where the last try stopped; an old file goes first."""
    target = folder / image["name"]
    remove(image, folder, "")
    try:
        for attempt in range(5):
            try:
                await resume(session, image["url"], target)
                if digest(target) == image["sha256"]:
                    return True
                target.unlink()
                return False
            except EXPECTED as error:
                if not may_pass(error) or attempt == 4:
                    return False
                await asyncio.sleep(pause(error, attempt))
    finally:
        remove(image, folder, ".part", ".etag")


async def in_memory_with_long_pauses(session, image, folder):
    """Reads the whole image, compares, and writes it in one step. Pauses of a second and more."""
    import hashlib

    remove(image, folder, "", ".part", ".etag")
    for attempt in range(5):
        with contextlib.suppress(*EXPECTED):
            async with session.get(image["url"]) as response:
                if response.status in (200, 404):
                    body = await response.read()
                    if hashlib.sha256(body).hexdigest() != image["sha256"]:
                        return False
                    (folder / image["name"]).write_bytes(body)
                    return True
                wait = float(response.headers.get("Retry-After", 2**attempt))
                if attempt < 4:
                    await asyncio.sleep(wait)
    return False


async def by_workers(session, images, folder):
    queue, missing = asyncio.Queue(), set()
    for image in images:
        queue.put_nowait(image)

    async def worker():
        while not queue.empty():
            image = queue.get_nowait()
            if not await with_download(session, image, folder):
                missing.add(image["name"])

    await asyncio.gather(*(worker() for _ in range(3)))
    return missing


async def by_exceptions_of_gather(session, images, folder):
    places = asyncio.Semaphore(3)

    async def one(image):
        async with places:
            if not await with_download(session, image, folder):
                raise ValueError(image["name"])

    outcomes = await asyncio.gather(*map(one, images), return_exceptions=True)
    return [outcome.args[0] for outcome in outcomes if outcome]


RIGHT = {
    "download": fetch_gallery(with_download),
    "resume": fetch_gallery(with_resume),
    "in memory": fetch_gallery(in_memory_with_long_pauses),
    "workers": by_workers,
    "gather": by_exceptions_of_gather,
}


@pytest.mark.parametrize("design", RIGHT)
def test_right_designs(design: str) -> None:
    verdict = check("12.5", RIGHT[design])
    assert verdict.kind == "correct", repr(verdict)


def test_the_stub() -> None:
    assert check("12.5", stub).kind == "not attempted"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_has_what_it_is_for(seed: int) -> None:
    needed = [tries_needed(seeded_faults(seed), ROOT + name) for name in TITLES]
    assert sum(tries > TRIES for tries in needed) == 1
    assert {1, 2, 4} <= set(needed)


# ---- wrong ---------------------------------------------------------------------------------------


async def glues(session, image, folder):
    target, part = folder / image["name"], folder / (image["name"] + ".part")
    for attempt in range(5):
        headers = {"Range": f"bytes={part.stat().st_size}-"} if part.exists() else {}
        try:
            async with session.get(image["url"], headers=headers, raise_for_status=True) as response:
                with part.open("ab") as file:
                    async for piece in response.content.iter_chunked(CHUNK):
                        file.write(piece)
            part.replace(target)
            return True
        except EXPECTED as error:
            if attempt == 4 or not may_pass(error):
                part.unlink(missing_ok=True)
                return False
            await asyncio.sleep(pause(error, attempt))


async def glues_and_adds_to_200(session, image, folder):
    part = folder / (image["name"] + ".part")
    for attempt in range(5):
        headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": '"old"'} if part.exists() else {}
        try:
            async with session.get(image["url"], headers=headers, raise_for_status=True) as response:
                with part.open("ab") as file:
                    async for piece in response.content.iter_chunked(CHUNK):
                        file.write(piece)
            part.replace(folder / image["name"])
            return True
        except EXPECTED as error:
            if attempt == 4 or not may_pass(error):
                part.unlink(missing_ok=True)
                return False
            await asyncio.sleep(pause(error, attempt))


async def no_digest(session, image, folder):
    try:
        await download(session, image["url"], folder / image["name"])
    except EXPECTED:
        return False
    return True


async def only_the_size(session, image, folder):
    target = folder / image["name"]
    return await no_digest(session, image, folder) and target.stat().st_size == image["bytes"]


async def noted_but_kept(session, image, folder):
    return await no_digest(session, image, folder) and digest(folder / image["name"]) == image["sha256"]


async def leaves_the_old_file(session, image, folder):
    return await with_download(session, image, folder, endings=(".part", ".etag"))


async def leaves_the_old_part(session, image, folder):
    return await with_download(session, image, folder, save_whole_beside, endings=("", ".etag"))


async def leaves_the_old_etag(session, image, folder):
    return await with_download(session, image, folder, endings=("", ".part"))


async def save_whole_beside(session, url, target):
    """Its parts have another name, so that `.part` of an earlier run is never touched."""
    beside = target.with_name(target.name + ".new")
    await download(session, url, beside)
    beside.replace(target)


async def gives_up_together(session, image, folder):
    await download(session, image["url"], folder / image["name"])
    return digest(folder / image["name"]) == image["sha256"]


async def trusts_what_is_there(session, image, folder):
    return (folder / image["name"]).exists() or await with_download(session, image, folder)


def retrying(
    once: Callable, attempts: int = 5, may_pass: Callable = may_pass, wait: Callable = pause
) -> Callable:
    """`one` for fetch_gallery: try `once(session, url, target)` again and again."""

    async def one(session, url, target):
        for attempt in range(attempts):
            try:
                return await once(session, url, target)
            except EXPECTED as error:
                if attempt + 1 == attempts or not may_pass(error):
                    raise
                await asyncio.sleep(wait(error, attempt))

    return lambda session, image, folder: with_download(session, image, folder, one)


async def leaves_parts(session, url, target):
    part = target.with_name(target.name + ".part")
    async with session.get(url, raise_for_status=True) as response:
        with part.open("wb") as file:
            async for piece in response.content.iter_chunked(CHUNK):
                file.write(piece)
    part.replace(target)


async def tidies_up_errors_only(session, url, target):
    """Straight to the final name; removed after an error, but not after a cancellation."""
    try:
        await save(session, url, target)
    except Exception:
        target.unlink(missing_ok=True)
        raise


async def in_own_session(session, url, target):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(sock_read=5)) as own:
        await save_whole(own, url, target)


async def blocks(session, image, folder):
    for attempt in range(5):
        try:
            await save_whole(session, image["url"], folder / image["name"])
            break
        except EXPECTED as error:
            time.sleep(pause(error, attempt))
    return True


async def swallows_all(session, images, folder):
    try:
        return await fetch_gallery(with_download)(session, images, folder)
    except BaseException:
        return [image["name"] for image in images]


async def returns_nothing(session, images, folder):
    await fetch_gallery(with_download)(session, images, folder)


async def returns_what_was_had(session, images, folder):
    missing = await fetch_gallery(with_download)(session, images, folder)
    return [image["name"] for image in images if image["name"] not in missing]


async def returns_the_images(session, images, folder):
    missing = await fetch_gallery(with_download)(session, images, folder)
    return [image for image in images if image["name"] in missing]


async def forgets_the_names(session, images, folder):
    await fetch_gallery(with_download)(session, images, folder)
    return []


async def one_after_the_other(session, images, folder):
    return [image["name"] for image in images if not await with_download(session, image, folder)]


async def in_batches_that_stop(session, images, folder):
    return await fetch_gallery(with_download)(session, images[:3], folder)


def own_pause(error, attempt):
    return 0.05 * 2**attempt


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (fetch_gallery(glues), "not yet", "does not belong to it were glued together"),
        (fetch_gallery(glues_and_adds_to_200), "not yet", "does not belong to it were glued together"),
        (fetch_gallery(no_digest), "not yet", "The length is right and the content is not"),
        (fetch_gallery(only_the_size), "not yet", "waves.jpg is in the folder"),
        (fetch_gallery(noted_but_kept), "not yet", "Only the digest tells"),
        (fetch_gallery(leaves_the_old_file), "not yet", "lost.png could not be had, but an old, spoilt file"),
        (fetch_gallery(leaves_the_old_part), "not yet", "lost.png.part is left in the folder"),
        (fetch_gallery(leaves_the_old_etag), "not yet", "lost.png.etag is left in the folder"),
        (fetch_gallery(gives_up_together), "not yet", "One image failed, and the error ended everything"),
        (fetch_gallery(trusts_what_is_there), "not yet", "A file with that name was there already"),
        (fetch_gallery(retrying(save)), "not yet", "Half an image has an image's name"),
        (fetch_gallery(retrying(leaves_parts)), "not yet", ".part is left in the folder"),
        (
            fetch_gallery(retrying(tidies_up_errors_only)),
            "not yet",
            "`except` clauses for errors",
        ),
        (fetch_gallery(retrying(in_own_session)), "not yet", "6 connections for 6 images"),
        (fetch_gallery(retrying(save_whole, attempts=1)), "not yet", "It gave up too early"),
        (fetch_gallery(retrying(save_whole, attempts=4)), "not yet", "deadlock.png: 4 requests"),
        (fetch_gallery(retrying(save_whole, attempts=6)), "not yet", "more than 5 requests"),
        (fetch_gallery(retrying(save_whole, attempts=10**6)), "not yet", "asked for too often"),
        (fetch_gallery(retrying(download)), "not yet", "Tries multiply"),
        (fetch_gallery(retrying(save_whole, may_pass=lambda _: True)), "not yet", "lost.png: 5 requests"),
        (fetch_gallery(retrying(save_whole, wait=own_pause)), "not yet", "your next request came earlier"),
        (fetch_gallery(blocks), "stuck", "blocks(), line"),
        (swallows_all, "not yet", "It was cancelled and went on"),
        (fetch_gallery(with_download, limit=8), "not yet", "6 in flight at most"),
        (fetch_gallery(with_download, limit=4), "not yet", "4 in flight at most"),
        (fetch_gallery(with_download, limit=2), "not yet", "What happened: 2 in flight at most"),
        (one_after_the_other, "not yet", "waited in vain for a third one"),
        (in_batches_that_stop, "not yet", "was never asked for"),
        (returns_nothing, "not yet", "What happened: returned None"),
        (returns_what_was_had, "not yet", "not the names of the images"),
        (returns_the_images, "not yet", "not the names of the images"),
        (forgets_the_names, "not yet", "deadlock.png, lost.png, waves.jpg"),
    ],
)
def test_wrong_answers(answer: Callable, kind: str, says: str) -> None:
    verdict = check("12.5", answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)
