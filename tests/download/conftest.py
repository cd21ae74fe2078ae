import pytest


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries have tests of their own."""
    monkeypatch.setattr("helpers.download.retries.BASE", 0.0)
