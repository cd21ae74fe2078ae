"""The scale ladder: 10, 100, 1,000, 10,000 connections, held by threads, by asyncio and by others.

    ladder = connections.measure()
    ladder                                      # a picture in a notebook, a table in a terminal
    ladder.steps["in_threads"][1_000].memory    # bytes for one connection

Each way and each size has a process of its own (`holders`), measured from outside: while the server has all
of its connections and answers none, how much more memory does it have than before the first? The server is
another process. A way that stops, stops: larger sizes are not tried any more.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from helpers import readiness
from helpers.bench import cores, limits, serving, texts
from helpers.bench.holder import Holder, Stopped
from helpers.bench.ladder import Ladder, Step

WAYS = tuple(texts.WAYS)
SIZES = (10, 100, 1_000, 10_000)
LONGEST = 60.0  # seconds for one step
SPARE = 50  # descriptors that a process needs besides its connections
POLL = 0.005  # seconds between two looks at the server's counts


def measure(
    sizes: Sequence[int] = SIZES,
    ways: Sequence[str] = WAYS,
    tell: Callable[[str], object] = lambda _: None,
) -> Ladder:
    """Let each way hold so many connections, fewest first. `tell` hears what is being done.

    Takes some 20 seconds. Raises ValueError for sizes that do not rise from 1 on, serving.NotStarted,
    and OSError if the server does not answer.
    """
    if list(sizes) != sorted(set(sizes)) or not sizes or sizes[0] < 1:
        raise ValueError(f"The numbers of connections must rise, and the first be 1 or more: {list(sizes)}.")
    pair = cores.server_and_client()
    server_core, client_core = pair or (None, None)
    steps: dict[str, dict[int, Step]] = {way: {} for way in ways}
    stops: dict[str, tuple[int, str]] = {}
    with (
        readiness.more_descriptors(),
        tempfile.TemporaryDirectory() as empty,
        serving.raw(Path(empty), server_core) as url,
    ):
        for size in sizes:
            for way in (way for way in ways if way not in stops):
                tell(f"{size:,} connections: {texts.WAYS[way]}")
                try:
                    steps[way][size] = _step(way, size, url, client_core)
                except Stopped as stopped:
                    stops[way] = size, str(stopped)
    return Ladder(pair is not None, steps, stops, limits.threads())


def _step(way: str, size: int, url: str, core: int | None) -> Step:
    """One way with one size. Raises holder.Stopped."""
    if (allowed := limits.descriptors()) < size + SPARE:
        raise Stopped(texts.DESCRIPTORS.format(needed=size + SPARE, allowed=allowed))
    with Holder(way, size, url, core) as holder:
        holder.expect("ready", LONGEST)
        memory, cpu = holder.memory(), holder.cpu()
        serving.ask(url, f"/expect/{size}")
        holder.go()
        opened = _wait_until_held(url, holder)
        memory = holder.memory() - memory
        began = time.perf_counter()
        serving.ask(url, "/release", LONGEST)
        holder.expect("answered", LONGEST)
        answered = time.perf_counter() - began
        return Step(opened, answered, memory / size, (holder.cpu() - cpu) / size)


def _wait_until_held(url: str, holder: Holder) -> float:
    """Seconds until the server had all connections, by its own clock. Raises Stopped."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        counts = json.loads(serving.ask(url, "/counts", LONGEST))
        if counts["seconds"] is not None:
            return counts["seconds"]
        holder.complain()
        time.sleep(POLL)
    raise Stopped(texts.NOT_ALL.format(held=counts["held"], limit=LONGEST))
