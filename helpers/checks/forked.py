"""What a fork of the kernel (apart.py) does first, so that it neither goes on as one nor takes all memory."""

import asyncio
import builtins
import contextlib
import faulthandler
import logging
import math
import os
import queue
import signal
import sys
import threading
from concurrent.futures import thread as thread_pools
from pathlib import Path

MEMORY = 2 * 2**30  # bytes that an answer may take; a thread's stack counts as 8 MiB


def leave_the_kernel(seconds: float) -> None:
    """Take the hands off what this process shares with the kernel that it is a copy of, and end it after so
    many seconds: should the kernel be gone by then, nobody else does."""
    os.setpgid(0, 0)  # an interrupt is the kernel's; and who is left behind can be killed as a group
    signal.set_wakeup_fd(-1)  # else a signal here would wake the kernel's event loop
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(math.ceil(seconds))
    asyncio._set_running_loop(None)
    faulthandler.disable()  # a crash is the answer's own affair
    _leave_descriptors()
    _leave_streams()
    _revive_thread_pools()


def _leave_descriptors() -> None:
    """Put nothing in the place of the standard streams, and of the epoll objects: those are shared with the
    kernel, and a loop of the notebook's that is used or closed here would change what the kernel waits for.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            if "eventpoll" in os.readlink(f"/proc/self/fd/{name}"):
                os.dup2(nothing, int(name), inheritable=False)
    for standard in range(3):
        os.dup2(nothing, standard)
    if nothing > 2:
        os.close(nothing)


def _leave_streams() -> None:
    """What is written here must not show in the notebook; nor does anybody here wait for what is typed."""
    sink = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115 (stays)
    for stream in sys.stdout, sys.stderr:  # a handler of logging may have kept them
        with contextlib.suppress(AttributeError):
            stream.write, stream.flush = sink.write, sink.flush
    sys.stdout = sys.stderr = sink
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (stays)
    builtins.input = _nobody_types
    logging.getLogger("IPKernelApp").disabled = True  # it would say of each `display` that this is a fork


def _nobody_types(prompt: object = "") -> str:
    raise EOFError("In a check there is nobody who types.")


def _revive_thread_pools() -> None:
    """Executors of the notebook's believe in threads that are not here. Let them start new ones."""
    for worker in list(thread_pools._threads_queues):
        arguments = getattr(worker, "_args", None)  # gone when the thread has ended
        pool = arguments and arguments[0]()  # a weak reference
        if pool is not None:
            pool._threads.clear()
            pool._idle_semaphore = threading.Semaphore(0)
            pool._shutdown_lock = threading.Lock()
            pool._work_queue = queue.SimpleQueue()


def limit_memory() -> None:
    """Allow `MEMORY` beyond what is there. If the computer itself runs out of it, this process is to go."""
    import resource  # Unix alone has it

    pages = int(Path("/proc/self/statm").read_text().split()[5])  # of data and stacks, as RLIMIT_DATA counts
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = pages * resource.getpagesize() + MEMORY
    with contextlib.suppress(ValueError):  # there is a lower one already
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
