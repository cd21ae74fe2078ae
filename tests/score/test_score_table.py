from itertools import product

from helpers.catalog import LESSONS, Lesson
from helpers.score import KINDS, Score
from helpers.score.table import WIDTH, _width, table

TOY = (
    Lesson(7, "toy", "Toy", 1, exercises=("07.1", "07.2")),
    Lesson(8, "one", "One", 1, exercises=("08.1",)),
)


def test_a_line_for_each_learner_and_a_sign_for_each_exercise() -> None:
    kinds = ["correct", "not yet", "stuck", "error", "not attempted", "missing"]
    places = product(("Ada", "王小明"), ("07.1", "07.2", "08.1"))
    scores = [Score(name, id, kind) for (name, id), kind in zip(places, kinds, strict=True)]
    assert table(scores, TOY).splitlines() == [
        "        07 08",
        "Ada     ✔✘ ‖   1/3",
        "王小明  ⚠○ –   0/3",
        "correct 10 0",
        "",
        "✔ correct 1 · ✘ not yet 1 · ‖ stuck 1 · ⚠ error 1 · ○ not attempted 1 · – missing 1",
    ]


def test_counts_are_read_downwards() -> None:
    scores = [Score(f"learner {n}", "08.1", "correct") for n in range(12)]
    assert table(scores, TOY[1:]).splitlines()[-4:-2] == ["correct    1", "           2"]


def test_the_whole_course_fits_the_width_whatever_the_names() -> None:
    names = ["Ada", "a" * 200, "王" * 40, "evil\x1b[2J\nname", "e\u0301" * 30]
    ids = [id for lesson in LESSONS for id in lesson.exercises]
    scores = [Score(name, id, KINDS[len(id) % 6]) for name in names for id in ids]
    lines = table(scores, LESSONS).splitlines()
    assert max(map(_width, lines)) <= WIDTH
    assert all("\x1b" not in line for line in lines)
    assert len(lines) == 1 + len(names) + 1 + 2


def test_what_does_not_fit_follows_in_another_block() -> None:
    many = [Lesson(n, "x", "X", 1, exercises=tuple(f"{n:02}.{e}" for e in range(1, 9))) for n in range(20)]
    scores = [Score("Ada", id, "correct") for lesson in many for id in lesson.exercises]
    lines = table(scores, many).splitlines()
    assert max(map(_width, lines)) <= WIDTH
    assert sum(line.startswith("Ada") for line in lines) == 3
    assert sum(line.endswith("160/160") for line in lines) == 1


def test_nothing_to_show_is_no_error() -> None:
    assert "correct 0" in table([], TOY)
