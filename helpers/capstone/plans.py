"""Fault plans: what goes wrong in one run, by number. The same number means the same faults, for everybody.

    server.set_faults(*plan(7))     # have that again
    print(told(plan(7)))

A plan strikes at the four things that the program asks for: pages, the manifest, images, and the report.
Which kind of fault hits which of them moves on from plan to plan, so that over ten plans each kind has hit
each; chance, seeded with the plan's number, decides the rest. Every plan can be survived: no request is hit
more than `MOST` times in a row, which is less than `TRIES`.
"""

import random
from collections.abc import Sequence

from helpers.service.faults import Fault
from helpers.service.gallery import PAGES, TITLES

PLANS = range(1, 21)
MOST = 2  # times in a row that a request is hit
TURNS = ("status", "reset", "truncate", "busy", "delay", "stall", "drip", "status", "reset", "truncate")
IMAGES = "/gallery/images/"


def plan(number: int) -> tuple[Fault, ...]:
    """The faults of plan `number`."""
    chance = random.Random(number)
    first, second = chance.sample(list(TITLES), 2)
    targets = (  # a path, its place in the turns, and bytes per second that make of its body a few pieces
        (f"/gallery/page/{chance.choice(list(PAGES))}", 0, 10_000),
        ("/gallery/manifest.json", 3, 30_000),
        (IMAGES + first, 2, 300_000),
        (IMAGES + second, 7, 300_000),
        ("/reports", 5, 3_000),
    )
    faults = [_fault(TURNS[(number + turn) % len(TURNS)], path, rate, chance) for path, turn, rate in targets]
    if number % 5 == 0:  # images are answered only when two are asked for at once
        faults.append(Fault("hold", 2, first=1, path=IMAGES))
    if number % 7 == 0:  # a bad start: whatever is asked for, the first time it is refused
        faults.append(Fault("status", 503, first=1))
    return tuple(faults)


def _fault(kind: str, path: str, rate: int, chance: random.Random) -> Fault:
    values = {
        "status": chance.choice((500, 502, 503, 504)),
        "busy": 0,  # seconds, by Retry-After
        "delay": 0.02,  # seconds
        "drip": rate,
    }
    times = chance.randint(1, MOST)
    # Each silence has to be waited for: once is enough.
    return Fault(kind, values.get(kind), first=1 if kind == "stall" else times, path=path)


def told(faults: Sequence[Fault]) -> str:
    """The faults in a line each: what, for how many requests of each path, and which paths."""
    return "\n".join(f"{_what(fault)} ×{fault.first}  {fault.path or 'every path'}" for fault in faults)


def _what(fault: Fault) -> str:
    return fault.kind if fault.value is None else f"{fault.kind}:{fault.value:g}"
