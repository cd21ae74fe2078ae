"""A catalogue of concurrency bugs, each with its corrected twin.

Each function makes one program (state and main coroutine), as ``explore`` wants it. The broken one and the
right one differ in as little as possible. ``CATALOGUE`` says of each bug how the verdict is found and what
the learner reads.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from helpers.simulation import Run
from helpers.simulation.explore import MakeMain, Verdict


def lost_update_broken():
    counter = 0

    async def increment():
        nonlocal counter
        value = counter
        await asyncio.sleep(0)
        counter = value + 1

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(increment(), name="a")
            group.create_task(increment(), name="b")
        return counter

    return main


def lost_update():
    counter = 0
    lock = asyncio.Lock()

    async def increment():
        nonlocal counter
        async with lock:
            value = counter
            await asyncio.sleep(0)
            counter = value + 1

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(increment(), name="a")
            group.create_task(increment(), name="b")
        return counter

    return main


def check_then_act_broken():
    free, seated = [1], []

    async def book(name):
        if free:
            await asyncio.sleep(0.1)  # the payment
            seated.append(name)
            free.clear()

    async def main():
        await asyncio.gather(book("Ada"), book("Bob"))
        return len(seated)

    return main


def check_then_act():
    free, seated = [1], []

    async def book(name):
        if free:
            free.clear()
            await asyncio.sleep(0.1)
            seated.append(name)

    async def main():
        await asyncio.gather(book("Ada"), book("Bob"))
        return len(seated)

    return main


def _two_locks(order_of_b):
    first, second = asyncio.Lock(), asyncio.Lock()
    of_b = (first, second) if order_of_b == "same" else (second, first)

    async def work(outer, inner):
        async with outer:
            await asyncio.sleep(0)
            async with inner:
                pass

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(work(first, second), name="a")
            group.create_task(work(*of_b), name="b")

    return main


def deadlock_by_order_broken():
    return _two_locks("other")


def deadlock_by_order():
    return _two_locks("same")


class Account:
    def __init__(self):
        self._lock = asyncio.Lock()
        self.balance = 0

    async def deposit(self, amount):
        async with self._lock:
            self.balance += amount

    async def deposit_twice_broken(self, amount):
        async with self._lock:
            await self.deposit(amount)
            await self.deposit(amount)

    async def deposit_twice(self, amount):
        await self.deposit(amount)
        await self.deposit(amount)


def self_deadlock_broken():
    account = Account()

    async def main():
        await account.deposit_twice_broken(1)

    return main


def self_deadlock():
    account = Account()

    async def main():
        await account.deposit_twice(1)

    return main


def lost_wake_up_broken():
    condition = asyncio.Condition()

    async def consumer():
        async with condition:
            await condition.wait()

    async def producer():
        async with condition:
            condition.notify()

    async def main():
        await asyncio.gather(consumer(), producer())

    return main


def lost_wake_up():
    condition, ready = asyncio.Condition(), []

    async def consumer():
        async with condition:
            while not ready:
                await condition.wait()

    async def producer():
        async with condition:
            ready.append(True)
            condition.notify()

    async def main():
        await asyncio.gather(consumer(), producer())

    return main


def stolen_wake_up_broken():
    condition, items = asyncio.Condition(), []

    async def consumer():
        async with condition:
            if not items:
                await condition.wait()
            items.pop()

    async def producer():
        for item in (1, 2):
            async with condition:
                items.append(item)
                condition.notify()
            await asyncio.sleep(1)

    async def main():
        await asyncio.gather(consumer(), consumer(), producer())

    return main


def stolen_wake_up():
    condition, items = asyncio.Condition(), []

    async def consumer():
        async with condition:
            while not items:
                await condition.wait()
            items.pop()

    async def producer():
        for item in (1, 2):
            async with condition:
                items.append(item)
                condition.notify()
            await asyncio.sleep(1)

    async def main():
        await asyncio.gather(consumer(), consumer(), producer())

    return main


def _gate(notify):
    condition, is_open = asyncio.Condition(), []

    async def visitor():
        async with condition:
            await condition.wait_for(lambda: is_open)

    async def porter():
        async with condition:
            is_open.append(True)
            notify(condition)

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(visitor(), name="Ada")
            group.create_task(visitor(), name="Bob")
            group.create_task(porter(), name="porter")

    return main


def notify_for_notify_all_broken():
    return _gate(lambda condition: condition.notify())


def notify_for_notify_all():
    return _gate(lambda condition: condition.notify_all())


def not_released_on_exception_broken():
    lock = asyncio.Lock()

    async def parse(text):
        await lock.acquire()
        number = int(text)
        lock.release()
        return number

    async def main():
        return await asyncio.gather(parse("x"), parse("1"), return_exceptions=True)

    return main


def not_released_on_exception():
    lock = asyncio.Lock()

    async def parse(text):
        async with lock:
            return int(text)

    async def main():
        return await asyncio.gather(parse("x"), parse("1"), return_exceptions=True)

    return main


def not_released_on_cancellation_broken():
    lock = asyncio.Lock()

    async def save():
        await lock.acquire()
        await asyncio.sleep(1)
        lock.release()

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(save(), name="a")
            group.create_task(save(), name="b")

    return main


def not_released_on_cancellation():
    lock = asyncio.Lock()

    async def save():
        await lock.acquire()
        try:
            await asyncio.sleep(1)
        finally:
            lock.release()

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(save(), name="a")
            group.create_task(save(), name="b")

    return main


def _pipeline(queue):
    peak = 0

    async def producer():
        nonlocal peak
        for item in range(20):
            await asyncio.sleep(0.1)
            await queue.put(item)
            peak = max(peak, queue.qsize())

    async def consumer():
        for _ in range(20):
            await queue.get()
            await asyncio.sleep(1)

    async def main():
        await asyncio.gather(producer(), consumer())
        return peak

    return main


def unbounded_queue_broken():
    return _pipeline(asyncio.Queue())


def unbounded_queue():
    return _pipeline(asyncio.Queue(maxsize=4))


async def _tick():
    while True:
        await asyncio.sleep(1)


def leaked_task_broken():
    async def main():
        ticker = asyncio.create_task(_tick(), name="ticker")
        await asyncio.sleep(3)
        return ticker.done()

    return main


def leaked_task():
    async def main():
        ticker = asyncio.create_task(_tick(), name="ticker")
        await asyncio.sleep(3)
        ticker.cancel()

    return main


def blocking_call_broken():
    async def fetch():
        time.sleep(1)

    async def main():
        await asyncio.gather(fetch(), fetch())

    return main


def blocking_call():
    async def fetch():
        await asyncio.sleep(1)

    async def main():
        await asyncio.gather(fetch(), fetch())

    return main


def swallowed_cancellation_broken():
    async def poll():
        while True:
            try:
                await asyncio.sleep(1)
            except BaseException:  # "nothing may stop the poller"
                return

    async def main():
        poller = asyncio.create_task(poll(), name="poller")
        await asyncio.sleep(2.5)
        poller.cancel()
        await asyncio.wait([poller])

    return main


def swallowed_cancellation():
    async def poll():
        while True:
            try:
                await asyncio.sleep(1)
            except Exception:
                pass

    async def main():
        poller = asyncio.create_task(poll(), name="poller")
        await asyncio.sleep(2.5)
        poller.cancel()
        await asyncio.wait([poller])

    return main


def forgotten_await_broken():
    saved = []

    async def save(item):
        saved.append(item)

    async def main():
        save(1)
        return len(saved)

    return main


def forgotten_await():
    saved = []

    async def save(item):
        saved.append(item)

    async def main():
        await save(1)
        return len(saved)

    return main


async def _fails():
    await asyncio.sleep(1)
    raise OSError("connection lost")


async def _download():
    await asyncio.sleep(5)


def gather_leaves_siblings_broken():
    async def main():
        try:
            await asyncio.gather(_fails(), _download())
        except OSError:
            pass

    return main


def gather_leaves_siblings():
    async def main():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_fails())
                group.create_task(_download())
        except* OSError:
            pass

    return main


def _limited(download):
    limit, inside, most = asyncio.Semaphore(2), 0, 0

    async def work():
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(1)
        inside -= 1

    async def main():
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(download(limit, work))
        return most

    return main


def semaphore_released_twice_broken():
    async def download(limit, work):
        await limit.acquire()
        try:
            await work()
            limit.release()
        finally:
            limit.release()

    return _limited(download)


def semaphore_released_twice():
    async def download(limit, work):
        await limit.acquire()
        try:
            await work()
        finally:
            limit.release()

    return _limited(download)


class ReadersFirst:
    """A lock for readers and writers in which a reader never waits while others read."""

    def __init__(self, *, writers_first=False):
        self._readers, self._writing, self._writers_waiting = 0, False, 0
        self._writers_first = writers_first
        self._changed = asyncio.Condition()

    def _must_let_writers_pass(self):
        return self._writers_first and self._writers_waiting

    async def read(self, seconds):
        async with self._changed:
            await self._changed.wait_for(lambda: not self._writing and not self._must_let_writers_pass())
            self._readers += 1
        await asyncio.sleep(seconds)
        async with self._changed:
            self._readers -= 1
            self._changed.notify_all()

    async def write(self):
        async with self._changed:
            self._writers_waiting += 1
            await self._changed.wait_for(lambda: not self._readers and not self._writing)
            self._writers_waiting -= 1
            self._changed.notify_all()


def _readers_and_a_writer(lock):
    async def reader(start):
        await asyncio.sleep(start)
        for _ in range(10):
            await lock.read(2)

    async def writer():
        await asyncio.sleep(0.5)
        await lock.write()
        return asyncio.get_running_loop().time()

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(reader(0), name="reader 1")
            group.create_task(reader(1), name="reader 2")
            wrote = group.create_task(writer(), name="writer")
        return wrote.result()

    return main


def starved_writer_broken():
    return _readers_and_a_writer(ReadersFirst())


def starved_writer():
    return _readers_and_a_writer(ReadersFirst(writers_first=True))


# --- the table ---


_UNBOUNDED = "Up to {} items waited in the queue: nothing holds the producer back."


@dataclass(frozen=True)
class Bug:
    """A bug and its twin.

    ``text`` is what the learner must read ({line} stands for a line of this file), ``verdict`` says what is
    wrong with a run. The bug must be found in schedule ``found_at``, counted from 1. The twin has
    ``orders`` different ones (None: too many to run them all); with ``cancel``, one task may be cancelled
    in each.
    """

    broken: MakeMain
    right: MakeMain
    text: str
    verdict: Verdict = lambda run: run.problem
    cancel: bool = False
    found_at: int = 1
    orders: int | None = 1

    @property
    def name(self) -> str:
        return self.right.__name__.replace("_", " ")


def _value(accept: Callable[[object], bool], text: str) -> Verdict:
    """The run's own problem first; then its value must be acceptable."""

    def verdict(run: Run) -> str | None:
        return run.problem or (None if accept(run.value) else text.format(run.value))

    return verdict


CATALOGUE = [
    Bug(
        lost_update_broken,
        lost_update,
        "Two increments, and the counter is 1.",
        _value(lambda counter: counter == 2, "Two increments, and the counter is {}."),
        orders=4,
    ),
    Bug(
        check_then_act_broken,
        check_then_act,
        "One seat, and 2 people sit on it.",
        _value(lambda seated: seated == 1, "One seat, and {} people sit on it."),
        orders=2,
    ),
    Bug(
        deadlock_by_order_broken,
        deadlock_by_order,
        "Nothing can run any more (deadlock). task ‘a’ waits for lock ‘second’, held by task ‘b’; "
        "task ‘b’ waits for lock ‘first’, held by task ‘a’.",
        orders=4,
    ),
    Bug(
        self_deadlock_broken,
        self_deadlock,
        "Nothing can run any more (deadlock). task ‘main’ waits for lock ‘account._lock’, held by itself.",
        orders=1,
    ),
    Bug(
        lost_wake_up_broken,
        lost_wake_up,
        "Nothing can run any more (deadlock). "
        "task ‘consumer’ waits for condition ‘condition’ to be notified.",
        orders=2,
        found_at=2,
    ),
    Bug(
        stolen_wake_up_broken,
        stolen_wake_up,
        "IndexError: pop from empty list was raised.",
        orders=8,
        found_at=4,
    ),
    Bug(
        notify_for_notify_all_broken,
        notify_for_notify_all,
        "Nothing can run any more (deadlock). task ‘Bob’ waits for condition ‘condition’ to be notified.",
        orders=10,
    ),
    Bug(
        not_released_on_exception_broken,
        not_released_on_exception,
        "Nothing can run any more (deadlock). task ‘parse 2’ waits for lock ‘lock’, held by task ‘parse 1’, "
        "which has ended without releasing it.",
        orders=2,
    ),
    Bug(
        not_released_on_cancellation_broken,
        not_released_on_cancellation,
        "Nothing can run any more (deadlock). task ‘b’ waits for lock ‘lock’, held by task ‘a’, which has "
        "ended without releasing it. (Here task ‘a’ was cancelled while it waited for the end of its sleep.)",
        cancel=True,
        orders=22,
        found_at=3,
    ),
    Bug(
        unbounded_queue_broken,
        unbounded_queue,
        "Up to 18 items waited in the queue: nothing holds the producer back.",
        _value(lambda peak: peak <= 5, _UNBOUNDED),
        orders=2,
    ),
    Bug(
        leaked_task_broken,
        leaked_task,
        "Task ‘ticker’ was left behind: nobody awaited or cancelled it. It waits for the end of its sleep.",
        orders=2,
    ),
    Bug(
        blocking_call_broken,
        blocking_call,
        "time.sleep() blocks the whole loop: fetch(), line {line}. No other task can run meanwhile.",
        orders=4,
    ),
    Bug(
        swallowed_cancellation_broken,
        swallowed_cancellation,
        "Task ‘poller’ was cancelled, but swallowed the CancelledError.",
        orders=1,
    ),
    Bug(
        forgotten_await_broken,
        forgotten_await,
        "save() was called but never awaited, so it did not run.",
        orders=1,
    ),
    Bug(
        gather_leaves_siblings_broken,
        gather_leaves_siblings,
        "Task ‘_download’ was left behind: nobody awaited or cancelled it. "
        "It waits for the end of its sleep.",
        orders=4,
    ),
    Bug(
        semaphore_released_twice_broken,
        semaphore_released_twice,
        "Two at a time were allowed, 3 were inside.",
        _value(lambda most: most <= 2, "Two at a time were allowed, {} were inside."),
        orders=288,
        found_at=58,
    ),
    Bug(
        starved_writer_broken,
        starved_writer,
        "The writer got in after 21 s, when all readers had gone.",
        _value(lambda seconds: seconds <= 5, "The writer got in after {:g} s, when all readers had gone."),
        orders=None,
    ),
]
