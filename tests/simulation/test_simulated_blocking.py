"""Calls that block are stopped before they begin, and named; elsewhere they work as ever."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from helpers.simulation import explore, run
from helpers.simulation.blocking import SLEEP_IS_AUDITED

LIMIT = 0.5  # real seconds: far less than what the calls below would take


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: time.sleep(30), "time.sleep()"),
        (lambda: socket.getaddrinfo("localhost", 80), "socket.getaddrinfo()"),
        (lambda: socket.create_connection(("127.0.0.1", 9)), "socket.getaddrinfo()"),
        (lambda: socket.socketpair(), "socket.socket()"),
        (lambda: subprocess.run([sys.executable, "--version"], check=True), "subprocess"),
        (lambda: input(), "input()"),
    ],
)
def test_blocking_call(call: Callable, name: str) -> None:
    async def fetch():
        call()

    async def main():
        await asyncio.gather(fetch(), asyncio.sleep(1))

    began = time.perf_counter()
    result = run(main)
    assert time.perf_counter() - began < 30
    assert result.outcome == "blocking call"
    assert result.problem.startswith(name)
    assert result.place.function == "<lambda>"
    assert [hazard.kind for hazard in result.hazards] == ["blocking call"]


def test_swallowed_by_the_program_it_is_found_all_the_same() -> None:
    async def main():
        try:
            time.sleep(30)
        except BaseException:
            await asyncio.sleep(1)

    assert run(main).outcome == "blocking call"


def test_found_in_the_one_schedule_in_which_it_happens() -> None:
    def make():
        taken = []

        async def a():
            taken.append("a")

        async def b():
            if not taken:
                time.sleep(30)

        async def main():
            await asyncio.gather(a(), b())

        return main

    failure = explore(make, lambda run: run.problem).failure
    assert failure.run.choices == (1,)
    assert failure.run.outcome == "blocking call"


def test_before_the_loop_starts() -> None:
    def main():
        time.sleep(30)

    assert run(main).outcome == "blocking call"


def test_in_a_thread_it_may_block() -> None:
    async def main():
        await asyncio.to_thread(time.sleep, 0.01)
        return asyncio.get_running_loop().time()

    assert run(main).value == 0


def test_after_a_simulation_everything_works_again() -> None:
    async def main():
        time.sleep(30)

    run(main)
    time.sleep(0)
    first, second = socket.socketpair()
    first.close()
    second.close()


def test_which_pythons_announce_sleep() -> None:
    seen = []
    sys.addaudithook(lambda event, args: seen.append(event) if event == "time.sleep" else None)
    time.sleep(0)
    assert bool(seen) == SLEEP_IS_AUDITED
