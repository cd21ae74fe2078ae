"""Exercise 14.2: a crawl reads each page once, a few at a time, comes to its end, and misses nothing."""

import asyncio
from collections.abc import Iterable
from typing import Any

import aiohttp

from helpers.capstone import TRIES, Site
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call_with_others
from helpers.checks.downloads import ended, hurried
from helpers.checks.lesson_14_site import MOST, Crawled, Trouble, page
from helpers.checks.words import count, said, short

SECONDS = 4.0  # for one crawl; each takes a fraction of that
QUIET = 60  # looks in a row, without a request, after which nothing will come
LOOK = 0.01  # seconds
FASTER = 50  # so many times sooner is everything that is to happen later: pauses, for instance
LIMIT, OTHER_LIMIT = 3, 2
LATE = 10.0  # seconds, which pass FASTER, that one page takes: nobody may go home meanwhile

# Each page with its links. Two circles, a link to itself, fragments, links twice, an image that is shown
# twice, a page that is not there, one that is no HTML, one on another server.
SMALL = {
    "/": page("/a", "/b", "/a#top", "/", "/x.png"),
    "/a": page("b", "/", "/gone", "/x.png", "/data.json"),
    "/b": page("/a", "/c#end", "y.jpg", "/feed"),
    "/c": page("http://elsewhere.test/", "/gone", "/b"),
    "/feed": '<a href="/not-html">',
    "/not-html": page(),
    "/data.json": "{}",
    "/x.png": "",
    "/y.jpg": "",
}
SMALL_SITE = Site({"/", "/a", "/b", "/c"}, {"/x.png", "/y.jpg"}, {"/gone"})
FEED = {"/feed": Trouble(content_type="application/json")}

WIDE = {"/": page("hall"), "/hall": page(*"123456")} | {f"/{n}": page() for n in range(1, 7)}
WIDE_SITE = Site(set(WIDE))

UNEVEN = {
    "/": page("slow", "quick"),
    "/slow": page("late"),
    "/quick": page("next"),
    "/next": page(),
    "/late": page(),
}
UNEVEN_SITE = Site(set(UNEVEN))
SLOW = {"/slow": Trouble(after="/next")}

TROUBLED = {
    "/": page("busy", "half", "broken", "gone", "well"),
    "/busy": page("behind"),
    "/half": page(),
    "/broken": page("never"),
    "/behind": page(),
    "/well": page(),
}
TROUBLED_SITE = Site({"/", "/busy", "/half", "/behind", "/well"}, set(), {"/broken", "/gone"})
TROUBLES = {
    "/": Trouble(statuses=(503,)),
    "/busy": Trouble(statuses=(503, 429)),
    "/half": Trouble(half=1),
    "/broken": Trouble(statuses=(500,) * 99),
}


def whole_site(crawl: Any, arena: Arena) -> str:
    """14.2: `await crawl(session, url, limit)` is the Site with all that can be reached."""
    _small(crawl, arena)
    for limit in LIMIT, OTHER_LIMIT:
        _wide(crawl, arena, limit)
    for judge in _uneven, _troubled, _cancelled:
        judge(crawl, arena)
    return "five sites"


def _small(crawl: Any, arena: Arena) -> None:
    trial = _Trial("a small site, with circles in it", SMALL, FEED).run(crawl, arena)
    if trial.site.strangers:
        trial.wrong(
            "another_session", f"{count(trial.site.strangers)} not through `session`", "all through `session`"
        )
    if images := [path for path in ("/x.png", "/y.jpg") if trial.site.asked[path]]:
        trial.wrong("asked_for_image", f"{images[0]} was asked for", "images are noted, not asked for")
    trial.judge(SMALL_SITE)
    for path, times in trial.site.asked.items():
        if times > 1:
            trial.wrong("hopeless" if path == "/gone" else "twice", f"{path}: {count(times)}", count(1))


def _wide(crawl: Any, arena: Arena, limit: int) -> None:
    troubles = {f"/{n}": Trouble(together=limit) for n in range(1, 7)} | {"/hall": Trouble(late=LATE)}
    words = "a page that leads to a slow page with six links"
    trial = _Trial(words, WIDE, troubles, limit=limit).run(crawl, arena)
    if trial.site.held_in_vain:
        trial.wrong("too_few", f"{trial.site.highest} in flight at most", f"{limit} in flight at once")
    if trial.site.highest > limit:
        trial.wrong("no_limit", f"{trial.site.highest} in flight at once", f"{limit} at most")
    trial.judge(WIDE_SITE)


def _uneven(crawl: Any, arena: Arena) -> None:
    trial = _Trial("one page is slow, the other one leads on", UNEVEN, SLOW).run(crawl, arena)
    if trial.site.held_in_vain:
        trial.wrong(
            "levels", "/next was not asked for before /slow had answered", "who is done takes the next"
        )
    trial.judge(UNEVEN_SITE)


def _troubled(crawl: Any, arena: Arena) -> None:
    words = "503 for the first page; 503 and then 429, half a page, 500 for ever, and one that is not there"
    trial = _Trial(words, TROUBLED, TROUBLES).run(crawl, arena)
    for path, expected in (("/", 2), ("/busy", 3), ("/half", 2), ("/broken", TRIES)):
        if (times := trial.site.asked[path]) < expected:
            trial.wrong("gave_up", f"{path}: {count(times)}", count(expected))
    if (times := trial.site.asked["/gone"]) > 1:
        trial.wrong("hopeless", f"/gone: {count(times)}", count(1))
    trial.judge(TROUBLED_SITE)


def _cancelled(crawl: Any, arena: Arena) -> None:
    held = {"/slow": Trouble(after="/nowhere")}
    _Trial("one page is very slow; then cancelled", UNEVEN, held, cancel=True).run(crawl, arena)


class _Trial:
    """One crawl, and what it did. `words`: the site, for the learner."""

    def __init__(
        self,
        words: str,
        pages: dict[str, str],
        troubles: dict[str, Trouble],
        limit: int = LIMIT,
        cancel: bool = False,
    ) -> None:
        self._pages, self._troubles, self._limit, self._cancel = pages, troubles, limit, cancel
        self._shown = f"crawl(session, url, {limit})"
        self._call = f"await {self._shown}   # {words}"

    def wrong(self, why: str, seen: str, expected: str) -> None:
        raise NotYet(why, call=self._call, seen=seen, expected=expected)

    def run(self, crawl: Any, arena: Arena) -> "_Trial":
        arena.run(lambda: self._perform(crawl), self._call, SECONDS)
        return self

    async def _perform(self, crawl: Any) -> None:
        self.site = Crawled(self._pages, self._troubles, FASTER)
        async with self.site.server() as server, aiohttp.ClientSession(headers=Crawled.mark) as session:
            self._root = str(server.make_url("")).rstrip("/")
            work = call_with_others(crawl, session, f"{self._root}/", self._limit, shown=self._shown)
            with hurried(FASTER):
                task = asyncio.ensure_future(work)
                try:
                    await self._watched(task)
                finally:
                    done, soon = task.done(), await ended(task)
            if self._cancel:
                if not soon or not (done or task.cancelled()):
                    self.wrong("cancellation", "it went on", "it ends soon, with CancelledError")
                return
            try:
                self._value = task.result()
            except (aiohttp.ClientError, TimeoutError, ExceptionGroup) as error:
                if (
                    isinstance(error, ExceptionGroup)
                    and error.subgroup((aiohttp.ClientError, TimeoutError)) is None
                ):
                    raise
                self.wrong("raised", said(error), "a page that cannot be had is noted in `lost`")

    async def _watched(self, task: asyncio.Task) -> None:
        """Until the task is done; or until it never will be, or is to be cancelled."""
        quiet = before = 0
        while not task.done():
            await asyncio.wait([task], timeout=LOOK * FASTER)
            asked = self.site.asked.total()
            if self._cancel and self.site.in_flight == 1 and self.site.asked["/next"]:
                return
            if self.site.endless.is_set():
                path = self.site.endless_path
                why = "too_many" if path in self._troubles else "endless"
                self.wrong(why, f"{path}: more than {count(MOST)}", "an end")
            quiet = quiet + 1 if asked == before and not self.site.in_flight else 0
            before = asked
            if quiet > QUIET and not task.done():
                seen = f"{count(asked)}, all answered, and it has not come back"
                self.wrong("no_end", seen, "it ends when no page is left")

    def judge(self, expected: Site) -> None:
        """Compare what came back, set by set."""
        value = self._value
        fields = ("pages", "images", "lost")
        if not all(isinstance(getattr(value, field, None), Iterable) for field in fields):
            self.wrong("nothing" if value is None else "no_site", f"it returned {an(value)}", "a Site")
        for field in fields:
            there = {str(url) for url in getattr(value, field)}
            if bare := sorted(url for url in there if "://" not in url):
                self.wrong("no_addresses", f"{field}: {short(bare[0])}", f"{self._root}/…")
            should = {self._root + path for path in getattr(expected, field)}
            if there != should:
                why = f"{field}_missing" if should - there else f"{field}_too_many"
                self.wrong(why, f"{field}: {self._listed(there)}", f"{field}: {self._listed(should)}")

    def _listed(self, urls: set[str]) -> str:
        """The addresses, without the server's name."""
        return ", ".join(sorted(url.removeprefix(self._root) for url in urls)) or "none"
