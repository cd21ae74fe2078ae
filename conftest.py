"""How pytest runs the notebooks; the tests themselves are in tests/.

Kernels must not depend on who runs them, nor on luck: nobody's own IPython settings, and Unix sockets instead
of TCP ports where there are any (see helpers/authoring/execution.py, which does the same for a release).
"""

import os
import tempfile

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

from helpers.authoring import execution


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    environment = execution.clean_environment(folder.name)
    os.environ.clear()
    os.environ.update(environment)

    def kernel_manager(**settings: object) -> KernelManager:
        return KernelManager(**settings, **execution.connection(tempfile.mkdtemp(dir=folder.name)))

    nbval.kernel.KernelManager = kernel_manager
