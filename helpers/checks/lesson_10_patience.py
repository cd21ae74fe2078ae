"""Exercise 10.3: `until_ready` of a loop of the learner's, which loses patience."""

import selectors
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.lesson_04_plain import plainly
from helpers.checks.lesson_10_stage import loop_of, pair
from helpers.own_loop.coroutines import sleep
from helpers.own_loop.futures import InvalidStateError

NOT_READY = "returned, but it was not ready"


def patience(answer: Any, arena: Arena) -> None:
    """10.3: TimeoutError after `patience` seconds of each wait, and no harm to any other."""
    for program in _silent, _in_time, _the_next_wait, _the_next_wait_is_silent, _again_after_all, _one_of_two:
        plainly(arena, lambda program=program: program(answer), "await loop.until_ready(sock, EVENT_READ)")


class _Log:
    """What happened at which second."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self.lines: list[str] = []

    def add(self, text: str) -> None:
        self.lines.append(f"{self._loop.time():g} s: {text}")

    async def wait(self, sock: Any, name: str = "") -> None:
        """Wait until the socket is ready, and read what is there; or be told that it is not."""
        try:
            await self._loop.until_ready(sock, selectors.EVENT_READ)
        except OSError as error:  # TimeoutError is one
            self.add(f"{name}{type(error).__name__}")
        except KeyError:
            self.add(f"{name}KeyError: the selector watched it already")
        else:
            self.add(f"{name}{'ready' if _is_there(sock) else NOT_READY}")


def _is_there(sock: Any) -> bool:
    try:
        return bool(sock.recv(100))
    except BlockingIOError:
        return False


def _judge(
    answer: Any, situation: str, why: str, expected: list[str], script: list, waits: int, **kw: Any
) -> None:
    """Wait so many times for one socket; at the end the loop runs on until 30 seconds have gone."""
    seconds = kw.get("patience")
    call = f"await loop.until_ready(sock, EVENT_READ)   # {situation}"
    with pair() as (near, far):
        happens = iter([(moment, lambda: far.send(b"x")) for moment in script])
        with loop_of(answer, happens, *([] if seconds is None else [seconds])) as loop:
            log = _Log(loop)

            async def program() -> None:
                for _ in range(waits):
                    await log.wait(near)
                watched = len(loop._selector.get_map())
                await sleep(loop, 30 - loop.time())  # so that every timer goes off
                if watched:
                    early = any(NOT_READY in line for line in log.lines)
                    seen = "the selector still watches the socket"
                    raise NotYet("when" if early else "still_watched", call=call, seen=seen)

            try:
                loop.run_until_complete(program())
            except NotYet as wrong:
                wrong.call = wrong.call or call
                wrong.seen = " · ".join([*log.lines, wrong.seen])
                wrong.expected = wrong.expected or " · ".join(expected)
                raise
            except InvalidStateError:
                if not loop.reported:
                    log.lines.append("then the wait had no end")
            _judge_log(loop, log, expected, why, call)


def _judge_log(loop: Any, log: _Log, expected: list[str], why: str, call: str) -> None:
    if loop.reported:
        error = loop.reported[0]
        why = "in_timer" if isinstance(error, TimeoutError) else "timer_fails"
        text = "the socket is not registered" if isinstance(error, KeyError) else str(error)
        said = f"a timer's function raised {type(error).__name__}" + (f": {text}" if text else "")
        raise NotYet(why, call=call, seen=" · ".join([*log.lines, said]), expected=" · ".join(expected))
    if log.lines != expected:
        if any("KeyError" in line for line in log.lines):
            why = "still_watched"
        raise NotYet(why, call=call, seen=" · ".join(log.lines), expected=" · ".join(expected))


def _silent(answer: Any) -> None:
    for seconds in None, 2.0:
        moment = 5 if seconds is None else 2
        situation = f"patience {moment} s, nothing comes"
        _judge(answer, situation, "when", [f"{moment} s: TimeoutError"], [], 1, patience=seconds)


def _in_time(answer: Any) -> None:
    _judge(answer, "patience 5 s, data comes at 3 s", "when", ["3 s: ready"], [3], 1)


def _the_next_wait(answer: Any) -> None:
    situation = "patience 5 s, data comes at 3 s and at 7 s; two waits"
    _judge(answer, situation, "next_wait", ["3 s: ready", "7 s: ready"], [3, 7], 2)


def _the_next_wait_is_silent(answer: Any) -> None:
    situation = "patience 5 s, data comes at 3 s; two waits"
    _judge(answer, situation, "next_wait", ["3 s: ready", "8 s: TimeoutError"], [3], 2)


def _again_after_all(answer: Any) -> None:
    situation = "patience 5 s, data comes at 7 s; two waits"
    _judge(answer, situation, "next_wait", ["5 s: TimeoutError", "7 s: ready"], [7], 2)


def _one_of_two(answer: Any) -> None:
    script = iter([(4, lambda: far_b.send(b"x"))])
    with pair() as (near_a, _), pair() as (near_b, far_b), loop_of(answer, script) as loop:
        log = _Log(loop)

        async def program() -> None:
            waits = [loop.create_task(log.wait(near_a, "a ")), loop.create_task(log.wait(near_b, "b "))]
            for wait in waits:
                await wait
            await sleep(loop, 30 - loop.time())

        call = "await loop.until_ready(…)   # patience 5 s, sockets a and b, data for b comes at 4 s"
        loop.run_until_complete(program())
        _judge_log(loop, log, ["4 s: b ready", "5 s: a TimeoutError"], "when", call)
