import nbformat.v4 as v4
import pytest

from helpers.authoring import rules


def notebook_with(cell: object) -> object:
    return v4.new_notebook(cells=[v4.new_markdown_cell("Prose."), cell])


def code(source: str = "1", output: str | None = None, **metadata: object) -> object:
    outputs = [] if output is None else [v4.new_output("stream", name="stdout", text=output)]
    return v4.new_code_cell(source, outputs=outputs, execution_count=1, metadata=metadata)


def test_a_good_cell_has_no_problems() -> None:
    assert rules.problems(notebook_with(code(output="order: C A B\n"))) == []


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (code("\n".join("1" * 21)), "21 lines"),
        (code("x = 1\n" + "1" * 108), "a line of 108 characters"),
        (v4.new_code_cell("1"), "not run"),
        (code("# NBVAL_IGNORE_OUTPUT"), "NBVAL comment"),
        (code(tags=["nbval-skip"]), "gives no reason"),
        (code(output="<object at 0x7f3b2c1d>"), "address in memory"),
        (code(output="http://127.0.0.1:4711/get"), "a port: 127.0.0.1:4711"),
        (code(output="/tmp/x"), "a path"),
        (code(output="Task-17"), "a counted task name"),
        (code(output="on 2026-01-31"), "a date"),
        (
            v4.new_code_cell("1", execution_count=1, outputs=[v4.new_output("stream", name="stderr")]),
            "stderr",
        ),
        (
            v4.new_code_cell("1", execution_count=1, outputs=[v4.new_output("error", ename="E")]),
            "error is stored",
        ),
    ],
)
def test_each_broken_rule_is_named_with_its_cell(cell: object, says: str) -> None:
    (problem,) = rules.problems(notebook_with(cell))
    assert problem.startswith("cell 2: ")
    assert says in problem


def test_prose_comes_before_code() -> None:
    assert "cell 3: no prose before it" in rules.problems(
        v4.new_notebook(cells=[v4.new_markdown_cell("a"), code(), code()])
    )


def test_few_cells_may_stay_uncompared() -> None:
    pairs = [(v4.new_markdown_cell("a"), code(tags=["nbval-skip"], reason="r")) for _ in range(2)]
    problems = rules.problems(v4.new_notebook(cells=[*pairs[0], *pairs[1]]))
    assert problems == ["2 cells are not compared; at most 1 may be"]
