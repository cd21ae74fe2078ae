"""Exercise 14.5: the whole program, on a good day, under every fault plan, cancelled, and out of time.

Judged is what anybody could see from outside: the folder, what the program returns, and what the practice
server was asked for and has certified.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from helpers.capstone import PLANS, TRIES, Limits, Refused, plan, told
from helpers.checks import NotYet
from helpers.checks.arena import Arena, Stuck
from helpers.checks.downloads import begin as begin_server
from helpers.checks.lesson_14_run import DEADLINE, FASTER, IN_FLIGHT, ROOT, Run
from helpers.checks.words import count, said, short
from helpers.practice_server import Fault
from helpers.service.gallery import FOLDER, LOST, PAGES, TITLES, Gallery

PAGE, MANIFEST = "/gallery/page/", "/gallery/manifest.json"
PATHS = ["/gallery", *(f"{PAGE}{n}" for n in PAGES), *(ROOT + name for name in TITLES)]
BROKEN = "backoff.jpg"  # an image for which the server always has an error
LATER = 0.15  # seconds after which the manifest comes, pages sooner, so that one beside the other is noticed
OUT_OF_TIME = Limits(IN_FLIGHT, DEADLINE, 6.0)  # seconds, of which `hurried` makes less
# On a day on which every answer comes late the program needs five times ROUND at least, whatever it does side
# by side: index, pages, images twice, report. The deadline is less than that, and more than any part needs.
ROUND = 0.15  # seconds, which are not made less
ALL_LATE = Limits(5, DEADLINE, 4.5 * ROUND * FASTER[0])
STOPPED = "backoff.jpg", "event-loop.png"  # the first by name, and the first on the pages
LONG_STILL = 100  # looks at which nothing has moved: so long might a busy computer hesitate
SLOW_DAY, SLOW_DAY_FASTER = Limits(2, 0.3, DEADLINE), (2, 1)
STEADY = 2  # times the patience that a slow, steady body takes


def whole_program(capstone: Any, arena: Arena) -> str:
    """14.5: the images are in the folder, the certificate comes back; whatever happens meanwhile."""
    begin_server(arena)  # before the first address: it may have to start the server afresh
    _good_day(capstone, arena)
    _broken_image(capstone, arena)
    for words, path in (("every image", ROOT), ("every page", PAGE), ("every report", "/reports")):
        _out_of_time(capstone, arena, f"{words} stalls", Fault("stall", path=path), OUT_OF_TIME)
    _out_of_time(capstone, arena, "every answer comes late", Fault("delay", ROUND), ALL_LATE)
    _free_places(capstone, arena)
    _cancelled(capstone, arena)
    _patiently(_slow_day, capstone, arena, SLOW_DAY_FASTER)
    for number in PLANS:
        _patiently(partial(_plan, number=number), capstone, arena, FASTER)
    return f"{len(PLANS)} fault plans, good and slow days, a cancellation, deadlines"


def _patiently(day: Callable[..., None], capstone: Any, arena: Arena, faster: tuple[int, int]) -> None:
    """What fails must fail, too, where there is more time: a busy computer, or its disk, refuses nobody."""
    fast, slow = faster
    try:
        day(capstone, arena, fast)
    except NotYet:
        day(capstone, arena, slow)
    except Stuck as stuck:
        if stuck.why != "blocked":
            raise
        day(capstone, arena, slow)


def _good_day(capstone: Any, arena: Arena) -> None:
    """All goes well, and the server waits for as many requests as there may be. Then once more."""
    words = "nothing goes wrong; in the folder is a spoilt waves.jpg"
    run = Run(arena, words, *_together(IN_FLIGHT))
    (run.folder / "waves.jpg").write_bytes(b"not the waves")
    run.perform(capstone, watched=True)
    run.judge()
    _judge_counts(run)
    _judge_progress(run)
    again = Run(arena, "and once more, into the same folder", folder=run.folder)
    again.perform(capstone, afresh=False).judge()
    if asked := [path for path in TITLES if again.requests(ROOT + path) > 1]:
        again.wrong(
            "asked_again", f"{asked[0]} was asked for again", "what is there, and right, is not asked for"
        )


def _together(several: int) -> tuple[Fault, ...]:
    """Images are answered only when so many are asked for at once, and a moment later."""
    return Fault("hold", several, path=ROOT), Fault("delay", 0.02, path=ROOT)


def _judge_counts(run: Run) -> None:
    if run.counts.in_flight_highest > IN_FLIGHT:
        run.wrong("no_limit", f"{run.counts.in_flight_highest} in flight at most", f"{IN_FLIGHT} at most")
    if run.counts.connections > 2 * IN_FLIGHT:
        run.wrong("sessions", f"{run.counts.connections} connections", f"{IN_FLIGHT}, used again and again")
    for path in PATHS:
        if (times := run.requests(path)) > 1:
            run.wrong("asked_twice", f"{path}: {count(times)}", count(1))
    if (times := run.requests(LOST)) > 1:
        run.wrong("hopeless", f"{LOST}: {count(times)}", f"{count(1)}: the answer is 404")


def _judge_progress(run: Run) -> None:
    expected = "progress(1, 9), progress(2, 9), … progress(9, 9)"
    if not run.progress:
        run.wrong("no_progress", "progress was never called", expected)
    total = len(TITLES) + 1  # one is lost
    if run.progress != [(done, total) for done in range(1, total + 1)]:
        seen = ", ".join(f"progress{call}" for call in run.progress)
        run.wrong("progress", short(seen), expected)
    if run.too_early:
        done, there = run.too_early
        run.wrong(
            "progress_early",
            f"progress{done}, and {there} whole images in the folder",
            "each is told when it is had or lost",
        )


def _broken_image(capstone: Any, arena: Arena) -> None:
    """One image cannot be had. The others come, and the service says that the report is not right."""
    path = ROOT + BROKEN
    late = Fault("delay", LATER / 3, path=PAGE), Fault("delay", LATER, path=MANIFEST)
    faults = Fault("status", 500, path=path), *late
    run = Run(arena, f"{path} is always 500; pages and manifest come late", *faults).perform(capstone)
    refused = isinstance(run.error, Refused) or getattr(run.error, "status", 0) == 422
    if run.error is not None and not refused:
        run.wrong("lost_raises", said(run.error), "it is reported as lost; then the service refuses that")
    if (times := run.requests(path)) != TRIES:
        run.wrong("tries", f"{path}: {count(times)}", count(TRIES))
    if missing := [name for name in TITLES if name != BROKEN and not (run.folder / name).exists()]:
        run.wrong("kept_from_coming", f"{missing[0]} is not in the folder", "all other images")
    run.judge_no_halves()
    run.judge_limit()


def _slow_day(capstone: Any, arena: Arena, faster: int) -> None:
    """The manifest comes slowly, but steadily; an image stalls once; and the limits are others. Pages come
    late, so that one too many at a time is noticed."""
    size = len(json.dumps(Gallery().entries()))
    steady = size / (STEADY * SLOW_DAY.patience / faster)  # bytes per second
    faults = (
        Fault("delay", LATER / 3, path=PAGE),
        Fault("drip", steady, path=MANIFEST),
        Fault("stall", first=1, path=ROOT + BROKEN),
        *_together(SLOW_DAY.in_flight),
    )
    words = f"the manifest comes slowly, an image stalls once; {SLOW_DAY}"
    run = Run(arena, words, *faults, limits=SLOW_DAY)
    run.perform(capstone, faster=faster, silence=SLOW_DAY.patience)
    if isinstance(run.error, TimeoutError):
        run.wrong("steady", said(run.error), "what comes steadily is waited for")
    run.judge()


def _out_of_time(capstone: Any, arena: Arena, words: str, fault: Fault, limits: Limits) -> None:
    run = Run(arena, f"{words}; {limits}", fault, limits=limits)
    run.perform(capstone, faster=FASTER[0], silence=limits.deadline)
    if not isinstance(run.error, TimeoutError) or run.grouped:
        seen = said(run.error) if run.error else f"it returned {short(run.value)}"
        run.wrong("deadline", f"a group with {seen}" if run.grouped else seen, "TimeoutError")
    run.judge_no_halves()


def _free_places(capstone: Any, arena: Arena) -> None:
    """Two bodies stop halfway. Whoever has a place still, or again, goes on with the other images."""
    limits = Limits(IN_FLIGHT, DEADLINE, DEADLINE)
    faults = (Fault("stall", first=1, path=ROOT + name) for name in STOPPED)
    run = Run(arena, "two images stop halfway; then cancelled", *faults, limits=limits)
    run.cancel(capstone, [ROOT + name for name in TITLES], LONG_STILL)
    if missing := [name for name in TITLES if not run.requests(ROOT + name)]:
        run.wrong("batches", f"{missing[0]} was not asked for meanwhile", "one place is free for the others")


def _cancelled(capstone: Any, arena: Arena) -> None:
    """Cancelled while three bodies stop halfway; then run again."""
    fault = Fault("stall", first=1, path=ROOT)
    limits = Limits(IN_FLIGHT, DEADLINE, DEADLINE)
    run = Run(arena, "every image stops halfway; then cancelled", fault, limits=limits)
    run.cancel(capstone)
    run.judge_no_halves()
    sent = run.image_bytes()
    again = Run(arena, "run again, after the cancellation", folder=run.folder).perform(capstone)
    again.judge()
    expected = sum((FOLDER / name).stat().st_size for name in TITLES) - sent
    if again.image_bytes() > expected + sent / 4:
        seen = f"the server has sent {again.image_bytes()} bytes of images"
        again.wrong("began_again", seen, f"{expected}: what was missing")


def _plan(capstone: Any, arena: Arena, faster: int, number: int) -> None:
    faults = plan(number)
    words = (
        f"plan {number} of {len(PLANS)}; to have it again: server.set_faults(*plan({number}))\n{told(faults)}"
    )
    Run(arena, words, *faults).perform(capstone, faster=faster).judge()
