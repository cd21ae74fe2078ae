"""Exercises 14.1 and 14.2: links and crawls of several designs, and of many weaknesses."""

import asyncio
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import aiohttp
import pytest
from lesson_functions import lessons_own
from yarl import URL

from helpers import capstone as course
from helpers import check
from helpers.capstone import Site, kind
from helpers.exercise import solution_code

LESSON = lessons_own("14_capstone", "read", "visit")
LESSON["links"] = course.links
read, visit = LESSON["read"], LESSON["visit"]


def expect(id: str, answer: object, kind: str, says: str = "") -> None:
    verdict = check(id, answer)
    text = " ".join(repr(verdict).split())
    assert (verdict.kind, says in text) == (kind, True), repr(verdict)


@pytest.mark.parametrize(("id", "name"), [("14.1", "links"), ("14.2", "crawl")])
def test_the_solution_the_courses_own_and_what_is_no_answer(id: str, name: str) -> None:
    names = dict(LESSON)
    exec(compile(solution_code(id), f"<answer {id}>", "exec"), names)
    expect(id, names[name], "correct")
    expect(id, getattr(course, name), "correct")
    expect(id, 42, "not yet", "check() was given an int")


def test_the_stubs() -> None:
    def links(html, url):
        # YOUR CODE HERE
        raise NotImplementedError

    async def crawl(session, url, limit):
        # YOUR CODE HERE
        raise NotImplementedError

    async def crawl_with_stub(session, url, limit):
        site = Site()
        async with asyncio.TaskGroup() as group:
            group.create_task(visit_with_stub(session, url, site))

    async def visit_with_stub(session, page, site):
        return links(await read(session, page), page)

    expect("14.1", links, "not attempted")
    expect("14.2", crawl, "not attempted")
    expect(
        "14.2", crawl_with_stub, "not yet", "calls `links`, which is still the stub of an earlier exercise"
    )


# ---- 14.1 ----------------------------------------------------------------------------------------


class Collector(HTMLParser):
    def __init__(
        self, names: tuple[str, ...] = ("href", "src"), tags: tuple[str, ...] = ("a", "img")
    ) -> None:
        super().__init__()
        self.names, self.tags, self.found = names, tags, []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if value and name in self.names and tag in self.tags]


class Exact(HTMLParser):
    """Right; `empty`: what stands for an attribute without a value, which is left out if that is None."""

    def __init__(self, empty: str | None = None) -> None:
        super().__init__()
        self.empty, self.found = empty, []

    def handle_starttag(self, tag, attrs):
        wanted = {"a": "href", "img": "src"}.get(tag)
        values = [value or self.empty for name, value in attrs if name == wanted]
        self.found += [value for value in values if value is not None]


class NeverEmptied(Exact):
    """Its list is the class's, and so every page's."""

    of_all = []  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.found = self.of_all


def by_a_parser(collect: Callable = Exact, join=urljoin, unique=dict.fromkeys, defrag=True, own=None):
    """An answer to 14.1, each step of which can be another one."""

    def links(html, url):
        parser = collect()
        parser.feed(html)
        found = [join(url, link) for link in parser.found]
        found = [urldefrag(link).url for link in found] if defrag else found
        mine = own or (lambda link, url: urlsplit(link)[:2] == urlsplit(url)[:2])
        return list(unique(link for link in found if mine(link, url)))

    return links


def tuple_with_a_loop(html, url):
    parser, result = Exact(), []
    parser.feed(html)
    for link in parser.found:
        link, _, _ = urljoin(url, link).partition("#")
        same = urlsplit(link).scheme == urlsplit(url).scheme and urlsplit(link).netloc == urlsplit(url).netloc
        if same and link not in result:
            result.append(link)
    return tuple(result)


def by_expression(html, url):
    found = (unescape(link) for link in re.findall(r'(?:href|src)="([^"]+)"', html))
    absolute = dict.fromkeys(urldefrag(urljoin(url, link)).url for link in found)
    return [link for link in absolute if urlsplit(link)[:2] == urlsplit(url)[:2]]


def same_host_and_port(link, url):
    """The scheme is left out of account."""
    return urlsplit(link).netloc == urlsplit(url).netloc


def below_the_name(link, url):
    """The port is left out of account."""
    return link.startswith(f"{urlsplit(url).scheme}://{urlsplit(url).hostname}/")


def below_the_name_written_down(link, url):
    return link.startswith("http://gallery.test/")


def all_tags():
    return Collector(tags=("a", "img", "link", "script"))


def no_images():
    return Collector(names=("href",))


def on_the_texts(links):
    return list(dict.fromkeys(links))


class OnceAsWritten(Exact):
    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        self.found = list(dict.fromkeys(self.found))


async def with_async(html, url):
    return course.links(html, url)


def test_another_right_answer() -> None:
    expect("14.1", tuple_with_a_loop, "correct")
    expect("14.1", by_a_parser(), "correct")
    expect("14.1", by_a_parser(lambda: Exact(empty="")), "correct")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda html, url: None, "Your function returned None"),
        (lambda html, url: set(course.links(html, url)), "A list of texts is asked for"),
        (with_async, "`def` without `async`"),
        (by_expression, "HTML is written in many ways"),
        (by_a_parser(all_tags), "Nothing else is asked for: no other tag"),
        (by_a_parser(Collector), "not the attribute of the one in the other"),
        (by_a_parser(NeverEmptied), "is it of an earlier page?"),
        (by_a_parser(no_images), "Images are links, too"),
        (by_a_parser(join=lambda url, link: link), "A relative link is meant from the page"),
        (
            by_a_parser(join=lambda url, link: "http://gallery.test/" + link.lstrip("/")),
            "That is one `<a href",
        ),
        (by_a_parser(defrag=False), "What stands behind `#` is a place in the page"),
        (by_a_parser(OnceAsWritten, unique=list), "The same address more than once"),
        (by_a_parser(unique=list), "The same address more than once"),
        (lambda html, url: sorted(course.links(html, url)), "The order of the page is asked for"),
        (by_a_parser(own=lambda link, url: True), "Only this server is ours to crawl"),
        (
            by_a_parser(own=lambda link, url: link.startswith("http://gallery.test")),
            "The beginning of the text",
        ),
        (by_a_parser(own=lambda link, url: urlsplit(link).hostname == "gallery.test"), "with its port"),
        (by_a_parser(own=same_host_and_port), "the scheme and the server with its port"),
        (by_a_parser(own=below_the_name), "take the scheme and the `netloc` of `url`"),
        (by_a_parser(own=below_the_name_written_down), "write no address down"),
        (lambda html, url: list(map(URL, course.links(html, url))), "A list of texts is asked for"),
    ],
)
def test_wrong_links(answer: Callable, says: str) -> None:
    expect("14.1", answer, "not yet", says)


# ---- 14.2 ----------------------------------------------------------------------------------------


async def one_task_a_page(session, url, limit):
    """No queue: each page is a task of a group, and a semaphore says who may ask. The group waits for all."""
    site, seen, places = Site(), {url}, asyncio.Semaphore(limit)

    async def one(page, group):
        async with places:
            found = await visit(session, page, site)
        for link in found:
            if link not in seen:
                seen.add(link)
                group.create_task(one(link, group))

    async with asyncio.TaskGroup() as group:
        group.create_task(one(url, group))
    return site


async def by_wait(session, url, limit):
    """One loop, that waits for whichever of its tasks is done first."""
    site, seen, waiting, running = Site(), {url}, [url], set()
    try:
        while waiting or running:
            while waiting and len(running) < limit:
                running.add(asyncio.create_task(visit(session, waiting.pop(0), site)))
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for link in (link for task in done for link in task.result() if link not in seen):
                seen.add(link)
                waiting.append(link)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return site


async def by_a_count_of_the_busy(session, url, limit):
    """Workers that look again after a while; they end when the queue is empty and nobody is busy."""
    site, seen, waiting, busy = Site(), {url}, [url], 0

    async def work():
        nonlocal busy
        while waiting or busy:
            if not waiting:
                await asyncio.sleep(0.005)
                continue
            busy += 1
            for link in await visit(session, waiting.pop(0), site):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
            busy -= 1

    await asyncio.gather(*(work() for _ in range(limit)))
    return site


@pytest.mark.parametrize("answer", [one_task_a_page, by_wait, by_a_count_of_the_busy])
def test_other_right_crawls(answer: Callable) -> None:
    expect("14.2", answer, "correct")


def crawl_with(visit=visit, workers=None, seen_when="put", finish=True, group=True, first=None) -> Callable:
    """An answer to 14.2, parts of which can be other ones."""

    async def crawl(session, url, limit):
        site, seen, waiting = Site(), {url}, asyncio.Queue()
        waiting.put_nowait(url)

        async def work():
            while True:
                page = await waiting.get()
                for link in await visit(session, page, site):
                    if link not in seen:
                        if seen_when == "put":
                            seen.add(link)
                        waiting.put_nowait(link)
                if seen_when == "visited":
                    seen.add(page)
                waiting.task_done()

        tasks = [asyncio.create_task(work()) for _ in range(workers or limit)]
        await waiting.join()
        for task in tasks if finish else ():
            task.cancel()
        return site

    return crawl


async def in_circles(session, url, limit):
    site, places = Site(), asyncio.Semaphore(limit)

    async def one(page, group):
        async with places:
            found = await visit(session, page, site)
        for link in found:
            group.create_task(one(link, group))

    async with asyncio.TaskGroup() as group:
        group.create_task(one(url, group))
    return site


async def until_the_queue_is_empty(session, url, limit):
    """Misconception 1."""
    site, seen, waiting = Site(), {url}, asyncio.Queue()
    waiting.put_nowait(url)

    async def work():
        while not waiting.empty():
            for link in await visit(session, waiting.get_nowait(), site):
                if link not in seen:
                    seen.add(link)
                    waiting.put_nowait(link)

    await asyncio.gather(*(work() for _ in range(limit)))
    return site


async def until_it_is_empty_for_a_moment(session, url, limit):
    """The first page by itself, then workers that go home when nothing is waiting."""
    site, waiting = Site(), asyncio.Queue()
    seen = {url, *await visit(session, url, site)}
    for link in seen - {url}:
        waiting.put_nowait(link)

    async def work():
        while not waiting.empty():
            for link in await visit(session, waiting.get_nowait(), site):
                if link not in seen:
                    seen.add(link)
                    waiting.put_nowait(link)

    await asyncio.gather(*(work() for _ in range(limit)))
    return site


async def until_nothing_comes_for_a_while(session, url, limit):
    site, seen, waiting = Site(), {url}, asyncio.Queue()
    waiting.put_nowait(url)

    async def work():
        while True:
            try:
                page = await asyncio.wait_for(waiting.get(), 1)
            except TimeoutError:
                return
            for link in await visit(session, page, site):
                if link not in seen:
                    seen.add(link)
                    waiting.put_nowait(link)

    await asyncio.gather(*(work() for _ in range(limit)))
    return site


async def always_three(session, url, limit):
    return await one_task_a_page(session, url, 3)


async def in_a_session_of_its_own(session, url, limit):
    async with aiohttp.ClientSession() as own:
        return await one_task_a_page(own, url, limit)


def visit_that_lets_go_before_the_body(places: asyncio.Semaphore) -> Callable:
    async def visit(session, page, site):
        async def read_page():
            async with places:
                response = await session.get(page, raise_for_status=True)
            async with response:
                return await response.text() if response.content_type == "text/html" else None

        try:
            return note(await course.with_retries(read_page), page, site)
        except aiohttp.ClientError:
            site.lost.add(page)
            return []

    return visit


async def limit_without_the_body(session, url, limit):
    return await crawl_with(visit_that_lets_go_before_the_body(asyncio.Semaphore(limit)), 100)(
        session, url, limit
    )


async def level_by_level(session, url, limit):
    site, seen, level, places = Site(), {url}, [url], asyncio.Semaphore(limit)

    async def polite(page):
        async with places:
            return await visit(session, page, site)

    while level:
        found = await asyncio.gather(*map(polite, level))
        level = list(dict.fromkeys(link for links in found for link in links if link not in seen))
        seen.update(level)
    return site


async def one_by_one(session, url, limit):
    site, seen, waiting = Site(), {url}, [url]
    while waiting:
        for link in await visit(session, waiting.pop(0), site):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return site


async def without_a_limit(session, url, limit):
    return await one_task_a_page(session, url, 100)


async def visit_that_raises(session, page, site):
    html = await course.with_retries(lambda: read(session, page))
    site.pages.add(page)
    return [link for link in course.links(html or "", page) if kind(link) == "page"]


async def visit_without_retries(session, page, site):
    try:
        html = await read(session, page)
    except (aiohttp.ClientError, TimeoutError):
        site.lost.add(page)
        return []
    return note(html, page, site)


def note(html, page, site):
    if html is None:
        return []
    site.pages.add(page)
    site.images.update(link for link in course.links(html, page) if kind(link) == "image")
    return [link for link in course.links(html, page) if kind(link) == "page"]


def visit_with_tries(tries: int, statuses=(404,)) -> Callable:
    async def visit(session, page, site):
        for attempt in range(tries):
            try:
                return note(await read(session, page), page, site)
            except (aiohttp.ClientError, TimeoutError) as error:
                if getattr(error, "status", 0) in statuses:
                    break
                await asyncio.sleep(course.pause(error, attempt))
        site.lost.add(page)
        return []

    return visit


async def visit_whatever_it_is(session, page, site):
    async def read_anything():
        async with session.get(page, raise_for_status=True) as response:
            return await response.text()

    try:
        html = await course.with_retries(read_anything)
    except aiohttp.ClientError:
        site.lost.add(page)
        return []
    return note(html, page, site)


async def visit_images_too(session, page, site):
    return [*await visit(session, page, site), *(link for link in site.images)]


async def visit_and_keep_silent(session, page, site):
    try:
        return note(await course.with_retries(lambda: read(session, page)), page, site)
    except aiohttp.ClientError:
        return []


async def visit_with_fragments(session, page, site):
    """Takes the fragment for a part of the address."""
    try:
        html = await course.with_retries(lambda: read(session, page))
    except aiohttp.ClientError:
        site.lost.add(page)
        return []
    parser = Collector()
    parser.feed(html or "")
    note(html, page.partition("#")[0], site)
    own = (urljoin(page, found) for found in parser.found)
    return [link for link in own if kind(link) == "page" and urlsplit(link)[:2] == urlsplit(page)[:2]]


async def swallows(session, url, limit):
    try:
        return await one_task_a_page(session, url, limit)
    except BaseException:
        return Site()


async def a_dict(session, url, limit):
    return vars(await one_task_a_page(session, url, limit))


async def a_site_of_counts(session, url, limit):
    site = await one_task_a_page(session, url, limit)
    return Site(len(site.pages), len(site.images), len(site.lost))


async def a_site_of_paths(session, url, limit):
    site = await one_task_a_page(session, url, limit)
    return Site(*({urlsplit(url).path for url in urls} for urls in vars(site).values()))


async def the_first_page_by_itself(session, url, limit):
    """It is read without another try."""
    site, seen, waiting = Site(), {url}, asyncio.Queue()

    def put_new(found):
        for link in found:
            if link not in seen:
                seen.add(link)
                waiting.put_nowait(link)

    async def work():
        while True:
            put_new(await visit(session, await waiting.get(), site))
            waiting.task_done()

    put_new(note(await read(session, url), url, site))
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(work()) for _ in range(limit)]
        await waiting.join()
        for worker in workers:
            worker.cancel()
    return site


async def returns_nothing(session, url, limit):
    await one_task_a_page(session, url, limit)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (until_the_queue_is_empty, "will miss what comes later"),
        (until_it_is_empty_for_a_moment, "will miss what comes later"),
        (until_nothing_comes_for_a_while, "at once or after a while"),
        (one_by_one, "left places empty"),
        (always_three, "3 in flight at once What should: 2 at most"),
        (limit_without_the_body, "taken around each request with its body"),
        (in_a_session_of_its_own, "that your function was given"),
        (in_circles, "The pages link to each other in a circle"),
        (crawl_with(seen_when="visited"), "was asked for twice"),
        (crawl_with(visit_with_fragments), "does your `links` take the fragment off?"),
        (crawl_with(finish=False), "something that it started was still running: work()"),
        (level_by_level, "You go level by level"),
        (without_a_limit, "More requests in flight than `limit` allows"),
        (crawl_with(workers=4), "4 in flight at once"),
        (crawl_with(workers=2), "2 in flight at most"),
        (crawl_with(visit_that_raises), "all answered, and it has not come back"),
        (crawl_with(visit_without_retries), "It gave up too early"),
        (crawl_with(visit_with_tries(3)), "/broken: 3 requests"),
        (crawl_with(visit_with_tries(6)), "Five tries in all"),
        (crawl_with(visit_with_tries(5, ())), "404 was asked for again"),
        (crawl_with(visit_whatever_it_is), "There is something among the pages that is none"),
        (crawl_with(visit_images_too), "Images are found here, and fetched later"),
        (crawl_with(visit_and_keep_silent), "belongs in `lost`"),
        (swallows, "It was cancelled and went on"),
        (a_dict, "A `Site` is asked for"),
        (a_site_of_counts, "with the three sets"),
        (a_site_of_paths, "Addresses are asked for"),
        (the_first_page_by_itself, "its error ended everything"),
        (returns_nothing, "Your function returned None"),
    ],
)
def test_wrong_crawls(answer: Callable, says: str) -> None:
    expect("14.2", answer, "not yet", says)


def test_an_error_of_a_page_comes_out() -> None:
    async def raises(session, url, limit):
        site, seen = Site(), {url}

        async def one(page, group):
            for link in await visit_that_raises(session, page, site):
                if link not in seen:
                    seen.add(link)
                    group.create_task(one(link, group))

        async with asyncio.TaskGroup() as group:
            group.create_task(one(url, group))
        return site

    expect("14.2", raises, "not yet", "its error ended everything")
