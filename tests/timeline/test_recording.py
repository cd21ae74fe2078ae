"""The ``with`` block on a real loop: nothing here depends on the clock."""

import asyncio
import threading
import traceback

import pytest

from helpers import timeline


def outcomes(recording: timeline.Recording) -> list[tuple[str, str]]:
    return [(lane.name, lane.outcome) for lane in recording.timeline().lanes]


def test_two_tasks_in_turn() -> None:
    async def count(recording: timeline.Recording) -> None:
        for number in range(2):
            recording.mark(str(number))
            await asyncio.sleep(0)

    async def main() -> timeline.Recording:
        with timeline.record() as recording:
            await asyncio.gather(count(recording), count(recording))
        return recording

    assert repr(asyncio.run(main())).splitlines() == [
        "step       1 2   3   4   5  6 7 8",
        "1 main     ██┄count 1, count 2┄3██ ✓",
        "2 count 1   1█0█·····█1█····██ ✓",
        "3 count 2    ···1█0█·····█1█··██ ✓",
        "█ runs   · ready, not its turn yet   ┄ waits   3█ woken or started by lane 3",
        "3 tasks, 8 steps. Highest number running at once: 1. count 1 finished first, main last.",
    ]


def test_who_holds_a_lock_and_who_waits_for_it() -> None:
    async def main() -> timeline.Recording:
        lock = asyncio.Lock()

        async def work() -> None:
            async with lock:
                await asyncio.sleep(0)

        with timeline.record() as recording:
            await asyncio.gather(work(), work())
        return recording

    main_lane, first, second = asyncio.run(main()).timeline().lanes
    assert [hold.label for hold in (*first.holds, *second.holds)] == ["lock", "lock"]
    assert first.holds[0].end <= second.holds[0].start
    assert [piece.label for piece in second.pieces if piece.kind == "wait"] == ["lock"]
    assert [piece.by for piece in second.pieces if piece.kind == "run"] == [
        main_lane.number,
        first.number,
        None,
    ]


def test_names() -> None:
    async def main() -> timeline.Recording:
        async def load() -> None: ...

        with timeline.record() as recording:
            tasks = [asyncio.create_task(load()) for _ in range(2)]
            tasks.append(asyncio.create_task(load(), name="下载"))
            late = asyncio.create_task(load())
            late.set_name("late")
            assert tasks[0].get_name().startswith("Task-")  # as without a recording
            await asyncio.gather(*tasks, late)
        return recording

    assert [lane.name for lane in asyncio.run(main()).timeline().lanes] == [
        "main",
        "load 1",
        "load 2",
        "下载",
        "late",
    ]


def test_an_error_that_cancels_others() -> None:
    async def fail() -> None:
        raise ValueError

    async def forever() -> None:
        await asyncio.Event().wait()

    async def main() -> timeline.Recording:
        recording = timeline.record()
        try:
            with recording:
                async with asyncio.TaskGroup() as group:
                    for coroutine in (forever(), forever(), fail(), forever(), forever()):
                        group.create_task(coroutine)
        except* ValueError:
            pass
        return recording

    first = asyncio.run(main())
    assert outcomes(first) == [
        ("main", "✗ ExceptionGroup"),
        ("forever 1", "⊘ cancelled"),
        ("forever 2", "⊘ cancelled"),
        ("fail", "✗ ValueError"),
        ("forever 3", "⊘ cancelled"),
        ("forever 4", "⊘ cancelled"),
    ]
    # A TaskGroup cancels its tasks in the order of a set, which is another one each time.
    assert {repr(asyncio.run(main())) for _ in range(10)} == {repr(first)}


def test_everything_is_put_back_when_the_block_raises() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = (
            asyncio.Handle._run,
            vars(asyncio.Lock).copy(),
            vars(asyncio.Semaphore).copy(),
            vars(loop).copy(),
        )
        with pytest.raises(ZeroDivisionError):
            with timeline.record():
                assert asyncio.Handle._run is not before[0]
                await asyncio.sleep(0)
                raise ZeroDivisionError
        after = (
            asyncio.Handle._run,
            vars(asyncio.Lock).copy(),
            vars(asyncio.Semaphore).copy(),
            vars(loop).copy(),
        )
        assert {key: after[3][key] for key in before[3]}.keys() == after[3].keys()
        assert (*after[:3], after[3].get("call_soon")) == (*before[:3], before[3].get("call_soon"))

    asyncio.run(main())


def test_no_frame_in_tracebacks() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError

    async def main() -> list[str]:
        with timeline.record():
            try:
                await asyncio.create_task(fail())
            except ValueError as error:
                return [frame.name for frame in traceback.extract_tb(error.__traceback__)]

    assert asyncio.run(main()) == ["main", "fail"]


def test_tasks_of_others_are_not_shown() -> None:
    """As the kernel's own: made before, or by callbacks of somebody else."""

    async def machinery() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
            await asyncio.create_task(asyncio.sleep(0))

    async def main() -> timeline.Recording:
        own = asyncio.create_task(machinery())
        with timeline.record() as recording:
            await asyncio.create_task(asyncio.sleep(0), name="shown")
            await own
        return recording

    assert outcomes(asyncio.run(main())) == [("main", "✓"), ("shown", "✓")]


def test_an_error_that_nobody_looked_at_is_still_reported() -> None:
    reported = []

    async def fail() -> None:
        raise ValueError

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: reported.append(context["message"])
        )
        with timeline.record():
            task = asyncio.create_task(fail())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            del task

    asyncio.run(main())
    assert reported == ["Task exception was never retrieved"]


def test_what_still_waits_at_the_end() -> None:
    async def main() -> timeline.Recording:
        go = asyncio.Event()
        with timeline.record() as recording:
            waiter = asyncio.create_task(go.wait(), name="waiter")
            await asyncio.sleep(0)
        go.set()
        await waiter
        return recording

    recording = asyncio.run(main())
    assert outcomes(recording) == [("main", "✓"), ("waiter", "…")]
    assert "At the end waiter still waited for event ‘go’ to be set." in recording.timeline().caption


def test_a_recording_shows_itself_while_it_goes_on() -> None:
    async def main() -> tuple[str, str]:
        with timeline.record() as recording:
            await asyncio.create_task(asyncio.sleep(0), name="one")
            so_far = repr(recording)
            await asyncio.create_task(asyncio.sleep(0), name="two")
        return so_far, repr(recording)

    so_far, whole = asyncio.run(main())
    assert "one" in so_far
    assert "two" not in so_far
    assert "two" in whole


def test_one_recording_of_a_loop_at_a_time() -> None:
    async def main() -> None:
        with timeline.record() as recording:
            with pytest.raises(RuntimeError, match="recorded already"), timeline.record():
                pass
            await asyncio.sleep(0)
        assert outcomes(recording) == [("main", "✓")]
        with pytest.raises(RuntimeError, match="used twice"), recording:
            pass

    asyncio.run(main())


def test_a_long_run_is_folded_and_stays_small() -> None:
    async def spin(times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(0)

    async def main() -> timeline.Recording:
        with timeline.record() as recording:
            await asyncio.gather(*(spin(50) for _ in range(100)))
        return recording

    recording = asyncio.run(main())
    assert "5,102 steps" in recording.timeline().caption
    assert "+ 89 more tasks" in repr(recording)
    assert len(recording._repr_html_()) < 20_000


def test_mark_after_the_end_does_nothing() -> None:
    with timeline.record() as recording:
        pass
    recording.mark("late")
    assert repr(recording) == "Nothing happened."


def test_a_mark_in_a_thread_of_a_task() -> None:
    async def main() -> timeline.Recording:
        with timeline.record() as recording:
            recording.mark("before")
            await asyncio.to_thread(recording.mark, "inside")
            recording.mark("after")
        return recording

    marks = [
        (piece.start, lane.name, piece.label)
        for lane in asyncio.run(main()).timeline().lanes
        for piece in lane.pieces
        if piece.kind == "run"
    ]
    assert [(name, text) for _, name, text in sorted(marks)] == [
        ("main", "before"),
        ("pool thread", "inside"),
        ("main", "after"),
    ]


def test_marks_of_a_block_that_never_awaits_stay_in_order_with_those_of_threads() -> None:
    async def main() -> timeline.Recording:
        with timeline.record() as recording:
            recording.mark("before")
            thread = threading.Thread(target=recording.mark, args=("inside",), name="worker")
            thread.start()
            thread.join()
            recording.mark("after")
        return recording

    lanes = asyncio.run(main()).timeline().lanes
    runs = sorted(
        (piece.start, lane.name, piece.label) for lane in lanes for piece in lane.pieces if piece.label
    )
    assert [run[1:] for run in runs] == [("main", "before"), ("worker", "inside"), ("main", "after")]
