"""The text form: at most 100 cells wide, in lines that fit together."""

import pytest

from helpers import timeline
from helpers.timeline.layout import Layout, cells, clip
from helpers.timeline.model import Column, Lane, Piece, Timeline

from .programs import PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_never_wider_than_100(name: str) -> None:
    assert max(cells(line) for line in repr(timeline.run(PROGRAMS[name])).splitlines()) <= 100


def test_chinese_characters_take_two_cells() -> None:
    assert (cells("孔子"), cells("é"), cells("e\u0301"), cells("✓")) == (4, 1, 1, 1)
    assert clip("孔子曰", 6) == "孔子曰"
    assert clip("孔子曰", 5) == "孔子…"
    assert clip("word", 0) == ""


def test_lanes_with_wide_names_stay_in_line() -> None:
    lanes = [
        Lane(1, "a", "task", [Piece("run", 0, 1)], outcome="✓", end=1),
        Lane(2, "下载文件", "task", [Piece("ready", 0, 1), Piece("run", 1, 2, by=1)], outcome="✓", end=2),
    ]
    picture = Timeline(lanes, [Column("step", "1", steps=1), Column("step", "2", steps=1)], "", "step")
    assert repr(picture).splitlines()[:3] == [
        "step        1 2",
        "1 a         ██ ✓",
        "2 下载文件  ·1██ ✓",
    ]


def test_a_label_widens_the_picture_only_as_far_as_there_is_room() -> None:
    def width(count: int) -> int:
        pieces = [Piece("wait", number, number + 1, "x" * 30) for number in range(count)]
        columns = [Column("gap") for _ in range(count)]
        return Layout(Timeline([Lane(1, "a", "task", pieces)], columns, "", "step")).total

    assert width(1) == 32
    assert width(2) == 64
    assert width(9) == 100 - len("1 a") - 2


def test_overlapping_holds_have_rows_of_their_own() -> None:
    lane = Lane(1, "a", "task", [Piece("run", 0, 1), Piece("wait", 1, 3), Piece("run", 3, 4)])
    lane.holds = [Piece("hold", 0, 4, "outer"), Piece("hold", 1, 2, "in"), Piece("hold", 2, 4, "next")]
    columns = [Column("step", steps=1), Column("gap"), Column("gap"), Column("step", steps=1)]
    rows = repr(Timeline([lane], columns, "", "step")).splitlines()
    assert "outer" in rows[2]
    assert "in" in rows[3]
    assert "next" in rows[3]
