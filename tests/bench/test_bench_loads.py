"""The files of a comparison differ from each other, and nothing that is wrong with a copy is overlooked."""

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.bench import loads
from helpers.bench.loads import HUGE, LARGE, LATENCY, LOADS, SMALL, Load, NoRoom

FEW = Load("small", 3, 5_000_000, 2)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    loads.write(FEW, folder)
    return folder


def test_there_are_as_many_files_as_large_as_it_says_and_no_two_alike(served: Path) -> None:
    contents = [path.read_bytes() for path in sorted(served.iterdir())]
    assert [len(content) for content in contents] == [FEW.size] * FEW.files
    assert len(set(contents)) == FEW.files


def test_they_are_the_same_each_time(served: Path, tmp_path: Path) -> None:
    loads.write(FEW, tmp_path)
    assert all((tmp_path / name).read_bytes() == (served / name).read_bytes() for name in FEW.names())


def test_a_true_copy_has_no_problem(served: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(served, tmp_path / "copy")
    (copy / ".journal").touch()
    assert loads.problem(FEW, served, copy) is None


def lose(folder: Path) -> None:
    (folder / "file-00001").unlink()


def change_the_last_byte(folder: Path) -> None:
    path = folder / "file-00002"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def shorten(folder: Path) -> None:
    path = folder / "file-00000"
    path.write_bytes(path.read_bytes()[:-1])


def swap(folder: Path) -> None:
    (folder / "file-00000").replace(folder / "x")
    (folder / "file-00001").replace(folder / "file-00000")
    (folder / "x").replace(folder / "file-00001")


def add(folder: Path) -> None:
    (folder / "file-00000.part").touch()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lose, "file-00001 is missing"),
        (change_the_last_byte, "file-00002 has other bytes than on the server"),
        (shorten, "file-00000 has other bytes than on the server"),
        (swap, "file-00000 has other bytes than on the server"),
        (add, "file-00000.part was not asked for"),
    ],
)
def test_what_is_wrong_is_said(spoil, words: str, served: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(served, tmp_path / "copy")
    spoil(copy)
    assert loads.problem(FEW, served, copy) == words


@pytest.mark.parametrize(
    ("where", "words"),
    [("shutil.disk_usage", "30 MB on the disk"), ("psutil.virtual_memory", "15 MB of memory")],
)
def test_files_that_do_not_fit_have_no_place(where: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"helpers.bench.loads.{where}", lambda *_: SimpleNamespace(free=1e6, available=1e6))
    with pytest.raises(NoRoom, match=f"{words}.*1 are free"):
        loads.place(FEW)


@pytest.mark.parametrize(("free", "in_memory"), [(1e9, True), (29e6, False)])
def test_they_are_in_memory_where_they_fit(
    free: float, in_memory: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "MEMORY", tmp_path)

    def usage(path: Path) -> SimpleNamespace:
        return SimpleNamespace(free=free if path == tmp_path else 1e12)

    monkeypatch.setattr("helpers.bench.loads.shutil.disk_usage", usage)
    assert (loads.place(FEW) == tmp_path) == in_memory


def test_without_a_file_system_in_memory_they_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "MEMORY", tmp_path / "none")
    assert loads.place(FEW) == Path(tempfile.gettempdir())


def test_small_files_count_by_the_file_large_ones_by_the_byte_delays_by_time() -> None:
    assert [load.unit for load in LOADS.values()] == ["files/s", "MB/s", "MB/s", "s"]
    assert SMALL.figure(0.5) == 4_000
    assert LARGE.figure(1) == pytest.approx(209.7152)
    assert HUGE.figure(2) == pytest.approx(268.435456)
    assert LATENCY.figure(0.6) == 0.6


def test_the_delays_take_their_time_whoever_downloads() -> None:
    assert LATENCY.least == pytest.approx(0.5)
    assert LATENCY.at_most(101).least == pytest.approx(0.1)
    assert SMALL.least == 0


def test_fewer_files_if_fewer_are_wanted() -> None:
    assert (SMALL.at_most(5).files, SMALL.at_most(9_999).files, SMALL.at_most(None)) == (5, 2_000, SMALL)
