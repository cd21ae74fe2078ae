"""Programs that do what they can to hang, to survive, or to leave something behind."""

import asyncio
import sys
import threading
import time


async def loops_without_await():
    while True:
        pass


async def catches_everything():
    while True:
        try:
            while True:
                try:
                    time.monotonic()
                except BaseException:
                    pass
        except BaseException:
            continue


async def catches_everything_in_calls():
    def inner():
        while True:
            try:
                sum(range(10))
            except BaseException as error:
                str(error)

    def outer():
        try:
            inner()
        except BaseException:
            outer()
        finally:
            outer()

    outer()


async def loops_when_closed():
    try:
        await asyncio.Event().wait()
    finally:
        while True:
            pass


async def will_not_be_cancelled():
    while True:
        try:
            await asyncio.sleep(0)
        except BaseException:
            pass


async def leaves_one_of_each():
    asyncio.create_task(will_not_be_cancelled())
    asyncio.create_task(asyncio.Event().wait())
    asyncio.sleep(1)
    failed = asyncio.get_running_loop().create_future()
    failed.set_exception(OSError("nobody looks"))

    async def numbers():
        try:
            yield 1
        finally:
            await asyncio.sleep(1)

    async for _ in numbers():
        break


async def exits():
    sys.exit(1)


async def interrupts():
    raise KeyboardInterrupt


async def stops_the_loop():
    asyncio.get_running_loop().stop()
    await asyncio.sleep(0)


async def recurses():
    await recurses()


async def deadlocks():
    lock = asyncio.Lock()
    async with lock:
        await lock.acquire()


async def blocks():
    time.sleep(60)


async def blocks_in_a_finally():
    try:
        await asyncio.Event().wait()
    finally:
        time.sleep(60)


async def sleeps_in_a_thread():
    await asyncio.to_thread(threading.Event().wait, 0.01)


async def installs_a_factory():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro, **kwargs: None)
    asyncio.create_task(asyncio.sleep(1))


async def spins_on_the_clock():
    while True:
        await asyncio.sleep(1)


# Those that end at once, and those that have to be stopped.
QUICK = [
    will_not_be_cancelled,
    leaves_one_of_each,
    exits,
    interrupts,
    stops_the_loop,
    recurses,
    deadlocks,
    blocks,
    blocks_in_a_finally,
    sleeps_in_a_thread,
    installs_a_factory,
    spins_on_the_clock,
]
SLOW = [loops_without_await, catches_everything, catches_everything_in_calls, loops_when_closed]
