"""What a notebook calls around an exercise: `predict`, `check`, `hint`, `solution`.

`check` never raises and always comes back, within six seconds or so (14.3 and 14.5 are dozens of runs, each
with a limit of its own, and have up to 14 and 20): the answer runs in a thread of its own, under supervision,
away from the notebook's event loop; on Linux, besides, in a process of its own, so that nothing it does can
reach the notebook (checks/apart.py). It gives one of
five verdicts:

    not attempted   the stub is as it was
    correct         and what to notice
    not yet         the call that was made, what happened, what should have, what the misunderstanding may be
    stuck           it does not end: where, and what it waits for
    error           an exception of the learner's own code, cut to the lines of that code

For nbgrader alone it raises: there, a cell that ends without an error has all its points.
"""

import inspect
import json
import os
import re
import sys
from typing import Any

from helpers import checks, progress, texts
from helpers.catalog import LESSONS
from helpers.checks import Exercise, NotYet, apart
from helpers.checks.arena import Arena, Raised, Stuck
from helpers.files import COURSE
from helpers.verdict import Verdict

# nbgrader sets this variable while it grades or validates (nbgrader/converters/autograde.py, validator.py). A
# cell of tests has its points unless it fails
# (https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html).
GRADED = "NBGRADER_EXECUTION"

_hints_given: dict[str, int] = {}


class NotCorrect(AssertionError):
    """What `check` raises where nbgrader asks and the verdict is another than *correct*."""


def check(id: str, *answer: Any) -> Verdict:
    """Judge the answer to exercise `id`. Hand it over itself, not called: `check("12.1", fetch)`.

    Raises NotCorrect where nbgrader grades the notebook, and never elsewhere.
    """
    verdict = _check(id, answer)
    if os.environ.get(GRADED) and verdict.kind != "correct":
        raise NotCorrect(f"\n{verdict!r}")
    return verdict


def _check(id: str, answer: tuple[Any, ...]) -> Verdict:
    try:
        exercise = checks.exercise(id)
    except LookupError as error:
        return _unknown(error)
    wanted = len(inspect.signature(exercise.judge).parameters) - 1  # the last one is the arena
    if len(answer) != wanted:
        return Verdict(
            "error", exercise.title, texts.HAND_OVER.format(id=id, given=len(answer), wanted=wanted)
        )
    try:
        verdict = apart.judged(lambda: _judge(exercise, answer), exercise.seconds)
    except Stuck as stuck:
        verdict = _stuck(exercise, stuck)
    progress.record("checked", id, verdict.kind)
    return verdict


def _judge(exercise: Exercise, answer: tuple[Any, ...]) -> Verdict:
    title = exercise.title
    with Arena() as arena:
        try:
            tried = exercise.judge(*answer, arena)
        except NotImplementedError:
            return Verdict("not attempted", title, texts.NOT_ATTEMPTED.format(ask=_ask(exercise.id)))
        except NotYet as reason:
            text = exercise.wrong[reason.why].format(**reason.fields)
            facts = _facts(reason.call, reason.seen, reason.expected, arena.printed)
            return Verdict("not yet", title, text, facts, picture=reason.picture)
        except Stuck as stuck:
            return _stuck(exercise, stuck, arena.printed)
        except Raised as raised:
            facts = _facts(raised.call, raised.summary, printed=arena.printed)
            return Verdict("error", title, facts=facts, code=raised.lines)
        except MemoryError:
            return _stuck(exercise, Stuck("memory", ""), arena.printed)
        except Exception as error:
            if _is_called_in_vain(error, answer):
                facts = _facts(seen=f"TypeError: {error}", printed=arena.printed)
                return Verdict("error", title, texts.OTHER_PARAMETERS, facts)
            # a fault of the course's
            text = texts.CHECK_FAILED.format(error=f"{type(error).__name__}: {error}")
            return Verdict("error", title, text)
    return Verdict("correct", title, exercise.notice, {texts.TRIED: tried} if tried else {})


def _is_called_in_vain(error: Exception, answer: tuple[Any, ...]) -> bool:
    """Whether this is Python's refusal to call the answer, or a method of it, with those arguments."""
    names = [
        re.escape(each.__qualname__) for each in answer if inspect.isfunction(each) or inspect.isclass(each)
    ]
    refusal = rf"({'|'.join(names)})(\.\w+)*\(\) (takes|missing|got)\b"
    return isinstance(error, TypeError) and bool(names) and re.match(refusal, str(error)) is not None


def _stuck(exercise: Exercise, stuck: Stuck, printed: str = "") -> Verdict:
    text = exercise.wrong[stuck.why].format(**stuck.fields)
    facts = _facts(stuck.call, printed=printed)
    return Verdict("stuck", exercise.title, text, facts, picture=stuck.picture)


def _facts(call: str = "", seen: str = "", expected: str = "", printed: str = "") -> dict[str, str]:
    facts = {texts.CALL: call, texts.SEEN: seen, texts.EXPECTED: expected, texts.PRINTED: printed}
    return {label: fact for label, fact in facts.items() if fact}


def hint(id: str) -> None:
    """Show the next hint for exercise `id`, wherever in its cell the call stands."""
    show(next_hint(id))


def solution(id: str) -> None:
    """Show a right answer to exercise `id`, explained; once there has been an attempt."""
    show(solution_after_a_try(id))


def show(verdict: Verdict) -> None:
    """Display it now: a notebook displays by itself only what the last line of a cell returns."""
    if "IPython" in sys.modules:
        from IPython.display import display

        display(verdict)
    else:
        print(verdict)


def next_hint(id: str) -> Verdict:
    """The next hint for exercise `id`; after the last one, that one again."""
    try:
        exercise = checks.exercise(id)
    except LookupError as error:
        return _unknown(error)
    count = len(exercise.hints)
    number = min(_hints_given.get(id, 0) + 1, count)
    _hints_given[id] = number
    progress.record("hint", id, str(number))
    text = texts.HINT_MORE if number < count else texts.HINT_LAST
    title = texts.HINT_TITLE.format(number=number, count=count, title=exercise.title)
    return Verdict("note", title, text.format(hint=exercise.hints[number - 1], id=id))


def solution_after_a_try(id: str) -> Verdict:
    """A right answer to exercise `id`, explained; once there has been an attempt."""
    try:
        exercise = checks.exercise(id)
    except LookupError as error:
        return _unknown(error)
    if not progress.attempted(id):
        return Verdict("note", exercise.title, texts.TRY_FIRST.format(ask=_ask(id)))
    progress.record("solution", id)
    title = texts.SOLUTION_TITLE.format(title=exercise.title)
    return Verdict("note", title, exercise.explanation, code=solution_code(id))


def predict(id: str, *expected: Any) -> Verdict:
    """Record what you expect, before you run the next cell. There is no right or wrong here."""
    title = texts.PREDICTION_TITLE.format(id=id)
    if not expected or ... in expected:
        return Verdict("note", title, texts.PREDICT)
    expectation = ", ".join(map(str, expected))
    progress.record("predicted", id, expectation[:200])
    return Verdict("note", title, texts.PREDICTED.format(expectation=expectation))


def solution_code(id: str) -> str:
    """The code of the cell tagged `answer-ID` in the teacher's edition. Raises LookupError if none is."""
    lesson = next(lesson for lesson in LESSONS if id in lesson.exercises)
    notebook = json.loads((COURSE / "solutions" / f"{lesson.stem}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if f"answer-{id}" in cell["metadata"].get("tags", ()):
            return "".join(cell["source"])
    raise LookupError(f"solutions/{lesson.stem}.ipynb has no cell tagged answer-{id}")


def _ask(id: str) -> str:
    return texts.ASK_HINT.format(id=id)


def _unknown(error: LookupError) -> Verdict:
    return Verdict("error", "", str(error))
