"""A downloader: many files at once, each whole or not there, through errors, and resumed where it stopped.

    results = await download(["https://example.org/a.zip", …], "folder", limit=8)

The same on the command line: `python -m helpers download URL… -o FOLDER`. It stands on aiohttp, which is
loaded when the first download begins. Read `run` first (what happens to a list of files), then `transfer` (to
one of them).
"""

from helpers.download.items import Item, Result, Totals
from helpers.download.run import download

__all__ = ["Item", "Result", "Totals", "download"]
