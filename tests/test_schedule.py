import pytest

from helpers import catalog, schedule
from helpers.__main__ import main
from helpers.authoring.notes import Part
from helpers.authoring.source import SourceError
from helpers.catalog import LESSONS, Lesson

ONE, TWO = Lesson(0, "one", "One", 100, exercises=("00.1",)), Lesson(1, "two", "Two", 90)
TOY = {
    ONE: (Part("Begin", 60), Part("Go on", 40), Part("00.1", 20, at_home=True)),
    TWO: (Part("Begin", 90),),
}


def plan(*half_days: dict[str, list[str]]) -> dict[str, object]:
    return {"days": 1, "name": "one day", "goal": "A goal.", "half_days": list(half_days)}


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lessons of 190 minutes together, and a class that leaves out what does not fit."""
    monkeypatch.setattr(catalog, "LESSONS", tuple(TOY))
    monkeypatch.setattr(schedule, "read", lambda *_, **__: TOY)
    cut = plan({"lessons": ["00", "01"], "cut": ["00 Go on"], "also": ["00.1"]}, {"lessons": []})
    monkeypatch.setitem(schedule.PLANS, "plans", [cut])


@pytest.mark.usefixtures("toy")
def test_a_class_has_what_fits_and_says_what_is_cut() -> None:
    (made,) = schedule.plans(TOY)
    first, second = made.half_days
    assert first.minutes == {ONE: 60, TWO: 90}
    assert (first.total, second.total, made.minutes) == (170, 0, 170)
    assert first.cut == {ONE: ["Go on"], TWO: []}
    lines = schedule.lines(class_days=1)
    assert lines[0] == "One day: 170 minutes in 2 half days. A goal."
    assert "      without: Go on" in lines
    assert any(line.endswith("170 minutes, 10 to spare") for line in lines)


@pytest.mark.usefixtures("toy")
def test_the_overview_adds_up() -> None:
    lines = [" ".join(line.split()) for line in schedule.lines()]
    assert lines[1:4] == ["00 One 100 20", "01 Two 90", "All lessons 190 20"]
    assert lines[-1] == "one day 2 170 00, 01"


@pytest.mark.usefixtures("toy")
def test_a_lesson_is_shown_by_its_sections() -> None:
    lines = [" ".join(line.split()) for line in schedule.sections(ONE, TOY[ONE])]
    assert lines == ["00 One 100", "Begin 60", "Go on 40", "exercise 00.1 20 at home"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"lessons": ["00", "01"]}, "190 minutes of 00, 01 in a half day of 180"),
        ({"lessons": ["07"]}, "there is no lesson 07"),
        ({"lessons": ["00"], "cut": ["01 Begin"]}, "'01 Begin' is not of a lesson of this half day"),
        ({"lessons": ["00"], "cut": ["Begin"]}, "'Begin' is not of a lesson"),
        ({"lessons": ["00"], "cut": ["00 End"]}, "called 'End' and done in class"),
        ({"lessons": ["00"], "cut": ["00.1"]}, "called '00.1' and done in class"),
        ({"lessons": ["00"], "also": ["01.1"]}, "called '01.1' and done at home"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(
    entry: dict[str, list[str]], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(schedule.PLANS, "plans", [plan(entry)])
    with pytest.raises(schedule.ScheduleError, match=says):
        schedule.plans(TOY)


@pytest.fixture(scope="module")
def real() -> dict[Lesson, tuple[Part, ...]]:
    return schedule.read()


def test_the_real_classes_fit_and_the_longest_has_every_lesson(real: dict[Lesson, tuple[Part, ...]]) -> None:
    made = schedule.plans(real)
    assert [plan.days for plan in made] == [1, 2, 4]
    assert [len(plan.half_days) for plan in made] == [2, 4, 8]
    missing = [lesson.stem for lesson in LESSONS if lesson not in made[-1].lessons]
    assert missing == [], "add them to the class of four days in helpers/schedule.toml"


@pytest.mark.parametrize("days", [None, 1, 2, 4])
def test_a_table_fits_a_terminal(
    days: int | None, real: dict[Lesson, tuple[Part, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "read", lambda *_, **__: real)
    lines = schedule.lines(class_days=days)
    assert lines
    assert max(map(len, lines)) <= schedule.WIDTH
    assert all(line == line.rstrip() for line in lines)


def test_the_command_shows_a_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "0"]) == 0
    assert capsys.readouterr().out.startswith("00 Start here")


@pytest.mark.parametrize(
    ("arguments", "says"), [(["99"], "There is no lesson"), (["7", "--days", "1"], "both")]
)
def test_a_wrong_question_is_refused(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schedule", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_note_that_cannot_be_read_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise SourceError("07_locks.md:40: 'x' says no minutes")

    monkeypatch.setattr("helpers.schedule.lines", refuse)
    assert main(["schedule"]) == 1
    assert "The minutes cannot be added up. 07_locks.md:40" in capsys.readouterr().err
