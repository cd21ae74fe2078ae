"""Run a notebook in a kernel of its own and store what its cells put out.

Every run has to give the same bytes, so what differs by chance is kept out: execution times, the learner's
own IPython settings, the random ids of widgets (their text form stays), the pieces in which a stream arrives,
and all of the output of a cell tagged `nbval-ignore-output`, such as a picture of what was measured: whoever
runs the cell sees it.

Kernels talk over Unix sockets where there are any. Over TCP a kernel picks a port first and binds it later;
two kernels that start together can pick the same one (https://github.com/jupyter/jupyter_client/issues/487).
"""

import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.authoring.rules import UNCOMPARED

CELL_SECONDS = 30
WIDGET = "application/vnd.jupyter.widget-view+json"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"^Cell In\[(\d+)\], line (\d+)", re.MULTILINE)
LONGEST_SOCKET_PATH = 100  # bytes: macOS allows 104, Linux 108


class CellError(Exception):
    """A cell failed: its id, what to tell the author, and the text of the line that failed, if known."""

    def __init__(self, cell_id: str, text: str, line: str = "") -> None:
        super().__init__(text)
        self.cell_id = cell_id
        self.line = line


def connection(folder: str) -> dict[str, str]:
    """How a kernel manager should talk to its kernel: by sockets in `folder` where the system has Unix
    sockets and the path is not too long for one, else as the manager would by itself."""
    address = os.path.join(folder, "kernel")
    if sys.platform == "win32" or len(os.fsencode(address)) + len("-1") > LONGEST_SOCKET_PATH:
        return {}
    return {"transport": "ipc", "ip": address}


def clean_environment(folder: str) -> dict[str, str]:
    """The environment for a kernel whose outputs are compared: nobody's own settings, nor their progress."""
    settings = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    own = {"IPYTHONDIR": folder, "COURSE_PROGRESS": os.path.join(folder, "progress.jsonl")}
    return kept | own | {"PYTHONUTF8": "1"}


@asynccontextmanager
async def kernel(
    folder: Path, environment: Mapping[str, str] = MappingProxyType({}), **streams: int
) -> AsyncIterator[AsyncKernelManager]:
    """A running kernel of this very Python whose working directory is `folder`; killed at the end.

    `environment`: what to add to the clean one; `streams`: `stdout` and `stderr`, as subprocess takes them.
    (nbclient can start one itself, but then takes over the signals of the whole process, once a notebook.)
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as own_folder:
        manager = AsyncKernelManager(kernel_name="python3", **connection(own_folder))
        await manager.start_kernel(
            cwd=str(folder),
            env=clean_environment(own_folder) | dict(environment),
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            **streams,
        )
        try:
            yield manager
        finally:
            await manager.shutdown_kernel(now=True)
            await manager.cleanup_resources()


async def execute(
    notebook: nbformat.NotebookNode, folder: Path, done: Callable[[], object] = lambda: None
) -> None:
    """Run every cell of `notebook`, in place, with `folder` as the working directory.

    `done` is called after each code cell. Raises CellError for the first cell that fails or takes longer than
    CELL_SECONDS.
    """
    language = notebook.metadata["language_info"]
    async with kernel(folder) as manager:
        client = NotebookClient(
            notebook, km=manager, timeout=CELL_SECONDS, record_timing=False, coalesce_streams=True
        )
        client.reset_execution_trackers()
        await client.async_start_new_kernel_client()
        try:
            for index, cell in enumerate(notebook.cells):
                await _execute_cell(client, cell, index)
                if cell.cell_type == "code":
                    done()
        finally:
            client.kc.stop_channels()
    notebook.metadata["language_info"] = language  # the kernel's has the Python version in it
    for cell in notebook.cells:
        _without_chance(cell)


async def _execute_cell(client: NotebookClient, cell: nbformat.NotebookNode, index: int) -> None:
    try:
        await client.async_execute_cell(cell, index)
    except CellTimeoutError as error:
        raise CellError(cell.id, f"took longer than {CELL_SECONDS} seconds") from error
    except DeadKernelError as error:
        raise CellError(cell.id, "its kernel died") from error
    except CellExecutionError as error:
        traceback = COLOUR.sub("", error.traceback)
        text = f"{error.ename}: {error.evalue}\n{traceback}"
        raise CellError(cell.id, text, _failed_line(cell, traceback)) from error


def _failed_line(cell: nbformat.NotebookNode, traceback: str) -> str:
    """The deepest line of the cell that IPython's traceback (`Cell In[3], line 2`) names, or nothing."""
    numbers = [int(line) for count, line in FRAME.findall(traceback) if int(count) == cell.execution_count]
    return cell.source.split("\n")[numbers[-1] - 1] if numbers else ""


def _without_chance(cell: nbformat.NotebookNode) -> None:
    cell.metadata.pop("execution", None)
    if UNCOMPARED & set(cell.metadata.get("tags", ())):
        cell.outputs = []
    for output in cell.get("outputs", ()):
        output.get("data", {}).pop(WIDGET, None)
