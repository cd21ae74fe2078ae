"""The sentences in words.toml, filled in."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def words(key: str, **fields: Any) -> str:
    """The sentence `key`, with its places filled in. Raises KeyError for a key that is not there."""
    return _all()[key].format(**fields)


def printable(text: str) -> str:
    """The text without what would move a terminal's cursor, or could not be written at all."""
    return "".join(character if character.isprintable() else "?" for character in text)


@cache
def _all() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
