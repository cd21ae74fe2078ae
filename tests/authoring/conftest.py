"""A course of one small lesson, in a folder of its own."""

from pathlib import Path

import pytest

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


@pytest.fixture
def lesson() -> Lesson:
    return Lesson(7, "toy", "Toy", 10)


@pytest.fixture
def course(tmp_path: Path, lesson: Lesson) -> Path:
    for folder in ("lessons", "solutions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "solutions" / f"{lesson.stem}.md").write_text(SOURCE, encoding="utf-8")
    return tmp_path
