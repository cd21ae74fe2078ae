"""A listener on this computer that answers nobody: who connects to it waits.

    with silent.listener() as full:
        sock.connect(full.address)  # waits, until somebody else calls full.let_in()

A system answers for a program that listens: it completes connections, and keeps them in a queue until the
program accepts them. When the queue is full, Linux does not answer at all
(https://man7.org/linux/man-pages/man2/listen.2.html). So this listener fills its own queue.
Windows refuses in that case: there, who connects gets an error.
"""

import contextlib
import select
import socket
from collections.abc import Iterator

BACKLOG = 1  # places asked for; Linux gives one more
MOST = 200  # connections that are tried before the queue counts as one that is never full
PATIENCE = 0.1  # seconds; on one computer an answer takes a thousandth of that
UNANSWERED = 2  # that many in a row: then the queue is full, and the computer is not just slow


class Listener:
    """`address`: (host, port), where nobody gets an answer. Made by `listener()`."""

    def __init__(self, listening: socket.socket) -> None:
        self.address: tuple[str, int] = listening.getsockname()
        self._listening = listening

    def let_in(self) -> None:
        """Accept, and close, what waits in the queue. There is room, then, for who tries again; systems do so
        by themselves, the first time after a second."""
        while select.select([self._listening], [], [], 0)[0]:
            self._listening.accept()[0].close()


@contextlib.contextmanager
def listener() -> Iterator[Listener]:
    """Yields a `Listener`; in the end all its sockets are closed."""
    with contextlib.ExitStack() as sockets:
        listening = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=BACKLOG))
        _fill(listening.getsockname(), sockets)
        yield Listener(listening)


def _fill(address: tuple[str, int], sockets: contextlib.ExitStack) -> None:
    """Connect to `address` until no answer comes any more. Those who got none do not stay."""
    unanswered = 0
    for _ in range(MOST):
        client = sockets.enter_context(socket.socket())
        client.setblocking(False)
        client.connect_ex(address)
        _, answered, refused = select.select([], [client], [client], PATIENCE)
        if refused:
            return
        if answered:
            unanswered = 0
        else:
            client.close()
            unanswered += 1
        if unanswered == UNANSWERED:
            return
