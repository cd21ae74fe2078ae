"""What the browser tests share. They need the optional extra `browser`: each module skips without it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium, of playwright's class Browser."""
    import running_lab

    with running_lab.chromium() as running:
        yield running


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """The folder that `--screenshots` names, made if need be; None without it."""
    folder = request.config.getoption("screenshots")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder
