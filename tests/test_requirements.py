"""What is installed is what is pinned."""

import importlib.metadata
import importlib.util
from pathlib import Path

import aiohttp
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from helpers.doctor import pins
from helpers.files import COURSE

CONSTRAINTS = [
    Requirement(line)
    for line in (COURSE / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
HERE = [pin for pin in CONSTRAINTS if pin.marker is None or pin.marker.evaluate()]


@pytest.mark.parametrize("pin", HERE, ids=lambda pin: pin.name)
def test_the_installed_version_is_the_pinned_one(pin: Requirement) -> None:
    assert importlib.metadata.version(pin.name) in pin.specifier


def test_every_constraint_is_exact() -> None:
    assert all([part.operator for part in pin.specifier] == ["=="] for pin in CONSTRAINTS)


def test_direct_dependencies_are_pinned_alike_in_both_files() -> None:
    versions = {pin.name: str(pin.specifier) for pin in CONSTRAINTS}
    assert {name: f"=={version}" for name, version in pins().items()}.items() <= versions.items()


def test_each_direct_dependency_says_what_it_is_for() -> None:
    lines = (COURSE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all(" # " in line for line in lines if line and not line.startswith("#"))


def test_nothing_is_installed_that_is_not_pinned() -> None:
    """What the direct dependencies need here, all of it, stands in the constraints."""
    pinned, todo, seen = {pin.name for pin in HERE}, list(pins()), set()
    while todo:
        name = todo.pop().lower().replace("_", "-").replace(".", "-")
        if name in seen:
            continue
        seen.add(name)
        for line in importlib.metadata.requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                todo.append(needed.name)
    assert seen <= pinned


def test_aiohttp_waits_for_aioresponses() -> None:
    """aiohttp 3.14 made `stream_writer` a required argument of ClientResponse. As soon as aioresponses passes
    it, this test fails: then unpin aiohttp."""
    core = importlib.util.find_spec("aioresponses.core")
    knows = "stream_writer" in Path(core.origin).read_text(encoding="utf-8")
    assert knows == (Version(aiohttp.__version__) >= Version("3.14"))
