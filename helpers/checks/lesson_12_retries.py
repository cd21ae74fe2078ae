"""Exercise 12.4: call again where that may help. What is called, when, and how does it end?"""

import asyncio
from typing import Any

import aiohttp

from helpers.checks import NotYet, exercise
from helpers.checks.arena import Arena, Raised
from helpers.checks.calling import call
from helpers.checks.downloads import begin, ended, with_session
from helpers.checks.lesson_12_stage import LOST
from helpers.checks.words import short

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
        raise NotYet(key, **trial.facts(f"returned {short(trial.value)}", "returns what call() returned"))


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
    end = f"then {type(trial.error).__name__}" if trial.error else f"returned {short(trial.value)}"
    if trial.calls > ENOUGH:
        end = "and no end"
    one = "" if trial.calls == 1 else "s"
    return f"{number} call{one}, {len(trial.pauses)} pause{'' if len(trial.pauses) == 1 else 's'}, {end}"
