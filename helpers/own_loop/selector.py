"""A selector in which a loop can sleep, also while nobody waits for a socket."""

import selectors
import time


class Selector(selectors.DefaultSelector):
    """`selectors.DefaultSelector`, which on Windows refuses to wait for nothing.

    Source: https://docs.python.org/3/library/select.html#select.select ("three empty iterables").
    """

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """The sockets that are ready, each with its events, after at most `timeout` seconds (None: no
        limit)."""
        if self.get_map() or timeout is None:
            return super().select(timeout)
        time.sleep(max(0, timeout))
        return []
