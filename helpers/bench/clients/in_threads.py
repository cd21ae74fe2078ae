"""requests in `limit` threads, each with a session of its own: a Session is not meant to be shared."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

PIECE = 65536  # bytes
own = threading.local()


def download(urls: list[str], folder: Path, limit: int) -> None:
    with ThreadPoolExecutor(limit) as pool:
        for done in [pool.submit(fetch, url, folder) for url in urls]:
            done.result()


def fetch(url: str, folder: Path) -> None:
    if not hasattr(own, "session"):
        own.session = requests.Session()
    with own.session.get(url, stream=True, timeout=30) as response:
        response.raise_for_status()
        with open(folder / url.rpartition("/")[2], "wb") as file:
            for piece in response.iter_content(PIECE):
                file.write(piece)
