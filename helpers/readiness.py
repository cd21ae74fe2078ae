"""How long one question "who is ready?" takes when more and more sockets are watched: measured here and now.

    growth = readiness.measure()
    growth                        # a picture: microseconds for one call, by selector and number of sockets
    growth.factor("poll")         # so many times longer with the most sockets than with the fewest

Of the sockets that are watched, one has data and all others are silent. The silent ones are duplicates of a
single socket (https://docs.python.org/3/library/socket.html#socket.socket.dup), which the selectors cannot
tell from others. As many are opened as the system allows this process; all are closed at the end, and the
limit is as before. The picture is HTML that an untrusted notebook shows, too.
"""

import contextlib
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpers import bars, texts

KINDS = {
    "select": "SelectSelector",
    "poll": "PollSelector",
    "epoll": "EpollSelector",
    "kqueue": "KqueueSelector",
}
SIZES = (10, 100, 1_000, 10_000)
ROUNDS = 50  # calls of which the fastest counts: the others were disturbed by somebody
REFUSED = None


@dataclass(frozen=True)
class Growth:
    """`microseconds[kind][size]` for one call; None where the selector refuses so many sockets. Kinds that
    the system does not have are left out, and so are sizes that it does not allow."""

    microseconds: dict[str, dict[int, float | None]]

    def as_dict(self) -> dict[str, dict[int, float | None]]:
        """For JSON."""
        return self.microseconds

    def factor(self, kind: str) -> float:
        """How many times longer the call takes with the most sockets than with the fewest."""
        measured = [value for value in self.microseconds[kind].values() if value is not REFUSED]
        return measured[-1] / measured[0]

    def _rows(self) -> list[bars.Row]:
        longest = max(value for each in self.microseconds.values() for value in each.values() if value)
        return [
            bars.Row(
                f"{kind} · {size:,}",
                texts.GROWTH_REFUSED if value is REFUSED else f"{value:,.1f} µs",
                None if value is REFUSED else value / longest,
                first=size == min(by_size),
            )
            for kind, by_size in self.microseconds.items()
            for size, value in by_size.items()
        ]

    def __repr__(self) -> str:
        return bars.as_text(self._rows(), texts.GROWTH_CAPTION)

    def _repr_html_(self) -> str:
        return bars.as_html(self._rows(), texts.GROWTH_CAPTION)


def measure(sizes: Sequence[int] = SIZES) -> Growth:
    """Measure every selector that the system has, with each of these numbers of sockets, fewest first.

    Takes about a second. Raises OSError if not even the first size can be opened.
    """
    found = {kind: getattr(selectors, name) for kind, name in KINDS.items() if hasattr(selectors, name)}
    microseconds: dict[str, dict[int, float | None]] = {kind: {} for kind in found}
    with contextlib.ExitStack() as opened, more_descriptors():
        silent, _, ready, other = (opened.enter_context(each) for each in _two_pairs())
        other.send(b"x")
        watched = [ready]
        for size in sizes:
            try:
                while len(watched) < size:
                    watched.append(opened.enter_context(silent.dup()))
            except OSError:
                if size == sizes[0]:
                    raise
                break
            for kind, selector in found.items():
                microseconds[kind][size] = one_call(selector, watched)
    return Growth(microseconds)


def _two_pairs() -> tuple[socket.socket, ...]:
    return (*socket.socketpair(), *socket.socketpair())


def one_call(kind: type[selectors.BaseSelector], watched: Sequence[socket.socket]) -> float | None:
    """Microseconds that `select()` takes at best, watching these sockets, of which some must have data; None
    where the selector refuses them."""
    best = float("inf")
    with kind() as selector:
        for sock in watched:
            selector.register(sock, selectors.EVENT_READ)
        for _ in range(ROUNDS):
            began = time.perf_counter()
            try:
                selector.select()
            except ValueError:
                return REFUSED
            best = min(best, time.perf_counter() - began)
    return best * 1e6


@contextlib.contextmanager
def more_descriptors() -> Iterator[None]:
    """Meanwhile this process may open as many files and sockets as the system will ever allow it
    (https://docs.python.org/3/library/resource.html#resource.RLIMIT_NOFILE); Windows has no such limit."""
    try:
        import resource
    except ImportError:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS: "unlimited" is more than it accepts
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
