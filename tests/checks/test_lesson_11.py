"""Right and wrong answers to 11.1 and 11.2 (files beside the loop), each wrong one with its message."""

import asyncio
import os
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from helpers import check
from helpers.checks import apart
from helpers.exercise import solution_code

Paths = list[Path]


def judged(id: str, answer: object) -> tuple[str, str]:
    verdict = check(id, answer)
    return verdict.kind, " ".join(repr(verdict).split())


@pytest.mark.parametrize("id", ["11.1", "11.2"])
def test_the_stub_is_not_attempted(id: str) -> None:
    async def stub(*_: Any) -> None:
        raise NotImplementedError

    assert judged(id, stub)[0] == "not attempted"


# --- 11.1: read them all -------------------------------------------------------------------------------


def read_with(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def read_in_pieces(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        return b"".join(iter(lambda: file.read(4), b""))


async def by_task_group(paths: Paths) -> list[bytes]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.to_thread(path.read_bytes)) for path in paths]
    return [task.result() for task in tasks]


async def by_executor(paths: Paths) -> tuple[bytes, ...]:
    loop = asyncio.get_running_loop()
    futures = [loop.run_in_executor(None, read_with, path) for path in paths]
    return tuple([await future for future in futures])


async def by_own_pool(paths: Paths) -> list[bytes]:
    with ThreadPoolExecutor(8) as pool:
        return await asyncio.gather(*(asyncio.wrap_future(pool.submit(read_in_pieces, p)) for p in paths))


async def by_one_thread_that_maps(paths: Paths) -> list[bytes]:
    def all_of_them() -> list[bytes]:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(Path.read_bytes, paths))

    return await asyncio.to_thread(all_of_them)


async def by_threads(paths: Paths) -> list[bytes]:
    loop, found = asyncio.get_running_loop(), [b""] * len(paths)
    left, done = len(paths), asyncio.Event()

    def one_less() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done.set()

    def read(number: int, path: Path) -> None:
        found[number] = path.read_bytes()
        loop.call_soon_threadsafe(one_less)

    for number, path in enumerate(paths):
        threading.Thread(target=read, args=(number, path)).start()
    if paths:
        await done.wait()
    return found


async def in_the_loop(paths: Paths) -> list[bytes]:
    return [path.read_bytes() for path in paths]


async def called_on_the_way(paths: Paths) -> list[bytes]:
    contents = [path.read_bytes() for path in paths]
    return await asyncio.gather(*(asyncio.to_thread(lambda data=data: data) for data in contents))


async def tasks_that_read(paths: Paths) -> list[bytes]:
    async def one(path: Path) -> bytes:
        await asyncio.sleep(0)
        return path.read_bytes()

    return await asyncio.gather(*map(one, paths))


async def waits_for_the_pool(paths: Paths) -> list[bytes]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(Path.read_bytes, paths))


async def joins(paths: Paths) -> list[bytes]:
    found: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n, p=p: found.update({n: p.read_bytes()}))
        for n, p in enumerate(paths)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(paths))]


async def one_by_one(paths: Paths) -> list[bytes]:
    return [await asyncio.to_thread(path.read_bytes) for path in paths]


async def all_in_one_thread(paths: Paths) -> list[bytes]:
    return await asyncio.to_thread(lambda: [path.read_bytes() for path in paths])


async def too_small_a_pool(paths: Paths) -> list[bytes]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, path.read_bytes) for path in paths))


async def as_they_come(paths: Paths) -> list[bytes]:
    return [await each for each in asyncio.as_completed([asyncio.to_thread(p.read_bytes) for p in paths])]


async def appended(paths: Paths) -> list[bytes]:
    found: list[bytes] = []
    await asyncio.gather(*(asyncio.to_thread(lambda p=p: found.append(p.read_bytes())) for p in paths))
    return found


async def by_a_dict(paths: Paths) -> list[bytes]:
    found: dict[Path, bytes] = {}

    async def one(path: Path) -> None:
        found[path] = await asyncio.to_thread(path.read_bytes)

    await asyncio.gather(*map(one, paths))
    return list(found.values())


async def texts(paths: Paths) -> list[str]:
    return await asyncio.gather(*(asyncio.to_thread(p.read_text, "latin-1") for p in paths))


async def no_return(paths: Paths) -> None:
    await by_task_group(paths)


async def a_generator(paths: Paths) -> Any:
    results = await by_task_group(paths)
    return (each for each in results)


async def never_reads(paths: Paths) -> list[bytes]:
    return [b"" for _ in paths]


async def coroutines(paths: Paths) -> Any:
    return asyncio.gather(*(asyncio.to_thread(path.read_bytes) for path in paths)) if paths else []


def not_async(paths: Paths) -> list[bytes]:
    return [path.read_bytes() for path in paths]


async def never_ends(paths: Paths) -> list[bytes]:
    await asyncio.Event().wait()
    return []


async def spins(paths: Paths) -> list[bytes]:
    while True:
        pass


async def ends_the_process(paths: Paths) -> list[bytes]:
    os._exit(3)


async def refuses_to_end(paths: Paths) -> list[bytes]:
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass


RIGHT_1 = [by_task_group, by_executor, by_own_pool, by_one_thread_that_maps, by_threads]
WRONG_1 = [
    (in_the_loop, "not yet", "the loop's own thread"),
    (called_on_the_way, "not yet", "without calling it"),
    (tasks_that_read, "not yet", "The event loop stood still"),
    (waits_for_the_pool, "not yet", "The event loop stood still"),
    (joins, "not yet", "the waiting for the thread that reads"),
    (one_by_one, "not yet", "one after the other"),
    (all_in_one_thread, "not yet", "at most 1 read at the same time"),
    (all_in_one_thread, "not yet", "so does one thread that reads them all"),
    (too_small_a_pool, "not yet", "A pool with fewer threads than files"),
    (as_they_come, "not yet", "in the order in which they came"),
    (appended, "not yet", "in the order in which they came"),
    (by_a_dict, "not yet", "a path that comes twice included"),
    (texts, "not yet", "Those are texts"),
    (no_return, "not yet", "Is there a `return`"),
    (a_generator, "not yet", "A list is asked for"),
    (never_reads, "not yet", "not the contents"),
    (coroutines, "not yet", "A list is asked for"),
    (not_async, "not yet", "Write `async def`"),
    (never_ends, "stuck", "still waiting after"),
    ("read_all", "not yet", "Hand over the function itself"),
    (spins, "stuck", "keeps the event loop busy"),
    (refuses_to_end, "stuck", "went on when it was cancelled"),
]


# --- 11.2: not all at once -----------------------------------------------------------------------------


async def by_semaphore(paths: Paths, limit: int) -> dict:
    room = asyncio.Semaphore(limit)

    async def one(path: Path) -> bytes | OSError:
        async with room:
            try:
                return await asyncio.to_thread(path.read_bytes)
            except OSError as error:
                return error

    return dict(zip(paths, await asyncio.gather(*map(one, paths)), strict=True))


async def by_workers(paths: Paths, limit: int) -> dict:
    todo: asyncio.Queue = asyncio.Queue()
    found: dict = {}
    for path in paths:
        todo.put_nowait(path)

    async def worker() -> None:
        while not todo.empty():
            path = todo.get_nowait()
            try:
                found[path] = await asyncio.to_thread(read_with, path)
            except Exception as error:
                found[path] = error

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    return found


async def in_batches(paths: Paths, limit: int) -> dict:
    found: dict = {}
    for start in range(0, len(paths), limit):
        batch = paths[start : start + limit]
        results = await asyncio.gather(
            *(asyncio.to_thread(p.read_bytes) for p in batch), return_exceptions=True
        )
        found |= zip(batch, results, strict=True)
    return found


async def by_threads_and_a_queue(paths: Paths, limit: int) -> dict:
    todo: queue.SimpleQueue = queue.SimpleQueue()
    found: dict = {}
    for path in [*paths, *[None] * limit]:
        todo.put(path)

    def worker() -> None:
        while (path := todo.get()) is not None:
            try:
                found[path] = read_in_pieces(path)
            except OSError as error:
                found[path] = error

    await asyncio.gather(*(asyncio.to_thread(worker) for _ in range(limit)))
    return found


async def by_pool(paths: Paths, limit: int) -> dict:
    """The pool is not waited for; its threads end on their own."""
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(limit)
    futures = {path: loop.run_in_executor(pool, path.read_bytes) for path in paths}
    await asyncio.wait(futures.values())
    pool.shutdown(wait=False)
    return {path: future.exception() or future.result() for path, future in futures.items()}


class Reader:
    async def __call__(self, paths: Paths, limit: int) -> dict:
        return await by_semaphore(paths, limit)


async def no_limit(paths: Paths, limit: int) -> dict:
    results = await asyncio.gather(*(asyncio.to_thread(p.read_bytes) for p in paths), return_exceptions=True)
    return dict(zip(paths, results, strict=True))


async def semaphore_for_each(paths: Paths, limit: int) -> dict:
    async def one(path: Path) -> Any:
        async with asyncio.Semaphore(limit):
            return await asyncio.to_thread(path.read_bytes)

    return dict(zip(paths, await asyncio.gather(*map(one, paths), return_exceptions=True), strict=True))


async def one_more(paths: Paths, limit: int) -> dict:
    return await by_semaphore(paths, limit + 1)


async def always_two(paths: Paths, limit: int) -> dict:
    return await by_semaphore(paths, 2)


async def keeps_the_place_of_an_error(paths: Paths, limit: int) -> dict:
    room = asyncio.Semaphore(limit)

    async def one(path: Path) -> bytes:
        await room.acquire()
        contents = await asyncio.to_thread(path.read_bytes)
        room.release()
        return contents

    results = await asyncio.gather(*map(one, paths), return_exceptions=True)
    return dict(zip(paths, results, strict=True))


async def in_batches_without_the_missing(paths: Paths, limit: int) -> dict:
    there = [path for path in paths if path.exists()]
    missing = [path for path in paths if path not in there]
    return await in_batches(there, limit) | await by_semaphore(missing, limit)


async def catches_one_kind(paths: Paths, limit: int) -> dict:
    room = asyncio.Semaphore(limit)

    async def one(path: Path) -> Any:
        async with room:
            try:
                return await asyncio.to_thread(path.read_bytes)
            except FileNotFoundError as error:
                return error

    return dict(zip(paths, await asyncio.gather(*map(one, paths)), strict=True))


async def looks_before(paths: Paths, limit: int) -> dict:
    room = asyncio.Semaphore(limit)

    async def one(path: Path) -> Any:
        async with room:
            there = await asyncio.to_thread(path.exists)
            return await asyncio.to_thread(path.read_bytes) if there else FileNotFoundError(path)

    return dict(zip(paths, await asyncio.gather(*map(one, paths)), strict=True))


async def with_a_lock(paths: Paths, limit: int) -> dict:
    return await by_semaphore(paths, 1)


async def one_after_the_other(paths: Paths, limit: int) -> dict:
    found: dict = {}
    for path in paths:
        try:
            found[path] = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            found[path] = error
    return found


async def pool_map(paths: Paths, limit: int) -> dict:
    def read(path: Path) -> Any:
        try:
            return path.read_bytes()
        except OSError as error:
            return error

    with ThreadPoolExecutor(limit) as pool:
        return dict(zip(paths, pool.map(read, paths), strict=True))


async def spoiled_by_gather(paths: Paths, limit: int) -> dict:
    room = asyncio.Semaphore(limit)

    async def one(path: Path) -> bytes:
        async with room:
            return await asyncio.to_thread(path.read_bytes)

    return dict(zip(paths, await asyncio.gather(*map(one, paths)), strict=True))


async def spoiled_by_a_group(paths: Paths, limit: int) -> dict:
    async with asyncio.TaskGroup() as group:
        tasks = {path: group.create_task(asyncio.to_thread(path.read_bytes)) for path in paths}
    return {path: task.result() for path, task in tasks.items()}


def changed(change: Callable[[Path, Any], Any]) -> Callable:
    async def answer(paths: Paths, limit: int) -> dict:
        return {path: change(path, end) for path, end in (await by_semaphore(paths, limit)).items()}

    return answer


async def without_the_missing(paths: Paths, limit: int) -> dict:
    found = await by_semaphore(paths, limit)
    return {path: end for path, end in found.items() if isinstance(end, bytes)}


async def a_list(paths: Paths, limit: int) -> list:
    return list((await by_semaphore(paths, limit)).values())


async def names_as_keys(paths: Paths, limit: int) -> dict:
    return {path.name: end for path, end in (await by_semaphore(paths, limit)).items()}


async def mixed_up(paths: Paths, limit: int) -> dict:
    ends = await by_semaphore(paths, limit)
    there = [path for path, end in ends.items() if isinstance(end, bytes)]
    return ends | {path: ends[other] for path, other in zip(there, reversed(there), strict=True)}


def is_error(end: Any) -> bool:
    return isinstance(end, Exception)


RIGHT_2 = [by_semaphore, by_workers, by_pool, by_threads_and_a_queue, Reader()]
WRONG_2 = [
    (no_limit, "not yet", "knows nothing of your limit"),
    (semaphore_for_each, "not yet", "More files were read at once"),
    (one_more, "not yet", "at most 4 read at the same time"),
    (always_two, "not yet", "Does the number come from `limit`?"),
    (keeps_the_place_of_an_error, "not yet", "Does a read that fails give its place back"),
    (in_batches, "not yet", "its place stayed empty until the other two had ended"),
    (in_batches_without_the_missing, "not yet", "its place stayed empty"),
    (catches_one_kind, "not yet", "it raised IsADirectoryError"),
    (looks_before, "not yet", "whatever kind of exception it is"),
    (with_a_lock, "not yet", "There was room for three"),
    (one_after_the_other, "not yet", "at most 1 read at the same time"),
    (pool_map, "not yet", "The event loop stood still"),
    (spoiled_by_gather, "not yet", "what the others had was lost"),
    (spoiled_by_a_group, "not yet", "it raised ExceptionGroup"),
    (changed(lambda _, end: str(end) if is_error(end) else end), "not yet", "the exception itself"),
    (changed(lambda _, end: type(end) if is_error(end) else end), "not yet", "not its class"),
    (changed(lambda _, end: None if is_error(end) else end), "not yet", "not None"),
    (changed(lambda _, end: end if is_error(end) else end.decode("latin-1")), "not yet", "Those are texts"),
    (without_the_missing, "not yet", "left out: folder, missing.txt"),
    (a_list, "not yet", "A dictionary is asked for"),
    (names_as_keys, "not yet", "keys: str"),
    (mixed_up, "not yet", "with its own path"),
]

RIGHT = [("11.1", answer) for answer in RIGHT_1] + [("11.2", answer) for answer in RIGHT_2]
WRONG = [("11.1", *each) for each in WRONG_1] + [("11.2", *each) for each in WRONG_2]


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_right_answers(id: str, answer: object) -> None:
    kind, shown = judged(id, answer)
    assert kind == "correct", shown


@pytest.mark.skipif(sys.platform == "win32", reason="there the judge has plain files only")
@pytest.mark.parametrize(("id", "answer", "kind", "says"), WRONG)
def test_wrong_answers(id: str, answer: object, kind: str, says: str) -> None:
    seen, shown = judged(id, answer)
    assert (seen, says in shown) == (kind, True), shown


@pytest.mark.parametrize(("id", "name"), [("11.1", "read_all"), ("11.2", "read_many")])
def test_the_lessons_own_solutions(id: str, name: str) -> None:
    found: dict[str, Any] = {"asyncio": asyncio, "ThreadPoolExecutor": ThreadPoolExecutor}
    exec(solution_code(id), found)
    assert judged(id, found[name])[0] == "correct"


@pytest.mark.skipif(not apart.FORKS, reason="here an answer works in the kernel itself")
def test_an_answer_that_ends_the_process() -> None:
    kind, shown = judged("11.1", ends_the_process)
    assert (kind, "ended the whole process" in shown) == ("stuck", True), shown


def test_without_named_pipes_plain_files_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.checks.lesson_11.HAS_NAMED_PIPES", False)
    assert judged("11.1", by_task_group)[0] == "correct"
    assert judged("11.2", by_semaphore)[0] == "correct"
