"""Exercise 07.3: shared locks, and those that share too much or too little."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from lesson_functions import lessons_own

from helpers import check

LESSON = lessons_own("07_locks", "Entrance", "Counting", "SharedLock")
SharedLock = LESSON["SharedLock"]


class CountsTheWaiting(SharedLock):
    waiting = 0

    def may_read(self):
        return super().may_read() and not self.waiting

    async def start_writing(self):
        self.waiting += 1
        try:
            await super().start_writing()
        finally:
            self.waiting -= 1
            async with self.changed:
                self.changed.notify_all()


class WithFutures:
    """Not by inheritance, and without a Condition."""

    def __init__(self):
        self.readers, self.writing, self.queue = 0, False, []

    async def wait(self, mode):
        turn = asyncio.get_running_loop().create_future()
        self.queue.append((mode, turn))
        self.look()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self.queue.remove((mode, turn))
                self.look()
            else:
                self.leave(mode)
            raise

    def look(self):
        while self.queue:
            mode, turn = self.queue[0]
            if turn.cancelled():
                return
            if self.writing or (mode == "w" and self.readers):
                return
            self.queue.pop(0)
            if mode == "w":
                self.writing = True
            else:
                self.readers += 1
            turn.set_result(None)

    def leave(self, mode):
        if mode == "w":
            self.writing = False
        else:
            self.readers -= 1
        self.look()

    @asynccontextmanager
    async def shared(self):
        await self.wait("r")
        try:
            yield
        finally:
            self.leave("r")

    @asynccontextmanager
    async def exclusive(self):
        await self.wait("w")
        try:
            yield
        finally:
            self.leave("w")


class NothingChanged(SharedLock):
    pass


class CountsTooLate(CountsTheWaiting):
    async def start_writing(self):
        await SharedLock.start_writing(self)
        self.waiting += 1
        self.waiting -= 1


class AFlag(CountsTheWaiting):
    async def start_writing(self):
        self.waiting = 1
        try:
            await SharedLock.start_writing(self)
        finally:
            self.waiting = 0
            async with self.changed:
                self.changed.notify_all()


class NotTakenBack(CountsTheWaiting):
    async def start_writing(self):
        self.waiting += 1
        await SharedLock.start_writing(self)
        self.waiting -= 1


class NobodyTold(CountsTheWaiting):
    async def start_writing(self):
        self.waiting += 1
        try:
            await SharedLock.start_writing(self)
        finally:
            self.waiting -= 1


class AllExclusive(SharedLock):
    @asynccontextmanager
    async def shared(self):
        async with self.exclusive():
            yield


class NobodyWaits(SharedLock):
    def may_write(self):
        return True


class WakesOne(NobodyTold):
    async def leave(self):
        if self.writing:
            self.writing = False
        else:
            self.readers -= 1
        async with self.changed:
            self.changed.notify()


class NeverLeaves(CountsTheWaiting):
    @asynccontextmanager
    async def shared(self):
        await self.start_reading()
        yield
        await self.leave()


class NoModes:
    pass


class PlainGenerators(SharedLock):
    async def shared(self):
        yield


class Stub(SharedLock):
    def may_read(self):
        raise NotImplementedError

    async def start_writing(self):
        raise NotImplementedError


@pytest.mark.parametrize("answer", [CountsTheWaiting, WithFutures])
def test_right_answers(answer: object) -> None:
    verdict = check("07.3", answer)
    assert verdict.kind == "correct", repr(verdict)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (NothingChanged, "not yet", "passed a writer who was waiting"),
        (CountsTooLate, "not yet", "*before* they"),
        (NotTakenBack, "stuck", "it still counts as waiting"),
        (AFlag, "not yet", "a reader passed the second one"),
        (NobodyTold, "not yet", "tell those who wait"),
        (AllExclusive, "not yet", "Among readers nobody has to wait"),
        (NobodyWaits, "not yet", "inside together"),
        (WakesOne, "not yet", "`notify_all()`, not `notify()`"),
        (NeverLeaves, "stuck", "belongs in a"),
        (NoModes, "not yet", "has no `shared()`"),
        (PlainGenerators, "not yet", "Is `@asynccontextmanager` missing?"),
        (CountsTheWaiting(), "not yet", "Hand over the class itself"),
        (Stub, "not attempted", ""),
    ],
)
def test_wrong_answers(answer: object, kind: str, says: str) -> None:
    verdict = check("07.3", answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)
