from pathlib import Path

import pytest

from helpers.authoring import notes, source
from helpers.authoring.notes import Part
from helpers.catalog import Lesson

LESSON = Lesson(7, "toy", "Toy", 10, exercises=("07.1", "07.2"))
SOURCE = """\
# 07 · Toy

## The `await` of it

Prose.

```{code-cell} ipython3
1
```

More prose, and then

## Exercise 07.1 · Do it

+++ {"tags": ["teacher"]}

**Minutes:** 7 · exercise 07.1: 3 · exercise 07.2: 15 at home

- **Ask:** what?

+++

## Quiz

+++ {"tags": ["teacher"]}

**Minutes:** 2
"""


def read(tmp_path: Path, text: str) -> tuple[Part, ...]:
    path = tmp_path / "07_toy.md"
    path.write_text(text, encoding="utf-8")
    return notes.parts(source.read(path), LESSON)


def test_sections_and_exercises_have_their_minutes(tmp_path: Path) -> None:
    assert read(tmp_path, SOURCE) == (
        Part("The await of it", 7),
        Part("07.1", 3),
        Part("07.2", 15, at_home=True),
        Part("Quiz", 2),
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("**Minutes:** 2", "Two minutes.", "no note gives minutes to 'Quiz'"),
        (" · exercise 07.1: 3", "", "no note gives minutes to '07.1'"),
        (
            "exercise 07.1: 3",
            "exercise 07.1: three",
            r"07_toy\.md:17: 'exercise 07.1: three' says no minutes",
        ),
        ("**Minutes:** 2", "**Minutes:** 2 · 3", r"07_toy\.md:27: 'Quiz' has its minutes already"),
        ("**Minutes:** 2", "**Minutes:** 2 · exercise 08.1: 3", "minutes for 08.1, which is no exercise"),
        ("## The `await` of it", "The await of it", "minutes before the first section"),
    ],
)
def test_minutes_that_do_not_add_up_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert SOURCE.count(old) == 1
    with pytest.raises(source.SourceError, match=says):
        read(tmp_path, SOURCE.replace(old, new))
