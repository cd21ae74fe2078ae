"""The learner's loop after lesson 05: a coroutine in a Task, whose end can be awaited like any Future."""

from collections.abc import Coroutine
from typing import Any

from helpers.own_loop import callbacks
from helpers.own_loop.coroutines import Future


class Task(Future):
    """Runs a coroutine on the loop, and is the Future of what it returns or raises."""

    def __init__(self, coroutine: Coroutine, loop: "Loop") -> None:
        super().__init__(loop)
        self._coroutine = coroutine
        loop.call_soon(self._step)

    def _step(self, _: Future | None = None) -> None:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as stop:
            self.set_result(stop.value)
        except Exception as error:
            self.set_exception(error)
        else:
            if waits_for is None:  # a bare yield: let the others go first
                self._loop.call_soon(self._step)
            else:
                waits_for.add_done_callback(self._step)


class Loop(callbacks.Loop):
    """The Loop of lesson 02, and it makes futures and tasks."""

    def create_future(self) -> Future:
        return Future(self)

    def create_task(self, coroutine: Coroutine) -> Task:
        """Run `coroutine` beside everything else."""
        return Task(coroutine, self)

    def run_until_complete(self, coroutine: Coroutine) -> Any:
        """Run until nothing is left to do; return what `coroutine` returned, or raise what it raised."""
        task = self.create_task(coroutine)
        self.run()
        return task.result()
