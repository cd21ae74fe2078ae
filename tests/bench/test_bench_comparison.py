"""For given numbers the table is known."""

from helpers.bench import loads
from helpers.bench.child import Usage
from helpers.bench.comparison import Comparison, Where

RUNS = {
    "curl": [Usage(0.4, 0.2, 14_000_000), Usage(0.2, 0.1, 12_000_000), Usage(0.3, 0.3, 13_000_000)],
    "buffered": [Usage(0.5, 0.4, 26_000_000, 0.1), Usage(0.4, 0.4, 26e6, 0.2), Usage(0.6, 0.4, 26e6, 0.15)],
}
TABLE = Comparison(loads.SMALL, 3, Where("nginx", True, True), RUNS, ("wget (not installed)",))


def test_medians_are_taken_of_each_measure_alone() -> None:
    assert TABLE.median("curl") == Usage(0.3, 0.2, 13_000_000)
    assert TABLE.median("buffered").span == 0.15


def test_ratios_are_how_many_times_as_fast_as_the_reference() -> None:
    assert TABLE.reference == "curl"
    assert TABLE.ratio("curl") == 1
    assert TABLE.ratio("buffered") == 0.6
    assert TABLE.ratio("buffered", started=True) == 2
    assert TABLE.ratio("curl", started=True) is None


def test_the_table() -> None:
    assert repr(TABLE).splitlines() == [
        "2,000 × 10 KiB, 16 at a time; files a second",
        "                  whole     ×  started     ×  CPU s  peak MB  at once",
        "curl --parallel   6,667  1.00        –     –   0.20       13        –  ████████████████████",
        "BufferedProtocol  4,000  0.60   13,333  2.00   0.40       26        –  ████████████",
        "Medians of 3 interleaved rounds. “started” leaves out the start of Python and its imports.",
        "× is how many times as fast as curl --parallel, the whole process.",
        "Server: nginx. Server and client have a processor each. "
        "The files are in memory: no disk is measured.",
        "Not here: wget (not installed).",
    ]


def test_the_picture_has_the_same_numbers_and_needs_nothing_that_a_notebook_takes_away() -> None:
    html = TABLE._repr_html_()
    for text in (
        "6,667 files/s",
        "× 0.60 (2.00) · 0.40 s CPU · 26 MB",
        "width:60.0%",
        "Medians of 3",
    ):
        assert text in html
    for taken_away in ("<style", "<svg", "var(", "role=", "class="):
        assert taken_away not in html


def test_where_nobody_is_a_reference_there_are_no_ratios() -> None:
    table = Comparison(
        loads.LATENCY, 1, Where("raw", False, False), {"article": [Usage(0.7, 0.3, 4e7, 0.6, 100)]}
    )
    assert (table.reference, table.ratio("article")) == (None, None)
    assert "the article's program   0.70  –     0.60  –   0.30       40      100  ████" in repr(table)
    assert "Measured once." in repr(table)
    assert "share the processors" in repr(table)
    assert "a disk may slow them down" in repr(table)


def test_without_anybody_the_table_is_empty() -> None:
    table = Comparison(loads.LARGE, 1, Where("raw", True, True), {}, ("curl --parallel (not installed)",))
    assert "Not here: curl" in repr(table)
    assert "Not here: curl" in table._repr_html_()


def test_what_goes_to_a_file_has_every_run() -> None:
    kept = TABLE.as_dict()
    assert [run["seconds"] for run in kept["runs"]["curl"]] == [0.4, 0.2, 0.3]
    assert kept["load"]["files"] == 2_000
