"""Runs one of the clients beside it, and says how long it took without the start of Python and its imports:

    python -P span.py NAME LIST FOLDER LIMIT

LIST has a URL a line; each file goes to FOLDER under the last part of its URL, LIMIT at a time. Prints the
seconds. A script that imports nothing of the course, so that a client's own start is not made longer; the
clients have one function, `download(urls, folder, limit)`.
"""

import runpy
import sys
import time
from pathlib import Path


def main(name: str, listed: str, folder: str, limit: str) -> None:
    download = runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))["download"]
    urls = Path(listed).read_text(encoding="ascii").split()
    began = time.perf_counter()
    download(urls, Path(folder), int(limit))
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
