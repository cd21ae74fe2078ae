"""An event loop with a simulated clock and a chosen order.

It is the loop that the lessons build, with three differences:

* **The clock jumps.** When nothing is ready, ``time()`` becomes the time of the next timer. Nobody waits
  for real.
* **The order is chosen.** Where two or more tasks are ready, the schedule says which one goes; see ready.py.
* **It can tell that all is over.** Nothing ready, no timer, no job in a thread, the main task not done:
  deadlock.
"""

import asyncio
import contextlib
import heapq
import math
import sys
from collections.abc import Callable
from functools import partial

from .interface import LoopInterface
from .names import Names
from .ready import Ready, Step, belongs_to_asyncio, is_sleep
from .schedule import Schedule
from .threads import Jobs, deliver

# Why drive() came back.
DONE, DEADLOCK, STEPS, TIME, HALTED = "done", "deadlock", "steps", "time", "halted"

# Timers this close to each other (seconds) are due together: 0.1 + 0.2 is not quite 0.3.
RESOLUTION = 1e-9

# Before 3.13 a task that waits at the end of a TaskGroup, and is cancelled by the group as a child fails,
# keeps this in its count (task.cancelling()), as if it had swallowed a cancellation
# (python/cpython#116720).
_GROUPS_MISCOUNT = sys.version_info < (3, 13)


class SimulatedLoop(LoopInterface):
    """The loop of one run. ``step_limit`` counts callbacks, ``time_limit`` is in simulated seconds."""

    def __init__(self, schedule: Schedule, *, step_limit: int, time_limit: float) -> None:
        super().__init__()
        self.steps = 0
        self.now = 0.0
        self.step_limit = step_limit
        self.time_limit = time_limit
        self.ready = Ready(schedule)
        self.names = Names()
        self.tasks = self.names.tasks  # every task of the run, in the order of creation
        self.name = self.names.name
        self.jobs = Jobs()
        self.waits_for_threads = False  # True while it waits, really, for a thread
        self.cancelled: asyncio.Task | None = None  # the task that the schedule cancelled
        self.cancelled_by_group: dict[asyncio.Task, int] = {}  # how often; see _GROUPS_MISCOUNT
        self.on_step: Callable[[asyncio.Task], None] | None = None  # called after each step of a task
        self.on_cancel: Callable[[asyncio.Task], None] | None = None  # called before the schedule cancels one
        self._cancel = schedule.cancel
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._timer_count = 0

    # --- running -----------------------------------------------------------------------------------------

    def drive(self, until: Callable[[], bool], *, jump: bool = True) -> str:
        """Run until ``until()`` is true or it cannot go on; say which.

        Without ``jump`` the clock stands still.
        """
        while not until():
            if self.halt:
                return HALTED
            if self.steps >= self.step_limit:
                return STEPS
            handle = self.ready.take_chore() or self._choose_next()
            if handle is None:
                if not jump:
                    return DEADLOCK
                if (reason := self._wait()) is not None:
                    return reason
                continue
            if handle.cancelled():
                continue
            self.steps += 1
            handle._run()  # private, but the only way to run a Handle; the timeline recorder hooks in here
            if self.on_step is not None and type(handle) is Step:
                self.on_step(handle.task)
        return DONE

    def _choose_next(self) -> asyncio.Handle | None:
        """Take the handle that goes next, or cancel a task, as the schedule says; None when nothing is
        ready.
        """
        candidates = self.ready.candidates()
        if not candidates:
            return None
        targets = self._targets()
        index = self.ready.choose(len(candidates) + len(targets))
        if index < len(candidates):
            return self.ready.take(candidates[index])
        self._inject(targets[index - len(candidates)])
        return self.ready.take_chore() or self._choose_next()

    def _targets(self) -> list[asyncio.Task]:
        """The tasks that the schedule may cancel now: those that stand at an await and are asked for by
        name.
        """
        wanted = self._cancel
        if not wanted or self.cancelled is not None:
            return []
        tasks = self.tasks[1:] if wanted is True else self.tasks
        waiting = [
            task for task in tasks if not task.done() and getattr(task.get_coro(), "cr_suspended", False)
        ]
        return [task for task in waiting if wanted is True or self.name(task) == wanted]

    def _inject(self, task: asyncio.Task) -> None:
        self.cancelled = task
        if self.on_cancel is not None:
            self.on_cancel(task)
        with contextlib.suppress(RecursionError):  # tasks that wait for each other pass it on for ever
            task.cancel()

    def enter(self) -> None:
        """Become the running loop of this thread."""
        self._running = True
        asyncio._set_running_loop(self)  # meant for implementations of loops; asyncio.events.__all__ has it

    def leave(self) -> None:
        """Forget everything, so that no reference to the program stays."""
        asyncio._set_running_loop(None)
        self._running, self._closed = False, True
        self.ready.clear()
        self._timers.clear()
        self.names.clear()
        self.cancelled_by_group.clear()
        self.agens.clear()
        self.cancelled = self.on_step = self.on_cancel = self._handler = self._factory = None

    def stop_choosing(self) -> None:
        """The program is over, what follows is cleaning: first-in-first-out, and nothing is cancelled."""
        self.ready.stop_choosing()
        self._cancel = None

    # --- time --------------------------------------------------------------------------------------------

    def _wait(self) -> str | None:
        """Nothing is ready: wait for threads, else jump to the next timer. A reason to give up, or None."""
        if self.jobs.outstanding:
            self._take_in()
            if self.ready or self.halt:
                return None
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._timers or self._timers[0][0] == math.inf:
            return DEADLOCK
        if targets := self._targets():
            index = self.ready.choose(1 + len(targets))
            if index > 0:
                self._inject(targets[index - 1])
                return None
        when = self._timers[0][0]
        if when > self.time_limit:
            return TIME
        self.now = max(self.now, when)
        while self._timers and self._timers[0][0] <= self.now + RESOLUTION:
            timer = heapq.heappop(self._timers)[2]
            self.ready.add(timer, chore=partial(is_sleep, timer))
        return None

    def _take_in(self) -> None:
        """Wait for the jobs in threads and make ready what they bring."""
        self.waits_for_threads = True
        posted, finished = self.jobs.collect(lambda: self.halt)
        self.waits_for_threads = False
        for handle in posted:
            self.ready.add(handle)
        for job, future in finished:
            self.call_soon(deliver, job, future)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback, *args, context=None) -> asyncio.TimerHandle:
        self._check_closed()
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._timer_count += 1  # keeps timers of the same time in order
        heapq.heappush(self._timers, (when, self._timer_count, handle))
        return handle

    def call_later(self, delay: float, callback, *args, context=None) -> asyncio.TimerHandle:
        return self.call_at(self.now + delay, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio.TimerHandle.cancel() calls this; a cancelled timer is dropped when its turn comes."""

    # --- callbacks, tasks, jobs --------------------------------------------------------------------------

    def call_soon(self, callback, *args, context=None) -> asyncio.Handle:
        self._check_closed()
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, asyncio.Task):
            step = Step(callback, args, self, context)
            step.task = owner
            self.ready.add_step(step)
            return step
        if _GROUPS_MISCOUNT and isinstance(owner, asyncio.TaskGroup):
            callback = partial(self._count_cancellation, callback, owner._parent_task)
        handle = asyncio.Handle(callback, args, self, context)
        self.ready.add(handle, chore=partial(belongs_to_asyncio, callback))
        return handle

    def _count_cancellation(self, callback: Callable, parent: asyncio.Task, child: asyncio.Task) -> None:
        before = parent.cancelling()
        callback(child)
        self.cancelled_by_group[parent] = (
            self.cancelled_by_group.get(parent, 0) + parent.cancelling() - before
        )

    def call_soon_threadsafe(self, callback, *args, context=None) -> asyncio.Handle:
        if self.jobs.in_loop_thread():
            return self.call_soon(callback, *args, context=context)
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self.jobs.post(handle)
        return handle

    def create_future(self) -> asyncio.Future:
        return asyncio.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None, **kwargs) -> asyncio.Task:
        self._check_closed()
        default = self.names.next_default()
        if self._factory is None:
            task = asyncio.Task(coro, loop=self, name=name or default, context=context, **kwargs)
        else:
            if context is not None:
                kwargs["context"] = context
            task = self._factory(self, coro, **kwargs)
            task.set_name(name or default)
        self.names.add(task, default)
        return task

    def run_in_executor(self, executor, func, *args) -> asyncio.Future:
        self._check_closed()
        future = self.create_future()
        self.jobs.start(executor or self._executor, partial(func, *args), future)
        return future
