"""What a right answer to exercise 12.5 does: a downloader that meets faults.

The design is the learner's. So only what everybody could see from outside counts: the files in the folder,
the names that come back, and what the practice server was asked for, and when.
"""

import asyncio
import hashlib
from typing import Any

import aiohttp

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call
from helpers.checks.downloads import LOOK, Endless, Held, Log, begin, ended, hurried, in_time, unless_held
from helpers.practice_server import Fault
from helpers.service.gallery import FOLDER, TITLES

LIMIT = 3  # requests in flight
TRIES = 5  # for one image
FASTER = 50  # so many times sooner is everything that is to happen later
SILENCE = 3.0  # seconds without data after which the session gives up
BUSY = 2  # seconds that a busy server asks for
ROOT = "/gallery/images/"
SHOWN = "fetch_gallery(session, images, folder)"
SEEDS = 4, 39  # in each of them one image is not to be had in five tries
OLD = b"from an older version"
ENDINGS = "", ".part", ".etag"  # of what an earlier run may have left of an image

Images = list[dict[str, Any]]


def whole_gallery(fetch_gallery: Any, arena: Arena) -> None:
    """12.5: the images that can be had are in the folder, whole; the names of the others come back."""
    begin(arena)  # before the first address: it may have to start the server afresh
    _without_faults(fetch_gallery, arena)
    _with_each_fault(fetch_gallery, arena)
    for seed in SEEDS:
        _with_seeded_faults(fetch_gallery, arena, seed)
    _when_cancelled(fetch_gallery, arena)


# ---- four plans ----------------------------------------------------------------------------------


def _without_faults(fetch_gallery: Any, arena: Arena) -> None:
    """All goes well; but the server waits for three requests at once, and answers them slowly."""
    names = list(TITLES)[: 2 * LIMIT]
    images = _images(arena, *names)
    plan = _Plan(arena, images, "no faults")
    faults = (Fault("hold", LIMIT, path=ROOT), Fault("delay", 0.02, path=ROOT))
    plan.run(fetch_gallery, *faults, watched=True)
    plan.judge_names(missing=set())
    plan.judge_files(set(names))
    if plan.counts.in_flight_highest > LIMIT:
        seen = f"{plan.counts.in_flight_highest} in flight at most"
        plan.wrong("no_limit", seen, f"{LIMIT} in flight at once")
    if plan.counts.connections > LIMIT:
        seen = f"{plan.counts.connections} connections for {len(images)} images"
        plan.wrong("own_session", seen, f"at most {LIMIT}: those of the session that you were given")


def _with_each_fault(fetch_gallery: Any, arena: Arena) -> None:
    """Every kind of fault once; one image is missing, one never comes, one is not the manifest's."""
    faults = (
        Fault("status", 503, first=2, path=ROOT + "event-loop.png"),
        Fault("truncate", first=1, path=ROOT + "interleaving.png"),
        Fault("busy", BUSY, first=1, path=ROOT + "backoff.jpg"),
        Fault("stall", first=1, path=ROOT + "handshake.jpg"),
        Fault("reset", first=1, path=ROOT + "selector.png"),
        Fault("status", 500, path=ROOT + "deadlock.png"),
    )
    images = _images(arena, *TITLES, "lost.png", spoilt="waves.jpg")
    missing = {"lost.png", "deadlock.png", "waves.jpg"}
    plan = _Plan(arena, images, "each fault once")
    plan.plant("backpressure.png", OLD)
    plan.plant("interleaving.png.part", OLD)
    plan.plant("interleaving.png.etag", b'"an older version"')
    for ending in ENDINGS:
        plan.plant(f"lost.png{ending}", OLD)
    plan.run(fetch_gallery, *faults, silence=SILENCE)
    if plan.log.answers(ROOT + "lost.png", 404) > 1:  # one that was given up as silent may be asked for again
        plan.wrong("hopeless", f"lost.png: {plan.tries('lost.png')} requests", "1 request: the answer is 404")
    plan.judge_tries("deadlock.png", TRIES, "always 500")
    paused = plan.log.pause_after(ROOT + "backoff.jpg", 429)
    if paused is not None and paused * FASTER < BUSY / 2:
        seen = "backoff.jpg: asked for again too soon after the answer 429"
        plan.wrong("retry_after", seen, f"a pause of {BUSY} s, as Retry-After says")
    plan.judge_files(set(TITLES) - missing)
    plan.judge_names(missing)


def _with_seeded_faults(fetch_gallery: Any, arena: Arena, seed: int) -> None:
    """Faults by chance, the same for everybody: how many tries each image needs is known beforehand."""
    faults = seeded_faults(seed)
    plan = _Plan(arena, _images(arena, *TITLES), f"half of all answers spoilt, seed {seed}")
    plan.run(fetch_gallery, *faults)
    needed = {name: tries_needed(faults, ROOT + name) for name in TITLES}
    missing = {name for name, tries in needed.items() if tries > TRIES}
    for name, tries in needed.items():
        plan.judge_tries(name, min(tries, TRIES), "spoilt answers, and then a good one")
    plan.judge_files(set(TITLES) - missing)
    plan.judge_names(missing)


def _when_cancelled(fetch_gallery: Any, arena: Arena) -> None:
    """Cancelled while bodies are on their way: no file pretends to be whole."""
    plan = _Plan(arena, _images(arena, *TITLES), "every answer stalls halfway; then cancelled")
    ended_soon = plan.run(fetch_gallery, Fault("stall", path=ROOT), cancel=True)
    if not ended_soon:
        plan.wrong("cancellation", "it went on", "it ends soon, with CancelledError")
    if halves := [name for name in TITLES if (plan.folder / name).exists()]:
        plan.wrong("half_when_cancelled", f"half of {halves[0]} is left, under that name", "no half files")


def seeded_faults(seed: int) -> tuple[Fault, ...]:
    return (
        Fault("status", 503, rate=0.3, seed=seed, path=ROOT),
        Fault("truncate", rate=0.3, seed=seed + 1, path=ROOT),
    )


def tries_needed(faults: tuple[Fault, ...], path: str) -> int:
    """The number, from 1, of the first request of `path` that none of the faults hits."""
    return next(n for n in range(1, 1000) if not any(fault.hits(path, n) for fault in faults))


def download_error(error: Exception) -> str | None:
    """The name of the error, or of the first one in the group, that a failed download has raised."""
    kinds = (aiohttp.ClientError, TimeoutError)
    while isinstance(error, ExceptionGroup) and (group := error.subgroup(kinds)):
        error = group.exceptions[0]
    return type(error).__name__ if isinstance(error, kinds) else None


# ---- one run -------------------------------------------------------------------------------------


class _Plan:
    """One run of the answer, and what it did. `name`: of what goes wrong in it, for the learner."""

    def __init__(self, arena: Arena, images: Images, name: str) -> None:
        self._arena, self._images, self._name = arena, images, name
        self.folder = arena.folder / f"run-{len(list(arena.folder.iterdir())) + 1}"
        self.folder.mkdir()
        self._planted: dict[str, bytes] = {}
        self.log = Log()

    def plant(self, name: str, content: bytes) -> None:
        """Put a file into the folder, as an earlier run may have left it."""
        self._planted[name] = content
        (self.folder / name).write_bytes(content)

    def wrong(self, why: str, seen: str, expected: str, **fields: str) -> None:
        raise NotYet(why, call=f"await {SHOWN}   # {self._name}", seen=seen, expected=expected, **fields)

    def run(
        self,
        answer: Any,
        *faults: Fault,
        silence: float | None = None,
        watched: bool = False,
        cancel: bool = False,
    ) -> Any:
        """Let the answer work; keep its value, and what the server counted. `silence`: its sock_read.
        `watched`: see whether it waits in vain. `cancel`: do that, and return whether it minded."""
        self._server = begin(self._arena, *faults)
        self._silence, self._watched = silence, watched
        program = self._cancelled if cancel else self._performed
        try:
            self._value = self._arena.run(lambda: program(answer), SHOWN)
        except Held as held:
            self.wrong("too_few", f"{held.highest} in flight at most", f"{LIMIT} in flight at once")
        except Endless as endless:
            name = endless.path.rpartition("/")[2]
            self.wrong("too_many", f"{name}: more than {TRIES} requests", f"{TRIES} at most")
        self.counts = self._server.counts()
        return self._value

    def _session(self) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=None, sock_read=self._silence)
        return aiohttp.ClientSession(timeout=timeout, trace_configs=[self.log.config])

    async def _performed(self, answer: Any) -> Any:
        async with self._session() as session:
            work = call(answer, session, self._images, self.folder, shown=SHOWN)
            if self._watched:
                return await unless_held(work, self._server)
            try:
                with hurried(FASTER):
                    return await in_time(work, self._server, most=TRIES, look=LOOK * FASTER)
            except (aiohttp.ClientError, TimeoutError, ExceptionGroup) as error:
                if not (name := download_error(error)):
                    raise
        self.wrong("gave_up_together", f"raised {name}", "returns the names of what could not be had")

    async def _cancelled(self, answer: Any) -> bool:
        async with self._session() as session:
            work = call(answer, session, self._images, self.folder, shown=SHOWN)
            task = asyncio.ensure_future(work)
            looks_with_data = 0
            while not task.done() and looks_with_data < 5 and not any(self.folder.iterdir()):
                await asyncio.sleep(0.01)  # until it has written something, or had the time to
                looks_with_data += self._server.counts().bytes_sent > 0
            done = task.done()
            return await ended(task) and (done or task.cancelled())

    def tries(self, name: str) -> int:
        counted = self.counts.by_path.get(ROOT + name)
        return counted.requests if counted else 0

    def judge_tries(self, name: str, expected: int, why: str) -> None:
        tries = self.tries(name)
        if tries != expected:
            key = "too_many" if tries > expected else "gave_up"
            self.wrong(key, f"{name}: {tries} requests", f"{expected} ({why})")

    def judge_names(self, missing: set[str]) -> None:
        expected = f"names: {', '.join(sorted(missing)) or 'none'}"
        if self._value is None or isinstance(self._value, str | int):
            seen = "None" if self._value is None else an(self._value)
            self.wrong("no_names", f"returned {seen}", expected)
        names = [name for name in self._value if isinstance(name, str)]
        if set(names) != missing or len(names) != len(list(self._value)):
            self.wrong("names", f"returned {list(self._value)!r}"[:100], expected)

    def judge_files(self, expected: set[str]) -> None:
        """Each expected image is there and whole; nothing else is, but what was there before of those."""
        there = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        known = {image["name"]: image["sha256"] for image in self._images}
        for name in sorted(expected - there.keys()):
            key = "not_fetched" if not self.tries(name) else "gave_up"
            self.wrong(
                key, f"{name} is not in the folder, after {self.tries(name)} requests", "it can be had"
            )
        spoilt = {
            name: content
            for name, content in sorted(there.items())
            if name in known and hashlib.sha256(content).hexdigest() != known[name]
        }
        old = [name for name in spoilt if name not in expected and there[name] == self._planted.get(name)]
        for name, content in spoilt.items():
            if name not in old:
                self._spoilt(name, content)
        for name in old:
            seen = f"{name} is in the folder, from an earlier run, and its digest is wrong"
            self.wrong("old_file", seen, "no file of that name", name=name)
        kept = {name + ending for name in expected for ending in ENDINGS}
        for name in sorted(there.keys() - expected):
            if name not in kept or there[name] != self._planted.get(name):
                self.wrong("left", f"{name} is left in the folder", "nothing but whole images")

    def _spoilt(self, name: str, content: bytes) -> None:
        seen = f"{name} is in the folder, {len(content)} bytes, and its digest is wrong"
        size = next(image["bytes"] for image in self._images if image["name"] == name)
        if content == self._planted.get(name):
            self.wrong("trusts_what_is_there", seen, "the image of the manifest's digest")
        if content.startswith(OLD) or len(content) > size:
            self.wrong("glued", seen, "the image of the manifest's digest")
        key = "half_file" if len(content) < size else "no_digest"
        self.wrong(key, seen, "whole images only")


def _images(arena: Arena, *names: str, spoilt: str = "") -> Images:
    """What the answer is told of these images; `spoilt`: the digest of that one is of another version."""
    images = []
    for name in names:
        data = (FOLDER / name).read_bytes() if name in TITLES else b""
        digest = hashlib.sha256(OLD if name == spoilt else data).hexdigest()
        image = {"name": name, "url": f"{arena.server.url}{ROOT}{name}", "bytes": len(data), "sha256": digest}
        images.append(image)
    return images
