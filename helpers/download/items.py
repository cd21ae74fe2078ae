"""What goes into a download and what comes out of it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Item:
    """One file to download.

    `name`: what to call it; None: as the URL's path ends. `sha256`: what its digest must be, in hexadecimal;
    None: not known, the size alone is checked.
    """

    url: str
    name: str | None = None
    sha256: str | None = None


@dataclass(slots=True)
class Result:
    """What became of one item.

    `path`: where the file is; where it would be, if it `failed`. `size`: its bytes. `sha256`: its digest,
    where one was wanted and found. `tries`: requests made for it (redirects and what aiohttp repeats by
    itself are not counted). `resumed`: bytes that an earlier try or run had left and that were not asked for
    again. `kept`: the file was there already, whole. `error`: why it failed, in words; None if it did not.
    """

    url: str
    path: Path
    size: int = 0
    sha256: str | None = None
    tries: int = 0
    resumed: int = 0
    kept: bool = False
    error: str | None = None

    @property
    def failed(self) -> bool:
        return self.error is not None


@dataclass(slots=True)
class Totals:
    """How far a download is: what its `progress` is called with.

    `received` are the bytes that came so far, `announced` the bytes that are to come in all, as far as
    servers have said so: for all files when `sized` is `files`.
    """

    files: int = 0
    done: int = 0
    kept: int = 0
    failed: int = 0
    received: int = 0
    announced: int = 0
    sized: int = 0


def read_urls(text: str) -> list[str]:
    """The URLs of a list, one a line. Blank lines and those that begin with # do not count."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def read_digests(text: str) -> dict[str, str]:
    """The SHA-256 digests of a list as `sha256sum` writes it: file name → digest. Folders in it do not count.

    Raises ValueError, with the number of the line, where a line is of another form or contradicts one before
    it.
    """
    digests: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        digest, mark, name = (
            line[:64].lower(),
            line[64:66],
            line[66:].strip().replace("\\", "/").split("/")[-1],
        )
        if not is_sha256(digest) or mark not in ("  ", " *") or not name:
            raise ValueError(
                f"line {number} is not a SHA-256 digest (64 hexadecimal digits), two spaces, a file name"
            )
        if digests.setdefault(name, digest) != digest:
            raise ValueError(f"line {number} has another digest for {name} than a line before it")
    return digests


def is_sha256(text: str) -> bool:
    return len(text) == 64 and set(text.lower()) <= set("0123456789abcdef")
