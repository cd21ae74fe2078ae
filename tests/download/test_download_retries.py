from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from helpers.download import retries
from helpers.download.answers import validator
from helpers.download.retries import Outdated, Stalled, StatusError, Truncated, may_pass, pause, retry_after

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LONG_AGO = format_datetime(NOW - timedelta(days=1), usegmt=True)
OVERFLOWING = "Fri, 02 Jan 2026 03:04:05 +99999999999999999999"


def dated(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_statuses_that_may_pass(status: int) -> None:
    assert may_pass(StatusError(status, "", None))


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 416])
def test_statuses_that_do_not(status: int) -> None:
    assert not may_pass(StatusError(status, "", None))


@pytest.mark.parametrize(
    "error", [Truncated(), Stalled(), Outdated(), ConnectionResetError(), TimeoutError()]
)
def test_errors_that_may_pass(error: Exception) -> None:
    assert may_pass(error)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(), ValueError()])
def test_errors_that_do_not(error: Exception) -> None:
    assert not may_pass(error)


def test_the_bound_of_a_pause_doubles_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = []
    monkeypatch.setattr("random.uniform", lambda low, high: bounds.append((low, high)) or high)
    monkeypatch.setattr(retries, "BASE", 0.5)
    assert [pause(Truncated(), attempt) for attempt in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert {low for low, _ in bounds} == {0}


def test_what_the_server_says_goes_before_within_reason() -> None:
    assert pause(StatusError(503, "", 7.0), 0) == 7
    assert pause(Outdated(), 5) == 0
    assert not may_pass(StatusError(503, "", 100_000.0))
    assert "asks to wait for 100000 seconds" in retries.in_words(StatusError(503, "", 100_000.0))


def test_what_a_server_says_does_not_steer_the_terminal() -> None:
    assert retries.in_words(StatusError(404, "\x1b[2Jgone\x07\udcff\n away", None)) == "404 [2Jgone away"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        (dated(9), 9.0),
        (dated(-9), 0.0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("²", None),
        (OVERFLOWING, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value, "Date": dated(0)}) == seconds


def test_without_a_date_of_the_server_ours_has_to_do() -> None:
    seconds = retry_after(
        {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}
    )
    assert seconds is not None
    assert 3000 < seconds < 3601


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ETag": '"a"', "Last-Modified": LONG_AGO, "Date": dated(0)}, '"a"'),
        ({"ETag": 'W/"a"', "Last-Modified": LONG_AGO, "Date": dated(0)}, LONG_AGO),
        ({"ETag": 'W/"a"'}, None),
        ({"Last-Modified": LONG_AGO}, None),
        ({"Last-Modified": dated(0), "Date": dated(0)}, None),
        ({"Last-Modified": "yesterday", "Date": dated(0)}, None),
        ({"Last-Modified": OVERFLOWING, "Date": dated(0)}, None),
        ({}, None),
    ],
)
def test_only_what_is_surely_one_version_is_a_validator(
    headers: dict[str, str], expected: str | None
) -> None:
    assert validator(headers) == expected
