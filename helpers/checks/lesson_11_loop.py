"""11.4: `run_in_thread(loop, function)` on the learner's own loop, which counts how often it looks around."""

import asyncio
import gc
import inspect
import selectors
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena, Stuck
from helpers.checks.calling import an, refuse_unless_callable
from helpers.checks.threads import Threads
from helpers.checks.words import said, short
from helpers.own_loop.futures import InvalidStateError
from helpers.own_loop.sockets import Loop

SIGN_OF_LIFE = 0.8  # seconds that work waits for one of the loop
AT_ONCE = 4  # calls that have to be under way together
SILENCE = 1.2  # seconds that the loop waits for a byte
QUIET = 0.5  # seconds in which nothing is to do
MOST_LOOKS = 15  # of the loop at its selector, in that time; every 10 ms would be 50
LEFT = "a thread was still running when it had returned"
LAST_STEPS = 0.1  # seconds that a thread needs to end
SHOWN = "await run_in_thread(loop, work)"


class _WatchedLoop(Loop):
    looks = 0

    def _run_once(self) -> None:
        self.looks += 1
        super()._run_once()


class _SlowEnd:
    """Kept in a thread's own storage, it makes the thread's end last, so that not to wait is no luck."""

    def __del__(self) -> None:
        time.sleep(LAST_STEPS)


def a_thread_for_the_own_loop(answer: Any, arena: Arena) -> str:
    refuse_unless_callable(answer)
    for scene in (_loop_goes_on, _an_error_comes_back, _many_at_once, _nobody_polls):
        arena.run(lambda scene=scene: asyncio.to_thread(_play, scene, answer), SHOWN, seconds=5)
    return f"a value, an error, {AT_ONCE} at once, and a quiet half second"


def _play(scene: Callable, answer: Any) -> None:
    with warnings.catch_warnings(record=True) as caught, Threads() as threads:
        warnings.simplefilter("always")
        scene(answer, threads)
        left = not threads.wait(lambda: not threads.others(), 0.3)
        gc.collect()
        unclosed = any(issubclass(warning.category, ResourceWarning) for warning in caught)
    if left:
        raise NotYet("thread_left", call=SHOWN, seen=LEFT)
    if unclosed:
        raise NotYet("socket_left", call=SHOWN, seen="a socket was never closed")


def _on_the_loop(threads: Threads, main: Callable, shown: str = SHOWN) -> tuple[Any, int]:
    """Run `main(loop)` on an own loop in another thread; its result, and how often the loop looked."""

    def run() -> tuple[Any, int]:
        with _WatchedLoop(patience=SILENCE) as loop:
            return loop.run_until_complete(main(loop)), loop.looks

    running = threads.call("loop", run)
    if not threads.wait(lambda: running.over, 2 * SILENCE):
        raise Stuck("never_woken" if _at_its_selector(running.thread) else "loop_kept", shown)
    if isinstance(running.error, TimeoutError):
        raise Stuck("never_woken", shown)
    if isinstance(running.error, InvalidStateError):
        raise NotYet("nobody_waits", call=shown, seen="the loop found nothing left to do, and ended")
    if running.error is not None:
        raise running.error
    return running.value


def _at_its_selector(thread: threading.Thread) -> bool:
    frame = sys._current_frames().get(thread.ident)
    return frame is not None and frame.f_code.co_filename == selectors.__file__


async def _call(answer: Any, loop: Loop, function: Callable) -> Any:
    coroutine = answer(loop, function)
    if not inspect.isawaitable(coroutine):
        raise NotYet("not_async", call=SHOWN, seen=f"it returned {an(coroutine)} at once")
    return await coroutine


def _loop_goes_on(answer: Any, threads: Threads) -> None:
    sign, where, times = threading.Event(), [], []
    storage = threading.local()

    def work() -> str:
        where.append(threading.current_thread())
        storage.kept = _SlowEnd()
        times.append(sign.wait(SIGN_OF_LIFE))
        return "tea"

    async def main(loop: Loop) -> tuple[Any, Any]:
        loop.call_later(0.01, sign.set)
        value = await _call(answer, loop, work)
        me = threading.current_thread()
        return value, me, any(thread.is_alive() for thread in where if thread is not me)

    (value, loops_thread, left), _ = _on_the_loop(threads, main)
    facts = {"call": SHOWN, "expected": "work is called once, in another thread, and the loop goes on"}
    if not where:
        raise NotYet("never_called", seen=short(value), **facts)
    if loops_thread in where:
        raise NotYet("in_the_loop", seen="work was called in the loop's thread", **facts)
    if not all(times):
        raise NotYet("loop_still", seen="the loop stood still while work was under way", **facts)
    if len(where) > 1:
        raise NotYet("twice", seen=f"work was called {len(where)} times", **facts)
    if value != "tea":
        raise NotYet("value", call=SHOWN, seen=short(value), expected="'tea'")
    if left:
        raise NotYet("thread_left", call=SHOWN, seen=LEFT)


def _an_error_comes_back(answer: Any, threads: Threads) -> None:
    failure = LookupError("no tea left")

    def raises() -> None:
        raise failure

    def end_of(work: Callable, shown: str) -> tuple[str, Any]:
        async def main(loop: Loop) -> tuple[str, Any]:
            try:
                return "returned", await _call(answer, loop, work)
            except LookupError as error:
                return "raised", error

        return _on_the_loop(threads, main, shown)[0]

    shown = f"{SHOWN}, and work raises"
    how, what = end_of(raises, shown)
    if (how, what) != ("raised", failure):
        expected = f"it raises the same object, {said(failure)}"
        raise NotYet("error_lost", call=shown, seen=f"it {how} {short(what)}", expected=expected)
    shown = f"{SHOWN}, and work returns an exception, which nobody has raised"
    how, what = end_of(lambda: failure, shown)
    if (how, what) != ("returned", failure):
        raise NotYet("result_raised", call=shown, seen=f"it {how} {short(what)}", expected=short(failure))


def _many_at_once(answer: Any, threads: Threads) -> None:
    together = threading.Barrier(AT_ONCE)

    def work(number: int) -> tuple[int, bool]:
        try:
            together.wait(SIGN_OF_LIFE)
        except threading.BrokenBarrierError:
            return number, False
        return number, True

    async def main(loop: Loop) -> list:
        calls = [_call(answer, loop, lambda number=number: work(number)) for number in range(AT_ONCE)]
        tasks = [loop.create_task(each) for each in calls]
        return [await task for task in tasks]

    shown = f"{AT_ONCE} tasks at once: {SHOWN}"
    values, _ = _on_the_loop(threads, main, shown)
    if values == [(number, True) for number in range(AT_ONCE)]:
        return
    alone = all(isinstance(value, tuple) for value in values) and not all(met for _, met in values)
    seen = "they were not under way together" if alone else short(values)
    raise NotYet("not_at_once" if alone else "mixed_up", call=shown, seen=seen)


def _nobody_polls(answer: Any, threads: Threads) -> None:
    async def main(loop: Loop) -> Any:
        return await _call(answer, loop, lambda: time.sleep(QUIET))

    shown = f"{SHOWN}, and work sleeps for {QUIET:g} seconds"
    value, looks = _on_the_loop(threads, main, shown)
    if looks > MOST_LOOKS:
        seen = f"the loop looked at its selector {'more than 100' if looks > 100 else looks} times"
        raise NotYet("polls", call=shown, seen=seen, expected="a few times")
    if value is not None:
        raise NotYet("value", call=shown, seen=short(value), expected="None")
