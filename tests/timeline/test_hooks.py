"""How a recording gets into a loop and out again; the ledger of locks; which tasks belong to it."""

import asyncio
import subprocess
import sys
import threading

from helpers import timeline
from helpers.timeline import belonging, hooks, ledger, locks, names


def test_two_loops_recorded_at_once() -> None:
    both_inside = threading.Barrier(2, timeout=5)
    found: dict[str, list[str]] = {}

    async def program(name: str) -> None:
        with timeline.record() as recording:
            both_inside.wait()
            await asyncio.create_task(asyncio.sleep(0), name=name)
            both_inside.wait()
        found[name] = [lane.name for lane in recording.timeline().lanes]

    before = asyncio.Handle._run
    threads = [threading.Thread(target=asyncio.run, args=(program(name),)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert found == {"a": ["program", "a"], "b": ["program", "b"]}
    assert asyncio.Handle._run is before
    assert hooks._recorders == {}
    assert locks._reports == []


def test_a_loop_patched_by_nest_asyncio() -> None:
    """In a process of its own, as that patch cannot be taken back."""
    program = """
import asyncio, nest_asyncio
nest_asyncio.apply()
from helpers import timeline

async def inner():
    await asyncio.sleep(0)

async def main():
    with timeline.record() as recording:
        asyncio.run(inner())
        await asyncio.create_task(inner(), name="task")
    print([(lane.name, lane.outcome) for lane in recording.timeline().lanes])

asyncio.run(main())
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "[('main', '✓'), ('inner', '✓'), ('task', '✓')]\n", run.stderr


def test_a_semaphore_is_held_by_those_it_lets_in() -> None:
    async def main() -> timeline.Recording:
        slots = asyncio.Semaphore(1)

        async def work() -> None:
            async with slots:
                await asyncio.sleep(0)

        with timeline.record() as recording:
            first, second, third = (asyncio.create_task(work(), name=name) for name in "abc")
            await asyncio.sleep(0)
            second.cancel()
            await asyncio.wait([first, second, third])
        return recording

    lanes = asyncio.run(main()).timeline().lanes
    assert {lane.name: [hold.label for hold in lane.holds] for lane in lanes[1:]} == {
        "a": ["slots"],
        "b": [],
        "c": ["slots"],
    }


def test_a_lock_works_while_it_is_watched_and_after() -> None:
    changes = []

    def report(lock: object, change: str, frame: object) -> None:
        changes.append(change)

    async def use(lock: asyncio.Lock, semaphore: asyncio.Semaphore) -> None:
        async with lock, semaphore:
            assert lock.locked()
        assert not lock.locked()
        assert not semaphore.locked()

    async def main() -> None:
        before = asyncio.Lock(), asyncio.Semaphore()
        locks.watch(report)
        during = asyncio.Lock(), asyncio.BoundedSemaphore()
        await use(*before)
        await use(*during)
        locks.unwatch(report)
        await use(*during)

    asyncio.run(main())
    assert changes == ["take", "take", "give", "give"] * 2
    assert "_locked" not in vars(asyncio.Lock)


def test_names_of_tasks_and_threads() -> None:
    async def coro() -> None: ...

    one = coro()
    assert names.instead_of_task_name("Task-12", one) == "coro"
    assert names.instead_of_task_name("mine", one) == ""
    one.close()
    assert names.instead_of_thread_name("Thread-3 (work)") == "work"
    assert names.instead_of_thread_name("Thread-3") == "thread"
    assert names.instead_of_thread_name("asyncio_0") == names.instead_of_thread_name("ThreadPoolExecutor-1_0")
    assert names.instead_of_thread_name("MainThread") == "main thread"
    assert names.instead_of_thread_name("reader") == ""


def test_outside_a_recording_no_task_is_made_by_anything() -> None:
    assert not belonging.is_made_by(asyncio.wait_for)


def test_the_ledger_ignores_what_no_task_of_the_recording_does() -> None:
    own = ledger.Ledger(None, None, lambda: None)  # type: ignore[arg-type]
    own.changed(asyncio.Lock(), "take", sys._getframe())
    assert own.unnamed == []
