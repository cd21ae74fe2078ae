"""The names of tasks, the same in every run.

asyncio numbers tasks without a name over the whole process: ``Task-17`` today, ``Task-23`` tomorrow. Here
they are numbered over the run (that is what ``get_name()`` returns), and shown by the name of their
coroutine; several alike by numbers, as a timeline does: ``worker 1``, ``worker 2``. The main task is shown
as ``main``.

Names are read late, at the end of the run: only then is it known which task stays alone of its kind. (And on
3.11 and 3.12 ``create_task(..., name=...)`` sets the name after the loop made the task.)
"""

import asyncio

from . import texts


class Names:
    """The tasks of a run, in the order in which they were made, and what to call them."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task] = []
        self._defaults: dict[asyncio.Task, str] = {}

    def next_default(self) -> str:
        return f"Task-{len(self.tasks) + 1}"

    def add(self, task: asyncio.Task, default: str) -> None:
        self.tasks.append(task)
        self._defaults[task] = default

    def clear(self) -> None:
        self.tasks.clear()
        self._defaults.clear()

    def name(self, task: asyncio.Task) -> str:
        """The name to show: the one that the program gave, else the coroutine's, with a number if there are
        several alike by now.
        """
        if not self._is_unnamed(task):
            return task.get_name()
        if task is self.tasks[0]:
            return "main"
        own = coroutine_name(task)
        alike = [one for one in self.tasks[1:] if coroutine_name(one) == own and self._is_unnamed(one)]
        return own if len(alike) == 1 else texts.NUMBERED.format(name=own, number=alike.index(task) + 1)

    def _is_unnamed(self, task: asyncio.Task) -> bool:
        return task.get_name() == self._defaults.get(task)


def coroutine_name(task: asyncio.Task) -> str:
    """The name of the coroutine function; on 3.12 and later an eager task may have no coroutine left."""
    return getattr(task.get_coro(), "__name__", "task")
