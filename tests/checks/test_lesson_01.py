"""Right and wrong answers to the exercises of lesson 01, each wrong one with its message."""

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from helpers import check
from helpers.exercise import solution_code

Names, Call = list[str], Callable[..., Any]


def judged(id: str, answer: object) -> tuple[str, str]:
    verdict = check(id, answer)
    return verdict.kind, " ".join(repr(verdict).split())


async def stub(*_: Any) -> None:
    raise NotImplementedError


@pytest.mark.parametrize("id", ["01.1", "01.2", "01.3", "01.4"])
def test_the_stub_is_not_attempted(id: str) -> None:
    if id == "01.1":

        def plain_stub(elapsed: float, computing: float) -> str:
            raise NotImplementedError

        assert judged(id, plain_stub)[0] == "not attempted"
    else:
        assert judged(id, stub)[0] == "not attempted"


# --- 01.1: waiting or computing ------------------------------------------------------------------------


def by_the_waiting(elapsed: float, computing: float) -> str:
    waiting = elapsed - computing
    if waiting > computing:
        return "I/O-bound"
    return "CPU-bound"


class ByShare:
    def __call__(self, total: float, busy: float) -> str:
        return ["I/O-bound", "CPU-bound"][round(busy / total)]


def long_is_cpu_bound(elapsed: float, computing: float) -> str:
    return "CPU-bound" if elapsed > 1 else "I/O-bound"


def much_computing_is_cpu_bound(elapsed: float, computing: float) -> str:
    return "CPU-bound" if computing > 1 else "I/O-bound"


def only_long_computing_is_cpu_bound(elapsed: float, computing: float) -> str:
    return "CPU-bound" if computing > 5 else "I/O-bound"


def swapped(elapsed: float, computing: float) -> str:
    return "I/O-bound" if computing > elapsed / 2 else "CPU-bound"


def any_computing_is_cpu_bound(elapsed: float, computing: float) -> str:
    return "CPU-bound" if computing > 0 else "I/O-bound"


def by_a_third(elapsed: float, computing: float) -> str:
    return "CPU-bound" if computing > elapsed / 3 else "I/O-bound"


def by_most_of_it(elapsed: float, computing: float) -> str:
    return "CPU-bound" if computing > 0.6 * elapsed else "I/O-bound"


def prints(elapsed: float, computing: float) -> None:
    print(by_the_waiting(elapsed, computing))


def short_words(elapsed: float, computing: float) -> str:
    return "CPU" if computing > elapsed / 2 else "I/O"


async def is_async(elapsed: float, computing: float) -> str:
    return by_the_waiting(elapsed, computing)


def never_returns(elapsed: float, computing: float) -> str:
    while True:
        pass


RIGHT_1 = [by_the_waiting, ByShare(), lambda e, c: "CPU-bound" if 2 * c > e else "I/O-bound"]
WRONG_1 = [
    (long_is_cpu_bound, "not yet", "How long it took in all does not matter"),
    (much_computing_is_cpu_bound, "not yet", "waited for most of its time"),
    (only_long_computing_is_cpu_bound, "not yet", "not with a fixed number of seconds"),
    (any_computing_is_cpu_bound, "not yet", "nor that it computed a little"),
    (by_a_third, "not yet", "kind(1, 0.45)"),
    (by_most_of_it, "not yet", "kind(1, 0.55)"),
    (swapped, "not yet", "waited for most of its time"),
    (prints, "not yet", "`print` returns nothing"),
    (short_words, "not yet", "letter by letter"),
    (is_async, "not yet", "An ordinary function is asked for"),
    (never_returns, "stuck", "keeps the event loop busy"),
    ("I/O-bound", "not yet", "check() was given a str"),
]


# --- 01.2: all at once ---------------------------------------------------------------------------------


async def by_gather(download: Callable, names: list[str]) -> list[str]:
    return await asyncio.gather(*map(download, names))


async def by_tasks(download: Callable, names: list[str]) -> list[str]:
    tasks = [asyncio.create_task(download(name)) for name in names]
    return [await task for task in tasks]


async def by_recursion(download: Callable, names: list[str]) -> list[str]:
    if not names:
        return []
    first, rest = await asyncio.gather(download(names[0]), by_recursion(download, names[1:]))
    return [first, *rest]


async def into_a_dict(download: Callable, names: list[str]) -> list[str]:
    found = {}

    async def one(name: str) -> None:
        found[name] = await download(name)

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(one(name))
    return [found[name] for name in names]


class Together:
    async def __call__(self, download: Callable, names: list[str]) -> list[str]:
        return await by_gather(download, names)


async def awaits_in_the_loop(download: Callable, names: list[str]) -> list[str]:
    return [await download(name) for name in names]


async def awaits_each_task_at_once(download: Callable, names: list[str]) -> list[str]:
    results = []
    async with asyncio.TaskGroup() as group:
        for name in names:
            results.append(await group.create_task(download(name)))
    return results


async def in_the_order_of_arrival(download: Callable, names: list[str]) -> list[str]:
    return [await each for each in asyncio.as_completed([download(name) for name in names])]


async def by_appending(download: Callable, names: list[str]) -> list[str]:
    results = []

    async def one(name: str) -> None:
        results.append(await download(name))

    await asyncio.gather(*map(one, names))
    return results


async def in_batches(download: Callable, names: list[str]) -> list[str]:
    results = []
    for start in range(0, len(names), 3):
        results += await by_gather(download, names[start : start + 3])
    return results


async def the_first_alone(download: Callable, names: list[str]) -> list[str]:
    return [await download(names[0]), *await by_gather(download, names[1:])]


async def in_the_order_of_the_alphabet(download: Callable, names: list[str]) -> list[str]:
    return sorted(await by_gather(download, names))


async def each_of_them_twice(download: Callable, names: list[str]) -> list[str]:
    results, _ = await asyncio.gather(by_gather(download, names), by_gather(download, names))
    return results


async def gathers_without_await(download: Callable, names: list[str]) -> Any:
    return asyncio.gather(*map(download, names))


async def the_tasks(download: Callable, names: list[str]) -> list[asyncio.Task]:
    async with asyncio.TaskGroup() as group:
        return [group.create_task(download(name)) for name in names]


async def coroutines(download: Callable, names: list[str]) -> list[Any]:
    return [download(name) for name in names]


async def no_return(download: Callable, names: list[str]) -> None:
    await by_gather(download, names)


async def a_set(download: Callable, names: list[str]) -> set[str]:
    return set(await by_gather(download, names))


async def does_not_download(download: Callable, names: list[str]) -> list[str]:
    return [name.upper() for name in names]


async def names_again(download: Callable, names: list[str]) -> list[str]:
    await by_gather(download, names)
    return names


def not_async(download: Callable, names: list[str]) -> list[str]:
    return names


RIGHT_2 = [by_gather, by_tasks, by_recursion, into_a_dict, Together(), functools.partial(by_gather)]
WRONG_2 = [
    (awaits_in_the_loop, "not yet", "it took 8.5 simulated seconds"),
    (awaits_each_task_at_once, "not yet", "an `await` of a task that was created just before"),
    (in_the_order_of_arrival, "not yet", "in the order in which they came"),
    (by_appending, "not yet", "in the order in which they came"),
    (in_batches, "not yet", "Some of the waits overlapped, but not all"),
    (the_first_alone, "not yet", "Some of the waits overlapped, but not all"),
    (in_the_order_of_the_alphabet, "not yet", "`sorted` makes an order of its own"),
    (each_of_them_twice, "not yet", "one `download` for each name"),
    (gathers_without_await, "not yet", "put `await` in front of it"),
    (the_tasks, "not yet", "Those are the tasks or coroutines"),
    (coroutines, "not yet", "Those are the tasks or coroutines"),
    (no_return, "not yet", "Is there a `return`"),
    (a_set, "not yet", "A list is asked for"),
    (does_not_download, "not yet", "without the waiting"),
    (names_again, "not yet", "Not what the downloads returned"),
    (not_async, "not yet", "Write `async def`"),
]


# --- 01.3: off the loop --------------------------------------------------------------------------------


async def by_executor(work: Callable, argument: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, work, argument)


async def by_own_pool(work: Callable, argument: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return await asyncio.wrap_future(pool.submit(work, argument))


async def by_lambda(work: Callable, argument: Any) -> Any:
    return await asyncio.to_thread(lambda: work(argument))


async def by_a_thread(work: Callable, argument: Any) -> Any:
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def run() -> None:
        loop.call_soon_threadsafe(done.set_result, work(argument))

    thread = threading.Thread(target=run)
    thread.start()
    result = await done
    thread.join()
    return result


async def by_polling_a_thread(work: Callable, argument: Any) -> Any:
    results = []
    thread = threading.Thread(target=lambda: results.append(work(argument)))
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.01)
    return results[0]


async def only_async_def(work: Callable, argument: Any) -> Any:
    return work(argument)


async def called_on_the_way(work: Callable, argument: Any) -> Any:
    return await asyncio.to_thread(work(argument))


async def called_on_the_way_and_handed_on(work: Callable, argument: Any) -> Any:
    result = work(argument)
    return await asyncio.to_thread(lambda: result)


async def after_a_polite_await(work: Callable, argument: Any) -> Any:
    await asyncio.sleep(0)
    return work(argument)


async def joins_the_thread(work: Callable, argument: Any) -> Any:
    results = []
    thread = threading.Thread(target=lambda: results.append(work(argument)))
    thread.start()
    thread.join()
    return results[0]


async def polls_without_await(work: Callable, argument: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, argument)
        while not future.done():
            pass
        return future.result()


async def forgets_the_result(work: Callable, argument: Any) -> None:
    await asyncio.to_thread(work, argument)


async def forgets_await(work: Callable, argument: Any) -> Any:
    return asyncio.to_thread(work, argument)


async def returns_the_task(work: Callable, argument: Any) -> Any:
    return asyncio.create_task(asyncio.to_thread(work, argument))


async def sets_the_result_in_the_thread(work: Callable, argument: Any) -> Any:
    done = asyncio.get_running_loop().create_future()
    threading.Thread(target=lambda: done.set_result(work(argument))).start()
    return await done


async def never_calls(work: Callable, argument: Any) -> Any:
    return "old and done"


async def tries_first(work: Callable, argument: Any) -> Any:
    await asyncio.to_thread(work, argument)
    return await asyncio.to_thread(work, argument)


RIGHT_3 = [by_executor, by_own_pool, by_lambda, by_a_thread, by_polling_a_thread, asyncio.to_thread]
WRONG_3 = [
    (only_async_def, "not yet", "`async def` around a blocking call changes nothing"),
    (called_on_the_way_and_handed_on, "not yet", "the call is made *before* there is another thread"),
    (called_on_the_way, "not yet", "the call is made *before* there is another thread"),
    (after_a_polite_await, "not yet", "the event loop's own thread"),
    (joins_the_thread, "not yet", "something like `thread.join()`"),
    (polls_without_await, "not yet", "the event loop stood still"),
    (forgets_the_result, "not yet", "what it returned did not come back"),
    (forgets_await, "not yet", "Is there an `await` missing"),
    (returns_the_task, "not yet", "a Task came back"),
    (sets_the_result_in_the_thread, "not yet", "It worked by luck"),
    (never_calls, "not yet", "`work` was never called"),
    (tries_first, "not yet", "work was called 2 times"),
]


# --- 01.4: a mixed job ---------------------------------------------------------------------------------


async def in_two_phases(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    pages = await asyncio.gather(*map(fetch, names))
    texts = await asyncio.gather(*(asyncio.to_thread(convert, page) for page in pages))
    for name, text in zip(names, texts, strict=True):
        store(name, text)


async def one_conversion_at_a_time(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    for name, page in zip(names, await asyncio.gather(*map(fetch, names)), strict=True):
        store(name, await asyncio.to_thread(convert, page))


async def by_a_queue(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    queue: asyncio.Queue = asyncio.Queue(2)

    async def produce(name: str) -> None:
        await queue.put((name, await fetch(name)))

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(produce(name))
        for _ in names:
            name, page = await queue.get()
            store(name, await asyncio.to_thread(convert, page))


async def stores_by_threadsafe(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    loop = asyncio.get_running_loop()

    def convert_and_store(name: str, page: str) -> None:
        loop.call_soon_threadsafe(store, name, convert(page))

    async def one(name: str) -> None:
        await asyncio.to_thread(convert_and_store, name, await fetch(name))

    await asyncio.gather(*map(one, names))
    await asyncio.sleep(0)


async def stores_what_is_done_first(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    async def one(name: str) -> tuple[str, str]:
        return name, await asyncio.to_thread(convert, await fetch(name))

    for each in asyncio.as_completed(list(map(one, names))):
        store(*await each)


class Publisher:
    async def __call__(self, names: Names, fetch: Call, convert: Call, store: Call) -> None:
        await in_two_phases(names, fetch, convert, store)


async def one_name_after_the_other(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    for name in names:
        store(name, await asyncio.to_thread(convert, await fetch(name)))


async def converts_in_the_loop(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    async def one(name: str) -> None:
        store(name, convert(await fetch(name)))

    await asyncio.gather(*map(one, names))


async def stores_in_the_thread(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    async def one(name: str) -> None:
        page = await fetch(name)
        await asyncio.to_thread(lambda: store(name, convert(page)))

    await asyncio.gather(*map(one, names))


async def calls_convert_on_the_way(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    async def one(name: str) -> None:
        store(name, await asyncio.to_thread(convert(await fetch(name))))

    await asyncio.gather(*map(one, names))


async def does_not_await_fetch(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    for name in names:
        store(name, await asyncio.to_thread(convert, fetch(name)))


async def does_not_await_the_thread(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    for name, page in zip(names, await asyncio.gather(*map(fetch, names)), strict=True):
        store(name, asyncio.to_thread(convert, page))


async def lets_the_thread_call_soon(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    loop = asyncio.get_running_loop()
    for name, page in zip(names, await asyncio.gather(*map(fetch, names)), strict=True):
        await asyncio.to_thread(lambda n, p: loop.call_soon(store, n, convert(p)), name, page)


async def fetches_twice(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    await asyncio.gather(*map(fetch, names))
    await in_two_phases(names, fetch, convert, store)


async def stores_before_and_after(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    for name, page in zip(names, await asyncio.gather(*map(fetch, names)), strict=True):
        store(name, page)
        store(name, await asyncio.to_thread(convert, page))


async def joins_for_each(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    async def one(name: str) -> None:
        page = await fetch(name)
        with ThreadPoolExecutor(1) as pool:
            store(name, pool.submit(convert, page).result())

    await asyncio.gather(*map(one, names))


async def stores_nothing(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    await asyncio.gather(*map(fetch, names))


async def stores_the_pages(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    for name, page in zip(names, await asyncio.gather(*map(fetch, names)), strict=True):
        store(name, page)


async def does_not_wait_for_the_tasks(names: Names, fetch: Call, convert: Call, store: Call) -> None:
    global kept
    kept = [asyncio.create_task(in_two_phases([name], fetch, convert, store)) for name in names]


RIGHT_4 = [
    in_two_phases,
    one_conversion_at_a_time,
    by_a_queue,
    stores_by_threadsafe,
    stores_what_is_done_first,
    Publisher(),
]
WRONG_4 = [
    (one_name_after_the_other, "not yet", "at most 1 fetched at once"),
    (converts_in_the_loop, "not yet", "convert ran in the loop's thread"),
    (stores_in_the_thread, "not yet", "`store` is not thread-safe"),
    (calls_convert_on_the_way, "not yet", "not `to_thread(convert(page))`"),
    (does_not_await_fetch, "not yet", "`fetch(name)` makes a coroutine, not yet a page"),
    (does_not_await_the_thread, "not yet", "gives something to await, not yet the text"),
    (lets_the_thread_call_soon, "not yet", "It worked by luck"),
    (fetches_twice, "not yet", "fetch was called 8 times"),
    (stores_before_and_after, "not yet", "store was called 8 times"),
    (joins_for_each, "not yet", "something like `thread.join()`"),
    (stores_nothing, "not yet", "Not every page was stored"),
    (stores_the_pages, "not yet", "Not every page was stored"),
    (does_not_wait_for_the_tasks, "not yet", "still running"),
]

ALL_RIGHT = {"01.1": RIGHT_1, "01.2": RIGHT_2, "01.3": RIGHT_3, "01.4": RIGHT_4}
ALL_WRONG = {"01.1": WRONG_1, "01.2": WRONG_2, "01.3": WRONG_3, "01.4": WRONG_4}
RIGHT = [(id, answer) for id, answers in ALL_RIGHT.items() for answer in answers]
WRONG = [(id, *each) for id, answers in ALL_WRONG.items() for each in answers]


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_right_answers(id: str, answer: object) -> None:
    kind, shown = judged(id, answer)
    assert kind == "correct", shown


@pytest.mark.parametrize(("id", "answer", "kind", "says"), WRONG)
def test_wrong_answers(id: str, answer: object, kind: str, says: str) -> None:
    seen, shown = judged(id, answer)
    assert (seen, says in shown) == (kind, True), shown


def test_a_sum_of_waits_is_drawn() -> None:
    assert check("01.2", awaits_in_the_loop).picture is not None


@pytest.mark.parametrize(
    ("id", "name"), [("01.1", "kind"), ("01.2", "all_at_once"), ("01.3", "off_the_loop"), ("01.4", "publish")]
)
def test_the_lessons_own_solutions(id: str, name: str) -> None:
    found: dict[str, Any] = {"asyncio": asyncio}
    exec(solution_code(id), found)
    assert judged(id, found[name])[0] == "correct"
