"""Jobs in threads (``asyncio.to_thread``, ``run_in_executor``) beside a simulated clock.

A thread runs in real time, the loop in simulated time. To get the same result in every run, the loop lets
the clock stand still while a job is at work: when no task is ready it waits, really, until all jobs are
done, and then takes their results in the order in which the jobs were handed in. So a job costs no
simulated time. The orders in which their results may arrive are explored like any other: by the choice
among the tasks that wait for them.

Should a job itself wait for something that the loop has yet to do, then waiting for all would never end:
after ``GRACE`` seconds without news, what is done is delivered.

A thread that the program started itself (``threading.Thread``) and that reports by ``call_soon_threadsafe``
is waited for in the same way as long as a future of the loop may depend on it: until the thread ends, or
``GRACE``.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future

GRACE = 0.25
TICK = 0.01  # a thread does not say when it ends: look every so many seconds


class Jobs:
    """The jobs of one run, and the letter-box in which other threads leave callbacks for the loop."""

    def __init__(self) -> None:
        self._pending: list[tuple[Future, asyncio.Future]] = []  # (the thread's, the loop's), as handed in
        self._posted: list[asyncio.Handle] = []
        self._not_awaited: set[threading.Thread] | None = (
            None  # None until the program starts a thread itself
        )
        self._news: threading.Condition | None = None  # made only when a thread comes into play
        self._loop_thread = threading.get_ident()

    def in_loop_thread(self) -> bool:
        return threading.get_ident() == self._loop_thread

    @property
    def outstanding(self) -> bool:
        """Whether something may still come from a thread."""
        return bool(self._pending or self._posted or self._not_awaited is not None)

    @property
    def unfinished(self) -> int:
        """How many jobs are at work."""
        return sum(not job.done() for job, _ in self._pending)

    def owes(self, target: asyncio.Future) -> bool:
        """Whether a job is to bring the result of this future."""
        return any(target is future for _, future in self._pending)

    def start(self, executor: Executor | None, call: Callable[[], object], target: asyncio.Future) -> None:
        """Run ``call`` in ``executor``, or in a thread of its own.

        The result goes to ``target``, a future of the loop.
        """
        self._prepare()
        before = set(threading.enumerate())
        job = _in_daemon_thread(call) if executor is None else executor.submit(call)
        if self._not_awaited is not None:  # the threads of an executor live on; their jobs are what counts
            self._not_awaited.update(set(threading.enumerate()) - before)
        self._pending.append((job, target))
        job.add_done_callback(lambda _: self.wake())

    def expect_thread(self) -> None:
        """The program starts a thread of its own, which may have something to tell the loop."""
        self._prepare()
        if self._not_awaited is None:
            self._not_awaited = set(threading.enumerate())

    def post(self, handle: asyncio.Handle) -> None:
        """From another thread: have the loop run this."""
        self._prepare()
        with self._news:
            self._posted.append(handle)
            self._news.notify_all()

    def collect(
        self, halted: Callable[[], object]
    ) -> tuple[list[asyncio.Handle], list[tuple[Future, asyncio.Future]]]:
        """Wait until no job is at work, or a message came; return the messages and the jobs that are done."""
        self._prepare()
        with self._news:
            while not halted() and not self._posted:
                done = [job.done() for job, _ in self._pending]
                threads = self._own_threads()
                if all(done) and not threads:
                    break
                if self._news.wait(TICK if threads else GRACE):
                    continue
                if any(done) or (not self._pending and not self._wait_longer(threads)):
                    break
            posted, self._posted = self._posted, []
        finished = [pair for pair in self._pending if pair[0].done()]
        self._pending = [pair for pair in self._pending if not pair[0].done()]
        return posted, finished

    def forget(self) -> None:
        """The run is over: cancel what has not begun."""
        for job, _ in self._pending:
            job.cancel()

    def _own_threads(self) -> list[threading.Thread]:
        """The threads that live, that the program started itself, and that are worth waiting for."""
        if self._not_awaited is None:
            return []
        return [
            one for one in threading.enumerate() if one not in self._not_awaited and one.name != _JOB_NAME
        ]

    def _wait_longer(self, threads: list[threading.Thread]) -> bool:
        """Nothing came from these threads for a tick: is it too early to give them up?"""
        self._ticks += 1
        if self._ticks * TICK < GRACE:
            return True
        self._ticks = 0
        self._not_awaited.update(threads)
        return False

    def _prepare(self) -> None:
        if self._news is None:
            self._news = threading.Condition()
            self._ticks = 0

    def wake(self) -> None:
        """From another thread: there is news."""
        if self._news is not None:
            with self._news:
                self._news.notify_all()


def deliver(job: Future, target: asyncio.Future) -> None:
    """Copy the result of a job to the future that a task waits for, unless that was cancelled meanwhile."""
    if target.cancelled():
        return
    if job.cancelled():
        target.cancel()
    elif (error := job.exception()) is not None:
        target.set_exception(error)
    else:
        target.set_result(job.result())


_JOB_NAME = "simulated job"


def _in_daemon_thread(call: Callable[[], object]) -> Future:
    """Like an executor with one thread for each job.

    Daemons, as a job that never ends must not keep Python alive.
    """
    job: Future = Future()

    def work() -> None:
        if not job.set_running_or_notify_cancel():
            return
        try:
            job.set_result(call())
        except BaseException as error:
            job.set_exception(error)

    threading.Thread(target=work, name=_JOB_NAME, daemon=True).start()
    return job
