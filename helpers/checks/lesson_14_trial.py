"""One call of an answer to exercise 14.3, and what came of it."""

import contextlib
import hashlib
from pathlib import Path
from typing import Any

import aiohttp

from helpers.capstone import TRIES
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call_with_others
from helpers.checks.downloads import LOOK, Endless, Log, begin, hurried, in_time
from helpers.checks.lesson_14_cancel import cancelled
from helpers.checks.memory import Memory
from helpers.checks.words import count, said
from helpers.practice_server import Fault
from helpers.service.gallery import FOLDER

NAME = "selector.png"
PATH = f"/gallery/images/{NAME}"
BODY = (FOLDER / NAME).read_bytes()
SIZE, SHA256 = len(BODY), hashlib.sha256(BODY).hexdigest()
OLD = b"from an older version"
SILENCE = 5.0  # seconds of silence after which the session gives up
# So many times sooner is what is to happen later. The second is for a busy computer, which may hesitate, and
# for what a right answer does without a pause: the session's patience is longer then.
FAST, SLOW = 40, 8
MOST = 2 * TRIES  # requests of one path: aiohttp itself may ask again once, where a connection was reset
SHOWN = "fetch_image(session, url, target, sha256)"


class Trial:
    """One call of the answer, and what came of it. `words`: what goes wrong, for the learner."""

    def __init__(
        self,
        arena: Arena,
        words: str,
        *faults: Fault,
        path: str = PATH,
        sha256: str = SHA256,
        folder: Path | None = None,
        faster: int = FAST,
    ) -> None:
        self._arena, self._words, self._faults = arena, words, faults
        self._path, self._sha256, self.faster = path, sha256, faster
        self.folder = folder or arena.folder / f"run-{len(list(arena.folder.iterdir())) + 1}"
        self.folder.mkdir(exist_ok=True)
        self._target = self.folder / NAME
        self.log = Log()
        self.error: Exception | None = None
        self.peak = 0

    def plant(self, ending: str, content: bytes) -> None:
        """Put a file into the folder, as an earlier run may have left it."""
        (self.folder / (NAME + ending)).write_bytes(content)

    def left(self, ending: str) -> bool:
        return (self.folder / (NAME + ending)).exists()

    def wrong(self, why: str, seen: str, expected: str) -> None:
        raise NotYet(why, call=f"await {SHOWN}   # {self._words}", seen=seen, expected=expected)

    def run(self, answer: Any, memory: bool = False) -> "Trial":
        self._server = begin(self._arena, *self._faults)
        try:
            self._arena.run(lambda: self._performed(answer, memory), f"await {SHOWN}   # {self._words}")
        except Endless:
            self.wrong("tries", f"more than {count(MOST)}", f"{TRIES} at most")
        self._count()
        return self

    def cancel(self, answer: Any) -> "Trial":
        """Call the answer, and cancel it when nothing moves any more."""
        self._server = begin(self._arena, *self._faults)
        soon = self._arena.run(lambda: self._cancelled(answer), f"await {SHOWN}   # {self._words}")
        self._count()
        if not soon:
            self.wrong("cancellation", "it went on", "it ends soon, with CancelledError")
        return self

    def _count(self) -> None:
        counts = self._server.counts()
        self.requests, self.bytes_sent = counts.requests, counts.bytes_sent

    def _call(self, answer: Any, session: aiohttp.ClientSession) -> Any:
        url = self._server.url + self._path
        return call_with_others(answer, session, url, self._target, self._sha256, shown=SHOWN)

    def _session(self, silence: float | None) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=None, sock_read=silence)
        return aiohttp.ClientSession(timeout=timeout, trace_configs=[self.log.config])

    async def _performed(self, answer: Any, memory: bool) -> None:
        async with self._session(SILENCE) as session:
            measured = Memory() if memory else contextlib.nullcontext()  # to measure takes time
            with measured as taken, hurried(self.faster):
                work = self._call(answer, session)
                try:
                    # The looks need memory of their own.
                    await (work if memory else in_time(work, self._server, MOST, LOOK * self.faster))
                except (aiohttp.ClientError, TimeoutError, ExceptionGroup) as error:
                    self.error = error
                self.peak = taken.peak() if taken else 0

    async def _cancelled(self, answer: Any) -> bool:
        async with self._session(None) as session:
            return await cancelled(self._call(answer, session), lambda: self._server.counts().bytes_sent)

    def judge_had(self, why: str = "not_had") -> None:
        """The image is there, whole, and nothing else of it is."""
        if self.error is not None:
            self.wrong(why, f"{count(self.requests)}, then {said(self.error)}", f"{NAME}, whole")
        if not self._target.exists():
            self.wrong(why, f"{NAME} is not there, after {count(self.requests)}", f"{NAME}, whole")
        content = self._target.read_bytes()
        if hashlib.sha256(content).hexdigest() != self._sha256:
            glued = content.startswith(OLD) and len(content) > len(OLD)
            key = "glued" if glued else "spoilt" if content == OLD else "half_file"
            self.wrong(key, f"{NAME}: {len(content)} bytes, whose digest is wrong", f"{NAME}, whole")
        if leftovers := sorted(path.name for path in self.folder.iterdir() if path != self._target):
            self.wrong("left", f"left beside it: {', '.join(leftovers)}", "nothing but the image")

    def judge_not_had(self, why: str = "half_file") -> None:
        """An error came out, and nothing has the image's name."""
        if self._target.exists():
            old = self._target.read_bytes() == OLD
            self.wrong(
                "old_file" if old else why, f"{NAME} is there, and its digest is wrong", "no such file"
            )
        if self.error is None:
            self.wrong("silent", "it returned, as if all were well", "the error of the last try")

    def judge_requests(self, expected: int, more: str = "twice", fewer: str = "gave_up") -> None:
        if self.requests != expected:
            key = fewer if self.requests < expected else more
            self.wrong(key, count(self.requests), count(expected))

    def judge_bytes(self, expected: int, why: str = "began_again") -> None:
        """Not many more bytes were sent than those that were missing."""
        if self.bytes_sent > expected + SIZE / 4:
            seen = f"the server has sent {self.bytes_sent} bytes"
            self.wrong(why, seen, f"{expected}: what was missing")
