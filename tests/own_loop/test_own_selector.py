"""The loop's selector waits for nothing without asking the system, which may refuse (Windows does)."""

import selectors
import socket
import time

import pytest

from helpers.own_loop.selector import Selector
from helpers.own_loop.sockets import Loop


@pytest.fixture
def _refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: a `select` without any socket is an error."""
    plain = selectors.DefaultSelector.select

    def select(self: selectors.BaseSelector, timeout: float | None = None) -> list:
        if not self.get_map():
            raise OSError(10022, "An invalid argument was supplied")
        return plain(self, timeout)

    monkeypatch.setattr(selectors.DefaultSelector, "select", select)


@pytest.mark.usefixtures("_refusing")
def test_it_sleeps_without_a_socket() -> None:
    with Selector() as selector:
        before = time.monotonic()
        assert selector.select(0.02) == []
        assert time.monotonic() - before >= 0.02
        assert selector.select(0) == selector.select(-1) == []


@pytest.mark.usefixtures("_refusing")
def test_it_reports_who_is_ready() -> None:
    near, far = socket.socketpair()
    with near, far, Selector() as selector:
        key = selector.register(near, selectors.EVENT_READ)
        assert selector.select(0) == []
        far.send(b"x")
        assert selector.select() == [(key, selectors.EVENT_READ)]


@pytest.mark.usefixtures("_refusing")
def test_a_loop_in_which_nobody_waits_for_a_socket_runs() -> None:
    log: list[str] = []

    async def main() -> str:
        log.append("ran")
        return "done"

    with Loop() as loop:
        loop.call_later(0.01, log.append, "timer")
        loop.run()
        assert loop.run_until_complete(main()) == "done"
    assert log == ["timer", "ran"]
