"""Nothing that a simulation does may be noticed afterwards: what is global for the time being, and put back.

The caller's thread sets it up and puts it back, as the thread of the simulation may never come back.
"""

import contextlib
import gc
import random
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

from . import texts

_one_at_a_time = (
    threading.Lock()
)  # the things below are global: two simulations at once would undo each other's
_NEVER_AWAITED = r"coroutine '.*' was never awaited"


@contextlib.contextmanager
def isolated(belongs_here: Callable[[], bool]) -> Iterator[list[str]]:
    """Context: collects the never-awaited warnings of the threads where ``belongs_here()`` is true.

    Other warnings and unraisable errors of those threads are dropped. The garbage collector pauses, so that
    what is collected, and warns, does so in the same place in every run. The state of ``random`` is put
    back.
    """
    if belongs_here():
        raise RuntimeError(texts.NESTED)
    with _one_at_a_time, warnings.catch_warnings():
        messages: list[str] = []
        show, unraisable, collecting, state = (
            warnings.showwarning,
            sys.unraisablehook,
            gc.isenabled(),
            random.getstate(),
        )

        def show_elsewhere(message, category, *rest, **more):
            if not belongs_here():
                show(message, category, *rest, **more)
            elif "was never awaited" in str(message):
                messages.append(str(message))

        def unraisable_elsewhere(context):
            if not belongs_here():
                unraisable(context)

        warnings.filterwarnings("always", _NEVER_AWAITED, RuntimeWarning)
        warnings.showwarning = show_elsewhere
        sys.unraisablehook = unraisable_elsewhere
        gc.disable()
        try:
            yield messages
        finally:
            sys.unraisablehook = unraisable
            random.setstate(state)
            if collecting:
                gc.enable()
