"""Exercise 14.4: a report is posted exactly once, in however many tries and runs.

The service (lesson_14_front.py) is in the answer's own event loop, and loses answers.
"""

import asyncio
import contextlib
import uuid
from copy import deepcopy
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from helpers.capstone import TRIES, Refused
from helpers.checks import NotYet
from helpers.checks.another_run import Memory
from helpers.checks.arena import Arena
from helpers.checks.calling import call_with_others
from helpers.checks.downloads import ended, hurried
from helpers.checks.lesson_14_front import BUSY, MARK, MOST, Front, Trouble
from helpers.checks.words import count, said, short
from helpers.service.gallery import LOST, PAGES, Gallery

SECONDS = 4.0  # for one trial; each takes a fraction of that
FASTER = 50  # so many times sooner is everything that is to happen later
SHOWN = "post_report(session, url, report)"


def right_report() -> dict[str, Any]:
    images = [{fact: entry[fact] for fact in ("path", "bytes", "sha256")} for entry in Gallery().entries()]
    pages = ["/gallery", *(f"/gallery/page/{n}" for n in PAGES)]
    return {"name": "Ada", "pages": pages, "images": images, "lost": [LOST]}


LOST_TWICE = Trouble("the first two answers are lost, after the work was done", (0, 0))
HALF = Trouble("half of the first answer arrives", (1,))
LATE_5XX = Trouble("the first two answers are 500 and 504, though the work was done", (500, 504))
BUSY_ONCE = Trouble("the first answer is 429, with Retry-After", (429,))
NEVER = Trouble("every answer is 503", (503,) * 99)


def report_once(post_report: Any, arena: Arena) -> str:
    """14.4: `await post_report(session, url, report)` is the certificate, and there is one."""
    well = _Trial(Trouble("nothing goes wrong")).run(post_report, arena)
    well.judge_certificate()
    if len(well.front.keys) > 1:
        well.wrong("after_success", count(len(well.front.keys)), count(1))
    if well.changed:
        well.wrong("report_changed", "the report is another one afterwards", "the report as it was")
    for trouble in LOST_TWICE, HALF, LATE_5XX, BUSY_ONCE:
        trial = _Trial(trouble).run(post_report, arena)
        trial.judge_retried(len(trouble.answers) + 1)
        trial.judge_certificate()
    if trial.front.paused * FASTER < BUSY / 2:
        trial.wrong(
            "retry_after", "the next request came too soon", f"a pause of {BUSY} s, as Retry-After says"
        )
    _never(post_report, arena)
    _refused(post_report, arena)
    _next_run(post_report, arena)
    _cancelled(post_report, arena)
    return "nine posts, to a service that loses answers"


def _never(post_report: Any, arena: Arena) -> None:
    trial = _Trial(NEVER).run(post_report, arena)
    if trial.error is None:
        trial.wrong("silent", f"it returned {short(trial.value)}", "the error of the last try")
    if len(trial.front.keys) != TRIES:
        trial.wrong("tries", count(len(trial.front.keys)), count(TRIES))


def _refused(post_report: Any, arena: Arena) -> None:
    trial = _Trial(Trouble("the report has a wrong digest in it: 422"))
    trial.report["images"][0]["sha256"] = "0" * 64
    trial.run(post_report, arena)
    if len(trial.front.keys) > 1:
        trial.wrong("refused_again", count(len(trial.front.keys)), count(1))
    if not isinstance(trial.error, Refused):
        seen = said(trial.error) if trial.error else f"it returned {short(trial.value)}"
        trial.wrong("reasons_lost", seen, "Refused, with the service's problems")
    if not any("sha256" in str(problem) for problem in trial.error.problems):
        trial.wrong(
            "reasons_lost", f"Refused({short(trial.error.problems)})", "Refused, with the service's problems"
        )


def _next_run(post_report: Any, arena: Arena) -> None:
    """The program is killed when the answer was lost, and runs again. Another report is another one."""
    trial = _Trial(Trouble("called twice with the same report, as when the program is run again"))
    trial.report["name"] = f"Ada {uuid.uuid4().hex[:4]}"  # a report of which nothing is in memory yet
    trial.run(post_report, arena, deepcopy(trial.report))
    if trial.hashed and len(set(trial.front.keys)) > 1:
        trial.wrong("hash", "`hash` gave another key in the next run", "the same key in every run of Python")
    trial.judge_certificate("key_of_a_run")
    for words, other in (
        ("of the same name", right_report() | {"lost": []}),
        ("that has other images", right_report() | {"images": []}),
        ("of another name", right_report() | {"name": "Grace"}),
    ):
        trial = _Trial(Trouble(f"called with one report, then with another {words}"))
        trial.run(post_report, arena, other)
        if len(set(trial.front.keys)) < 2:
            trial.wrong("key_of_another", "one key for both", "a key for each report")


def _cancelled(post_report: Any, arena: Arena) -> None:
    trial = _Trial(Trouble("the service does not answer; then cancelled", (-1,)))
    if not trial.run(post_report, arena, cancel=True).obeyed:
        trial.wrong("cancellation", "it went on", "it ends soon, with CancelledError")


class _Trial:
    """One call of the answer, or two, and what came of it."""

    def __init__(self, trouble: Trouble) -> None:
        self._trouble = trouble
        self.report = right_report()
        self.value: Any = None
        self.error: Exception | None = None
        self.obeyed = True
        self.changed = self.hashed = False

    def wrong(self, why: str, seen: str, expected: str) -> None:
        raise NotYet(why, call=f"await {SHOWN}   # {self._trouble.words}", seen=seen, expected=expected)

    def run(self, answer: Any, arena: Arena, *then: dict[str, Any], cancel: bool = False) -> "_Trial":
        """Call the answer with the report; and then, as another run of Python would, with those of `then`."""
        reports = [deepcopy(self.report), *then]
        shown = f"await {SHOWN}   # {self._trouble.words}"
        arena.run(lambda: self._perform(answer, reports, cancel), shown, SECONDS)
        return self

    async def _perform(self, answer: Any, reports: list[dict[str, Any]], cancel: bool) -> None:
        self.front = Front(self._trouble.answers)
        app = web.Application()
        app.router.add_post("/reports", self.front.create)
        memory = Memory(answer)
        async with TestServer(app) as server, aiohttp.ClientSession(headers=MARK) as session:
            url = str(server.make_url("/reports"))
            for n, report in enumerate(reports):
                with memory.of_another_run() if n else contextlib.nullcontext(), hurried(FASTER):
                    work = call_with_others(answer, session, url, report, shown=SHOWN)
                    await self._watched(asyncio.ensure_future(work), cancel)
        self.hashed = memory.hashed
        self.changed = reports[0] != self.report

    async def _watched(self, task: asyncio.Task, cancel: bool) -> None:
        sign = asyncio.ensure_future((self.front.asked if cancel else self.front.enough).wait())
        try:
            await asyncio.wait([task, sign], return_when=asyncio.FIRST_COMPLETED)
            done = task.done()
            soon = await ended(task)
            self.obeyed = soon and (done or task.cancelled())
            if not done and not cancel:
                self.wrong("tries", f"more than {count(MOST)}", count(TRIES))
            if done:
                self.value = task.result()
        except (aiohttp.ClientError, TimeoutError, Refused) as error:
            self.error = error
        finally:
            sign.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sign

    def judge_retried(self, expected: int) -> None:
        seen = len(self.front.keys)
        if self.error is not None and seen < expected:
            self.wrong("not_retried", f"{count(seen)}, then {said(self.error)}", count(expected))

    def judge_certificate(self, twice: str = "twice") -> None:
        """There is one, and it was returned."""
        if not self.front.keys:
            then = f", then {said(self.error)}" if self.error is not None else ""
            self.wrong("not_come", count(0) + then, count(1))
        if self.front.strangers:
            self.wrong(
                "another_session",
                f"{count(self.front.strangers)} not through `session`",
                "all through `session`",
            )
        if self.front.content_type != "application/json":
            self.wrong("no_json", f"Content-Type: {self.front.content_type}", "application/json")
        if self.error is not None:
            self.wrong("raised", f"{count(len(self.front.keys))}, then {said(self.error)}", "the certificate")
        made = self.front.reports.made()
        if None in self.front.keys:
            self.wrong("no_key", "a request without Idempotency-Key", "the same key in each")
        if len(made) != 1:
            self.wrong(twice, f"{len(made)} certificates", "1 certificate")
        if self.value != made[0]:
            self.wrong(
                "nothing" if self.value is None else "answer",
                f"it returned {short(self.value)}",
                short(made[0]),
            )
