"""What right answers to the exercises of lesson 11 do: files are read beside the loop, and nothing gets lost.

The files of 11.1 and 11.2 are pipes with names (lesson_11_pipes.py), which deliver when the judge wants.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from helpers.checks import Judge, NotYet
from helpers.checks.arena import Arena, Raised, Stuck
from helpers.checks.calling import an, call
from helpers.checks.heart import INSIDE, STILL, Heart
from helpers.checks.lesson_11_loop import a_thread_for_the_own_loop
from helpers.checks.lesson_11_pipes import NamedPipes
from helpers.checks.lesson_11_queue import a_queue_of_ends
from helpers.checks.words import short

HAS_NAMED_PIPES = sys.platform != "win32"


def all_files_at_once(read_all: Any, arena: Arena) -> str:
    """11.1: contents in the order of the paths, read at the same time, while the loop goes on."""
    paths = _plain_files(arena.folder, ["c.txt", "a.txt", "b.txt", "c.txt"])
    expected = [path.read_bytes() for path in paths]
    shown = "read_all([c.txt, a.txt, b.txt, c.txt])"
    value = arena.run(lambda: call(read_all, list(paths), shown=shown), f"await {shown}")
    _contents(value, expected, f"await {shown}")
    _contents(arena.run(lambda: call(read_all, [], shown="read_all([])"), "await read_all([])"), [], "…")
    if not HAS_NAMED_PIPES:
        return "4 plain files"
    pipes = NamedPipes(arena.folder, count=3, at_once=3)
    shown = "read_all([pipe 1, pipe 2, pipe 3])"
    value = _from_pipes(arena, read_all, pipes, (list(pipes.contents),), shown)
    if pipes.most < 3:
        facts = {"seen": f"at most {pipes.most} read at the same time", "expected": "3"}
        raise NotYet("one_by_one" if pipes.most == 1 else "too_few", call=f"await {shown}", **facts)
    _contents(value, list(pipes.contents.values()), f"await {shown}")
    return "plain files, and 3 pipes that deliver in the opposite order"


def some_files_at_once(read_many: Any, arena: Arena) -> str:
    """11.2: a dictionary of contents and exceptions; three files at once all the time, never four."""
    there = _plain_files(arena.folder, ["a.txt", "b.txt"])
    missing, folder = arena.folder / "missing.txt", arena.folder / "folder"
    folder.mkdir()
    unreadable = {missing: (FileNotFoundError,), folder: (IsADirectoryError, PermissionError)}
    shown = "read_many([missing.txt, a.txt, folder, b.txt], 5)"
    paths = [missing, there[0], folder, there[1]]
    value = arena.run(lambda: _caught(read_many, paths, 5, shown), f"await {shown}")
    _by_path(value, {path: path.read_bytes() for path in there}, unreadable, f"await {shown}")
    if not HAS_NAMED_PIPES:
        return "3 plain files and a folder"
    pipes = NamedPipes(arena.folder, count=5, at_once=3)
    paths = list(pipes.contents)
    paths.insert(1, missing)
    shown = "read_many([pipe 1, missing.txt, pipe 2, … pipe 5], 3)"
    value = _from_pipes(arena, lambda *given: _caught(read_many, *given, shown), pipes, (paths, 3), shown)
    _three_all_the_time(pipes, f"await {shown}")
    _by_path(value, pipes.contents, {missing: (FileNotFoundError,)}, f"await {shown}")
    return "plain files, a folder, and 5 pipes with a limit of 3"


def _three_all_the_time(pipes: NamedPipes, shown: str) -> None:
    if pipes.most != 3:
        why = "too_many" if pipes.most > 3 else "one_by_one" if pipes.most == 1 else "too_few"
        seen = f"at most {pipes.most} read at the same time"
        raise NotYet(why, call=shown, seen=seen, expected="3")
    if pipes.missed:
        seen, expected = "one had ended, and the next one was not begun", "3 at once, as long as there are 3"
        raise NotYet("waits_for_all", call=shown, seen=seen, expected=expected)


def _plain_files(folder: Path, names: list[str]) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(f"contents of {name}\r\n".encode() + b"\xff")
    return [folder / name for name in names]


def _from_pipes(arena: Arena, answer: Any, pipes: NamedPipes, arguments: tuple, shown: str) -> Any:
    """What the answer made of the pipes. Raises NotYet where the loop stood still while it read them."""

    async def program() -> Any:
        heart = Heart()
        beating = asyncio.create_task(heart.go_on())
        try:
            async with pipes.fed(heart):
                return await call(answer, *arguments, shown=shown)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    try:
        value = arena.run(program, f"await {shown}", seconds=4)
    except (Raised, Stuck):
        _loop_went_on(pipes, shown)
        raise
    _loop_went_on(pipes, shown)
    return value


def _loop_went_on(pipes: NamedPipes, shown: str) -> None:
    if {STILL, INSIDE} & set(pipes.places):
        seen, expected = "the event loop stood still during a read", "it goes on"
        raise NotYet("loop_still", call=f"await {shown}", seen=seen, expected=expected)


def _contents(value: Any, expected: list[bytes], shown: str) -> None:
    facts = {"call": shown, "seen": short(value), "expected": short(expected)}
    if value is None:
        raise NotYet("nothing", **facts)
    if not isinstance(value, list | tuple):
        raise NotYet("no_list", call=shown, seen=an(value), expected="a list of bytes")
    if any(isinstance(each, str) for each in value):
        raise NotYet("text", **facts)
    if list(value) != expected:
        same_contents = sorted(map(repr, value)) == sorted(map(repr, expected))
        raise NotYet("order" if same_contents else "values", **facts)


async def _caught(read_many: Any, paths: list[Path], limit: int, shown: str) -> Any:
    try:
        return await call(read_many, list(paths), limit, shown=shown)
    except Exception as error:
        if not _holds_unreadable(error):
            raise
        seen = f"it raised {type(error).__name__}"
        raise NotYet("spoiled", call=f"await {shown}", seen=seen, expected="a dictionary") from None


def _holds_unreadable(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(map(_holds_unreadable, error.exceptions))
    return isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError)


def _by_path(value: Any, contents: dict[Path, bytes], unreadable: dict[Path, tuple], shown: str) -> None:
    if not isinstance(value, dict):
        raise NotYet("no_dict", call=shown, seen=an(value), expected="a dictionary")
    if not set(value) <= {*contents, *unreadable}:
        keys = "keys: " + ", ".join(sorted({type(key).__name__ for key in value}))
        raise NotYet("keys", call=shown, seen=keys, expected="the paths, as they were given")
    if left_out := {*contents, *unreadable} - set(value):
        seen = "left out: " + ", ".join(sorted(path.name for path in left_out))
        raise NotYet("left_out", call=shown, seen=seen, expected=f"{len(contents) + len(unreadable)} paths")
    for path, kinds in unreadable.items():
        if not isinstance(value[path], kinds):
            facts = {"seen": f"{path.name}: {short(value[path])}", "expected": f"{an(kinds[0]('…'))} object"}
            raise NotYet("no_exception", call=shown, **facts)
    for path, expected in contents.items():
        if value[path] != expected:
            facts = {"seen": f"{path.name}: {short(value[path])}", "expected": short(expected)}
            raise NotYet("text" if isinstance(value[path], str) else "values", call=shown, **facts)


JUDGES: dict[str, Judge] = {
    "11.1": all_files_at_once,
    "11.2": some_files_at_once,
    "11.3": a_queue_of_ends,
    "11.4": a_thread_for_the_own_loop,
}
