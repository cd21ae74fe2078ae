"""asyncio programs on a simulated clock, in every order: how ``check()`` knows.

``run(main)`` runs a program once, ``explore(make_main, verdict)`` in many orders. The parts, each in a
module that can be read alone:

* ``loop``: the event loop; its clock jumps, and a schedule chooses which task goes next
* ``schedule``: asyncio's order, a recorded one, a random one
* ``run`` and ``explore``: one run; many runs, and the plainest one that fails
* ``waiting``: which task waits for what; ``observer``: who holds it
* ``hazards``: tasks left behind, swallowed cancellations, forgotten awaits
* ``blocking``: catches ``time.sleep`` and the like; ``watch``: ends what does not end; ``threads``:
  ``to_thread``
* ``isolation``: nothing stays behind; ``places``: where in the learner's code; ``texts``: every sentence
"""

from .explore import Exploration, Failure, explore
from .hazards import Hazard
from .observer import Event
from .places import Place
from .result import Run
from .run import run
from .schedule import FIFO, Recorded, Schedule, Seeded
from .waiting import Waiting

__all__ = [
    "FIFO",
    "Event",
    "Exploration",
    "Failure",
    "Hazard",
    "Place",
    "Recorded",
    "Run",
    "Schedule",
    "Seeded",
    "Waiting",
    "explore",
    "run",
]
