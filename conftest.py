"""How pytest runs the notebooks; the tests themselves are in tests/.

Kernels must not depend on who runs them, nor on luck: nobody's own IPython settings, and Unix sockets instead
of TCP ports where there are any (see helpers/authoring/execution.py, which does the same for a release).

What takes longest starts first, and cells wait much: so there are more workers than processors.
"""

import os
import signal
import tempfile
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

from helpers.authoring import execution

SLOWEST = (
    "test_notebooks.py",
    "test_lesson_11.py",
    "test_lesson_11_threads.py",
    "test_lesson_09.py",
    "test_arena.py",
    "test_apart.py",
    "test_practice_server.py",
    "test_lesson_10.py",
    "test_lesson_14_whole.py",
    "test_simulated_isolation.py",
    "test_validation.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    help = "the browser tests store pictures of what they look at in this folder"
    parser.addoption("--screenshots", metavar="FOLDER", type=Path, help=help)


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    environment = execution.clean_environment(folder.name)
    os.environ.clear()
    os.environ.update(environment)

    def kernel_manager(**settings: object) -> KernelManager:
        return KernelManager(**settings, **execution.connection(tempfile.mkdtemp(dir=folder.name)))

    nbval.kernel.KernelManager = kernel_manager
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # programs that tests interrupt inherit it


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Two workers for each that xdist would start: while one notebook waits, another computes."""
    return 2 * (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files come first, then the notebooks, longest first; the many small tests fill the gaps.

    xdist hands out whole files in this order. (By itself it would go by the number of tests, and end with the
    slowest file alone.)
    """
    sizes = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[int, int]:
        if item.path.name in SLOWEST:
            return 0, SLOWEST.index(item.path.name)
        return 1 if item.path.suffix == ".ipynb" else 2, -sizes[item.path]

    items.sort(key=place)
