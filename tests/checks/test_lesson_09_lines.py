"""Answers to exercise 09.4, right and wrong ones."""

import io
import select
import time
from typing import Any

import pytest

from helpers import check
from tests.checks.test_lesson_09 import SOLUTIONS, verdicts

read_available = SOLUTIONS["read_available"]


class Stub:
    def __init__(self, sock: Any, limit: int = 1000) -> None:
        self.ended = False

    def ready(self) -> list:
        raise NotImplementedError


def test_the_solution_and_the_stub() -> None:
    verdicts("09.4", SOLUTIONS["Lines"], "correct")
    verdicts("09.4", Stub, "not attempted")


# --- right ones ------------------------------------------------------------------------------------------


class Base:
    """Keeps bytes; what becomes of them is in `cut`."""

    def __init__(self, sock: Any, limit: int = 1000) -> None:
        self.sock, self.limit, self.kept, self.ended = sock, limit, b"", False

    def ready(self) -> list:
        data, self.ended = read_available(self.sock)
        self.kept += data
        return self.cut()

    def cut(self) -> list:
        lines = []
        while b"\n" in self.kept:
            line, _, self.kept = self.kept.partition(b"\n")
            lines.append(self.text(line))
        if self.ended and self.kept:
            line, self.kept = self.kept, b""
            lines.append(self.text(line))
        if len(self.kept) > self.limit:
            raise ValueError
        return lines

    def text(self, line: bytes) -> str:
        if len(line) > self.limit:
            raise ValueError
        return line.decode()


class ByteByByte:
    def __init__(self, sock: Any, limit: int = 1000) -> None:
        self._sock, self._limit, self._line = sock, limit, bytearray()
        self._ended = False

    @property
    def ended(self) -> bool:
        return self._ended

    def ready(self) -> tuple:
        lines: list[str] = []
        try:
            while not self._ended:
                if byte := self._sock.recv(1):
                    self._take(byte, lines)
                else:
                    self._ended = True
        except BlockingIOError:
            return tuple(lines)
        return (*lines, *([self._line.decode()] if self._line else []))

    def _take(self, byte: bytes, lines: list[str]) -> None:
        if byte == b"\n":
            lines.append(self._line.decode())
            self._line.clear()
            return
        self._line += byte
        if len(self._line) > self._limit:
            raise ValueError("too long")


class ByteByByteOnce(ByteByByte):
    def ready(self) -> tuple:
        return () if self._ended else super().ready()


class WithStringIO(Base):
    def cut(self) -> list:
        whole, newline, self.kept = self.kept.rpartition(b"\n")
        if self.ended:
            whole, newline, self.kept = whole + newline + self.kept, b"", b""
        lines = list(io.TextIOWrapper(io.BytesIO(whole + newline), "utf-8", newline="\n"))
        lines = [line.removesuffix("\n") for line in lines]
        if any(len(line.encode()) > self.limit for line in lines) or len(self.kept) > self.limit:
            raise ValueError
        return lines


@pytest.mark.parametrize("answer", [Base, ByteByByteOnce, WithStringIO])
def test_right_lines(answer: object) -> None:
    verdicts("09.4", answer, "correct")


# --- wrong ones ------------------------------------------------------------------------------------------


class LosesTheRest(Base):
    def cut(self) -> list:
        lines, self.kept = super().cut(), b""
        return lines


class GivesHalfLines(Base):
    def cut(self) -> list:
        lines, self.kept = self.kept.split(b"\n"), b""
        return [line.decode() for line in lines if line]


class KeepsNewlines(Base):
    def text(self, line: bytes) -> str:
        return super().text(line) + "\n"


class DecodesPieces(Base):
    def __init__(self, sock: Any, limit: int = 1000) -> None:
        super().__init__(sock, limit)
        self.letters = ""

    def cut(self) -> list:
        self.letters += self.kept.decode()
        self.kept = b""
        *lines, self.letters = self.letters.split("\n")
        return lines


class ReplacesHalves(DecodesPieces):
    def cut(self) -> list:
        self.letters += self.kept.decode(errors="replace")
        self.kept = b""
        *lines, self.letters = self.letters.split("\n")
        return lines


class SplitLines(Base):
    def cut(self) -> list:
        whole, _, self.kept = self.kept.rpartition(b"\n")
        return [line.decode() for line in whole.splitlines()]


class SplitLinesOfText(Base):
    def cut(self) -> list:
        whole, _, self.kept = self.kept.rpartition(b"\n")
        return whole.decode().splitlines()


class Strips(Base):
    def text(self, line: bytes) -> str:
        return super().text(line).strip()


class DropsEmptyLines(Base):
    def cut(self) -> list:
        return [line for line in super().cut() if line]


class OneMoreAtTheEnd(Base):
    def cut(self) -> list:
        kept, self.kept = self.kept.split(b"\n"), b""
        if not self.ended:
            self.kept = kept.pop()
        return [self.text(line) for line in kept]


class ForgetsTheLastLine(Base):
    def cut(self) -> list:
        ended, self.ended = self.ended, False
        lines, self.ended = super().cut(), ended
        return lines


class LastLineAgain(ByteByByte):
    pass


class OnlyTheEnd(Base):
    def cut(self) -> list:
        if self.ended:
            line, self.kept = self.kept.rpartition(b"\n")[2], b""
            return [line.decode()] if line else []
        return super().cut()


class ForgetsEnded(Base):
    def ready(self) -> list:
        lines = super().ready()
        self.ended = False
        return lines


class EndedTooEarly(Base):
    def ready(self) -> list:
        lines = super().ready()
        self.ended = self.ended or not lines
        return lines


class NoLimit(Base):
    def __init__(self, sock: Any, limit: int = 1000) -> None:
        super().__init__(sock, 10**9)


class LimitOfWholeLinesOnly(Base):
    def cut(self) -> list:
        limit, kept = self.limit, self.kept.rpartition(b"\n")[2]
        self.kept = self.kept[: len(self.kept) - len(kept)]
        lines, self.kept = super().cut(), kept
        self.limit = limit
        if self.ended and self.kept:
            lines.append(self.text(self.kept))
            self.kept = b""
        return lines


class LimitOfOneRead(Base):
    def ready(self) -> list:
        data, self.ended = read_available(self.sock)
        if any(len(line) > self.limit for line in data.split(b"\n")):
            raise ValueError
        self.kept += data
        limit, self.limit = self.limit, 10**9
        lines, self.limit = self.cut(), limit
        return lines


class LimitOfLetters(Base):
    def text(self, line: bytes) -> str:
        if len(line.decode()) > self.limit:
            raise ValueError
        return line.decode()


class LimitOfAll(Base):
    def cut(self) -> list:
        if len(self.kept) > self.limit:
            raise ValueError
        return super().cut()


class LimitTooLow(Base):
    def __init__(self, sock: Any, limit: int = 1000) -> None:
        super().__init__(sock, limit - 1)


class GivesBytes(Base):
    def text(self, line: bytes) -> Any:
        return super().text(line).encode()


class Waits(Base):
    def ready(self) -> list:
        select.select([self.sock], [], [])
        return super().ready()


class Naps(Base):
    def ready(self) -> list:
        time.sleep(0.01)
        return super().ready()


class Polls(Base):
    def ready(self) -> list:
        while True:
            if lines := super().ready():
                return lines


class LetsItOut(Base):
    def ready(self) -> list:
        self.kept += self.sock.recv(65536)
        return self.cut()


class Hides(Base):
    def ready(self) -> list:
        try:
            return super().ready()
        except OSError:
            return []


class OneLine(Base):
    def cut(self) -> Any:
        return (super().cut() or [None])[0]


class Shared(Base):
    common = bytearray()

    def ready(self) -> list:
        data, self.ended = read_available(self.sock)
        Shared.common += data
        self.kept = bytes(Shared.common)
        lines = self.cut()
        Shared.common[:] = self.kept
        return lines


class TakesNoLimit(Base):
    def __init__(self, sock: Any) -> None:
        super().__init__(sock)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (LosesTheRest, "not yet", "What has no newline behind it yet is kept"),
        (GivesHalfLines, "not yet", "What has no newline behind it yet is kept"),
        (KeepsNewlines, "not yet", "The newline is to go"),
        (DecodesPieces, "not yet", "A character of several bytes was cut in two"),
        (ReplacesHalves, "not yet", "A character of several bytes was cut in two"),
        (SplitLines, "not yet", "`splitlines` ends lines at"),
        (SplitLinesOfText, "not yet", "`splitlines` ends lines at"),
        (Strips, "not yet", "`strip` removes all white space"),
        (DropsEmptyLines, "not yet", "Empty lines are lines, too"),
        (OneMoreAtTheEnd, "not yet", "an empty text is no line here"),
        (ForgetsTheLastLine, "not yet", "is the last line"),
        (LastLineAgain, "not yet", "came again"),
        (OnlyTheEnd, "not yet", "The end does not undo what came before it"),
        (ForgetsEnded, "not yet", "`ended` does not say so"),
        (EndedTooEarly, "not yet", "and the stream goes on"),
        (NoLimit, "not yet", "and no `ValueError`"),
        (LimitOfWholeLinesOnly, "not yet", "one that has no end yet counts, too"),
        (LimitOfOneRead, "not yet", "one that has no end yet counts, too"),
        (LimitOfLetters, "not yet", "Bytes count, not letters"),
        (LimitOfAll, "not yet", "not for all that has arrived"),
        (LimitTooLow, "not yet", "No line here has more than 10 bytes"),
        (GivesBytes, "not yet", "decode each line"),
        (Waits, "not yet", "ready(), line"),
        (Naps, "not yet", "such naps add up"),
        (Polls, "not yet", "Your class asks again and again"),
        (LetsItOut, "not yet", "`BlockingIOError` came out"),
        (Hides, "not yet", "The connection is broken, and your class hid it"),
        (OneLine, "not yet", "A list is asked for"),
        (Shared, "not yet", "Two of your objects know of each other's bytes"),
        (TakesNoLimit, "not yet", "`Lines(sock, limit=10)` make one"),
        (lambda sock, limit: None, "not yet", "Hand over the class itself"),
        (int, "not yet", "`Lines(sock)` and"),
    ],
)
def test_wrong_lines(answer: object, kind: str, says: str) -> None:
    Shared.common.clear()
    verdicts("09.4", answer, kind, says)


def test_an_object_in_place_of_its_class() -> None:
    assert check("09.4", Stub(None)).kind == "not yet"
