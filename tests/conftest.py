"""What holds for every test module."""

from collections.abc import Iterator

import psutil
import pytest

from helpers import practice_server


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    """A process that one module's tests leave behind would be counted against those of the next."""
    yield
    practice_server.stop_for_checks()
    assert psutil.Process().children() == [], "these tests leave processes behind"
