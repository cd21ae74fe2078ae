"""Notes down what the tasks of one event loop do, step by step.

A *step* is what a task does between two awaits that really wait: the loop resumes it, it runs, it comes to
its next await or to its end. After each step it is noted what the task waits for now (waits.py); between,
who wakes whom (hooks.py) and who takes which lock (locks.py). Steps in which the program's own code does
not get on (a TaskGroup counts its children) are asyncio's bookkeeping, which differs between Python
versions: they are left out.

Nothing is measured in seconds, unless the clock is simulated: two runs of the same program give the same
notes.
"""

import asyncio
import sys
from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any

from . import locks, names, texts
from .belonging import is_made_by, is_new_and_own
from .events import GOES_ON, Ending, GoesOn, Log, Mark, Track
from .hooks import Hooks
from .ledger import Ledger
from .tracked import Tracked, ending_of, has_only_yielded, is_cancelled
from .waits import Describer, Wait

_BY_NOBODY = (None, None)
_WAIT_FOR_MAKES_TASKS = sys.version_info < (3, 12)

# The recorder to which a new task belongs: inherited from the task that creates it. The kernel's own do not.
_recorder: ContextVar["Recorder | None"] = ContextVar("recorder", default=None)


class Recorder:
    """Records one loop into ``log``. With ``everything`` all its tasks (simulated loop), else those of the
    block.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, log: Log, *, everything: bool = False) -> None:
        self._log = log
        self._clock = loop.time if everything else None
        self._everything = everything
        self._token: Token | None = None
        self._tasks: dict[int, Tracked] = {}  # by the id of the task, which is kept
        self._causes: dict[int, tuple[asyncio.Handle, Track]] = {}  # who scheduled a callback; by its id
        self._describe = Describer(lambda: [one.task for one in self._tasks.values()], self._number)
        self._ledger = Ledger(log, self._describe, lambda: self._current if self._inside else None)
        self._current: Track | None = None  # who runs, or who has caused the callback that runs
        self._inside = 0  # 1 in a step of a task, 0 in a callback
        self._handled = 0
        self._block: Tracked | None = None  # the task whose block is recorded
        self._running: Tracked | None = None  # whose step it is, if _inside
        self._interrupted = False  # its step has been noted already
        self._opening = False  # it is still in the step in which the block began
        self._hooks = Hooks(loop, self)
        locks.watch(self._ledger.changed)

    def stop(self) -> None:
        """Take all hooks away, name the tasks, and let go of them: asyncio warns when it loses some."""
        locks.unwatch(self._ledger.changed)
        self._hooks.remove()
        if self._token is not None:
            _recorder.reset(self._token)
        self.name_tasks()
        self._block = self._running = None
        self._tasks.clear()
        self._causes.clear()
        self._ledger.forget()
        self._describe.forget()

    # --- the block of a with statement ---

    def enter_block(self, task: asyncio.Task, function: str) -> None:
        """The current task is recorded from the middle of its step on."""
        self._token = _recorder.set(self)
        track = self._new_track(texts.CELL if function.startswith("<") else function)
        self._block = self._tasks[id(task)] = Tracked(task, track)
        self._opening = True
        self._current, self._inside, self._running = track, 1, self._block

    def leave_block(self, kind: type[BaseException] | None) -> None:
        """... to the middle of another one; ``kind``: the exception with which the block ends."""
        if self._opening and len(self._log.tracks) > 1 and not self._log.during:
            return  # it has only waited for threads, without await
        if kind is None:
            ending = Ending("returned")
        elif issubclass(kind, asyncio.CancelledError):
            ending = Ending("cancelled")
        else:
            ending = Ending("raised", kind.__name__)
        self._note(self._block, ending)

    # --- what the program tells ---

    def mark(self, text: str) -> bool:
        """Put a text into the step of the current task; False if it is none of these."""
        try:
            tracked = self._tasks.get(id(asyncio.current_task()))
        except RuntimeError:  # a thread without a loop
            return False
        if tracked is None:
            return False
        mark = Mark(text)
        self._log.marks.append(mark)
        self._log.during.append((mark, "position"))
        return True

    def interrupt(self, *, by_pool: bool) -> None:
        """A thread has something to note: what the current step has done so far came first.

        A block that has not awaited yet, and has nothing to note, may be there for threads alone. Unless the
        thread is one of a pool: such a thread works for a task.
        """
        if self._inside and not self._interrupted and (self._log.during or by_pool or not self._opening):
            self._note(self._running, GOES_ON)
            self._interrupted = True

    # --- called by the hooks ---

    def step(self, handle: asyncio.Handle, run: Callable[[asyncio.Handle], None]) -> None:
        """Run the handle, and note what came of it if it is a step of a task that belongs here."""
        if self._opening:  # if the loop runs something else, the step in which the block began is over
            self._opening = False
            self._current, self._inside = None, 0
            self._stepped(self._block)
        self._handled += 1
        tracked = self._tasks.get(id(getattr(handle._callback, "__self__", None)))
        outer = self._current, self._inside
        if tracked is None:
            self._current, self._inside = self._causes.pop(id(handle), (None, None))[1], 0
        else:
            self._begin_step(tracked, handle)
        try:
            run(handle)
        except BaseException:  # no error of a task, these stay in it: somebody ends the loop
            if tracked is not None:
                self._note(tracked, Ending("stopped"))
            raise
        finally:
            self._current, self._inside = outer
        if tracked is not None:
            self._stepped(tracked)
        handle = tracked = (
            None  # an exception keeps this frame, as asyncio knows, too: no cycles with the task
        )

    def scheduled(self, handle: asyncio.Handle, callback: Callable[..., Any]) -> None:
        """Somebody has handed a callback to the loop; if it resumes a task, that task is woken."""
        current = self._current
        owner = getattr(callback, "__self__", None)
        tracked = self._tasks.get(id(owner))
        if tracked is None:
            if isinstance(owner, asyncio.Task) and self._belongs(owner):
                self._begin_task(owner)
            elif current is not None:
                self._causes[id(handle)] = handle, current
        elif tracked.track is not current and tracked.woken is None and current is not None:
            tracked.woken = current.number, len(self._log.steps) + self._inside

    def _belongs(self, task: asyncio.Task) -> bool:
        return (self._everything or _recorder.get() is self) and is_new_and_own(task)

    def _begin_task(self, task: asyncio.Task) -> None:
        if _WAIT_FOR_MAKES_TASKS and is_made_by(asyncio.wait_for):
            parent = self._tasks.get(id(asyncio.current_task()))
            if parent is not None:
                parent.child = self._tasks[id(task)] = Tracked(task, parent.track, parent)
                return
        track = self._new_track("", len(self._log.steps) + self._inside)
        tracked = self._tasks[id(task)] = Tracked(task, track)
        if self._current is not None:
            tracked.woken = self._current.number, track.ready_from

    # --- a step ---

    def _begin_step(self, tracked: Tracked, handle: asyncio.Handle) -> None:
        self._current, self._inside, self._running = tracked.track, 1, tracked
        if handle._args and is_cancelled(handle._args[0]):
            tracked.cancelled = True
        if tracked.semaphore is not None:
            if not tracked.cancelled:
                self._ledger.take(tracked.semaphore)
            tracked.semaphore = None

    def _stepped(self, tracked: Tracked) -> None:
        if self._ledger.unnamed:
            self._ledger.find_names()
        if tracked.child is not None:
            self._stepped_into_wait_for(tracked, tracked.child)
        elif tracked.task.done():
            if tracked.parent is None:
                self._note(tracked, ending_of(tracked.task))
            else:  # this step is shown as part of its parent's next one
                parent = tracked.parent
                parent.woken, parent.cancelled, parent.child = tracked.woken, tracked.cancelled, None
        elif has_only_yielded(tracked.coro):
            self._note(tracked, None)
        else:
            self._waits(tracked, *self._describe(tracked.task))

    def _stepped_into_wait_for(self, parent: Tracked, child: Tracked) -> None:
        if not child.announced:
            self._note(parent, None)
            child.announced = True

    def _waits(self, tracked: Tracked, wait: Wait | None, awaited: object, thing: object) -> None:
        if wait is not None and awaited is tracked.awaited and wait.is_like(tracked.then):
            tracked.woken, tracked.cancelled = None, False  # nothing new: a step of asyncio's
            return
        tracked.awaited = awaited
        if isinstance(thing, asyncio.Semaphore):
            tracked.semaphore = thing
        if tracked.parent is not None and tracked.then is None:
            self._interrupted = (
                True  # the first step in a wait_for() is shown as part of the step that made it
            )
            tracked.position = tracked.parent.position
        self._note(tracked, wait)

    def _note(self, tracked: Tracked, then: Wait | Ending | GoesOn | None) -> None:
        by, ready_from = tracked.woken or _BY_NOBODY
        time = None if self._clock is None else self._clock()
        step = (tracked.track.number, by, ready_from, tracked.cancelled, then, time, self._handled)
        tracked.woken, tracked.cancelled, tracked.then = None, False, then
        if self._interrupted:
            self._interrupted = False
            if not self._log.during:  # nothing new since
                self._change_step(tracked.position, step)
                return
        tracked.position = self._log.note(step)

    def _change_step(self, position: int, step: tuple) -> None:
        """The step at that position came to what this one came to."""
        steps = self._log.steps
        steps[position] = (*steps[position][:4], *step[4:])

    # --- tracks ---

    def _number(self, task: object) -> int | None:
        tracked = self._tasks.get(id(task))
        return None if tracked is None else tracked.track.number

    def _new_track(self, name: str, ready_from: int | None = None) -> Track:
        track = Track(len(self._log.tracks), name, "task", ready_from)
        self._log.tracks.append(track)
        return track

    def name_tasks(self) -> None:
        """Late: on 3.11 and 3.12 create_task(…, name=…) sets the name after the task was made."""
        own = [one for one in self._tasks.values() if one is not self._block and one.parent is None]
        given = [(one.track, one.task.get_name(), one.coro) for one in own]
        names.name_tracks(
            (track, name, names.instead_of_task_name(name, coro)) for track, name, coro in given
        )
