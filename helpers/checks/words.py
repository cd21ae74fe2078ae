"""Values and errors in few words, for the facts that a verdict shows."""

from typing import Any

SHOWN = 60  # characters of a value that a verdict shows


def short(value: Any) -> str:
    return cut(repr(value), SHOWN)


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def count(requests: int) -> str:
    return f"{requests} request{'' if requests == 1 else 's'}"


def said(error: Exception) -> str:
    return cut(f"{type(error).__name__}: {error}", 2 * SHOWN) if str(error) else type(error).__name__
