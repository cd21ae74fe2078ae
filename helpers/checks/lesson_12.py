"""What right answers to lesson 12's exercises 12.1 to 12.4 do; lesson_12_gallery.py has 12.5."""

import asyncio
import hashlib
import inspect
from collections.abc import Callable
from typing import Any

import aiohttp

from helpers.checks import Judge, NotYet, exercise
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import an, call
from helpers.checks.downloads import Held, begin, ended, fails_with, unless_held, with_session
from helpers.checks.lesson_12_gallery import whole_gallery
from helpers.checks.memory import Memory
from helpers.practice_server import PracticeServer
from helpers.service.data import seeded

LOST = "gallery/images/lost.png"
SHOWN = 60  # characters of a value that are shown

# ---- 12.1 ----------------------------------------------------------------------------------------

# Held until all three are asked for, then answered in another order.
THREE = {
    "bytes/3000?fault=hold:3&fault=delay:0.06": 3000,
    "bytes/1000?fault=hold:3": 1000,
    "bytes/2000?fault=hold:3&fault=delay:0.03": 2000,
}


def sizes_of_all(sizes: Any, arena: Arena) -> None:
    """12.1: `await sizes(session, urls)` is the list of the bodies' lengths, asked for at the same time."""
    _one_size(sizes, arena)
    _three_sizes(sizes, arena)
    _decoded_size(sizes, arena)
    _lost_size(sizes, arena)


def _one_size(sizes: Any, arena: Arena) -> None:
    server = begin(arena)
    shown = 'sizes(session, ["…/bytes/1000"])'
    seen = arena.run(_asking(sizes, server, ["bytes/1000"], shown), shown)
    _listed(seen, [1000], shown)
    if server.counts().connections:
        raise NotYet("own_session", call=f"await {shown}", seen="a connection of another session was opened")


def _three_sizes(sizes: Any, arena: Arena) -> None:
    server = begin(arena)
    shown = 'sizes(session, ["…/bytes/3000", "…/bytes/1000", "…/bytes/2000"])'
    try:
        seen = arena.run(_asking(sizes, server, list(THREE), shown, watched=True), shown)
    except Held as held:
        raise NotYet("one_by_one", call=f"await {shown}", **_in_flight(held.highest, 3)) from None
    _listed(seen, list(THREE.values()), shown)


def _decoded_size(sizes: Any, arena: Arena) -> None:
    """The body of /gzip travels compressed: what the server counts is not the length that is asked for."""
    server = begin(arena)
    shown = 'sizes(session, ["…/gzip"])'
    seen = arena.run(_asking(sizes, server, ["gzip"], shown), shown)
    travelled = server.counts().bytes_sent
    if seen in ([travelled], (travelled,)):
        expected = f"more than {travelled}: the length of the decoded body"
        raise NotYet("travels", call=f"await {shown}", seen=_short(seen), expected=expected)


def _lost_size(sizes: Any, arena: Arena) -> None:
    server = begin(arena)
    shown = f'sizes(session, ["…/{LOST}"])'
    seen: list[Any] = []

    async def asking() -> None:
        seen.append(await _asking(sizes, server, [LOST], shown)())

    if not arena.run(lambda: fails_with(asking(), aiohttp.ClientResponseError), shown):
        facts = {"seen": f"returned {_short(seen[0])}", "expected": "raises ClientResponseError, status 404"}
        raise NotYet("error_page", call=f"await {shown}", **facts)


def _listed(seen: Any, expected: list[int], shown: str) -> None:
    """Raise what is wrong with `seen`, which should be that list."""
    items = list(seen) if isinstance(seen, list | tuple) else None
    facts = {"call": f"await {shown}", "seen": _short(seen), "expected": repr(expected)}
    if items is None:
        raise NotYet("nothing" if seen is None else "no_list", **facts)
    if waiting := [item for item in items if inspect.isawaitable(item)]:
        for item in filter(inspect.iscoroutine, waiting):
            item.close()
        raise NotYet("not_awaited", **{**facts, "seen": f"a list with {an(waiting[0])} in it"})
    if any(isinstance(item, bytes | str) for item in items):
        raise NotYet("bodies", **{**facts, "seen": f"a list with {an(items[0])} in it"})
    if items != expected:
        same = items and all(isinstance(item, int) for item in items) and sorted(items) == sorted(expected)
        raise NotYet("order" if same else "numbers", **facts)


# ---- 12.2 ----------------------------------------------------------------------------------------

SMALL, LARGE = 40_000, 4_000_000  # bytes
MEMORY = 2_000_000  # bytes that an answer may hold at once; streaming takes less than a quarter of it


def digest_of_a_stream(sha256_of: Any, arena: Arena) -> None:
    """12.2: `await sha256_of(session, url)` is the digest, and little of the body is ever in memory."""
    _right_digest(sha256_of, arena, f"bytes/{SMALL}", SMALL)
    _right_digest(sha256_of, arena, f"bytes/{SMALL}?fault=stall:0.05", SMALL)
    peak = _right_digest(sha256_of, arena, f"bytes/{LARGE}", LARGE)
    if peak > MEMORY:
        seen, expected = f"about {peak / 1e6:.0f} MB in memory at once", "well under 1 MB"
        raise NotYet(
            "all_in_memory", call=f'await sha256_of(session, "…/bytes/{LARGE}")', seen=seen, expected=expected
        )
    server, shown, seen = begin(arena), f'sha256_of(session, "…/{LOST}")', []

    async def asking(session: aiohttp.ClientSession) -> None:
        seen.append(await call(sha256_of, session, f"{server.url}/{LOST}", shown=shown))

    def program() -> Any:
        return fails_with(with_session(server, asking), aiohttp.ClientResponseError)

    if not arena.run(program, shown):
        facts = {"seen": f"returned {_short(seen[0])}", "expected": "raises ClientResponseError, status 404"}
        raise NotYet("error_page", call=f"await {shown}", **facts)


def _right_digest(sha256_of: Any, arena: Arena, path: str, size: int) -> int:
    """Judge the digest of that body; return how many bytes of memory the answer took at most."""
    server, shown = begin(arena), f'sha256_of(session, "…/{path}")'

    async def asking(session: aiohttp.ClientSession) -> tuple[Any, int]:
        with Memory() as memory:
            return await call(sha256_of, session, f"{server.url}/{path}", shown=shown), memory.peak()

    seen, peak = arena.run(lambda: with_session(server, asking), shown)
    body = seeded(0)(0, size)
    right = hashlib.sha256(body).hexdigest()
    facts = {"call": f"await {shown}", "seen": _short(seen), "expected": repr(right)}
    if isinstance(seen, bytes) and seen == hashlib.sha256(body).digest():
        raise NotYet("not_hex", **facts)
    if not isinstance(seen, str):
        raise NotYet("no_text", **{**facts, "seen": an(seen) if seen is not None else "None"})
    if seen != right:
        raise NotYet("one_piece" if "stall" in path else "digest", **facts)
    if server.counts().connections:
        raise NotYet("own_session", call=f"await {shown}", seen="a connection of another session was opened")
    return peak


# ---- 12.3 ----------------------------------------------------------------------------------------


def limited(fetch_all: Any, arena: Arena) -> None:
    """12.3: `await fetch_all(session, urls, limit)` has `limit` requests in flight wherever there is work."""
    # Four addresses, two at a time: each body stops in its middle, so that any third request comes meanwhile.
    highest = _bodies(fetch_all, arena, _four("stall"), 2)
    if highest > 2:
        # The same, but the answers begin late: who keeps the limit here gives the places back too early.
        without_bodies = _bodies(fetch_all, arena, _four("delay"), 2)
        why = "no_limit" if without_bodies > 2 else "released_early"
        shown = "await fetch_all(session, urls, 2), with 4 urls"
        raise NotYet(why, call=shown, **_in_flight(max(highest, without_bodies), 2))
    # The first one is not answered before the last one has been asked for.
    ends = ["?fault=hold:2" if n in (1, 6) else "" for n in range(1, 7)]
    _bodies(fetch_all, arena, [f"bytes/{n}00{end}" for n, end in enumerate(ends, start=1)], 3, "batches")
    _bodies(fetch_all, arena, ["bytes/100"], 2)
    if arena.server.counts().connections:
        seen = "a connection of another session was opened"
        raise NotYet("own_session", call="await fetch_all(session, urls, 2), with 1 url", seen=seen)


def _four(slow: str) -> list[str]:
    """Paths that are answered two at a time, with a pause at that place."""
    return [f"bytes/{n}00?fault=hold:2&fault={slow}:0.03" for n in range(1, 5)]


def _bodies(fetch_all: Any, arena: Arena, paths: list[str], limit: int, held: str = "too_few") -> int:
    """Judge what comes back for these paths; return how many requests were in flight at most.

    `held`: the key of what is wrong when the server waits in vain for another request.
    """
    server = begin(arena)
    shown = f"fetch_all(session, urls, {limit})"
    with_urls = f"await {shown}, with {len(paths)} urls"
    try:
        seen = arena.run(_asking(fetch_all, server, paths, shown, limit, watched=True), with_urls)
    except Held as stopped:
        raise NotYet(held, call=with_urls, **_in_flight(stopped.highest, limit)) from None
    expected = [int(path.removeprefix("bytes/").partition("?")[0]) for path in paths]
    lengths = [len(item) for item in seen] if _all_bytes(seen) else None
    facts = {"call": with_urls, "expected": f"bodies of {', '.join(map(str, expected))} bytes"}
    if lengths is None:
        raise NotYet("nothing" if seen is None else "no_bodies", **facts, seen=_short(seen))
    if lengths != expected:
        facts["seen"] = f"bodies of {', '.join(map(str, lengths))} bytes"
        raise NotYet("order" if sorted(lengths) == expected else "bodies", **facts)
    return server.counts().in_flight_highest


def _all_bytes(seen: Any) -> bool:
    return isinstance(seen, list | tuple) and all(isinstance(item, bytes | bytearray) for item in seen)


# ---- 12.4 ----------------------------------------------------------------------------------------

PAUSE = 0.02  # seconds
SHORT = 0.002  # seconds: where it is not judged what happens in the pause
BEAT = 0.004  # seconds between two beats of another task, while the answer pauses
ENOUGH = 8  # calls: more than any check allows


def retries(with_retries: Any, arena: Arena) -> None:
    """12.4: `await with_retries(call, attempts, pause)` calls again where that may help."""
    try:
        for judge in _at_once, _third_time, _timeout, _hopeless, _never, _cancelled:
            judge(with_retries, arena)
    except Raised as raised:
        if raised.summary.startswith("UnboundLocalError"):
            raised.summary += f". {exercise('12.4').wrong['unbound']}"
        raise


class _Trial:
    """One call of `with_retries`, and what it did: its calls, its pauses, how it ended."""

    def __init__(
        self, arena: Arena, path: str, attempts: int = 5, slow: bool = False, seconds: float = SHORT
    ) -> None:
        self.seconds = seconds  # of each pause
        self.arena, self.server, self.path, self.attempts = arena, begin(arena), path, attempts
        self.slow = slow  # give the first call up after a moment
        self.calls = 0
        self.pauses: list[tuple[Exception, int]] = []
        self.beats: list[int] = []  # how often another task ran in each pause
        self.slept: list[float] = []  # seconds from each pause's beginning to the next call
        self.value: Any = None
        self.error: Exception | None = None
        self.ended = True
        self.shown = f"with_retries(call, {attempts}, pause)"

    def facts(self, seen: str, expected: str) -> dict[str, str]:
        there = f'call() asks for "…/{self.path}"'
        return {"call": f"await {self.shown}   # {there}", "seen": seen, "expected": expected}

    def run(self, with_retries: Any, cancel: bool = False) -> "_Trial":
        self.arena.run(lambda: with_session(self.server, lambda s: self._perform(with_retries, s, cancel)))
        return self

    async def _perform(self, with_retries: Any, session: aiohttp.ClientSession, cancel: bool) -> None:
        self._session, self._enough = session, asyncio.Event()
        self._asked, self._asked_again = asyncio.Event(), asyncio.Event()
        self._heart, self._since = 0, 0.0
        heart = asyncio.create_task(self._beat())
        task = asyncio.create_task(call(with_retries, self.call, self.attempts, self.pause, shown=self.shown))
        awaited = asyncio.create_task((self._asked if cancel else self._enough).wait())
        try:
            await asyncio.wait([task, awaited], return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                soon = await ended(task, self._asked_again if cancel else None)
                self.ended = soon and (task.cancelled() or not cancel)
            elif (error := task.exception()) is None:
                self.value = task.result()
            elif isinstance(error, aiohttp.ClientResponseError | TimeoutError):
                self.error = error
            else:
                raise error
        finally:
            heart.cancel()
            awaited.cancel()

    async def call(self) -> bytes:
        """What the answer is to call again and again: one download."""
        if self.pauses and len(self.beats) < len(self.pauses):
            self.beats.append(self._heart)
            self.slept.append(asyncio.get_running_loop().time() - self._since)
        self.calls += 1
        (self._asked_again if self._asked.is_set() else self._asked).set()
        if self.calls > ENOUGH:
            self._enough.set()
            await asyncio.Event().wait()
        first = self.slow and self.calls == 1
        url = f"{self.server.url}/{self.path}"
        async with asyncio.timeout(0.02 if first else None), self._session.get(url) as response:
            response.raise_for_status()
            return await response.read()

    def pause(self, error: Exception, attempt: int) -> float:
        """Seconds, as in the lesson."""
        self.pauses.append((error, attempt))
        self._heart, self._since = 0, asyncio.get_running_loop().time()
        return self.seconds

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._heart += 1


def _at_once(with_retries: Any, arena: Arena) -> None:
    trial = _Trial(arena, "bytes/10").run(with_retries)
    if trial.calls > 1:
        raise NotYet("after_success", **trial.facts(f"{trial.calls} calls", "1 call"))
    if not isinstance(trial.value, bytes) or len(trial.value) != 10:
        key = "nothing" if trial.value is None else "value"
        raise NotYet(key, **trial.facts(f"returned {_short(trial.value)}", "returns what call() returned"))


def _third_time(with_retries: Any, arena: Arena) -> None:
    trial = _Trial(arena, "bytes/10?fault=status:503&fault_first=2", seconds=PAUSE).run(with_retries)
    if trial.calls < 3:
        raise NotYet("gave_up", **trial.facts(_calls(trial), "3 calls: 503, 503, then the body"))
    if not trial.pauses:
        raise NotYet("no_pause", **trial.facts("pause was never called", "2 pauses, between the 3 calls"))
    numbers = [attempt for _, attempt in trial.pauses]
    if numbers != [0, 1] or not all(isinstance(e, aiohttp.ClientResponseError) for e, _ in trial.pauses):
        seen = ", ".join(f"pause({type(error).__name__}, {attempt})" for error, attempt in trial.pauses)
        expected = "pause(ClientResponseError, 0), pause(ClientResponseError, 1)"
        raise NotYet("pause_called", **trial.facts(seen, expected))
    if 0 in trial.beats:  # of two timers the earlier one comes first, however busy the machine is
        key = "blocking" if min(trial.slept) >= PAUSE else "did_not_wait"
        expected = f"others can run for {PAUSE} s before each new call"
        raise NotYet(key, **trial.facts("no other task got its turn in the pause", expected))
    if trial.value is None:
        raise NotYet("nothing", **trial.facts(_calls(trial), "returns the body"))


def _timeout(with_retries: Any, arena: Arena) -> None:
    trial = _Trial(arena, "bytes/10?fault=delay:9&fault_first=1", slow=True).run(with_retries)
    if trial.error is not None:
        expected = "2 calls: the first one times out, the second one has the body"
        raise NotYet("no_timeouts", **trial.facts(_calls(trial), expected))


def _hopeless(with_retries: Any, arena: Arena) -> None:
    trial = _Trial(arena, LOST).run(with_retries)
    expected = "1 call, then ClientResponseError, status 404"
    if trial.calls > 1:
        raise NotYet("hopeless", **trial.facts(_calls(trial), expected))
    if trial.error is None:
        raise NotYet("swallowed", **trial.facts(_calls(trial), expected))


def _never(with_retries: Any, arena: Arena) -> None:
    trial = _Trial(arena, "bytes/10?fault=status:503", attempts=3).run(with_retries)
    facts = trial.facts(_calls(trial), "3 calls, 2 pauses, then ClientResponseError, status 503")
    if trial.calls != 3:
        raise NotYet("too_many" if trial.calls > 3 else "gave_up", **facts)
    if trial.error is None:
        raise NotYet("swallowed", **facts)
    if len(trial.pauses) > 2:
        raise NotYet("last_pause", **facts)


def _cancelled(with_retries: Any, arena: Arena) -> None:
    trial = _Trial(arena, "bytes/10?fault=delay:9").run(with_retries, cancel=True)
    if trial.calls > 1 or not trial.ended:
        seen = f"{trial.calls} call{'s' * (trial.calls > 1)}; the cancellation was caught"
        raise NotYet("cancellation", **trial.facts(seen, "1 call, which is cancelled; then CancelledError"))


def _calls(trial: _Trial) -> str:
    number = f"more than {ENOUGH}" if trial.calls > ENOUGH else str(trial.calls)
    end = f"then {type(trial.error).__name__}" if trial.error else f"returned {_short(trial.value)}"
    if trial.calls > ENOUGH:
        end = "and no end"
    one = "" if trial.calls == 1 else "s"
    return f"{number} call{one}, {len(trial.pauses)} pause{'' if len(trial.pauses) == 1 else 's'}, {end}"


# ---- for all -------------------------------------------------------------------------------------


def _asking(
    answer: Any, server: PracticeServer, paths: list[str], shown: str, *more: Any, watched: bool = False
) -> Callable[[], Any]:
    """A program that calls the answer with a session and the addresses of these paths."""
    urls = [f"{server.url}/{path}" for path in paths]

    async def use(session: aiohttp.ClientSession) -> Any:
        work = call(answer, session, urls, *more, shown=shown)
        return await (unless_held(work, server) if watched else work)

    return lambda: with_session(server, use)


def _in_flight(highest: int, expected: int) -> dict[str, str]:
    return {"seen": f"{highest} in flight at most", "expected": f"{expected} in flight at once"}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


JUDGES: dict[str, Judge] = {
    "12.1": sizes_of_all,
    "12.2": digest_of_a_stream,
    "12.3": limited,
    "12.4": retries,
    "12.5": whole_gallery,
}
