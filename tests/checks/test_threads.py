"""What runs in threads is waited for, its errors are noted, and none of it is left when the check ends."""

import queue
import threading

import pytest

from helpers.checks.threads import Threads


def in_a_queue() -> None:
    queue.Queue().get()


def at_an_event() -> None:
    threading.Event().wait()


def at_a_barrier() -> None:
    threading.Barrier(2).wait()


def computing() -> None:
    while True:
        pass


def with_a_thread_of_its_own() -> None:
    inner = threading.Thread(target=in_a_queue)
    inner.start()
    inner.join()


@pytest.mark.parametrize(
    "function", [in_a_queue, at_an_event, at_a_barrier, computing, with_a_thread_of_its_own]
)
def test_what_does_not_end_is_ended(function: object) -> None:
    before = set(threading.enumerate())
    with Threads() as threads:
        call = threads.call("endless", function)
        assert not threads.wait(lambda: call.over, 0.05)
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:  # the last of its steps
        thread.join(2)
    assert not any(thread.is_alive() for thread in left)


def test_values_and_errors() -> None:
    with Threads() as threads:
        right, wrong = threads.call("right", divmod, 7, 2), threads.call("wrong", divmod, 7, 0)
        assert threads.wait(lambda: right.over and wrong.over)
    assert right.value == (3, 1)
    assert isinstance(wrong.error, ZeroDivisionError)


def test_errors_of_the_threads_that_it_starts() -> None:
    hook = threading.excepthook
    with Threads() as threads:
        threading.Thread(target=divmod, args=(7, 0)).start()
        assert threads.wait(lambda: bool(threads.errors))
    assert isinstance(threads.errors[0], ZeroDivisionError)
    assert threading.excepthook is hook


def test_threads_that_are_not_ours() -> None:
    end = threading.Event()
    with Threads() as threads:
        call = threads.call("starter", threading.Thread(target=end.wait, name="its own").start)
        threads.wait(lambda: call.over)
        assert [thread.name for thread in threads.others()] == ["its own"]
        end.set()
