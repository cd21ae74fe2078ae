"""Who connects to the silent listener gets no answer, until those before are let in."""

import gc
import os
import select
import socket
import sys
import time
import warnings

import pytest

from helpers import silent

ANSWERS = pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses where a queue is full")


def writable(sock: socket.socket, seconds: float) -> bool:
    return select.select([], [sock], [], seconds)[1] == [sock]


@ANSWERS
def test_nobody_is_answered_until_there_is_room() -> None:
    with silent.listener() as full, socket.socket() as sock:
        sock.setblocking(False)
        sock.connect_ex(full.address)
        assert not writable(sock, 0.3)
        full.let_in()
        assert writable(sock, 5)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
        assert sock.getpeername() == full.address


@ANSWERS
def test_a_blocking_connect_waits() -> None:
    with silent.listener() as full, socket.socket() as sock:
        sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            sock.connect(full.address)


def test_let_in_comes_back_when_nobody_is_there() -> None:
    with silent.listener() as full:
        full.let_in()
        full.let_in()


def test_it_is_quick_and_leaves_nothing_open() -> None:
    descriptors = "/proc/self/fd"
    before = len(os.listdir(descriptors)) if os.path.isdir(descriptors) else 0
    began = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(KeyError), silent.listener():
            raise KeyError
        gc.collect()
    assert time.monotonic() - began < 30  # a loaded computer takes its time
    assert (len(os.listdir(descriptors)) if os.path.isdir(descriptors) else 0) == before
