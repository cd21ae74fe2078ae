"""`python -m helpers doctor`: is everything here that the course needs? Each line says ok, or what to do."""

import asyncio
import contextlib
import importlib.metadata
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.files import COURSE

PYTHONS = ((3, 11), (3, 13))  # the oldest and the newest
DESCRIPTORS = 256  # the busiest lesson opens about 100 sockets at once; this leaves room for the kernel's own
INSTALL = "Install again: python -m pip install -r requirements.txt -c constraints.txt"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")


class Ill(Exception):
    """What is wrong and what to do."""


def pins(path: Path = COURSE / "requirements.txt") -> dict[str, str]:
    """The packages that a requirements file pins: name → version. Lines without `==` do not count."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {match["name"]: match["version"] for line in lines if (match := PIN.match(line))}


def python_version() -> str:
    oldest, newest = PYTHONS
    if not oldest <= sys.version_info[:2] <= newest:
        allowed = " to ".join(f"{major}.{minor}" for major, minor in PYTHONS)
        raise Ill(f"this is {sys.version.split()[0]}. Install Python {allowed} and make .venv again with it.")
    return sys.version.split()[0]


def packages() -> str:
    wrong = []
    wanted = pins()
    for name, version in wanted.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "missing"
        if installed != version:
            wrong.append(f"{name} is {installed}, not {version}")
    if wrong:
        raise Ill(f"{'; '.join(wrong)}. {INSTALL}")
    return f"{len(wanted)} as pinned"


def loopback() -> str:
    try:
        with socket.create_server(("127.0.0.1", 0)):
            return "a free port on 127.0.0.1"
    except OSError as error:
        raise Ill(
            f"127.0.0.1 refuses listeners ({error}). Ask whoever runs this machine to allow it."
        ) from None


def kernel() -> str:
    try:
        started = asyncio.run(_kernel_python())
    except ImportError as error:
        raise Ill(f"{error}. {INSTALL}") from None
    except Exception as error:
        raise Ill(f"no kernel starts ({type(error).__name__}: {error}). {INSTALL}") from None
    if Path(started).resolve() != Path(sys.executable).resolve():
        raise Ill(f"it runs {started}, not {sys.executable}. Remove it: jupyter kernelspec remove python3")
    return "starts, with this Python"


async def _kernel_python() -> str:
    """The interpreter of the kernel that notebooks get."""
    import nbformat.v4

    from helpers.authoring import execution

    code = "import sys, helpers\nprint(sys.executable)"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code)], metadata={"language_info": {"name": "python"}}
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        await execution.execute(notebook, Path(folder))
    return notebook.cells[0].outputs[0]["text"].strip()


def write_access() -> str:
    for folder in (COURSE, COURSE / "lessons"):
        try:
            with tempfile.NamedTemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise Ill(
                f"{folder} cannot be written ({error.strerror}). Copy the course to a folder of yours."
            ) from None
    return "the course's folder can be written"


def descriptors() -> str:
    with contextlib.suppress(ImportError):
        import resource

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if allowed != resource.RLIM_INFINITY and allowed < DESCRIPTORS:
            raise Ill(f"{allowed} allowed, {DESCRIPTORS} needed. Before you start Jupyter: ulimit -n 1024")
        return f"{DESCRIPTORS} or more may be open"
    return f"{os.name} sets no limit that matters here"


CHECKS: dict[str, Callable[[], str]] = {
    "Python": python_version,
    "Packages": packages,
    "Network": loopback,
    "Notebook kernel": kernel,
    "Write access": write_access,
    "Open files": descriptors,
}


def findings() -> Iterator[tuple[str, bool, str]]:
    """For each check: its name, whether all is well, and what was found or what to do."""
    for name, check in CHECKS.items():
        try:
            yield name, True, check()
        except Ill as ill:
            yield name, False, str(ill)


def examine() -> int:
    """Print a line a check; return 0 where all is well, else 1."""
    well = True
    for name, ok, text in findings():
        print(f"{'ok ' if ok else 'NOT'}  {name}: {text}", flush=True)
        well &= ok
    return 0 if well else 1
