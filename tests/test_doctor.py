import importlib.metadata
import socket
import sys
from pathlib import Path

import pytest

from helpers import doctor


def finding(name: str) -> tuple[bool, str]:
    return next((ok, text) for found, ok, text in doctor.findings() if found == name)


@pytest.fixture(autouse=True)
def _no_kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a kernel only where that is what is tested."""
    if "real_kernel" not in request.keywords:
        monkeypatch.setitem(doctor.CHECKS, "Notebook kernel", lambda: "not started")


def test_all_is_well_here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.CHECKS, "Notebook kernel", doctor.kernel)
    assert doctor.examine() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(doctor.CHECKS)
    assert all(line.startswith("ok ") for line in lines)


def test_a_wrong_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert finding("Python") == (
        False,
        f"this is {sys.version.split()[0]}. Install Python 3.11 to 3.13 and make .venv again with it.",
    )


def test_a_missing_and_a_wrong_package_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "aiohttp":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.1" if name == "tqdm" else real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    ok, text = finding("Packages")
    assert not ok
    assert "aiohttp is missing" in text
    assert "tqdm is 0.1, not " in text
    assert "pip install -r requirements.txt" in text


def test_a_closed_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "create_server", refuse)
    ok, text = finding("Network")
    assert not ok
    assert "Ask whoever runs this machine" in text


def test_a_kernel_of_another_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def elsewhere() -> str:
        return "/somewhere/else/python"

    monkeypatch.setattr(doctor, "_kernel_python", elsewhere)
    with pytest.raises(doctor.Ill, match="jupyter kernelspec remove"):
        doctor.kernel()


def test_a_kernel_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dead() -> str:
        raise RuntimeError("Kernel died")

    monkeypatch.setattr(doctor, "_kernel_python", dead)
    with pytest.raises(doctor.Ill, match=r"no kernel starts \(RuntimeError: Kernel died\)\. Install again"):
        doctor.kernel()


def test_a_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "COURSE", tmp_path)  # it has no lessons/
    ok, text = finding("Write access")
    assert not ok
    assert "cannot be written" in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no such limit")
def test_too_few_descriptors_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 4096))
    ok, text = finding("Open files")
    assert not ok
    assert "ulimit -n 1024" in text


def test_something_wrong_gives_exit_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert doctor.examine() == 1
    assert capsys.readouterr().out.startswith("NOT  Python: ")
