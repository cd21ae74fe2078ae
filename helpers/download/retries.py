"""When a try has failed: whether another one may help, when to make it, and how to say what went wrong."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

BASE, LONGEST = 0.5, 30.0
"""Seconds that the first pause takes at most, and any other one."""

PATIENCE = 120.0
"""Seconds. A server that asks for a longer pause gets no other try."""

PASSING_STATUSES = {408, 425, 429}
"""Statuses below 500 that say "later": https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes, RFC
6585, RFC 8470.
"""


class StatusError(Exception):
    """The server answered with a status that brings no file. `retry_after`: seconds that it asks to wait, or
    None.
    """

    def __init__(self, status: int, reason: str | None, retry_after: float | None) -> None:
        super().__init__(f"{status} {reason or ''}".strip())
        self.status = status
        self.retry_after = retry_after


class Truncated(Exception):
    """Fewer bytes came than were announced."""


class Stalled(Exception):
    """For too long no byte came."""


class Outdated(Exception):
    """What has come so far is of no use: it has been thrown away, begin anew, at once."""


PASSING_ERRORS = (
    Truncated,
    Stalled,
    Outdated,
    aiohttp.ClientConnectionError,
    aiohttp.ClientPayloadError,
    ConnectionError,
    TimeoutError,
)


def may_pass(error: Exception) -> bool:
    """Whether the same request may succeed if it is made again."""
    if isinstance(error, StatusError):
        too_long = error.retry_after is not None and error.retry_after > PATIENCE
        return (error.status >= 500 or error.status in PASSING_STATUSES) and not too_long
    if isinstance(error, aiohttp.ClientSSLError):  # a certificate that is wrong now will be wrong then
        return False
    return isinstance(error, PASSING_ERRORS)


def pause(error: Exception, attempt: int) -> float:
    """Seconds to wait after the failed try number `attempt`, counted from 0.

    Exponential backoff with full jitter: by chance from 0 to a bound that doubles,
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. What the server asks for comes
    before that.
    """
    if isinstance(error, Outdated):
        return 0.0
    if isinstance(error, StatusError) and error.retry_after is not None:
        return error.retry_after
    return random.uniform(0, min(LONGEST, BASE * 2**attempt))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the header Retry-After asks to wait, which it says in seconds or by a date; None if it
    says nothing.

    https://www.rfc-editor.org/rfc/rfc9110.html#name-retry-after
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = date(value)
    if until is None:
        return None
    now = date(headers.get("Date", "")) or datetime.now(UTC)  # the server's clock, which may go wrong
    return max(0.0, (until - now).total_seconds())


def date(text: str) -> datetime | None:
    """An HTTP date; None if `text` is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for numbers of twenty digits
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def in_words(error: Exception) -> str:
    """What went wrong, for people: on one line, and without the characters that steer a terminal, as a server
    may have sent some.
    """
    words = "".join(character if character.isprintable() else " " for character in _words(error))
    return " ".join(words.split())


def _words(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the connection ended before the file"
    if isinstance(error, aiohttp.TooManyRedirects):
        return "redirected too often"
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError):
        why = error.os_error.strerror or error.os_error
        return f"no connection to {error.host}:{error.port}: {why}"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the answer is not HTTP: {error.message}"
    if isinstance(error, aiohttp.InvalidURL):
        return f"no URL that can be asked for: {error}"
    if isinstance(error, StatusError) and error.retry_after is not None and error.retry_after > PATIENCE:
        return f"{error}, and asks to wait for {error.retry_after:g} seconds"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, aiohttp.ClientError):
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or type(error).__name__
