"""Processes that the course starts beside the notebook: what they are given, and how they end."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PATIENCE = 3.0
"""Seconds that a process gets to stop by itself."""

# What these tell the notebook's Python to do is not meant for other processes.
NOT_INHERITED = (
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONINSPECT",
    "PYTHONTRACEMALLOC",
    "PYTHONWARNINGS",
)


def with_patience(process: subprocess.Popen[Any]) -> None:
    """Wait until the process has ended; if it does not end by itself, end it."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def environment() -> dict[str, str]:
    """The variables for a process that imports helpers, without those that are meant for the notebook."""
    own = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    root = str(Path(__file__).parent.parent)
    return own | {"PYTHONPATH": os.pathsep.join([root, *filter(None, [own.get("PYTHONPATH")])])}


def own_group() -> dict[str, int]:
    """How to start a process outside the kernel's process group, so that it is not interrupted with it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"process_group": 0}
