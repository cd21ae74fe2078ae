"""A process that holds connections says how it goes, and its end is noticed."""

import socket

import pytest

from helpers.bench import connections
from helpers.bench.holder import Holder, Stopped


@pytest.mark.parametrize("way", connections.WAYS)
def test_a_way_that_cannot_connect_says_why(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Holder(way, 2, f"http://127.0.0.1:{port}", None) as holder:
        holder.expect("ready", 60)
        holder.go()
        with pytest.raises(Stopped, match=r"(ConnectionRefused|ClientConnector|OS)Error"):
            holder.expect("answered", 60)


def test_a_way_that_is_silent_is_not_waited_for() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Holder("selector", 1, f"http://127.0.0.1:{silent.getsockname()[1]}", None) as holder,
    ):
        holder.expect("ready", 60)
        holder.complain()
        holder.go()
        with pytest.raises(Stopped, match=r"not 'answered' after 0\.1 s"):
            holder.expect("answered", 0.1)


def test_a_process_that_has_ended_is_noticed() -> None:
    with (
        Holder("no_such_way", 1, "http://127.0.0.1:1", None) as holder,
        pytest.raises(Stopped, match="its process has ended"),
    ):
        holder.expect("ready", 60)
