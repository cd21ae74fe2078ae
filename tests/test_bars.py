from helpers import bars
from helpers.bars import Row

ROWS = [Row("curl", "9,750", 1.0, "14 MB", first=True), Row("线程", "75", 0.25), Row("wget", "failed", None)]


def test_text_is_in_columns_and_bars_have_their_share() -> None:
    assert bars.as_text(ROWS, "Files a second").splitlines() == [
        "Files a second",
        f"curl   9,750  14 MB {'█' * 40}",
        f"线程      75        {'█' * 10}",
        "wget  failed",
    ]


def test_html_needs_nothing_that_a_notebook_takes_away() -> None:
    html = bars.as_html(ROWS, "a < b")
    assert html.count("background:") == 2
    assert "width:25.0%" in html
    assert "a &lt; b" in html
    for taken_away in ("<style", "<svg", "var(", "role=", "class="):
        assert taken_away not in html


def test_without_notes_there_is_more_room_for_the_bars() -> None:
    assert "width:56%" in bars.as_html([Row("a", "1", 1.0)], "")
    assert "width:56%" not in bars.as_html(ROWS, "")


def test_no_rows_are_a_caption() -> None:
    assert bars.as_text([], "nothing") == "nothing"
