"""Exercise 10.4: one program of the learner's downloads on their own loop, and on asyncio's."""

import hashlib
import inspect
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, refuse_unless_callable
from helpers.checks.downloads import begin
from helpers.checks.lesson_10_watch import Watch, on_asyncio, on_own
from helpers.practice_server import Fault
from helpers.service.gallery import FOLDER, TITLES

ROOT = "/gallery/images/"
IMAGES = {ROOT + name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in TITLES}
SIX = list(IMAGES)[:6]
WRONG_DIGEST = "0" * 64
WITHOUT_ASYNCIO = "event loop", "'create_future'"  # what asyncio's tools say where no loop of its own runs


def downloads_on_two_loops(answer: Any, arena: Arena) -> str:
    """10.4: as many at a time as allowed; each URL with its bytes or its exception; nothing left."""
    begin(arena)  # before the first address: it may have to start the server afresh
    for run, where in (on_own, "your loop"), (on_asyncio, "asyncio's loop"):
        plan = _Plan(answer, arena, run, where)
        plan.six_images()
        plan.two_silent_ones()
        plan.failures()
        plan.few_and_none()
    return "four programs, each on your loop and on asyncio's"


class _Plan:
    def __init__(self, answer: Any, arena: Arena, run: Any, where: str) -> None:
        self._answer, self._arena, self._run, self._where = answer, arena, run, where

    def six_images(self) -> None:
        """The server answers when three requests are in flight, and takes its time."""
        faults = Fault("hold", 3, path=ROOT), Fault("delay", 0.02, path=ROOT)
        self._perform("six images", {path: IMAGES[path] for path in SIX}, 3, *faults)
        if self._watch.most < self._limit:
            seen = f"at most {self._watch.most} requests in flight at once"
            self._wrong("too_few", seen, f"{self._limit} at once")
        self._judge_all_right()

    def two_silent_ones(self) -> None:
        """The first and the last of six never come; one place is enough for all others."""
        kinds = {path + "?fault=stall" if path in (SIX[0], SIX[-1]) else path: bytes for path in SIX}
        kinds |= {url: TimeoutError for url in kinds if "stall" in url}
        digests = {url: IMAGES[url.partition("?")[0]] for url in kinds}
        self._perform("six images; the first and the last one stall", digests, 3)
        if (asked := self._watch.asked_by_silence) is not None and asked < len(SIX):
            seen = f"{asked} of 6 were asked for, then nothing moved until the server seemed silent"
            self._wrong("batches", seen, "all 6: who is done makes place for the next")
        for url, kind in kinds.items():
            self._judge(url, kind)

    def failures(self) -> None:
        kinds = {
            SIX[0]: bytes,
            SIX[1] + "?fault=stall": TimeoutError,
            SIX[2] + "?fault=reset": ConnectionError,
            SIX[3] + "?fault=truncate": ConnectionError,
            SIX[4] + "?fault=status:503": ValueError,
            SIX[5]: ValueError,
            SIX[5] + "?once=more": bytes,
        }
        digests = {url: IMAGES[url.partition("?")[0]] for url in kinds} | {SIX[5]: WRONG_DIGEST}
        self._perform("a stalled, a reset, a cut, a refused and a changed one among seven", digests, 2)
        for url, kind in kinds.items():
            self._judge(url, kind)

    def few_and_none(self) -> None:
        self._perform("one image, limit 4", {SIX[0]: IMAGES[SIX[0]]}, 4)
        self._judge_all_right()
        self._perform("no images", {}, 4)

    def _wrong(self, why: str, seen: str, expected: str = "") -> None:
        raise NotYet(why, call=self._call, seen=seen, expected=expected)

    def _perform(self, what: str, digests: dict[str, str], limit: int, *faults: Fault) -> None:
        self._call = f"await download_all(loop, digests, {limit})   # on {self._where}: {what}"
        server = begin(self._arena, *faults)
        self._watch, self._url, self._limit = Watch(server), server.url, limit
        given = {server.url + path: digest for path, digest in digests.items()}
        try:
            value = self._arena.run(
                lambda: self._run(lambda loop: self._called(loop, given), self._watch), self._call
            )
        except NotYet as wrong:
            wrong.call = wrong.call or self._call
            raise
        if still := [sock for sock in self._watch.connected if sock.fileno() != -1]:
            self._wrong("open", f"{len(still)} sockets are still open", "all are closed")
        self._judge_dict(value, digests)
        if self._watch.most > limit:
            seen = f"{self._watch.most} requests in flight at once"
            self._wrong("no_limit", seen, f"{min(limit, len(digests))} at once")

    async def _called(self, loop: Any, digests: dict[str, str]) -> Any:
        refuse_unless_callable(self._answer)
        awaitable = self._answer(loop, digests, self._limit)
        if not inspect.isawaitable(awaitable):
            raise NotYet("not_async", seen=f"it returned {an(awaitable)} at once")
        try:
            return await awaitable
        except (OSError, ValueError) as error:
            self._wrong("spoilt", f"{type(error).__name__} came out of it", "the exception is in the dict")
        except (RuntimeError, AttributeError) as error:
            if not any(sign in str(error) for sign in WITHOUT_ASYNCIO):
                raise
            self._wrong("asyncios", f"{type(error).__name__}: {error}")

    def _judge_dict(self, value: Any, digests: dict[str, str]) -> None:
        if not isinstance(value, dict):
            self._wrong("no_dict", "returned None" if value is None else f"returned {an(value)}", "a dict")
        self._found = {str(url).removeprefix(self._url): found for url, found in value.items()}
        if self._found.keys() != digests.keys():
            self._wrong("urls", f"{len(self._found)} URLs in the dict", f"the {len(digests)} of digests")

    def _judge_all_right(self) -> None:
        for url in self._found:
            self._judge(url, bytes)

    def _judge(self, url: str, kind: type) -> None:
        found, (path, _, fault) = self._found[url], url.partition("?")
        name = path.removeprefix(ROOT) + (f" ({fault.removeprefix('fault=')})" if "fault" in fault else "")
        if kind is bytes:
            if not isinstance(found, bytes) or hashlib.sha256(found).hexdigest() != IMAGES[path]:
                self._wrong("not_had", f"{name}: {_shown(found)}", "its bytes")
        elif isinstance(found, bytes):
            self._wrong("digest", f"{name}: bytes, whose digest is another one", "a ValueError")
        elif not isinstance(found, kind):
            why = "other_error" if isinstance(found, BaseException) else "no_exception"
            self._wrong(why, f"{name}: {_shown(found)}", f"a {kind.__name__}")


def _shown(found: Any) -> str:
    if isinstance(found, bytes):
        return f"{len(found)} bytes"
    return repr(found)[:60]
