"""One run of a program on the simulated loop."""

import gc
import random
import sys
from collections.abc import Callable

from . import blocking, hazards
from .ending import Ending, Main
from .loop import SimulatedLoop
from .observer import Observer
from .result import Run
from .schedule import FIFO, Schedule
from .session import STEP_LIMIT, TIME_LIMIT, WALL_LIMIT, Limits, Session
from .watch import StopSimulation


def run(
    main: Main,
    *,
    schedule: Schedule = FIFO,
    step_limit: int = STEP_LIMIT,
    time_limit: float = TIME_LIMIT,
    wall_limit: float = WALL_LIMIT,
    on_start: Callable[[SimulatedLoop], None] | None = None,
) -> Run:
    """Run ``main()``, a coroutine, on the simulated loop, in a thread of its own, and say what happened.

    Works inside a running loop, too (a notebook). Ends after ``step_limit`` callbacks, at ``time_limit``
    simulated seconds or after ``wall_limit`` real ones. ``on_start(loop)`` is called in the loop's thread
    just before. Raises TypeError if ``main()`` is no coroutine, RuntimeError inside a simulation, and what
    ``on_start`` raises; what the program raises is in the result.
    """
    session = Session(Limits(step_limit, time_limit), wall_limit)
    done: list[Run] = []
    _, stopped = session.supervise(
        lambda: done.append(simulate(session, main, schedule, observe=True, on_start=on_start))
    )
    return stopped or done[0]


def simulate(
    session: Session,
    main: Main,
    schedule: Schedule,
    *,
    observe: bool = False,
    on_start: Callable[[SimulatedLoop], None] | None = None,
) -> Run:
    """One run, in this thread. ``observe`` keeps the ledger of locks and the trace, and makes it slower."""
    loop = SimulatedLoop(schedule, step_limit=session.limits.steps, time_limit=session.limits.time)
    session.schedule, session.loop = schedule, loop
    session.messages.clear()
    random.seed(0)  # a program that draws numbers draws the same ones in each schedule
    ending = Ending(loop, schedule)
    observer = Observer(loop) if observe else None
    loop.on_cancel = ending.note_cancellation
    loop.enter()
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=loop.agens.add, finalizer=loop.finalize_agen)
    blocking.guard(ending.note_blocking, loop.jobs.expect_thread)
    if on_start is not None:
        on_start(loop)
    if observer is not None:
        observer.start()
    try:
        result = ending.of(main, session, observer)
    except StopSimulation:
        raise
    except BaseException:
        session.loop = None
        loop.leave()
        raise
    finally:
        blocking.unguard()
        sys.set_asyncgen_hooks(*hooks)
    loop.leave()
    result.hazards += tuple(dict.fromkeys(hazards.never_awaited(session.messages)))
    gc.collect(0)
    session.loop = None
    session.runs += 1
    return result
