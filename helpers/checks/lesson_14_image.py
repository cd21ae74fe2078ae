"""Exercise 14.3: one image is had whole, by going on where it stopped, or nothing has its name."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from helpers.capstone import TRIES, WrongDigest
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call_with_others
from helpers.checks.downloads import LOOK, Endless, Log, begin, ended, hurried, in_time
from helpers.checks.memory import Memory
from helpers.checks.words import count, said
from helpers.practice_server import Fault
from helpers.service.data import letters
from helpers.service.gallery import FOLDER

NAME = "selector.png"
PATH = f"/gallery/images/{NAME}"
LOST = "/gallery/images/lost.png"
BODY = (FOLDER / NAME).read_bytes()
SIZE, SHA256 = len(BODY), hashlib.sha256(BODY).hexdigest()
OLD = b"from an older version"
LARGE, MEMORY = 4_000_000, 1_500_000  # bytes: of a large body, and what may be in memory of it
SILENCE = 5.0  # seconds of silence after which the session gives up
# So many times sooner is what is to happen later. The second is for a busy computer, which may hesitate, and
# for what a right answer does without a pause: the session's patience is longer then.
FAST, SLOW = 40, 8
BUSY = 10  # seconds that a busy server asks for
MOST = 2 * TRIES  # requests: aiohttp itself may ask again once, where a connection was reset
STILL = 5  # looks in a row at which nothing has moved
SHOWN = "fetch_image(session, url, target, sha256)"


def resumed_image(fetch_image: Any, arena: Arena) -> str:
    """14.3: `await fetch_image(session, url, target, sha256)`."""
    begin(arena)  # before the first address: it may have to start the server afresh
    tests = (
        _well,
        _spoilt_before,
        _hopeless,
        _always_500,
        _wrong_digest,
        _once_each,
        _older_version,
        _spoilt_part,
        _complete_part,
        _cancelled,
        _large,
    )
    for test in tests:
        test(fetch_image, arena)
    _patiently(_stalled, fetch_image, arena)
    return f"{len(tests) + 1} days, good and bad"


def _patiently(test: Callable[[Any, Arena, int], None], fetch_image: Any, arena: Arena) -> None:
    """What is wrong on a busy computer must be wrong, too, where there is more time."""
    try:
        test(fetch_image, arena, FAST)
    except NotYet:
        test(fetch_image, arena, SLOW)


def _well(fetch_image: Any, arena: Arena) -> None:
    trial = _Trial(arena, "nothing goes wrong", faster=SLOW).run(fetch_image)
    if trial.requests and not trial.log.begun:
        trial.wrong("another_session", f"{count(trial.requests)} by another one", "all through `session`")
    trial.judge_had()
    trial.judge_requests(1)
    for words, leftovers in (("", ()), (", and beside it an old part and its ETag", (".part", ".etag"))):
        again = _Trial(arena, f"it is there already{words}", folder=trial.folder, faster=SLOW)
        for ending in leftovers:
            again.plant(ending, OLD)
        again.run(fetch_image)
        if again.requests:
            again.wrong("asked_again", count(again.requests), "none: the digest of the file is right")
        again.judge_had()


def _spoilt_before(fetch_image: Any, arena: Arena) -> None:
    trial = _Trial(arena, "a spoilt file has its name already", faster=SLOW)
    trial.plant("", OLD)
    trial.run(fetch_image).judge_had()


def _hopeless(fetch_image: Any, arena: Arena) -> None:
    trial = _Trial(arena, "it is not there: 404", path=LOST, faster=SLOW)
    trial.plant("", OLD)
    trial.run(fetch_image).judge_not_had()
    trial.judge_requests(1, "hopeless")


def _always_500(fetch_image: Any, arena: Arena) -> None:
    trial = _Trial(arena, "always 500", Fault("status", 500, path=PATH)).run(fetch_image)
    trial.judge_not_had()
    trial.judge_requests(TRIES, "tries")


def _wrong_digest(fetch_image: Any, arena: Arena) -> None:
    trial = _Trial(arena, "what comes is not what was announced", sha256=hashlib.sha256(OLD).hexdigest())
    trial.run(fetch_image).judge_not_had("no_digest")
    if not isinstance(trial.error, WrongDigest):
        trial.wrong("another_error", said(trial.error), "WrongDigest")
    trial.judge_requests(TRIES, "tries", "not_begun_anew")
    if trial.left(".part"):
        trial.wrong(
            "spoilt_part", f"{NAME}.part is left, complete and wrong", "no part: nothing can go on with it"
        )


def _once_each(fetch_image: Any, arena: Arena) -> None:
    for words, fault in (
        ("503 twice", Fault("status", 503, first=2, path=PATH)),
        ("a reset", Fault("reset", first=2, path=PATH)),
        ("half a body, twice", Fault("truncate", first=2, path=PATH)),
    ):
        trial = _Trial(arena, words, fault).run(fetch_image)
        trial.judge_had("gave_up")
    trial = _Trial(arena, "429, with Retry-After", Fault("busy", BUSY, first=1, path=PATH)).run(fetch_image)
    trial.judge_had("gave_up")
    paused = trial.log.pause_after(PATH, 429)
    if paused is not None and paused * trial.faster < BUSY / 2:
        trial.wrong(
            "retry_after", "the next request came too soon", f"a pause of {BUSY} s, as Retry-After says"
        )


def _older_version(fetch_image: Any, arena: Arena) -> None:
    """Glued together they have a wrong digest: then all has to be sent once more."""
    for words, etag in (
        ("of an older version", b'"an older version"'),
        ("of nobody knows which version", b""),
    ):
        trial = _Trial(arena, f"an earlier run has left a part, {words}", faster=SLOW)
        trial.plant(".part", OLD)
        if etag:
            trial.plant(".etag", etag)
        trial.run(fetch_image).judge_had("glued")
        trial.judge_bytes(SIZE, "glued")


def _spoilt_part(fetch_image: Any, arena: Arena) -> None:
    """Its ETag is right, and its bytes are not: the first try completes it, the second begins anew."""
    trial = _Trial(arena, "an earlier run has left a part of this version, and the disk has spoilt it")
    trial.plant(".part", OLD)
    trial.plant(".etag", f'"{SHA256}"'.encode())
    trial.run(fetch_image).judge_had("not_begun_anew")


def _complete_part(fetch_image: Any, arena: Arena) -> None:
    trial = _Trial(arena, "the last run was killed when the part was complete", faster=SLOW)
    trial.plant(".part", BODY)
    trial.plant(".etag", f'"{SHA256}"'.encode())
    trial.run(fetch_image).judge_had("complete")


def _stalled(fetch_image: Any, arena: Arena, faster: int) -> None:
    fault = Fault("stall", first=1, path=PATH)
    trial = _Trial(arena, "the first answer stops halfway", fault, faster=faster).run(fetch_image)
    trial.judge_had("gave_up")
    trial.judge_bytes(SIZE)


def _cancelled(fetch_image: Any, arena: Arena) -> None:
    """Cancelled in mid-body; then called again, as the next run of the program does."""
    fault = Fault("stall", first=1, path=PATH)
    trial = _Trial(arena, "it stops halfway; then cancelled", fault).cancel(fetch_image)
    if trial.left(""):
        trial.wrong("half_file", "half of the image is left under its name", "nothing of that name")
    sent = trial.bytes_sent
    again = _Trial(arena, "called again, after a cancellation", folder=trial.folder, faster=SLOW)
    again.run(fetch_image).judge_had()
    again.judge_bytes(SIZE - sent)


def _large(fetch_image: Any, arena: Arena) -> None:
    sha256 = hashlib.sha256(letters(0, LARGE)).hexdigest()
    trial = _Trial(arena, "a body of 4 MB", path=f"/range/{LARGE}", sha256=sha256).run(
        fetch_image, memory=True
    )
    trial.judge_had()
    if trial.peak > MEMORY:
        trial.wrong("memory", f"about {trial.peak / 1e6:.0f} MB in memory at once", "well under 1 MB")


class _Trial:
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

    def run(self, answer: Any, memory: bool = False) -> "_Trial":
        self._server = begin(self._arena, *self._faults)
        try:
            self._arena.run(lambda: self._performed(answer, memory), f"await {SHOWN}   # {self._words}")
        except Endless:
            self.wrong("tries", f"more than {count(MOST)}", f"{TRIES} at most")
        self._count()
        return self

    def cancel(self, answer: Any) -> "_Trial":
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
            task = asyncio.ensure_future(self._call(answer, session))
            still, before = 0, 0
            while not task.done() and still < STILL:
                await asyncio.sleep(LOOK)
                sent = self._server.counts().bytes_sent
                still = still + 1 if sent == before and sent else 0
                before = sent
            done = task.done()
            return await ended(task) and (done or task.cancelled())

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
