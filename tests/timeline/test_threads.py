"""Threads: by their marks and by the locks that are watched. Events make the order certain."""

import threading

import pytest

from helpers import timeline


def run_threads(*functions) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_marks_in_lanes_named_by_function() -> None:
    written = threading.Event()
    with timeline.record() as recording:

        def writer() -> None:
            recording.mark("writes 1")
            written.set()

        def reader() -> None:
            assert written.wait(5)
            recording.mark("reads 1")

        run_threads(reader, writer)

    assert repr(recording).splitlines() == [
        "step      1         2",
        "1 writer  █writes 1█",
        "2 reader            █reads 1█",
        "█ runs",
        "2 threads, 2 steps.",
    ]


def test_waiting_for_a_watched_lock() -> None:
    taken, waiting = threading.Event(), threading.Event()
    with timeline.record() as recording:
        lock = recording.watch(threading.Lock(), "till")

        def first() -> None:
            with lock:
                taken.set()
                assert waiting.wait(5)

        def second() -> None:
            assert taken.wait(5)
            with lock:
                pass

        # The second thread announces that it waits just before it does: then let the first one go on.
        inner, lock._waits = lock._waits, lambda: (inner(), waiting.set())
        run_threads(first, second)

    first_lane, second_lane = recording.timeline().lanes
    assert [piece.label for piece in second_lane.pieces if piece.kind == "wait"] == ["lock till"]
    assert [hold.label for hold in (*first_lane.holds, *second_lane.holds)] == ["till", "till"]
    assert first_lane.holds[0].start < second_lane.pieces[0].start < first_lane.holds[0].end


def test_a_watched_lock_is_a_lock() -> None:
    with timeline.record() as recording:
        lock = recording.watch(threading.Lock(), "lock")
        assert lock.acquire()
        assert lock.locked()
        assert not lock.acquire(blocking=False)
        assert not lock.acquire(timeout=0.001)
        lock.release()
        assert not lock.locked()
        with pytest.raises(RuntimeError):
            lock.release()
        condition = threading.Condition(lock)
        with condition:
            condition.notify()


def test_threads_alike_are_numbered_anew_in_each_recording() -> None:
    def names() -> list[str]:
        with timeline.record() as recording:
            turn = [threading.Event() for _ in range(3)]

            def work(number: int) -> None:
                assert turn[number].wait(5)
                recording.mark("here")
                turn[(number + 1) % 3].set()

            turn[0].set()
            threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(5)
        return [lane.name for lane in recording.timeline().lanes]

    assert names() == names() == ["work 1", "work 2", "work 3"]
