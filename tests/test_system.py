"""A cell that needs what the system has not says so, and the notebook goes on."""

import asyncio
import os
import select

import pytest

from helpers import system


@pytest.fixture
def without_epoll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(system._FOUND, "epoll", False)


@system.needs("epoll")
def watched(descriptor: int, twice: bool = False) -> int:
    """Pretends to watch."""
    return 2 * descriptor if twice else descriptor


def test_it_runs_where_the_system_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(system._FOUND, "epoll", True)
    assert watched(3, twice=True) == 6
    assert watched.__doc__ == "Pretends to watch."


@pytest.mark.usefixtures("without_epoll")
@pytest.mark.parametrize(
    ("platform", "instead"),
    [("macos", "kqueue"), ("windows", "completion ports"), ("linux", "switched off"), ("other", "selectors")],
)
def test_elsewhere_it_says_what_there_is_instead(
    platform: str, instead: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "PLATFORM", platform)
    assert watched(3) is None
    said = capsys.readouterr().out
    assert said.startswith("This system has no epoll. ")
    assert instead in said


@pytest.mark.usefixtures("without_epoll")
def test_what_is_awaited_may_be_missing(capsys: pytest.CaptureFixture[str]) -> None:
    @system.needs("epoll")
    async def wait() -> int:
        return 1

    assert asyncio.run(wait()) is None
    assert capsys.readouterr().out.startswith("This system has no epoll. ")


def test_it_looks_at_what_there_is() -> None:
    for feature in ("epoll", "poll", "kqueue"):
        assert system.has(feature) == hasattr(select, feature)
    assert system.has("O_NONBLOCK") == hasattr(os, "O_NONBLOCK")
    with pytest.raises(KeyError):
        system.has("devpoll")


@pytest.mark.parametrize("feature", ["posix_aio", "kernel_aio", "io_uring"])
@pytest.mark.parametrize("platform", ["linux", "macos", "windows", "other"])
def test_each_feature_of_the_kernel_has_its_own_words(
    feature: str, platform: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(system._FOUND, feature, False)
    monkeypatch.setattr(system, "PLATFORM", platform)
    assert system.needs(feature)(watched)(3) is None
    said = capsys.readouterr().out
    assert said.startswith("This system has no ")
    assert feature.replace("_", " ") in said.lower().replace("_", " ")
    assert "select" not in said


def test_the_kernel_is_asked_once_and_only_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(system, "_FOUND", {})
    monkeypatch.setattr(system, "_ASKED_FIRST", {"io_uring": lambda: asked.append("io_uring") or True})
    assert asked == []
    assert system.has("io_uring")
    assert system.has("io_uring")
    assert asked == ["io_uring"]
