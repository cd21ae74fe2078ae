"""Exercise 14.3: one image is had whole, by going on where it stopped, or nothing has its name."""

import hashlib
from collections.abc import Callable
from typing import Any

from helpers.capstone import TRIES, WrongDigest
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.downloads import begin
from helpers.checks.lesson_14_trial import BODY, FAST, NAME, OLD, PATH, SHA256, SIZE, SLOW, Trial
from helpers.checks.words import count, said
from helpers.practice_server import Fault
from helpers.service.data import letters

LOST = "/gallery/images/lost.png"
LARGE, MEMORY = 4_000_000, 1_500_000  # bytes: of a large body, and what may be in memory of it
BUSY = 10  # seconds that a busy server asks for


def resumed_image(fetch_image: Any, arena: Arena) -> str:
    """14.3: `await fetch_image(session, url, target, sha256)`."""
    begin(arena)  # before the first address: it may have to start the server afresh
    tests = (
        _well,
        _spoilt_before,
        _hopeless,
        _always_500,
        _wrong_digest,
        _once_each,
        _older_version,
        _spoilt_part,
        _complete_part,
        _cancelled,
        _large,
    )
    for test in tests:
        test(fetch_image, arena)
    _patiently(_stalled, fetch_image, arena)
    return f"{len(tests) + 1} days, good and bad"


def _patiently(test: Callable[[Any, Arena, int], None], fetch_image: Any, arena: Arena) -> None:
    """What is wrong on a busy computer must be wrong, too, where there is more time."""
    try:
        test(fetch_image, arena, FAST)
    except NotYet:
        test(fetch_image, arena, SLOW)


def _well(fetch_image: Any, arena: Arena) -> None:
    trial = Trial(arena, "nothing goes wrong", faster=SLOW).run(fetch_image)
    if trial.requests and not trial.log.begun:
        trial.wrong("another_session", f"{count(trial.requests)} by another one", "all through `session`")
    trial.judge_had()
    trial.judge_requests(1)
    for words, leftovers in (("", ()), (", and beside it an old part and its ETag", (".part", ".etag"))):
        again = Trial(arena, f"it is there already{words}", folder=trial.folder, faster=SLOW)
        for ending in leftovers:
            again.plant(ending, OLD)
        again.run(fetch_image)
        if again.requests:
            again.wrong("asked_again", count(again.requests), "none: the digest of the file is right")
        again.judge_had()


def _spoilt_before(fetch_image: Any, arena: Arena) -> None:
    trial = Trial(arena, "a spoilt file has its name already", faster=SLOW)
    trial.plant("", OLD)
    trial.run(fetch_image).judge_had()


def _hopeless(fetch_image: Any, arena: Arena) -> None:
    trial = Trial(arena, "it is not there: 404", path=LOST, faster=SLOW)
    trial.plant("", OLD)
    trial.run(fetch_image).judge_not_had()
    trial.judge_requests(1, "hopeless")


def _always_500(fetch_image: Any, arena: Arena) -> None:
    trial = Trial(arena, "always 500", Fault("status", 500, path=PATH)).run(fetch_image)
    trial.judge_not_had()
    trial.judge_requests(TRIES, "tries")


def _wrong_digest(fetch_image: Any, arena: Arena) -> None:
    trial = Trial(arena, "what comes is not what was announced", sha256=hashlib.sha256(OLD).hexdigest())
    trial.run(fetch_image).judge_not_had("no_digest")
    if not isinstance(trial.error, WrongDigest):
        trial.wrong("another_error", said(trial.error), "WrongDigest")
    trial.judge_requests(TRIES, "tries", "not_begun_anew")
    if trial.left(".part"):
        trial.wrong(
            "spoilt_part", f"{NAME}.part is left, complete and wrong", "no part: nothing can go on with it"
        )


def _once_each(fetch_image: Any, arena: Arena) -> None:
    for words, fault in (
        ("503 twice", Fault("status", 503, first=2, path=PATH)),
        ("a reset", Fault("reset", first=2, path=PATH)),
        ("half a body, twice", Fault("truncate", first=2, path=PATH)),
    ):
        trial = Trial(arena, words, fault).run(fetch_image)
        trial.judge_had("gave_up")
    trial = Trial(arena, "429, with Retry-After", Fault("busy", BUSY, first=1, path=PATH)).run(fetch_image)
    trial.judge_had("gave_up")
    paused = trial.log.pause_after(PATH, 429)
    if paused is not None and paused * trial.faster < BUSY / 2:
        trial.wrong(
            "retry_after", "the next request came too soon", f"a pause of {BUSY} s, as Retry-After says"
        )


def _older_version(fetch_image: Any, arena: Arena) -> None:
    """Glued together they have a wrong digest: then all has to be sent once more."""
    for words, etag in (
        ("of an older version", b'"an older version"'),
        ("of nobody knows which version", b""),
    ):
        trial = Trial(arena, f"an earlier run has left a part, {words}", faster=SLOW)
        trial.plant(".part", OLD)
        if etag:
            trial.plant(".etag", etag)
        trial.run(fetch_image).judge_had("glued")
        trial.judge_bytes(SIZE, "glued")


def _spoilt_part(fetch_image: Any, arena: Arena) -> None:
    """Its ETag is right, and its bytes are not: the first try completes it, the second begins anew."""
    trial = Trial(arena, "an earlier run has left a part of this version, and the disk has spoilt it")
    trial.plant(".part", OLD)
    trial.plant(".etag", f'"{SHA256}"'.encode())
    trial.run(fetch_image).judge_had("not_begun_anew")


def _complete_part(fetch_image: Any, arena: Arena) -> None:
    trial = Trial(arena, "the last run was killed when the part was complete", faster=SLOW)
    trial.plant(".part", BODY)
    trial.plant(".etag", f'"{SHA256}"'.encode())
    trial.run(fetch_image).judge_had("complete")


def _stalled(fetch_image: Any, arena: Arena, faster: int) -> None:
    fault = Fault("stall", first=1, path=PATH)
    trial = Trial(arena, "the first answer stops halfway", fault, faster=faster).run(fetch_image)
    trial.judge_had("gave_up")
    trial.judge_bytes(SIZE)


def _cancelled(fetch_image: Any, arena: Arena) -> None:
    """Cancelled in mid-body; then called again, as the next run of the program does."""
    fault = Fault("stall", first=1, path=PATH)
    trial = Trial(arena, "it stops halfway; then cancelled", fault).cancel(fetch_image)
    if trial.left(""):
        trial.wrong("half_file", "half of the image is left under its name", "nothing of that name")
    sent = trial.bytes_sent
    again = Trial(arena, "called again, after a cancellation", folder=trial.folder, faster=SLOW)
    again.run(fetch_image).judge_had()
    again.judge_bytes(SIZE - sent)


def _large(fetch_image: Any, arena: Arena) -> None:
    sha256 = hashlib.sha256(letters(0, LARGE)).hexdigest()
    trial = Trial(arena, "a body of 4 MB", path=f"/range/{LARGE}", sha256=sha256).run(
        fetch_image, memory=True
    )
    trial.judge_had()
    if trial.peak > MEMORY:
        trial.wrong("memory", f"about {trial.peak / 1e6:.0f} MB in memory at once", "well under 1 MB")
