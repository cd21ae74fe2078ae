"""Run a job in a thread, and come back in time whatever the job does.

The caller waits for the thread and looks, ``TICK`` after ``TICK``, whether its pulse still changes (the
loop counts its steps). A step that takes longer than ``stall`` seconds is a loop without ``await`` or a
call that blocks; which of the two, the CPU time of the process tells. Ticks are counted, not clock time, so
that a computer that slept accuses nobody; nor does a busy one (see starved.py).

How the thread is stopped (measured on 3.11, 3.12, 3.13; see tests/simulation/test_watch.py):

1. ``PyThreadState_SetAsyncExc`` raises ``StopSimulation`` in the thread, between two bytecodes. It is a
   ``SystemExit``: tasks let it through, and a thread that ends with it says nothing.
2. Code that catches everything (``except BaseException: pass`` in a loop) is not impressed by one
   exception, however often it is repeated: it always hits the same ``try``. What helps is an exception in
   the *handler*. On 3.12 and later ``sys.monitoring`` raises one at every new line of that thread. On 3.11
   the exception, while it is being created, asks for the next one: so one comes at each check the
   interpreter makes, until the thread has left all its frames.
3. A thread inside a C call (``threading.Lock().acquire()``, ``recv``) cannot be reached. It is left behind,
   asleep; it uses no CPU, does not keep Python alive (it is a daemon), and ends as soon as its call
   returns.

A thread rather than ``signal.setitimer`` in the main thread: that exists on Unix alone, in the main thread
alone, where Jupyter's own loop is running, and leaves the ``except BaseException`` problem as it is. What
none of this can end is a single C call that keeps the interpreter lock for itself, such as
``sum(itertools.count())``: only another process can, and helpers/checks/apart.py has one.
"""

import contextlib
import ctypes
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import CodeType

from . import starved
from .places import Place, place_of

TICK = 0.02
PATIENCE = 0.1  # seconds that a polite request to stop may take before the next one, and before insisting
STOP_LIMIT = 3.0  # seconds after which a thread that cannot be stopped is left alone
STUCK_CPU = 0.1  # below this share of a CPU, a stalled thread is in a call that blocks


class StopSimulation(SystemExit):
    """Raised in the thread of a simulation to end it."""


@dataclass(slots=True)
class Report:
    """How the job ended. ``stalled``: one step took too long; ``place``: where that was."""

    stalled: bool = False
    expired: bool = False
    computing: bool = False
    place: Place | None = None
    left_behind: bool = False  # the thread could not be stopped


class Supervised:
    """A job in a thread of its own.

    ``pulse()`` must change while the job gets on, or return None while it may wait.
    """

    def __init__(
        self, job: Callable[[], None], cleanup: Callable[[], bool], pulse: Callable[[], object]
    ) -> None:
        self._job = job
        self._cleanup = cleanup
        self._pulse = pulse
        self._phase = 0  # counts how often the thread has got out of code of the program
        self._thread = threading.Thread(target=self._main, name="simulation", daemon=True)
        self.failure: BaseException | None = None

    def watch(self, *, wall_limit: float, stall: float, expire: Callable[[], None]) -> Report:
        """Start the job and wait for its end.

        After ``wall_limit`` seconds call ``expire``, which should end it.
        """
        report = Report()
        self._thread.start()
        self._started = time.monotonic()
        try:
            self._follow(report, wall_limit, stall, expire)
        finally:  # also when the one who waits is interrupted
            if self._thread.is_alive():
                report.left_behind = not self._stop()
        if self.failure is not None:
            raise self.failure
        return report

    def has_ended(self, patience: float) -> bool:
        """Whether the job's thread is gone, after ``patience`` seconds at the latest."""
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _follow(self, report: Report, wall_limit: float, stall: float, expire: Callable[[], None]) -> None:
        began, last, cpu = self._had(0), object(), time.process_time()
        ticks = still = 0
        moved = began
        while True:
            self._thread.join(TICK)
            if not self._thread.is_alive():
                return
            ticks, still = ticks + 1, still + 1
            had, now = self._had(ticks), self._pulse()
            if now is None or now != last:
                still, moved, last, cpu = 0, had, now, time.process_time()
            stands_still = min(had - moved, still * TICK)
            if had - began >= wall_limit and not report.expired:
                report.expired = True
                expire()
            if stands_still >= stall or had - began >= wall_limit + stall:
                report.stalled = True
                report.computing = time.process_time() - cpu > STUCK_CPU * stands_still
                report.place = place_of(sys._current_frames().get(self._thread.ident))
                return

    def _had(self, ticks: int) -> float:
        """Seconds that the thread had, to run or to wait as it liked: on a busy computer few of all."""
        return min(ticks * TICK, time.monotonic() - self._started - starved.seconds(self._thread.native_id))

    # --- in the thread ---------------------------------------------------------------------------------

    def _main(self) -> None:
        self._guarded(self._job)
        more = True
        while more:
            self._phase += 1
            more = self._guarded(self._cleanup)
        self._phase += 1

    def _guarded(self, code: Callable[[], object]) -> bool:
        """Run code that may be stopped.

        True if it returned something true, or was stopped: there may be more.
        """
        try:
            try:
                return bool(code())
            except StopSimulation:
                # A C function, at once: a function of ours would be interrupted by the next exception as it
                # begins. This ends the insisting, and one exception more, still on its way, arrives as it
                # returns.
                setattr(_Insistent, "__init__", SystemExit.__init__)  # noqa: B010
                return True
            except (
                BaseException
            ) as error:  # a fault of ours, or of the one who wrote the exercise: for the caller
                self.failure = error
                return False
        except StopSimulation:
            return True

    # --- in the caller's thread ------------------------------------------------------------------------

    def _stop(self) -> bool:
        """End the thread; False if it cannot be ended.

        Each phase may run code of the program, and be stuck again.
        """
        deadline = time.monotonic() + STOP_LIMIT
        try:
            while time.monotonic() < deadline:
                phase = self._phase
                for ask in (self._ask, self._ask, self._insist):
                    ask()
                    self._thread.join(PATIENCE)
                    if not self._thread.is_alive():
                        return True
                    if self._phase != phase:
                        break
                else:
                    return False
            return False
        finally:
            _take_back(self._thread.ident)

    def _ask(self) -> None:
        _set_async_exc(self._thread.ident, StopSimulation)

    def _insist(self) -> None:
        ident, phase = self._thread.ident, self._phase
        if sys.version_info < (3, 12):
            _Insistent.__init__ = staticmethod(partial(_set_async_exc, ident, _Insistent))
            _set_async_exc(ident, _Insistent)
            self._thread.join(PATIENCE)
            return
        with _RaisingAtEachLine(lambda: threading.get_ident() == ident and self._phase == phase):
            self._ask()
            self._thread.join(PATIENCE)


# As C functions with a result of None, so that one can be the __init__ of an exception without a frame of
# its own.
_set_async_exc = ctypes.PYFUNCTYPE(None, ctypes.c_ulong, ctypes.py_object)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)
_clear_async_exc = ctypes.PYFUNCTYPE(None, ctypes.c_ulong, ctypes.c_void_p)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)


def _take_back(ident: int) -> None:
    """Withdraw an exception that has not arrived.

    On 3.11 and 3.12 one that never arrives (the thread has ended, or is blocked) leaves a flag set which
    makes every thread of the process slower, and which hangs one with a profile function on 3.11. The flag
    goes when an exception arrives somewhere: so here, in the thread that calls this, one does.
    """
    _clear_async_exc(ident, None)
    with contextlib.suppress(_Arrived):
        _set_async_exc(threading.get_ident(), _Arrived)
        time.sleep(0)  # at the latest in the check after this call


class _Arrived(Exception):
    """Says that it has arrived."""


class _Insistent(StopSimulation):
    """For 3.11: its __init__ is set so that it asks for itself again as soon as it is raised."""


class _RaisingAtEachLine:
    """Context: wherever ``here()`` is true, each line outside this module raises StopSimulation (3.12 and
    later).
    """

    def __init__(self, here: Callable[[], bool]) -> None:
        self._here = here

    def __enter__(self) -> None:
        monitoring = sys.monitoring
        self._events = (monitoring.events.LINE, monitoring.events.PY_START, monitoring.events.JUMP)
        self._tool = next((tool for tool in (4, 3, 5, 2, 0, 1) if monitoring.get_tool(tool) is None), None)
        if self._tool is None:
            return
        monitoring.use_tool_id(self._tool, "simulation")
        for event in self._events:
            monitoring.register_callback(self._tool, event, self._raise)
        monitoring.set_events(self._tool, sum(self._events))

    def __exit__(self, *exc: object) -> None:
        if self._tool is None:
            return
        sys.monitoring.set_events(self._tool, 0)
        for event in self._events:
            sys.monitoring.register_callback(self._tool, event, None)
        sys.monitoring.free_tool_id(self._tool)

    def _raise(self, code: CodeType, *where: object) -> None:
        if code.co_filename != __file__ and self._here():
            raise StopSimulation
