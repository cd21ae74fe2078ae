"""Reads are handed in and their ends come later, in three ways that behave alike; nothing is left open."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import system
from helpers.completion import io_uring, kernel_aio, system_calls
from helpers.completion.kernel_aio import KernelAIO
from helpers.completion.pipes import pipe
from helpers.completion.posix_aio import PosixAIO
from helpers.completion.threads import Threads

NEEDS_AIO = pytest.mark.skipif(not system.has("kernel_aio"), reason="no kernel AIO here")
NEEDS_POSIX = pytest.mark.skipif(not system.has("posix_aio"), reason="no POSIX aio here")
NEEDS_RING = pytest.mark.skipif(not system.has("io_uring"), reason="no io_uring here")
RING = pytest.param(io_uring.Ring, marks=NEEDS_RING)
AIO = pytest.param(KernelAIO, marks=NEEDS_AIO)
POSIX = pytest.param(PosixAIO, marks=NEEDS_POSIX)
EVERY = pytest.mark.parametrize("make", [Threads, POSIX, AIO, RING])
WAITING = pytest.mark.parametrize("make", [Threads, POSIX, RING])


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_bytes(b"hello world")
    return path


@EVERY
def test_a_file_is_read(make: Callable[[], Any], page: Path) -> None:
    with make() as reads, page.open("rb") as file:
        assert reads.submit_read("page", file.fileno(), 5) == 1
        assert reads.wait() == [("page", b"hello")]
        assert reads.wait(at_least=0) == []


@EVERY
def test_more_reads_than_fit_into_a_queue_at_once(make: Callable[[], Any], page: Path) -> None:
    with make() as reads, page.open("rb") as file:
        for number in range(50):
            file.seek(0)
            assert reads.submit_read(number, file.fileno(), 100) == 1
            assert reads.wait() == [(number, b"hello world")]


@EVERY
def test_the_end_of_a_file_is_no_bytes(make: Callable[[], Any], tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with make() as reads, (tmp_path / "empty").open("rb") as file:
        reads.submit_read("empty", file.fileno(), 5)
        assert reads.wait() == [("empty", b"")]


@WAITING
def test_ends_come_when_there_is_data_and_in_that_order(make: Callable[[], Any]) -> None:
    with make() as reads, pipe() as (slow, to_slow), pipe() as (quick, to_quick):
        reads.submit_read("slow", slow, 100)
        reads.submit_read("quick", quick, 100)
        assert reads.wait(at_least=0) == []
        os.write(to_quick, b"tea")
        assert reads.wait() == [("quick", b"tea")]
        os.write(to_slow, b"cake")
        assert reads.wait() == [("slow", b"cake")]


@WAITING
def test_several_ends_at_once(make: Callable[[], Any]) -> None:
    with make() as reads, pipe() as (reading, writing):
        os.write(writing, b"abcdef")
        for ticket in range(6):
            reads.submit_read(ticket, reading, 1)
        ends = dict(reads.wait(at_least=6))
        assert sorted(ends) == list(range(6))
        assert sorted(ends.values()) == [b"a", b"b", b"c", b"d", b"e", b"f"]


@WAITING
def test_an_error_is_an_end_too(make: Callable[[], Any]) -> None:
    with make() as reads, pipe() as (_, writing):
        reads.submit_read("wrong end", writing, 5)
        ((ticket, error),) = reads.wait()
        assert (ticket, type(error), error.errno) == ("wrong end", OSError, errno.EBADF)


@NEEDS_AIO
def test_kernel_aio_refuses_at_once() -> None:
    with KernelAIO() as reads, pipe() as (_, writing):
        with pytest.raises(OSError, match="io_submit") as refused:
            reads.submit_read("wrong end", writing, 5)
        assert refused.value.errno == errno.EBADF
        assert reads.wait(at_least=0) == []


@NEEDS_AIO
def test_kernel_aio_blocks_in_io_submit_where_a_pipe_is_empty() -> None:
    with KernelAIO() as reads, pipe() as (reading, writing):
        submitting = threading.Thread(target=reads.submit_read, args=("pipe", reading, 100))
        submitting.start()
        submitting.join(0.2)
        assert submitting.is_alive()
        os.write(writing, b"tea")
        submitting.join()
        assert reads.wait() == [("pipe", b"tea")]


@NEEDS_RING
def test_a_ring_may_be_left_while_a_read_is_under_way() -> None:
    before = len(io_uring._abandoned)
    with pipe() as (reading, _), io_uring.Ring() as ring:
        ring.submit_read("never", reading, 5)
    assert len(io_uring._abandoned) == before + 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of descriptors here")
@EVERY
def test_nothing_stays_open(make: Callable[[], Any]) -> None:
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        with make():
            pass
    assert len(os.listdir("/proc/self/fd")) == len(before)


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOSYS, errno.ENOMEM])
def test_where_the_kernel_forbids_it_threads_stand_in(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(name: str, *_: Any) -> int:
        raise OSError(number, name)

    monkeypatch.setattr(io_uring, "call", forbidden)
    monkeypatch.setattr(kernel_aio, "call", forbidden)
    assert not io_uring.works()
    assert not kernel_aio.works()
    with io_uring.open_ring() as reads:
        assert isinstance(reads, Threads)


def test_where_the_numbers_are_unknown_nothing_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_calls.platform, "machine", lambda: "riscv64")
    assert not io_uring.works()
    assert not kernel_aio.works()


@NEEDS_RING
def test_an_old_io_uring_is_refused_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(io_uring, "CURRENT_POSITION", 1 << 31)
    before = os.listdir("/proc/self/fd")
    assert not io_uring.works()
    assert len(os.listdir("/proc/self/fd")) == len(before)


THREADS_OF_POSIX_AIO = """
import os
from helpers.completion.pipes import pipe
from helpers.completion.posix_aio import PosixAIO
before = set(os.listdir("/proc/self/task"))
with PosixAIO() as reads, pipe() as (reading, writing):
    reads.submit_read("tea", reading, 100)
    print(len(set(os.listdir("/proc/self/task")) - before))
    os.write(writing, b"tea")
"""


@NEEDS_POSIX
def test_posix_aio_is_made_of_threads() -> None:
    """In a process of its own: the library keeps an idle thread for a second, and takes it again."""
    command = [sys.executable, "-c", THREADS_OF_POSIX_AIO]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"


@NEEDS_POSIX
def test_posix_aio_does_not_wait_for_what_nobody_handed_in() -> None:
    with PosixAIO() as reads, pytest.raises(ValueError, match="0 reads are under way, not 1"):
        reads.wait()
