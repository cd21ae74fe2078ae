"""What to call a file that has come from a URL: a name that every system takes and that leads out of no
folder.

Windows is the strictest, and a folder may be shared with it, so its rules hold everywhere:
https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
"""

import re
import unicodedata
from urllib.parse import unquote

SIMPLE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-]")
"""Most names. Nothing has to be done to these, if they are not reserved."""

FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL
)

LONGEST = 200
"""Bytes of a name in UTF-8. File systems take 255; a number and `.part` may be added."""

NO_NAME = "index.html"
"""For a URL whose path ends in a slash."""


def name_of(url: str) -> str:
    """The name for what `url` has: the last part of its path, percent-decoded and made safe."""
    path = url.partition("#")[0].partition("?")[0].partition("://")[2]
    return safe(path.rpartition("/")[2]) if "/" in path else NO_NAME


def safe(last: str) -> str:
    """The last part of a URL's path as a file name."""
    if SIMPLE.fullmatch(last) and not RESERVED.fullmatch(last):
        return last
    name = unicodedata.normalize("NFC", unquote(last, errors="replace")).replace(
        "\N{REPLACEMENT CHARACTER}", "_"
    )
    name = FORBIDDEN.sub("_", name)
    # Control characters, NUL among them, and those that turn the direction of writing.
    name = "".join(character if character.isprintable() else "_" for character in name)
    name = name.strip(" ").rstrip(". ") if name.strip(". ") else name.replace(".", "_").strip(" ")
    if name.startswith("."):  # hidden files, and the journal, are not for servers to write
        name = f"_{name[1:]}"
    if RESERVED.fullmatch(name):
        name = f"_{name}"
    return shortened(name) or NO_NAME


def shortened(name: str) -> str:
    """`name`, cut in the middle if it is too long: so that it keeps its ending."""
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST // 4:
        stem, dot, ending = name, "", ""
    room = LONGEST - len(f"{dot}{ending}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending


def numbered(name: str, number: int) -> str:
    """Where `name` is taken: name.1, name.2 and so on, as wget has it."""
    return f"{name}.{number}" if number else name


def key(name: str) -> str:
    """The same for all names that some file system takes for one: `A.PNG` and `a.png`."""
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
