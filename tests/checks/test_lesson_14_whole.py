"""Exercise 14.5: the whole program, by several designs, and what each weakness comes to on a bad day."""

import asyncio
import contextlib
import itertools
import json
import random
import sys
import time
import uuid
from collections.abc import Callable

import aiohttp
import lesson_14_program
import pytest
from lesson_functions import lessons_own

from helpers import capstone as course
from helpers import check
from helpers.capstone import Limits, Site, kind, with_retries

LESSON = lessons_own("14_capstone", "read_manifest", "make_report")
read_manifest, make_report = LESSON["read_manifest"], LESSON["make_report"]
EXPECTED = (aiohttp.ClientError, TimeoutError)


def expect(answer: object, kind: str, says: str = "") -> None:
    verdict = check("14.5", answer)
    text = " ".join(repr(verdict).split())
    assert (verdict.kind, says in text) == (kind, True), repr(verdict)


def test_the_solution_and_what_is_no_answer() -> None:
    expect(lesson_14_program.capstone(), "correct", "20 fault plans")
    expect(42, "not yet", "check() was given an int")


def test_the_stub_and_the_stub_of_an_earlier_exercise() -> None:
    async def capstone(site, folder, name, limits, progress):
        # YOUR CODE HERE
        raise NotImplementedError

    async def crawl(session, url, limit):
        # YOUR CODE HERE
        raise NotImplementedError

    async def with_a_stub(site, folder, name, limits, progress):
        async with aiohttp.ClientSession() as session:
            return await crawl(session, site, limits.in_flight)

    expect(capstone, "not attempted")
    expect(with_a_stub, "not yet", "calls `crawl`, which is still the stub of an earlier exercise")


# ---- an answer, each part of which can be another one ----------------------------------------------


def session_of(limits: Limits) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_read=limits.patience))


async def some_at_a_time(session, urls, one, in_flight):
    places = asyncio.Semaphore(in_flight)

    async def polite(url):
        async with places:
            await one(url)

    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(polite(url))


def capstone_with(
    open_session: Callable = session_of,
    deadline: Callable = lambda limits: asyncio.timeout(limits.deadline),
    crawl: Callable = course.crawl,
    manifest: Callable = lambda session, site: with_retries(lambda: read_manifest(session, site)),
    all_images: Callable = some_at_a_time,
    fetch: Callable = course.fetch_image,
    catches: tuple = (*EXPECTED, KeyError),
    report: Callable = make_report,
    post: Callable = course.post_report,
    tell: Callable = lambda progress, done, total: progress(done, total),
    notes_lost: bool = True,
    entry_of: Callable = lambda known, url: known.get(url, {"name": "lost.png", "sha256": "0" * 64}),
) -> Callable:
    async def capstone(site, folder, name, limits, progress):
        async with deadline(limits), open_session(limits) as session:
            found = await crawl(session, site + "/gallery", limits.in_flight)
            known = await manifest(session, site)
            images, done = [], [0]

            async def one(url):
                try:
                    entry = entry_of(known, url)
                    await fetch(session, url, folder / entry["name"], entry["sha256"])
                    images.append(entry)
                except catches:
                    if notes_lost:
                        found.lost.add(url)
                done[0] += 1
                tell(progress, done[0], len(found.images))

            await all_images(session, sorted(found.images), one, limits.in_flight)
            return await post(session, site + "/reports", report(name, found, images))

    return capstone


# ---- right ---------------------------------------------------------------------------------------


async def by_workers(session, urls, one, in_flight):
    queue = asyncio.Queue()
    for url in urls:
        queue.put_nowait(url)

    async def work():
        while not queue.empty():  # nothing is put in any more: here it may be asked
            await one(queue.get_nowait())

    await asyncio.gather(*(work() for _ in range(in_flight)))


def limited_by_its_pool(limits):
    timeout = aiohttp.ClientTimeout(total=None, sock_read=limits.patience)
    return aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=limits.in_flight))


def by_keywords(progress, done, total):
    progress(total=total, done=done)


async def all_at_once(session, urls, one, in_flight):
    await asyncio.gather(*map(one, urls))


@pytest.mark.parametrize(
    "answer",
    [
        capstone_with(all_images=by_workers, tell=by_keywords),
        capstone_with(limited_by_its_pool, all_images=all_at_once),
    ],
    ids=["workers", "pool"],
)
def test_other_right_answers(answer: Callable) -> None:
    expect(answer, "correct")


# ---- wrong ---------------------------------------------------------------------------------------


async def one_by_one(session, urls, one, in_flight):
    for url in urls:
        await one(url)


@contextlib.asynccontextmanager
async def no_deadline(limits):
    yield


def no_patience(limits):
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))


@contextlib.asynccontextmanager
async def never_closed(limits):
    yield session_of(limits)


async def crawl_without_retries(session, url, limit):
    site, seen, waiting = Site(), {url}, [url]
    while waiting:
        page = waiting.pop()
        try:
            async with session.get(page, raise_for_status=True) as response:
                found = course.links(await response.text(), page)
        except EXPECTED:
            site.lost.add(page)
            continue
        site.pages.add(page)
        site.images.update(link for link in found if kind(link) == "image")
        new = [link for link in found if kind(link) == "page" and link not in seen]
        seen.update(new)
        waiting += new
    return site


async def fetch_in_a_session_of_its_own(session, url, target, sha256):
    async with aiohttp.ClientSession() as own:
        await course.fetch_image(own, url, target, sha256)


async def fetch_if_it_is_not_there(session, url, target, sha256):
    if not target.exists():
        await course.fetch_image(session, url, target, sha256)


async def fetch_straight(session, url, target, sha256):
    async def once():
        async with session.get(url, raise_for_status=True) as response:
            with target.open("wb") as file:
                async for piece in response.content.iter_chunked(65536):
                    file.write(piece)

    if not (target.exists() and course.digest(target) == sha256):
        await with_retries(once)


async def fetch_from_the_first_byte(session, url, target, sha256):
    part = target.with_name(target.name + ".part")

    async def once():
        async with session.get(url, raise_for_status=True) as response:
            with part.open("wb") as file:
                async for piece in response.content.iter_chunked(65536):
                    file.write(piece)

    if not (target.exists() and course.digest(target) == sha256):
        await with_retries(once)
        part.replace(target)


async def fetch_always(session, url, target, sha256):
    target.unlink(missing_ok=True)
    await course.fetch_image(session, url, target, sha256)


async def fetch_and_keep_open(session, url, target, sha256):
    await course.fetch_image(session, url, target, sha256)
    opened.append(target.open("rb"))


opened: list = []


async def fetch_and_leave_a_list(session, url, target, sha256):
    await course.fetch_image(session, url, target, sha256)
    target.with_name("done.txt").write_text("done")


async def fetch_again_after_404(session, url, target, sha256):
    with contextlib.suppress(aiohttp.ClientResponseError):
        return await course.fetch_image(session, url, target, sha256)
    await course.fetch_image(session, url, target, sha256)


async def fetch_in_the_background(session, url, target, sha256):
    await course.fetch_image(session, url, target, sha256)
    waiting.append(asyncio.create_task(forgotten()))


waiting: list = []


async def forgotten():
    await asyncio.sleep(1000)


async def post_with_a_random_key(session, url, report):
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    async def post():
        async with session.post(url, json=report, headers=headers, raise_for_status=True) as response:
            return await response.json()

    return await with_retries(post)


async def post_without_a_key(session, url, report):
    async with session.post(url, json=report, raise_for_status=True) as response:
        return await response.json()


async def post_with_one_try(session, url, report):
    headers = {"Idempotency-Key": json.dumps(report)[-64:]}
    async with session.post(url, json=report, headers=headers, raise_for_status=True) as response:
        return await response.json()


async def post_nothing(session, url, report):
    return json.loads("{}")


async def post_and_return_nothing(session, url, report):
    await course.post_report(session, url, report)


def report_in_any_order(name, found, images):
    report = make_report(name, found, images)
    random.shuffle(report["images"])
    return report


def report_with_addresses(name, found, images):
    return make_report(name, found, images) | {"pages": sorted(found.pages)}


async def swallows_cancellation(*given):
    try:
        return await capstone_with()(*given)
    except asyncio.CancelledError:
        return None


def at_the_start(progress, done, total):
    progress(done - 1, total)


async def told_when_begun(site, folder, name, limits, progress):
    def begun(done, total):
        if done == 1:
            for number in range(1, total + 1):
                progress(number, total)

    return await capstone_with()(site, folder, name, limits, begun)


async def only_crawls(site, folder, name, limits, progress):
    async with aiohttp.ClientSession() as session:
        await course.crawl(session, site + "/gallery", limits.in_flight)


async def reports_what_it_has_not(site, folder, name, limits, progress):
    async with aiohttp.ClientSession() as session:
        report = {"name": name, "pages": ["/gallery"], "images": [], "lost": []}
        return await course.post_report(session, site + "/reports", report)


async def in_one_name(site, folder, name, limits, progress):
    return await capstone_with()(site, folder, "Ada", limits, progress)


async def always_three(site, folder, name, limits, progress):
    return await capstone_with()(site, folder, name, limits._replace(in_flight=3), progress)


async def always_five_seconds(site, folder, name, limits, progress):
    return await capstone_with()(site, folder, name, limits._replace(patience=5.0), progress)


async def manifest_beside_the_crawl(site, folder, name, limits, progress):
    asked = []

    async def crawl(session, url, limit):
        asked.append(asyncio.create_task(with_retries(lambda: read_manifest(session, site))))
        try:
            return await course.crawl(session, url, limit)
        except asyncio.CancelledError:
            asked[0].cancel()
            raise

    async def manifest(session, site):
        return await asked[0]

    return await capstone_with(crawl=crawl, manifest=manifest)(site, folder, name, limits, progress)


async def a_crawl_of_three(session, url, limit):
    return await course.crawl(session, url, 3)


async def a_deadline_for_each_part(site, folder, name, limits, progress):
    def in_time(part):
        async def timed(*given):
            async with asyncio.timeout(limits.deadline):
                return await part(*given)

        return timed

    parts = {"crawl": course.crawl, "all_images": some_at_a_time, "post": course.post_report}
    timed = {key: in_time(part) for key, part in parts.items()}
    return await capstone_with(deadline=no_deadline, **timed)(site, folder, name, limits, progress)


async def a_deadline_inside_of_a_group(*given):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(capstone_with()(*given))
    return task.result()


async def batch_by_batch(session, urls, one, in_flight):
    for first in range(0, len(urls), in_flight):
        await asyncio.gather(*map(one, urls[first : first + in_flight]))


async def without_the_lost_one(site, folder, name, limits, progress):
    def tell(progress, done, total):
        if done < total:
            progress(done, total - 1)

    return await capstone_with(tell=tell)(site, folder, name, limits, progress)


def patient_with_the_whole_try(limits):
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=limits.patience))


async def fetch_with_retries_around_retries(session, url, target, sha256):
    await with_retries(lambda: course.fetch_image(session, url, target, sha256))


async def images_under_the_deadline_alone(session, urls, one, in_flight):
    async with asyncio.timeout(6.0):
        await some_at_a_time(session, urls, one, in_flight)


class NotFound(Exception):
    """What only a 404 becomes."""


async def fetch_knows_404(session, url, target, sha256):
    try:
        await course.fetch_image(session, url, target, sha256)
    except aiohttp.ClientResponseError as error:
        if error.status == 404:
            raise NotFound from None
        raise


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (told_when_begun, "not when it is begun"),
        (only_crawls, "Something that is not the image has the image's name"),
        (reports_what_it_has_not, "The service says what is wrong"),
        (in_one_name, "in the name that your function was given"),
        (always_three, "3 in flight at most What should: 2 at most"),
        (always_five_seconds, "Each try needs a limit"),
        (capstone_with(crawl=a_crawl_of_three), "3 in flight at most What should: 2 at most"),
        (a_deadline_for_each_part, "`limits.deadline` is for everything together"),
        (a_deadline_inside_of_a_group, "a group with TimeoutError"),
        (capstone_with(all_images=batch_by_batch), "Do not go batch by batch"),
        (without_the_lost_one, "eight, and the lost one"),
        (manifest_beside_the_crawl, "4 in flight at most"),
        (capstone_with(patient_with_the_whole_try), "`limits.patience` is for silence"),
        (capstone_with(fetch=fetch_with_retries_around_retries), "twenty-five"),
        (
            capstone_with(deadline=no_deadline, all_images=images_under_the_deadline_alone),
            "and all of it one",
        ),
        (
            capstone_with(fetch=fetch_knows_404, catches=(KeyError, NotFound)),
            "its error ended everything",
        ),
        (capstone_with(all_images=all_at_once), "More requests in flight than"),
        (capstone_with(all_images=one_by_one), "There was work for more requests than were in flight"),
        (capstone_with(open_session=no_patience), "Each try needs a limit"),
        (capstone_with(deadline=no_deadline), "and all of it one"),
        (capstone_with(open_session=never_closed), "has left a ClientSession open"),
        (capstone_with(crawl=crawl_without_retries), "The report is not what the gallery has"),
        (capstone_with(manifest=read_manifest), "Which request has no"),
        (capstone_with(fetch=fetch_in_a_session_of_its_own), "Many connections were opened"),
        (capstone_with(fetch=fetch_if_it_is_not_there), "waves.jpg: 13 bytes"),
        (capstone_with(fetch=fetch_straight), "Something that is not the image has the image's name"),
        (capstone_with(fetch=fetch_from_the_first_byte), "it began again with the first byte"),
        (capstone_with(fetch=fetch_always), "it was fetched all the same"),
        (capstone_with(fetch=fetch_and_leave_a_list), "done.txt is left in the folder"),
        (capstone_with(fetch=fetch_again_after_404), "404 was asked for again"),
        (capstone_with(fetch=fetch_in_the_background), "was still running: forgotten()"),
        (capstone_with(catches=(KeyError,)), "report it as lost"),
        (capstone_with(notes_lost=False), "lost: /gallery/images/lost.png is missing"),
        (capstone_with(post=post_with_a_random_key), "More than one certificate for the same work"),
        (capstone_with(post=post_without_a_key), "More than one certificate for the same work"),
        (capstone_with(post=post_with_one_try), "could have been survived"),
        (capstone_with(post=post_nothing), "No certificate was made"),
        (capstone_with(post=post_and_return_nothing), "Your function returned None"),
        (capstone_with(report=report_in_any_order), "Sort what you report"),
        (capstone_with(report=report_with_addresses), "pages: paths, please"),
        (capstone_with(tell=lambda *_: None), "progress was never called"),
        (capstone_with(tell=at_the_start), "`done` goes up by one"),
        (swallows_cancellation, "It was cancelled and went on"),
    ],
)
def test_wrong_answers(answer: Callable, says: str) -> None:
    expect(answer, "not yet", says)


def test_an_error_in_a_group_is_told_by_its_own_name() -> None:
    answer = capstone_with(entry_of=lambda known, url: known[url], catches=EXPECTED)
    expect(answer, "error", "KeyError: 'http://127.0.0.1:")


calls = itertools.count(1)
ON_ONE_OF_THE_PLANS = 120  # by then the days before them are over


async def fetch_from_a_disk_that_hesitates_once(session, url, target, sha256):
    if next(calls) == ON_ONE_OF_THE_PLANS:
        time.sleep(1.5)
    await course.fetch_image(session, url, target, sha256)


def test_a_computer_that_hesitates_once_refuses_nobody() -> None:
    expect(capstone_with(fetch=fetch_from_a_disk_that_hesitates_once), "correct")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say which files are open")
def test_a_file_that_is_left_open() -> None:
    expect(capstone_with(fetch=fetch_and_keep_open), "not yet", "A file is still open")


def test_a_plan_that_fails_is_told_with_its_number_and_its_faults() -> None:
    verdict = check("14.5", capstone_with(manifest=read_manifest))
    text = repr(verdict)
    assert "server.set_faults(*plan(" in text
    assert "/gallery/manifest.json" in text
