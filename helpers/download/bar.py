"""The progress bar in a terminal."""

import sys
from typing import TextIO

from helpers.download.items import Totals


class Bar:
    """A bar of bytes on `terminal`, with the number of files before it. Call it with the totals, again and
    again.

    How full it is, is shown once servers have announced the size of every file.
    """

    def __init__(self, terminal: TextIO = sys.stderr) -> None:
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread that watches it: it is told often enough
        self._bar = tqdm(
            unit="B", unit_scale=True, file=terminal, mininterval=0, leave=False, dynamic_ncols=True
        )

    def __call__(self, totals: Totals) -> None:
        ended = totals.done + totals.kept + totals.failed
        self._bar.set_description(f"{ended} of {totals.files} files", refresh=False)
        self._bar.total = totals.announced if totals.sized + totals.kept == totals.files else None
        self._bar.n = totals.received
        self._bar.refresh()

    def close(self) -> None:
        """Take it away, so that what is printed next has the line for itself."""
        self._bar.close()
