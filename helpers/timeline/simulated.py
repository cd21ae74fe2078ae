"""Draw a run on the simulated clock of helpers.simulation; all that this package knows of it is here and in
waits.py.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from helpers import simulation

from .model import Timeline
from .recording import Recording


def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Timeline:
    """Run a coroutine function on a simulated clock and draw it; works in a notebook's cell, without
    ``await``.

    The picture has what main() returned as ``.value``, or what it raised as ``.exception``: an error is
    shown, not raised. Limits: 10,000 callbacks, 3,600 simulated seconds, 5 real ones. Raises TypeError if
    main() is no coroutine.
    """
    return drawn(lambda on_start: simulation.run(main, on_start=on_start))


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
