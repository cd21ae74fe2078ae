"""A course of one small lesson, in a folder of its own."""

import asyncio
import shutil
from pathlib import Path

import pytest

from helpers.authoring import release
from helpers.catalog import Lesson

SOURCE = """\
---
kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
---

# 07 · Toy

Prose.

```{code-cell} ipython3
import asyncio
```

An answer.

```{code-cell} ipython3
:tags: [claim-1]

async def answer() -> int:
    ### BEGIN SOLUTION
    return 42
    ### END SOLUTION


print("here")
```

+++ {"tags": ["teacher"]}

For the teacher.
"""


@pytest.fixture(scope="session")
def lesson() -> Lesson:
    return Lesson(7, "toy", "Toy", 10)


def write_course(folder: Path, lesson: Lesson) -> Path:
    for name in ("lessons", "solutions"):
        (folder / name).mkdir()
    (folder / "solutions" / f"{lesson.stem}.md").write_text(SOURCE, encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path, lesson: Lesson) -> Path:
    return write_course(tmp_path, lesson)


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory, lesson: Lesson) -> Path:
    folder = write_course(tmp_path_factory.mktemp("course"), lesson)
    assert asyncio.run(release.release([lesson], folder)) == []
    return folder


@pytest.fixture
def built(_built_once: Path, tmp_path: Path) -> Path:
    """The course with its notebooks: a copy, since to execute them takes seconds."""
    return shutil.copytree(_built_once, tmp_path, dirs_exist_ok=True)
