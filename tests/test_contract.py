"""What holds for the course as a whole: names and numbers agree everywhere, nothing is out of date."""

import functools
import re
import subprocess
from pathlib import Path

import nbformat
import pytest

from helpers import schedule
from helpers.authoring import release, rules
from helpers.authoring.notes import Part
from helpers.authoring.release import Target
from helpers.catalog import LESSONS, Lesson
from helpers.files import COURSE

TARGETS = [pytest.param(target, id=target.name) for target in release.targets(LESSONS)]
EACH_LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
README = (COURSE / "README.md").read_text(encoding="utf-8")
ARTICLE = {str(number) for number in range(1, 79)} - {"70"} | {f"70{c}" for c in "abcde"}


def tracked() -> list[Path]:
    """The files of the course, relative to its folder: what git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=COURSE, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of the course's own files")
    return [Path(line) for line in listed.splitlines() if (COURSE / line).exists()]


@functools.cache
def minutes() -> dict[Lesson, tuple[Part, ...]]:
    return schedule.read()


def tags(notebook: nbformat.NotebookNode) -> list[str]:
    return [tag for cell in notebook.cells for tag in cell.metadata.get("tags", ())]


def test_numbers_rise_and_prerequisites_come_before() -> None:
    numbers = [lesson.number for lesson in LESSONS]
    assert numbers == sorted(set(numbers))
    for lesson in LESSONS:
        assert set(lesson.prerequisites) <= {number for number in numbers if number < lesson.number}


def test_the_folders_hold_the_lessons_and_nothing_else() -> None:
    found = {str(path) for path in tracked() if path.parts[0] in ("lessons", "solutions")}
    notebooks = {f"{folder}/{lesson.stem}.ipynb" for lesson in LESSONS for folder in ("lessons", "solutions")}
    assert found == notebooks | {f"solutions/{lesson.stem}.md" for lesson in LESSONS}


@pytest.mark.parametrize("target", TARGETS)
def test_a_notebook_is_what_its_source_builds(target: Target) -> None:
    assert release.out_of_date(target) is None


@pytest.mark.parametrize("target", TARGETS)
def test_a_notebook_keeps_the_rules(target: Target) -> None:
    assert rules.problems(nbformat.read(target.path, as_version=4)) == []


@pytest.mark.parametrize("target", TARGETS)
def test_a_notebook_opens_with_its_title_minutes_and_prerequisites(target: Target) -> None:
    lesson, notebook = target.lesson, nbformat.read(target.path, as_version=4)
    opening = notebook.cells[0].source
    assert opening.startswith(f"# {lesson.number:02} · {lesson.title}\n")
    assert f"{lesson.minutes} minutes" in opening
    for number in lesson.prerequisites:
        assert f"{number:02}" in opening


@pytest.mark.parametrize("target", TARGETS)
def test_a_notebook_tests_the_claims_of_the_catalog(target: Target) -> None:
    found = [
        tag.removeprefix("claim-")
        for tag in tags(nbformat.read(target.path, as_version=4))
        if "claim-" in tag
    ]
    assert sorted(set(found)) == sorted(target.lesson.claims)


def test_every_claim_of_the_article_is_tested() -> None:
    tested = {claim for lesson in LESSONS for claim in lesson.claims}
    assert tested >= ARTICLE


@pytest.mark.parametrize("target", TARGETS)
def test_predictions_are_numbered_and_each_has_a_cell_of_its_own(target: Target) -> None:
    """`NN.p1` and on, three at least; beside a prediction nothing is shown that would answer it."""
    text = "\n\n".join(cell.source for cell in nbformat.read(target.path, as_version=4).cells)
    ids = re.findall(r'^\n?predict\("([^"]+)"(?:, \.\.\.)+\)\n$', text, re.MULTILINE)
    assert ids == [f"{target.lesson.number:02}.p{number}" for number in range(1, len(ids) + 1)]
    assert len(ids) >= 3
    assert len(ids) == text.count("\npredict(")


@pytest.mark.parametrize("target", TARGETS)
def test_relative_links_lead_somewhere(target: Target) -> None:
    prose = "\n".join(
        c.source for c in nbformat.read(target.path, as_version=4).cells if c.cell_type == "markdown"
    )
    links = re.findall(r"\]\(([^)#\s]+)", prose)
    missing = [link for link in links if "://" not in link and not (target.path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("target", TARGETS)
def test_nbgrader_can_tell_the_cells_of_the_exercises(target: Target) -> None:
    """By ids of the form that its schema wants (nbgrader/nbgraderformat/v3.json)."""
    cells = nbformat.read(target.path, as_version=4).cells
    ids = [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
    assert len(set(ids)) == len(ids) == 2 * len(target.lesson.exercises)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", id) for id in ids)


@EACH_LESSON
def test_the_readme_lists_each_lesson(lesson: Lesson) -> None:
    link = f"[{lesson.title}](lessons/{lesson.stem}.ipynb)"
    assert f"\n| {lesson.number:02} | {link} | {lesson.minutes} |" in README


@EACH_LESSON
def test_the_teachers_minutes_add_up_to_the_lessons(lesson: Lesson) -> None:
    assert schedule.in_class(minutes()[lesson]) == lesson.minutes


@EACH_LESSON
def test_the_teacher_has_prompts_for_each_section_and_wrong_answers_for_each_exercise(lesson: Lesson) -> None:
    """Each section: something to ask. The lesson: what to show, to watch for and to cut, by names that are
    there. Each exercise: two answers that are often wrong, and what to say."""
    cells = nbformat.read(Target(lesson, "solutions").path, as_version=4).cells
    notes = [cell.source for cell in cells if "teacher" in cell.metadata.get("tags", ())]
    names = [part.name for part in minutes()[lesson]]
    asked = [note for note in notes if "**Ask:**" in note]
    assert len(asked) >= len(set(names) - set(lesson.exercises))
    for prompt in ("**Show:**", "**Watch for:**"):
        assert any(prompt in note for note in notes), prompt
    (cut,) = re.findall(r"^\*\*Cut:\*\* .+(?:\n.+)*", "\n\n".join(notes), re.MULTILINE)
    named = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)|\b(\d\d\.\d)\b", cut.replace("\n", " "))
    assert {title or id for title, id in named} <= set(names)
    for exercise in lesson.exercises:
        (often,) = re.findall(
            rf"^\*\*Often wrong in {exercise}:\*\*\n\n((?:[- ] .+\n?)+)", "\n\n".join(notes), re.MULTILINE
        )
        answers = re.findall(r"^- ", often, re.MULTILINE)
        assert len(answers) >= 2, exercise
        assert often.count("*Say:*") == len(answers), exercise


def test_the_readme_has_the_totals_of_the_schedule() -> None:
    for plan in schedule.plans(minutes()):
        row = f"| {plan.name} | {len(plan.half_days)} | {schedule.numbers(plan.lessons)} | {plan.minutes} |"
        assert f"\n{row}\n" in README, row
    together = [part for parts in minutes().values() for part in parts]
    hours = f"{schedule.in_class(together)} minutes in class and {schedule.at_home(together)} at home"
    assert hours in " ".join(README.split())


def test_ci_runs_the_readmes_test_command() -> None:
    script = (COURSE / ".ci" / "run").read_text(encoding="utf-8")
    (command,) = re.findall(r"^    (python3 -m venv .*)$", script, re.MULTILINE)
    assert f"\n{command}\n" in README
    assert command.endswith("-m pytest")


def test_every_helper_is_used_and_tested() -> None:
    """Somebody names each module; its tests, or its package's, stand at the same place below tests/."""
    sources = {
        path: (COURSE / path).read_text(encoding="utf-8") for path in tracked() if path.suffix == ".py"
    }
    words = {path: set(re.findall(r"\w+", text)) for path, text in sources.items()}
    by_number = {Path(f"helpers/checks/lesson_{lesson.number:02}.py") for lesson in LESSONS}
    by_hand = {Path("helpers/service/draw_gallery.py")}
    for path in (path for path in sources if path.parts[0] == "helpers"):
        if path.name in ("__init__.py", "__main__.py") or path in by_hand:
            continue
        named = any(path.stem in words[other] for other in words if other != path)
        assert named or path in by_number, f"nobody uses {path}"
        folder = Path("tests", *path.parts[1:-1])
        package_is_tested = folder != Path("tests") and any(test.parent == folder for test in sources)
        assert package_is_tested or folder / f"test_{path.name}" in sources or path.stem == "texts", path


def test_the_files_that_start_first_are_there() -> None:
    slowest = re.findall(r'^    "(test_\w+\.py)",$', (COURSE / "conftest.py").read_text(), re.MULTILINE)
    assert set(slowest) <= {path.name for path in tracked()}
    assert slowest


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    own = Path(__file__).relative_to(COURSE)
    pattern = re.compile(r"/root/|/home/\w|/work/|pypi\.org/simple|/opt/")
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".txt", ".ipynb", ".cfg", "") and path != own:
            text = (COURSE / path).read_text(encoding="utf-8")
            found = pattern.search(text)
            assert found is None or path == Path("helpers/authoring/rules.py"), f"{path}: {found}"
