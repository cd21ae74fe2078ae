"""requests, one file after the other, over one connection."""

from pathlib import Path

import requests

PIECE = 65536  # bytes


def download(urls: list[str], folder: Path, limit: int) -> None:
    with requests.Session() as session:
        for url in urls:
            fetch(session, url, folder)


def fetch(session: requests.Session, url: str, folder: Path) -> None:
    with session.get(url, stream=True, timeout=30) as response:
        response.raise_for_status()
        with open(folder / url.rpartition("/")[2], "wb") as file:
            for piece in response.iter_content(PIECE):
                file.write(piece)
