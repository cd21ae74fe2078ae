"""The slides of each lesson: one file that needs no network, and every slide fits the screen."""

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the extra `browser`: pip install -e '.[browser]'")
pytest.importorskip("sphinx_revealjs", reason="needs the extra `slides`: pip install -e '.[slides]'")

import running_lab
from playwright.sync_api import Browser, Page

from helpers.authoring import deck
from helpers.catalog import LESSONS, Lesson

pytestmark = pytest.mark.browser
SCREENS = ((1280, 720), (1920, 1080), (1024, 768))
SMALLEST = 0.6  # of the usual size of letters
FAULTS = """smallest => Reveal.getSlides().flatMap((slide, index) => {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v);
    const said = (what) => `slide ${index} (${slide.textContent.trim().slice(0, 40)}) ${what}`;
    const faults = Number(slide.style.zoom) < smallest ? [said(`is shown at ${slide.style.zoom}`)] : [];
    for (const each of slide.querySelectorAll("*")) {
        const { width, height, left, top, right, bottom } = each.getBoundingClientRect();
        if (width * height === 0) continue;
        if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight)
            faults.push(said(`has a ${each.tagName} outside of the screen`));
        if (getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1)
            faults.push(said(`shows only a part of a ${each.tagName}`));
    }
    return faults;
})"""
# What the page asked for, the page itself and what it holds in `data:` left out.
FETCHED = """() => performance.getEntriesByType("resource").map((each) => each.name)
    .filter((name) => !name.startsWith("data:"))"""


def photograph(page: Page, folder: Path | None, name: str) -> None:
    for number in range(page.evaluate("Reveal.getSlides().length") if folder else 0):
        page.evaluate("n => Reveal.slide(...Object.values(Reveal.getIndices(Reveal.getSlides()[n])))", number)
        page.screenshot(path=folder / f"{name}-slide-{number:02}.png")


def opened(browser: Browser, path: Path, width: int, height: int) -> Page:
    """A page with the deck, all its slides made to fit."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-fitted]", timeout=running_lab.START_SECONDS * 1000)
    return page


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_deck(lesson: Lesson, browser: Browser, tmp_path: Path, screenshots: Path | None) -> None:
    path = deck.write(lesson, tmp_path)
    for width, height in SCREENS:
        page = opened(browser, path, width, height)
        assert page.evaluate(FAULTS, SMALLEST) == []
        assert page.evaluate(FETCHED) == []
        assert page.evaluate("Reveal.getSlides().length") > len(lesson.exercises) * 2
        if (width, height) == SCREENS[0]:
            photograph(page, screenshots, lesson.stem)
        page.close()


def test_faults_are_found(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, deck.write(LESSONS[0], tmp_path), *SCREENS[0])
    page.evaluate("Reveal.getSlides()[0].style.zoom = 4")
    page.evaluate("Reveal.getSlides()[1].style.zoom = 0.5")
    faults = page.evaluate(FAULTS, SMALLEST)
    assert any(fault.startswith("slide 0 ") and "outside of the screen" in fault for fault in faults)
    assert sum("is shown at 0.5" in fault for fault in faults) == 1
    page.close()
