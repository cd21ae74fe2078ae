"""The part of a loop that runs nothing: settings, errors, and what a simulation does not offer.

``asyncio.AbstractEventLoop`` is the public interface of a loop, and this is the tame half of an
implementation (https://docs.python.org/3/library/asyncio-eventloop.html). There is no selector and no
socket, so a loop costs next to nothing to make. What needs them (network, signals, subprocesses) raises
``NotImplementedError`` and says so.
"""

import asyncio
import weakref
from collections.abc import Callable
from typing import Any

from . import texts


class LoopInterface(asyncio.AbstractEventLoop):
    """Everything but the running: see loop.py for that."""

    def __init__(self) -> None:
        self.halt: str | None = None  # set (from any thread) to end the run after the current step
        self.errors: list[dict[str, Any]] = []  # what call_exception_handler was told
        self.agens: weakref.WeakSet = weakref.WeakSet()  # async generators that have begun
        self._factory: Callable | None = None
        self._handler: Callable | None = None
        self._executor: Any = None
        self._debug = False
        self._closed = False
        self._running = False

    def _check_closed(self) -> None:
        if self._closed:
            raise RuntimeError("Event loop is closed")

    # Settings

    def get_debug(self) -> bool:
        return self._debug

    def set_debug(self, enabled: bool) -> None:
        self._debug = enabled

    def set_task_factory(self, factory: Callable | None) -> None:
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._factory = factory

    def get_task_factory(self) -> Callable | None:
        return self._factory

    def set_default_executor(self, executor: Any) -> None:
        self._executor = executor

    # Errors

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if self._closed:  # what is collected after the run has nobody left to tell
            return
        if self._handler is None:
            self.errors.append(context)
        else:
            self._handler(self, context)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self.errors.append(context)

    def set_exception_handler(self, handler: Callable | None) -> None:
        self._handler = handler

    def get_exception_handler(self) -> Callable | None:
        return self._handler

    # Beginning and end

    def is_running(self) -> bool:
        return self._running

    def is_closed(self) -> bool:
        return self._closed

    def stop(self) -> None:
        self.halt = texts.STOPPED

    def run_forever(self) -> None:
        raise RuntimeError("This event loop is already running")

    def run_until_complete(self, future: Any) -> None:
        raise RuntimeError("This event loop is already running")

    def close(self) -> None:
        if self._running:
            raise RuntimeError("Cannot close a running event loop")
        self._closed = True

    def finalize_agen(self, agen: Any) -> None:
        """An async generator was dropped half-way: let it end (see sys.set_asyncgen_hooks)."""
        if not self._closed:
            self.create_task(agen.aclose())

    async def shutdown_asyncgens(self) -> None:
        for agen in list(self.agens):
            await agen.aclose()

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Nothing to do: the threads of the jobs end by themselves."""


def _refusal(method: str) -> Callable:
    def refuse(self, *args, **kwargs):
        raise NotImplementedError(texts.NO_NETWORK.format(method=method))

    refuse.__name__ = method
    return refuse


_NEEDS_A_REAL_LOOP = """getaddrinfo getnameinfo create_connection create_server create_unix_connection
        create_unix_server create_datagram_endpoint connect_accepted_socket start_tls sendfile sock_recv
        sock_recv_into sock_recvfrom sock_recvfrom_into sock_sendall sock_sendto sock_connect sock_accept
        sock_sendfile add_reader remove_reader add_writer remove_writer connect_read_pipe connect_write_pipe
        subprocess_exec subprocess_shell add_signal_handler remove_signal_handler"""
for _method in _NEEDS_A_REAL_LOOP.split():
    setattr(LoopInterface, _method, _refusal(_method))
