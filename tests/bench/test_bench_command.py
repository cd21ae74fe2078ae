"""The command measures what it is asked for, says what went wrong, and loses nothing that was measured."""

import json
import signal
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.bench import command, loads
from helpers.bench.costs import Costs
from helpers.commands.learning import BENCHES


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the fake measures were asked for; `large` cannot be measured."""
    calls: list[tuple] = []

    def measure(name: str) -> command.Measure:
        def fake(rounds: int, most: int | None, tell) -> Costs:
            tell("at work")
            calls.append((name, rounds, most))
            if name == "large":
                raise loads.NoRoom("The disk is full.")
            return Costs({"task": 1e-5}, rounds, "3.12.1")

        return fake

    monkeypatch.setattr(command, "MEASURES", {name: measure(name) for name in command.MEASURES})
    return calls


def test_everything_is_measured_if_nothing_is_named(asked: list[tuple]) -> None:
    main(["bench"])
    assert [name for name, *_ in asked] == list(command.MEASURES)


def test_a_group_stands_for_its_members_and_each_is_measured_once(asked: list[tuple]) -> None:
    main(["bench", "huge", "downloads", "--rounds", "2", "--at-most", "9"])
    assert asked == [("small", 2, 9), ("large", 2, 9), ("huge", 2, 9)]


def test_the_results_go_to_a_file(asked: list[tuple], tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert main(["bench", "primitives", "--json", str(path)]) == 0
    results = json.loads(path.read_text())
    assert results["primitives"]["seconds"] == {"task": 1e-5}
    assert set(results["machine"]) == {"python", "system", "release", "processors"}


def test_what_cannot_be_measured_is_said_and_the_rest_is_kept(
    asked: list[tuple], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "results.json"
    assert main(["bench", "large", "small", "--json", str(path)]) == 1
    assert "large could not be measured. The disk is full." in capsys.readouterr().err
    assert set(json.loads(path.read_text())) == {"machine", "small"}


def test_what_was_measured_before_an_interrupt_is_kept(
    asked: list[tuple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(command.MEASURES, "large", interrupted)
    path = tmp_path / "results.json"
    assert main(["bench", "small", "large", "--json", str(path)]) == 1
    assert set(json.loads(path.read_text())) == {"machine", "small"}
    assert capsys.readouterr().err.startswith("Stopped.")


def test_a_signal_to_end_is_no_sudden_death(asked: list[tuple], monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has started and written is tidied up on the way out."""
    monkeypatch.setitem(command.MEASURES, "small", lambda *_: signal.raise_signal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as stop:
        main(["bench", "small"])
    assert stop.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_older_file_is_not_overwritten(
    asked: list[tuple], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "results.json"
    path.write_text("mine")
    assert main(["bench", "small", "--json", str(path)]) == 2
    assert main(["bench", "small", "--json", str(tmp_path / "no" / "x.json")]) == 2
    assert (path.read_text(), asked) == ("mine", [])
    assert "Give another file" in capsys.readouterr().err


def test_results_that_cannot_be_written_are_in_the_tables_at_least(
    asked: list[tuple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command, "write_atomically", full)
    assert main(["bench", "primitives", "--json", str(tmp_path / "x.json")]) == 1
    out, err = capsys.readouterr()
    assert "a task: made, run, awaited" in out
    assert "x.json could not be written" in err


@pytest.mark.parametrize("arguments", [["fly"], ["small", "--rounds", "0"], ["small", "--at-most", "-1"]])
def test_a_wrong_command_line_exits_with_2(
    arguments: list[str], asked: list[tuple], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["bench", *arguments])
    except SystemExit as stop:
        status = stop.code
    assert (status, asked) == (2, [])
    assert "There are: downloads, all" in (error := capsys.readouterr().err) or "no number from 1 up" in error


def test_the_help_names_all_there_is() -> None:
    assert set(BENCHES) == {*command.MEASURES, *command.GROUPS}


@pytest.mark.parametrize(("most", "sizes"), [(None, [10, 100, 1_000, 10_000]), (5, [5]), (100, [10, 100])])
def test_the_ladder_ends_where_it_shall(most: int | None, sizes: list[int], monkeypatch) -> None:
    monkeypatch.setattr("helpers.bench.connections.measure", lambda sizes, tell: list(sizes))
    assert command._connections(5, most, print) == sizes
