"""The HTML form: small, safe, and of nothing but what an untrusted notebook keeps."""

import asyncio
import re
from html.parser import HTMLParser

import pytest

from helpers import timeline
from helpers.timeline import draw_html

from .programs import PROGRAMS


class Reader(HTMLParser):
    """Collects tags, properties of styles and text; notices what is not closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.properties: set[str] = set()
        self.values: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "style":
                pairs = [declaration.split(":") for declaration in value.split(";")]
                self.properties.update(pair[0] for pair in pairs)
                self.values += [pair[1] for pair in pairs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("name", PROGRAMS)
def test_only_what_an_untrusted_notebook_keeps(name: str) -> None:
    reader = Reader(timeline.run(PROGRAMS[name])._repr_html_())
    assert reader.open == []
    assert reader.tags == {"figure", "div", "figcaption"}
    assert reader.attributes <= {"style", "title"}
    assert not any(re.search(r"var\(|gradient|url|expression", value) for value in reader.values)
    assert not any("%-" in value or value.startswith("-0") for value in reader.values)


def test_the_same_words_as_in_the_text_form() -> None:
    picture = timeline.run(PROGRAMS["deadlock"])
    text = " ".join(Reader(picture._repr_html_()).text)
    for word in ("Plato", "孔子", "lock second", "lock first", "stuck", "0.1 s", picture.caption):
        assert word in text


def test_the_size_of_a_usual_picture() -> None:
    """Four lanes with twelve pieces or so each."""

    async def main() -> None:
        lock = asyncio.Lock()

        async def work(number: int) -> None:
            for _ in range(2):
                async with lock:
                    await asyncio.sleep(number)
                await asyncio.sleep(1)

        await asyncio.gather(*(work(number) for number in range(1, 4)))

    picture = timeline.run(main)
    assert sum(len(lane.pieces) for lane in picture.lanes) > 35
    assert len(picture._repr_html_().encode()) < 10_000


def test_names_are_escaped() -> None:
    async def main() -> None:
        await asyncio.create_task(asyncio.sleep(1), name="<script>alert(1)</script>")

    source = timeline.run(main)._repr_html_()
    assert "<script" not in source
    assert "&lt;script" in source


def test_widths_add_up() -> None:
    """Boxes float side by side: if a row were wider than 100 %, the last one would drop below."""
    for program in PROGRAMS.values():
        for row in re.split(r'<div style="height:\d+px', timeline.run(program)._repr_html_())[1:]:
            shares = re.findall(r"(?:margin-left|width):([\d.]+)%", row)
            assert sum(map(float, shares)) <= 100.011


def test_an_arrow_points_at_the_lane_that_is_woken() -> None:
    source = timeline.run(PROGRAMS["queue"])._repr_html_()
    assert "▼" in source  # main starts the others
    assert "▲" in source  # the consumer wakes the producer above it
    assert draw_html.draw(timeline.run(PROGRAMS["wait_for"])).count("▼") == 0
