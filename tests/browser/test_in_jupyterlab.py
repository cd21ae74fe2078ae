"""Each lesson in a real JupyterLab: as it was downloaded, and after all its cells were run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("playwright", reason="needs the extra `browser`: pip install -e '.[browser]'")
pytest.importorskip("axe_playwright_python", reason="needs the extra `browser`: pip install -e '.[browser]'")

import running_lab
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from helpers.catalog import LESSONS, Lesson
from helpers.files import COURSE

pytestmark = pytest.mark.browser
# What the course itself puts into the page: outputs, and prose as it is shown. That a link in prose is not
# underlined and an image has no alternative text is JupyterLab's doing; the prose says what an image shows.
SCOPE = {
    "include": [".jp-NotebookPanel .jp-OutputArea-output", ".jp-NotebookPanel .jp-MarkdownOutput"],
    "exclude": [".jp-MarkdownOutput a", ".jp-RenderedImage img"],
}
ALL_KINDS = """\
import asyncio
from helpers import progress, timeline
from helpers.verdict import LOOK, Verdict
from IPython.display import display

async def stuck():
    await asyncio.Event().wait()

facts = {"The call": "answer(1)", "What happened": "2\\n3"}
for kind in LOOK:
    picture = timeline.run(stuck)
    display(Verdict(kind, "A title", "Some `code` and text.", facts, "line 1\\nline 2", picture))
display(progress.Table())
"""
FAULTS = {
    "pale": "<p style='color:#999;background:#fff'>hardly to be seen</p>",
    "wide": "<div style='width:3000px'>hardly to be scrolled</div>",
    "svg": "<svg width='80' height='40'><rect width='80' height='40'></rect></svg><p>below</p>",
    "script": "<p>one<script>two</script></p>",
    "nothing": "<p></p>",
}


def notebook_of(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the lessons; a notebook with every kind of verdict, and one with faults to be found."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(COURSE / "lessons", folder / "lessons")
    nbformat.write(notebook_of(nbformat.v4.new_code_cell(ALL_KINDS)), folder / "all_kinds.ipynb")
    outputs = [nbformat.v4.new_output("display_data", {"text/html": html}) for html in FAULTS.values()]
    code = f"import sys\n\nprint(1, file=sys.stderr)\n1 / 0  # {'too long ' * 20}"
    nbformat.write(notebook_of(nbformat.v4.new_code_cell(code, outputs=outputs)), folder / "faults.ipynb")
    return folder


@pytest.fixture(scope="module")
def address(browser: Browser, course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_lab.jupyterlab(course, tmp_path_factory.mktemp("own")) as serving:
        yield serving


def hard_to_read(page: Page) -> list[str]:
    """What axe-core finds serious or critical in what the course shows."""
    found = Axe().run(page, SCOPE).response["violations"]
    return [
        f"{finding['id']} ({len(finding['nodes'])} times): {node['html'][:200]} {node['failureSummary']}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"][:3]
    ]


def look_at(page: Page, folder: Path | None, name: str) -> list[str]:
    """The faults of what the page shows now, in both themes."""
    faults = page.evaluate("look.overflowing()") + page.evaluate("look.invisible()")
    for theme, title in running_lab.THEMES.items():
        running_lab.change_theme(page, title)
        faults += [f"{theme}: {finding}" for finding in hard_to_read(page)]
        running_lab.photograph(page, folder, f"{name}-{theme}")
    return faults


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson(lesson: Lesson, browser: Browser, address: str, screenshots: Path | None) -> None:
    with running_lab.opened(browser, address.format(f"lessons/{lesson.stem}.ipynb")) as page:
        assert page.evaluate("look.untrusted()")
        pictures = page.evaluate("look.pictures()")
        for fault in ("stripped", "overflowing", "invisible"):
            assert page.evaluate(f"look.{fault}()") == []
        running_lab.photograph(page, screenshots, f"{lesson.stem}-downloaded")
        faults = page.evaluate("seconds => look.run(seconds)", running_lab.RUN_SECONDS)
        faults += page.evaluate("look.errors()") + look_at(page, screenshots, f"{lesson.stem}-run")
        assert faults == []
        assert 0 < pictures <= page.evaluate("look.pictures()")  # what was measured is not stored


def test_every_kind_of_verdict(browser: Browser, address: str, screenshots: Path | None) -> None:
    with running_lab.opened(browser, address.format("all_kinds.ipynb")) as page:
        faults = page.evaluate("seconds => look.run(seconds)", running_lab.RUN_SECONDS)
        faults += page.evaluate("look.errors()") + look_at(page, screenshots, "all_kinds")
        assert faults == []
        assert page.evaluate("look.pictures()") == 7


def test_faults_are_found(browser: Browser, address: str) -> None:
    with running_lab.opened(browser, address.format("faults.ipynb")) as page:
        stripped = page.evaluate("look.stripped()")
        assert len(stripped) == 2
        assert stripped[0].startswith("cell 1: svg 0 0 80 40 became P 0 ")
        assert stripped[1] == "cell 1: other words in the picture"
        faults = look_at(page, None, "")
        assert sum("too wide: hardly to be scrolled" in fault for fault in faults) == 1
        assert sum("too wide: import sys" in fault for fault in faults) == 1
        assert "cell 1 shows nothing of its display_data" in faults
        for theme in running_lab.THEMES:
            assert sum(f"{theme}: color-contrast" in fault for fault in faults) == 1
        assert page.evaluate("seconds => look.run(seconds)", running_lab.RUN_SECONDS) == []
        assert page.evaluate("look.errors()") == [
            "cell 1 writes to stderr: 1",
            "cell 1: ZeroDivisionError: division by zero",
        ]
