"""Right and wrong answers to the exercises of lesson 06: shared memory."""

import asyncio
import queue
import threading
from collections import defaultdict
from types import SimpleNamespace

import pytest

from helpers import check


def judged(id: str, answer: object, kind: str, says: str, *, drawn: bool = False) -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)
    assert not drawn or verdict.picture is not None, repr(verdict)


# 06.1


async def awaits_first(scores, player, fetch):
    points = await fetch(player)
    scores[player] = scores.get(player, 0) + points


async def adds_in_place(scores, player, fetch):
    points = await fetch(player)
    scores.setdefault(player, 0)
    scores[player] += points


async def in_one_line_the_other_way_round(scores, player, fetch):
    scores[player] = await fetch(player) + scores.get(player, 0)


class Adder:
    async def __call__(self, scores, player, fetch):
        points = await asyncio.create_task(fetch(player))
        try:
            scores[player] += points
        except KeyError:
            scores[player] = points


async def by_update(scores, player, fetch):
    fresh = {player: await fetch(player)}
    old = defaultdict(int, scores)
    scores.update({name: old[name] + more for name, more in fresh.items()})


async def lost_update(scores, player, fetch):
    scores.setdefault(player, 0)
    scores[player] += await fetch(player)


async def reads_first(scores, player, fetch):
    before = scores.get(player, 0)
    points = await fetch(player)
    scores[player] = before + points


async def checks_first(scores, player, fetch):
    if player in scores:
        points = await fetch(player)
        scores[player] += points
    else:
        scores[player] = await fetch(player)


async def awaits_in_between(scores, player, fetch):
    points = await fetch(player)
    before = scores.get(player, 0)
    await asyncio.sleep(0)
    scores[player] = before + points


class UnderALock:
    """One lock for all, held across the await."""

    def __init__(self):
        self.locks = {}

    async def __call__(self, scores, player, fetch):
        lock = self.locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            scores[player] = scores.get(player, 0) + await fetch(player)


async def adds_to_a_local(scores, player, fetch):
    score = scores.get(player, 0)
    score += await fetch(player)


async def fetches_twice(scores, player, fetch):
    await fetch(player)
    scores[player] = await fetch(player) + scores.get(player, 0)


async def no_await(scores, player, fetch):
    scores[player] = fetch(player)


async def new_player_forgotten(scores, player, fetch):
    points = await fetch(player)
    scores[player] += points


async def always_ann(scores, player, fetch):
    points = await fetch(player)
    scores["Ann"] = scores.get("Ann", 0) + points


def not_async(scores, player, fetch):
    scores[player] = 1


async def stub(*_):
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer", [awaits_first, adds_in_place, in_one_line_the_other_way_round, Adder(), by_update]
)
def test_points_right(answer):
    verdict = check("06.1", answer)
    assert verdict.kind == "correct", repr(verdict)
    assert "schedules" in verdict.facts["Tried"]


@pytest.mark.parametrize(
    ("answer", "says", "drawn"),
    [
        (lost_update, "Points got lost", True),
        (reads_first, "Points got lost", True),
        (checks_first, "Points got lost", True),
        (awaits_in_between, "Points got lost", True),
        (UnderALock(), "waited for each other", True),
        (adds_to_a_local, "scores are as they were", True),
        (fetches_twice, "awaited once in each call", True),
        (no_await, "", False),
        (always_ann, "The scores of two players got mixed up", True),
        (new_player_forgotten, "KeyError", False),
        (not_async, "Write `async def`", False),
        (42, "check() was given an int", False),
    ],
)
def test_points_wrong(answer, says, drawn):
    judged("06.1", answer, "not yet", says, drawn=drawn)


# 06.2


async def stores_the_task(cache, key, load):
    if key not in cache:
        cache[key] = asyncio.create_task(load(key))
    return await cache[key]


async def stores_a_future(cache, key, load):
    if key in cache:
        return await cache[key]
    cache[key] = asyncio.get_running_loop().create_future()
    cache[key].set_result(await load(key))
    return await cache[key]


async def stores_an_event(cache, key, load):
    if key in cache:
        entry = cache[key]
        await entry.ready.wait()
        return entry.value
    entry = cache[key] = SimpleNamespace(ready=asyncio.Event(), value=None)
    entry.value = await load(key)
    entry.ready.set()
    return entry.value


async def a_lock_a_key(cache, key, load):
    lock = cache.setdefault(("lock", key), asyncio.Lock())
    async with lock:
        if key not in cache:
            cache[key] = await load(key)
    return cache[key]


async def with_shield(cache, key, load):
    try:
        task = cache[key]
    except KeyError:
        task = cache[key] = asyncio.ensure_future(load(key))
    return await asyncio.shield(task)


async def polls(cache, key, load):
    if key not in cache:
        cache[key] = None
        cache[key] = await load(key)
    while cache[key] is None:
        await asyncio.sleep(0.01)
    return cache[key]


async def check_then_act(cache, key, load):
    if key not in cache:
        cache[key] = await load(key)
    return cache[key]


async def stores_a_placeholder(cache, key, load):
    if key not in cache:
        cache[key] = None
        cache[key] = await load(key)
    return cache[key]


async def stores_the_coroutine(cache, key, load):
    if key not in cache:
        cache[key] = load(key)
    return await cache[key]


async def looks_twice(cache, key, load):
    if key not in cache:
        value = await load(key)
        if key not in cache:
            cache[key] = value
    return cache[key]


async def lets_others_in_before_it_stores(cache, key, load):
    if key not in cache:
        await asyncio.sleep(0)
        cache[key] = asyncio.create_task(load(key))
    return await cache[key]


async def returns_the_task(cache, key, load):
    if key not in cache:
        cache[key] = asyncio.create_task(load(key))
    return cache[key]


async def one_lock_for_all(cache, key, load):
    lock = cache.setdefault("lock", asyncio.Lock())
    async with lock:
        if key not in cache:
            cache[key] = await load(key)
    return cache[key]


async def never_stores(cache, key, load):
    return await load(key)


async def setdefault_with_a_task(cache, key, load):
    return await cache.setdefault(key, asyncio.create_task(load(key)))


async def starts_another_that_nobody_awaits(cache, key, load):
    task = asyncio.create_task(load(key))
    if key not in cache:
        cache[key] = task
    return await cache[key]


async def forgets_it_again(cache, key, load):
    if key not in cache:
        cache[key] = asyncio.create_task(load(key))
    value = await cache[key]
    cache.pop(key, None)
    return value


class RemembersOutside:
    def __init__(self):
        self.values = {}

    async def __call__(self, cache, key, load):
        if key not in self.values:
            self.values[key] = None
            self.values[key] = await load(key)
        while self.values[key] is None:
            await asyncio.sleep(0.01)
        return self.values[key]


async def one_task_for_all_keys(cache, key, load):
    if "task" not in cache:
        cache["task"] = asyncio.create_task(load(key))
    return await cache["task"]


class OneNameForAllKeys:
    async def __call__(self, cache, key, load):
        if key not in cache:
            cache[key] = asyncio.Event()
            self.value = await load(key)
            cache[key].set()
        await cache[key].wait()
        return self.value


async def takes_the_last_load(cache, key, load):
    if key not in cache:
        cache[key] = asyncio.create_task(load(key))
    cache["last"] = cache[key]
    await cache[key]
    return await cache["last"]


async def one_event_for_all_keys(cache, key, load):
    ready = cache.setdefault("ready", asyncio.Event())
    if key not in cache:
        cache[key] = None
        cache[key] = await load(key)
        ready.set()
    await ready.wait()
    return cache[key]


async def waits_for_all_loads(cache, key, load):
    if key not in cache:
        cache[key] = asyncio.create_task(load(key))
    await asyncio.gather(*cache.values())
    return cache[key].result()


class OneLockOutside:
    def __init__(self):
        self.lock = asyncio.Lock()

    async def __call__(self, cache, key, load):
        async with self.lock:
            if key not in cache:
                cache[key] = await load(key)
            return cache[key]


async def in_a_group(cache, key, load):
    if key not in cache:
        async with asyncio.TaskGroup() as group:
            cache[key] = group.create_task(load(key))
    return cache[key].result() if cache[key].done() else await cache[key]


@pytest.mark.parametrize(
    "answer",
    [stores_the_task, stores_a_future, stores_an_event, a_lock_a_key, with_shield, polls, in_a_group],
)
def test_cache_right(answer):
    verdict = check("06.2", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "says", "drawn"),
    [
        (check_then_act, "loaded more than once", True),
        (stores_a_placeholder, "A placeholder", True),
        (stores_the_coroutine, "You stored a coroutine", False),
        (looks_twice, "loaded more than once", True),
        (lets_others_in_before_it_stores, "loaded more than once", True),
        (returns_the_task, "The caller wants the value", False),
        (one_lock_for_all, "the loads waited for each other", True),
        (never_stores, "loaded more than once", True),
        (setdefault_with_a_task, "Python evaluates the arguments first", True),
        (starts_another_that_nobody_awaits, "loaded more than once", True),
        (forgets_it_again, "who came later loaded again", True),
        (RemembersOutside(), "Keep what you remember in the `cache`", True),
        (one_task_for_all_keys, "the value of another key", True),
        (OneNameForAllKeys(), "the value of another key", True),
        (takes_the_last_load, "the value of another key", True),
        (one_event_for_all_keys, "That is not the value", True),
        (waits_for_all_loads, "waited for the load of another key", True),
        (OneLockOutside(), "made outside of your function", False),
    ],
)
def test_cache_wrong(answer, says, drawn):
    judged("06.2", answer, "not yet", says, drawn=drawn)


# 06.3


class Bank:
    def __init__(self, accounts):
        self.accounts = accounts
        self.requests = queue.Queue()
        self.owner = threading.Thread(target=self._own, name="owner")
        self.owner.start()

    def close(self):
        self.requests.put(None)
        self.owner.join()

    def transfer(self, source, target, amount):
        reply = queue.Queue()
        self.requests.put((source, target, amount, reply))
        return reply.get()

    def _own(self):
        while (request := self.requests.get()) is not None:
            source, target, amount, reply = request
            enough = self.accounts[source] >= amount
            if enough:
                self.accounts[source] -= amount
                self.accounts[target] += amount
            reply.put(enough)


class ReadsOnce(Bank):
    def _own(self):
        for source, target, amount, reply in iter(self.requests.get, None):
            balance = self.accounts.get(source, 0)
            if balance < amount:
                reply.put(False)
                continue
            self.accounts[source] = balance - amount
            self.accounts[target] = self.accounts.get(target, 0) + amount
            reply.put(True)


class WithEvents(Bank):
    def transfer(self, source, target, amount):
        answer = SimpleNamespace(done=threading.Event(), ok=None)
        self.requests.put((source, target, amount, SimpleNamespace(put=lambda ok: self._say(answer, ok))))
        answer.done.wait()
        return answer.ok

    @staticmethod
    def _say(answer, ok):
        answer.ok = ok
        answer.done.set()


class SendsJobs(Bank):
    """The message is the function to be run."""

    def transfer(self, source, target, amount):
        reply = queue.SimpleQueue()

        def job():
            if self.accounts[source] < amount:
                return False
            self.accounts.update({source: self.accounts[source] - amount})
            self.accounts[target] += amount
            return True

        self.requests.put(lambda: reply.put(job()))
        return reply.get()

    def _own(self):
        while job := self.requests.get():
            job()


class WritesBothAtOnce(Bank):
    def _own(self):
        while (request := self.requests.get()) is not None:
            source, target, amount, reply = request
            rest = self.accounts[source] - amount
            if rest >= 0:
                self.accounts.update({source: rest, target: self.accounts[target] + amount})
            reply.put(rest >= 0)


class NoOwner(Bank):
    def transfer(self, source, target, amount):
        if self.accounts[source] < amount:
            return False
        self.accounts[source] -= amount
        self.accounts[target] += amount
        return True


class ChecksInTheCaller(Bank):
    def transfer(self, source, target, amount):
        if self.accounts[source] < amount:
            return False
        reply = queue.Queue()
        self.requests.put((source, target, amount, reply))
        return reply.get()

    def _own(self):
        while (request := self.requests.get()) is not None:
            source, target, amount, reply = request
            self.accounts[source] -= amount
            self.accounts[target] += amount
            reply.put(True)


class WithALock(NoOwner):
    def __init__(self, accounts):
        self.lock = threading.Lock()
        super().__init__(accounts)

    def transfer(self, source, target, amount):
        with self.lock:
            return super().transfer(source, target, amount)


class DoesNotWait(Bank):
    def transfer(self, source, target, amount):
        self.requests.put((source, target, amount, queue.Queue()))
        return True


class OneReplyQueue(Bank):
    """Whoever comes first takes what is there."""

    def __init__(self, accounts):
        self.replies = queue.Queue()
        super().__init__(accounts)

    def transfer(self, source, target, amount):
        self.requests.put((source, target, amount, self.replies))
        return self.replies.get()


class RefusesTheLastPenny(Bank):
    def _own(self):
        while (request := self.requests.get()) is not None:
            source, target, amount, reply = request
            enough = self.accounts[source] > amount
            if enough:
                self.accounts[source] -= amount
                self.accounts[target] += amount
            reply.put(enough)


class AnswersFirst(Bank):
    def _own(self):
        while (request := self.requests.get()) is not None:
            source, target, amount, reply = request
            enough = self.accounts[source] >= amount
            reply.put(enough)
            if enough:
                self.accounts[source] -= amount
                self.accounts[target] += amount


class ReturnsTheRequest(Bank):
    """As one that reads from `requests` itself, and comes before the owner."""

    def transfer(self, source, target, amount):
        return source, target, amount


class Awaits(Bank):
    async def transfer(self, source, target, amount):
        return Bank.transfer(self, source, target, amount)


class ManyOwners(Bank):
    def _own(self):
        for request in iter(self.requests.get, None):
            threading.Thread(target=self._serve, args=request).start()

    def _serve(self, source, target, amount, reply):
        enough = self.accounts[source] >= amount
        if enough:
            self.accounts[source] -= amount
            self.accounts[target] += amount
        reply.put(enough)


class NeverAnswers(Bank):
    def _own(self):
        while self.requests.get() is not None:
            pass


class OneRequestOnly(Bank):
    def _own(self):
        source, _, amount, reply = self.requests.get()
        reply.put(self.accounts[source] >= amount)


class WithoutCheck(Bank):
    def _own(self):
        while (request := self.requests.get()) is not None:
            source, target, amount, reply = request
            self.accounts[source] -= amount
            self.accounts[target] += amount
            reply.put(True)


class OnACopy(Bank):
    def __init__(self, accounts):
        super().__init__({"Ann": 100, "Bob": 0})


class NeverEnds(Bank):
    def close(self):
        pass


class OwnerFails(Bank):
    def _own(self):
        _source, _target = self.requests.get()


class Stub(Bank):
    def transfer(self, source, target, amount):
        raise NotImplementedError

    def _own(self):
        raise NotImplementedError


class HalfAStub(Bank):
    def _own(self):
        raise NotImplementedError


@pytest.fixture
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    left = {thread for thread in threading.enumerate() if thread not in before}
    for thread in left:
        thread.join(2)
    assert not any(thread.is_alive() for thread in left)


@pytest.mark.usefixtures("no_thread_is_left")
@pytest.mark.parametrize(
    "answer", [Bank, ReadsOnce, WithEvents, SendsJobs, WritesBothAtOnce, lambda accounts: Bank(accounts)]
)
def test_bank_right(answer):
    verdict = check("06.3", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.usefixtures("no_thread_is_left")
@pytest.mark.parametrize("answer", [Stub, HalfAStub])
def test_bank_stub(answer):
    assert check("06.3", answer).kind == "not attempted"


@pytest.mark.usefixtures("no_thread_is_left")
@pytest.mark.parametrize(
    ("answer", "kind", "says", "drawn"),
    [
        (NoOwner, "not yet", "went on with what it had read", True),
        (ChecksInTheCaller, "not yet", "went on with what it had read", True),
        (WithALock, "not yet", "more than one thread touched", True),
        (DoesNotWait, "not yet", "the answers are not", False),
        (OneReplyQueue, "not yet", "the answer that belongs to the other", False),
        (RefusesTheLastPenny, "not yet", "as much as she wanted to send", False),
        (AnswersFirst, "not yet", "while the money had not been moved", False),
        (ReturnsTheRequest, "not yet", "the answer needs a queue of its own", False),
        (Awaits, "not yet", "no event loop", False),
        (ManyOwners, "not yet", "start no threads", True),
        (NeverAnswers, "stuck", "did not come back", False),
        (OneRequestOnly, "stuck", "did not come back", False),
        (WithoutCheck, "not yet", "one thread alone touched", True),
        (OnACopy, "not yet", "not on a copy", False),
        (NeverEnds, "not yet", "still running", False),
        (OwnerFails, "error", "_source, _target = self.requests.get()", False),
        (42, "not yet", "Hand over the class itself", False),
    ],
)
def test_bank_wrong(answer, kind, says, drawn):
    judged("06.3", answer, kind, says, drawn=drawn)


# 06.4


async def empty_and_nowait(items, work, workers):
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while not waiting.empty():
            position, item = waiting.get_nowait()
            results[position] = await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return results


async def with_ends(items, work, workers):
    waiting, done = asyncio.Queue(), {}

    async def worker():
        while (pair := await waiting.get()) is not None:
            done[pair[0]] = await work(pair[1])

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
        for pair in [*enumerate(items), *[None] * workers]:
            await waiting.put(pair)
    return [done[position] for position in range(len(items))]


async def with_a_shared_iterator(items, work, workers):
    pairs, done = iter(list(enumerate(items))), {}

    async def worker():
        for position, item in pairs:
            done[position] = await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return [value for _, value in sorted(done.items())]


async def a_semaphore(items, work, workers):
    limit = asyncio.Semaphore(workers)

    async def one(item):
        async with limit:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


async def join_and_cancel(items, work, workers):
    """An error is put where the result belongs, so that `join` ends."""
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while True:
            position, item = await waiting.get()
            try:
                results[position] = await work(item)
            except Exception as error:
                results[position] = error
            finally:
                waiting.task_done()

    tasks = [asyncio.create_task(worker()) for _ in range(workers)]
    await waiting.join()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


async def join_without_end(items, work, workers):
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while True:
            position, item = await waiting.get()
            results[position] = await work(item)
            waiting.task_done()

    for _ in range(workers):
        asyncio.create_task(worker(), name="worker")  # noqa: RUF006
    await waiting.join()
    return results


async def a_worker_dies(items, work, workers):
    """`task_done` is not reached when work fails: `join` waits for ever."""
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while True:
            position, item = await waiting.get()
            results[position] = await work(item)
            waiting.task_done()

    tasks = [asyncio.create_task(worker()) for _ in range(workers)]
    await waiting.join()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return results


async def awaits_between_check_and_take(items, work, workers):
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while not waiting.empty():
            await asyncio.sleep(0)
            position, item = await waiting.get()
            results[position] = await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return results


async def in_the_order_of_completion(items, work, workers):
    waiting, results = asyncio.Queue(), []
    for item in items:
        waiting.put_nowait(item)

    async def worker():
        while not waiting.empty():
            results.append(await work(waiting.get_nowait()))

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return results


async def no_limit(items, work, workers):
    return list(await asyncio.gather(*map(work, items)))


async def one_worker(items, work, workers):
    return [await work(item) for item in items]


async def swallows(items, work, workers):
    async def one(item):
        try:
            return await work(item)
        except ValueError:
            return None

    return await a_semaphore(items, one, workers)


async def gather_leaves_the_others(items, work, workers):
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while not waiting.empty():
            position, item = waiting.get_nowait()
            results[position] = await work(item)

    await asyncio.gather(*(worker() for _ in range(workers)))
    return results


async def in_rounds(items, work, workers):
    results = []
    for start in range(0, len(items), workers):
        results += await asyncio.gather(*map(work, items[start : start + workers]), return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


async def dealt_out(items, work, workers):
    results = [None] * len(items)

    async def worker(first):
        for position in range(first, len(items), workers):
            results[position] = await work(items[position])

    async with asyncio.TaskGroup() as group:
        for first in range(workers):
            group.create_task(worker(first))
    return results


async def results_by_item(items, work, workers):
    waiting, done = asyncio.Queue(), {}
    for item in items:
        waiting.put_nowait(item)

    async def worker():
        while not waiting.empty():
            item = waiting.get_nowait()
            done[item] = await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return [done[item] for item in items]


async def place_by_item(items, work, workers):
    done = {}

    async def one(pair):
        done[items.index(pair)] = await work(pair)

    await a_semaphore(items, one, workers)
    return [done[position] for position in range(len(items))]


async def cancels_and_goes(items, work, workers):
    waiting, results = asyncio.Queue(), [None] * len(items)
    for pair in enumerate(items):
        waiting.put_nowait(pair)

    async def worker():
        while not waiting.empty():
            position, item = waiting.get_nowait()
            results[position] = await work(item)

    tasks = [asyncio.create_task(worker()) for _ in range(workers)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return results


@pytest.mark.parametrize(
    "answer", [empty_and_nowait, with_ends, with_a_shared_iterator, a_semaphore, join_and_cancel]
)
def test_workers_right(answer):
    verdict = check("06.4", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (join_without_end, "not yet", "was left behind"),
        (a_worker_dies, "stuck", "to be worked off"),
        (awaits_between_check_and_take, "stuck", "waits for an item in queue"),
        (in_the_order_of_completion, "not yet", "in another order"),
        (no_limit, "not yet", "More were at work at once"),
        (one_worker, "not yet", "Fewer were at work"),
        (swallows, "not yet", "as if nothing were wrong"),
        (gather_leaves_the_others, "not yet", "left behind"),
        (in_rounds, "not yet", "A worker had nothing to do"),
        (dealt_out, "not yet", "A worker had nothing to do"),
        (results_by_item, "not yet", "two equal items"),
        (place_by_item, "not yet", "two equal items"),
        (cancels_and_goes, "not yet", "`cancel()` only asks"),
    ],
)
def test_workers_wrong(answer, kind, says):
    judged("06.4", answer, kind, says, drawn=True)


# 06.5


async def claims_first(office, buyer, pay):
    if not office.free:
        return None
    seat = office.free.pop()
    try:
        await pay(buyer, seat)
    except BaseException:
        office.free.append(seat)
        raise
    office.sold[seat] = buyer
    return seat


async def with_finally(office, buyer, pay):
    try:
        seat = office.free.pop(0)
    except IndexError:
        return None
    try:
        await pay(buyer, seat)
        office.sold[seat] = buyer
    finally:
        if seat not in office.sold:
            office.free.insert(0, seat)
    return seat


async def in_two_functions(office, buyer, pay):
    async def claim(seat):
        office.free.remove(seat)
        paid = False
        try:
            await pay(buyer, seat)
            paid = True
        finally:
            if not paid:
                office.free.append(seat)
        office.sold |= {seat: buyer}
        return seat

    return await claim(min(office.free)) if office.free else None


async def by_a_task(office, buyer, pay):
    return await asyncio.create_task(claims_first(office, buyer, pay))


async def recursive(office, buyer, pay):
    for seat in list(office.free):
        office.free.remove(seat)
        try:
            await pay(buyer, seat)
        except (Exception, asyncio.CancelledError):
            office.free.append(seat)
            raise
        office.sold[seat] = buyer
        return seat
    return None


async def removes_after_payment(office, buyer, pay):
    if not office.free:
        return None
    seat = office.free[-1]
    await pay(buyer, seat)
    office.free.remove(seat)
    office.sold[seat] = buyer
    return seat


async def sells_before_payment(office, buyer, pay):
    if not office.free:
        return None
    seat = office.free.pop()
    office.sold[seat] = buyer
    await pay(buyer, seat)
    return seat


async def loses_the_seat(office, buyer, pay):
    if not office.free:
        return None
    seat = office.free.pop()
    await pay(buyer, seat)
    office.sold[seat] = buyer
    return seat


async def forgets_cancellation(office, buyer, pay):
    if not office.free:
        return None
    seat = office.free.pop()
    try:
        await pay(buyer, seat)
    except Exception:
        office.free.append(seat)
        raise
    office.sold[seat] = buyer
    return seat


async def hides_the_failure(office, buyer, pay):
    try:
        return await claims_first(office, buyer, pay)
    except ValueError:
        return None


async def asks_and_awaits(office, buyer, pay):
    if office.free:
        await asyncio.sleep(0)
        return await claims_first(SimpleNamespace(free=office.free or ["A1"], sold=office.sold), buyer, pay)
    return None


class OneAtATime:
    def __init__(self):
        self.locks = {}

    async def __call__(self, office, buyer, pay):
        async with self.locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            return await claims_first(office, buyer, pay)


async def awaits_before_it_takes(office, buyer, pay):
    if not office.free:
        return None
    await asyncio.sleep(0)
    return await with_the_first(office, buyer, pay)


async def with_the_first(office, buyer, pay):
    seat = office.free.pop()
    try:
        await pay(buyer, seat)
    except BaseException:
        office.free.append(seat)
        raise
    office.sold[seat] = buyer
    return seat


async def awaits_before_it_gives_back(office, buyer, pay):
    if not office.free:
        return None
    seat = office.free.pop()
    try:
        await pay(buyer, seat)
    except BaseException:
        await asyncio.sleep(0)
        office.free.append(seat)
        raise
    office.sold[seat] = buyer
    return seat


async def shields_the_payment(office, buyer, pay):
    async def pay_on(buyer, seat):
        await asyncio.shield(pay(buyer, seat))

    return await claims_first(office, buyer, pay_on)


async def sold_the_wrong_way_round(office, buyer, pay):
    seat = await claims_first(office, buyer, pay)
    if seat in office.sold:
        office.sold[office.sold.pop(seat)] = seat
    return seat


async def returns_nothing(office, buyer, pay):
    await claims_first(office, buyer, pay)


async def sells_nothing(office, buyer, pay):
    return None


@pytest.mark.parametrize("answer", [claims_first, with_finally, in_two_functions, by_a_task, recursive])
def test_office_right(answer):
    verdict = check("06.5", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (removes_after_payment, "Two buyers were after the same seat"),
        (sells_before_payment, "Two buyers were after the same seat"),
        (loses_the_seat, "A seat got lost"),
        (forgets_cancellation, "A seat got lost"),
        (hides_the_failure, "did not tell its caller"),
        (asks_and_awaits, ""),
        (OneAtATime(), "one after the other"),
        (awaits_before_it_takes, "the answer was old"),
        (awaits_before_it_gives_back, "A seat got lost"),
        (shields_the_payment, "nobody looked how it"),
        (sold_the_wrong_way_round, "does not say who has paid for what"),
        (returns_nothing, "should return the seat"),
        (sells_nothing, "A seat is free"),
    ],
)
def test_office_wrong(answer, says):
    judged("06.5", answer, "not yet", says, drawn=True)


@pytest.mark.parametrize("id", ["06.1", "06.2", "06.4", "06.5"])
def test_the_stub(id):
    assert check(id, stub).kind == "not attempted"
