"""Draw a run on the simulated clock of helpers.simulation; all that this package knows of it is here and in
waits.py.
"""

import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from helpers import simulation

from . import texts
from .model import Timeline
from .recording import Recording


def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Timeline:
    """Run a coroutine function on a simulated clock and draw it; works in a notebook's cell, without
    ``await``.

    The picture has what main() returned as ``.value``, or what it raised as ``.exception``: an error is
    shown, not raised. Limits: 10,000 callbacks, 3,600 simulated seconds, 5 real ones. Raises TypeError where
    ``main`` is no function or ``main()`` no coroutine: there is nothing to draw then.
    """
    if not callable(main):
        if inspect.iscoroutine(main):
            main.close()
        raise TypeError(texts.NOT_A_FUNCTION)
    picture = drawn(lambda on_start: simulation.run(main, on_start=on_start))
    if picture.exception is not None and not picture.lanes:
        raise picture.exception
    return picture


def drawn(simulate: Callable[[Callable[[Any], None]], simulation.Run]) -> Timeline:
    """Draw what ``simulate(on_start)`` runs, such as the ``replay`` of a failing schedule."""
    recording = Recording()
    run: simulation.Run | None = None
    try:
        run = simulate(recording.attach)
    finally:
        if run is None:
            recording.close()
        else:  # what comes after these steps is the cleaning
            recording.close(handled=run.steps, now=run.now, deadlock=run.outcome == "deadlock")
    timeline = recording.timeline()
    timeline.value, timeline.exception = run.value, run.exception
    return timeline
