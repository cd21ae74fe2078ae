"""Where an answer that does real I/O works: a thread, an event loop and a practice server of its own.

The answer runs away from the notebook's event loop (performance.py), supervised by
helpers/simulation/watch.py, which ends it whatever it does. Afterwards the arena looks at what the answer
left behind: tasks, sessions, coroutines that were never awaited. Nothing of it is left when the check ends.
"""

import contextlib
import gc
import io
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from helpers import practice_server
from helpers.checks import NotYet, signal
from helpers.checks.performance import Performance, collect_under_supervision
from helpers.simulation.places import is_learners
from helpers.simulation.watch import Report

LIMIT = 2.0  # seconds that one call of an answer may take
PRINTED = 400  # characters of what an answer printed that are shown
FRAMES = 5  # lines of a traceback that are shown


class Stuck(Exception):
    """The answer did not come to an end. `why`: the key of the text, `fields`: what fills its places;
    `picture`: the timeline of the run, where there is one."""

    def __init__(self, why: str, call: str, picture: Any = None, **fields: Any) -> None:
        super().__init__(why)
        self.why, self.call, self.picture, self.fields = why, call, picture, fields


class Raised(Exception):
    """The answer raised `error` when it was called as `call` says."""

    def __init__(self, error: BaseException, call: str) -> None:
        super().__init__(str(error))
        self.call = call
        self.summary = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self.lines = learners_lines(error)


class Arena:
    """A context manager for one check; `run` may be called several times in it."""

    entered = 0.0  # when the check began that goes on now, by time.process_time()
    _forced = False  # whether an answer had to be stopped by force, so that it may have left anything

    def __enter__(self) -> Self:
        Arena.entered = time.process_time()
        self._cleanup = contextlib.ExitStack()
        # When a performance collects garbage it need not look at what is there already. In a notebook's
        # kernel that saves 0.1 s each time, and nobody is blamed for what an earlier cell has left.
        if Arena._forced:
            collect_under_supervision()
            Arena._forced = False
        gc.freeze()
        self._left_behind = False  # whether a thread could not be stopped
        self.printed = ""  # by the last answer that ran; its first PRINTED characters
        return self

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        if Arena._forced:
            collect_under_supervision()
        self._cleanup.close()
        if self._left_behind:  # its last requests must not count for the next check: that gets a new server
            practice_server.stop_for_checks()

    @cached_property
    def folder(self) -> Path:
        """An empty folder for the files that an answer writes; gone after the check."""
        temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        return Path(self._cleanup.enter_context(temporary))

    @cached_property
    def server(self) -> practice_server.PracticeServer:
        """The checks' own practice server, counting from zero, without faults; not the learner's."""
        server = practice_server.start_for_checks()
        server.set_faults()
        server.reset_counts()
        self._cleanup.callback(server.set_faults)
        return server

    def run(self, program: Callable[[], Awaitable[Any]], call: str = "", seconds: float = LIMIT) -> Any:
        """Await `program()` on a fresh event loop in another thread; return its result.

        `call` says in a learner's words what is called. Raises Stuck after `seconds`, or when the loop is
        kept busy; Raised for an exception of the answer's code, NotYet for what it left behind or what
        `program` says, NotImplementedError where the answer is still the stub.
        """
        performance = Performance(program, seconds)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            report = performance.supervise()
        self.printed = printed.getvalue()[:PRINTED].rstrip()
        Arena._forced = Arena._forced or report.expired or report.stalled
        if report.left_behind:
            # Asleep: in the loop's own wait, or in a blocking call, after which it must not go on.
            performance.stop()
            self._left_behind = not performance.has_ended()
        if stuck := _why_stuck(performance, report, call, seconds):
            performance.forget()
            raise stuck
        self._raise(performance, call)
        return performance.value

    def _raise(self, performance: Performance, call: str) -> None:
        error = performance.error
        if said := signal(error):
            raise said
        if isinstance(error, MemoryError):
            raise Stuck("memory", call)
        if performance.never_awaited:
            raise NotYet("never_awaited", call=call, name=performance.never_awaited[0])
        if error is not None:
            raise Raised(error, call) if learners_lines(error) else error
        if performance.left_behind:
            raise NotYet("left_behind", call=call, tasks=", ".join(performance.left_behind))
        if performance.unclosed:
            raise NotYet("unclosed", call=call)


def _why_stuck(performance: Performance, report: Report, call: str, seconds: float) -> Stuck | None:
    if report.expired:
        return Stuck("thread_goes_on" if performance.cancelled else "not_cancelled", call)
    if report.stalled:
        return Stuck("blocked", call, place=report.place or "Your code")
    if performance.stopped:
        return Stuck("stopped_loop", call)
    if performance.expired:
        return Stuck("too_slow", call, seconds=seconds)
    return None


def learners_lines(error: BaseException) -> str:
    """The error's traceback, cut to the lines of the learner's own code."""
    frames = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        if is_learners(frame):
            summary = traceback.FrameSummary(frame.f_code.co_filename, number, frame.f_code.co_name)
            frames.append(f"{summary.name}(), line {summary.lineno}:  {summary.line}".rstrip(": "))
    if len(frames) > FRAMES:
        frames[FRAMES - 2 : -1] = [f"… {len(frames) - FRAMES + 1} more …"]
    return "\n".join(frames)
