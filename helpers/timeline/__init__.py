"""What tasks and threads do, drawn from a real run.

    with timeline.record() as recording:        # in a notebook's cell, in a coroutine, around threads
        async with asyncio.TaskGroup() as group:
            ...
    recording                                   # shows itself

    timeline.run(main)                          # on a simulated clock, also in a notebook's cell

The parts, each in a module that can be read alone:

* ``recording``: the ``with`` block; ``recorder``: notes down the steps of tasks; ``threads``: what threads
  tell
* ``hooks``: how it gets into the event loop, and out; ``belonging``: which tasks are the learner's
* ``waits``: who waits for what; ``locks`` and ``ledger``: who holds which; ``names``: what lanes are called
* ``events``: the notes; ``tracked``: a task; ``order``: what is luck in them, put in order
* ``build``: from notes to the ``model`` of a picture; ``gaps``: where time passes; ``fold``: what is left out
* ``layout``, ``draw_text``, ``draw_html``: two drawings of the same
* ``caption``, ``words``, ``texts``: the same in words
* ``simulated``: a run on the simulated clock
"""

from .model import Timeline
from .recording import Recording, record
from .simulated import drawn, run

__all__ = ["Recording", "Timeline", "drawn", "record", "run"]
