import asyncio
from collections import deque

import pytest

from helpers import check
from helpers.own_loop import locks


def rejects(id: str, answer: object, kind: str, says: str) -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)


def accepts(id: str, answer: object) -> None:
    verdict = check(id, answer)
    assert verdict.kind == "correct", repr(verdict)


# --- 08.1 ------------------------------------------------------------------------------------------------


class Start:
    def __init__(self, runners):
        self.missing = runners
        self.changed = asyncio.Condition()

    async def ready(self):
        async with self.changed:
            self.missing -= 1
            self.changed.notify_all()
            try:
                await self.changed.wait_for(lambda: self.missing <= 0)
            except asyncio.CancelledError:
                if self.missing > 0:
                    self.missing += 1
                raise


class ByAnEvent:
    def __init__(self, runners):
        self.missing, self.all_there = runners, asyncio.Event()

    async def ready(self):
        self.missing -= 1
        if self.missing <= 0:
            self.all_there.set()
        try:
            await self.all_there.wait()
        except asyncio.CancelledError:
            self.missing += 1
            raise


class StartStub(Start):
    async def ready(self):
        raise NotImplementedError


class NobodyWaits(Start):
    async def ready(self):
        self.missing -= 1


class WakesOneRunner(Start):
    async def ready(self):
        async with self.changed:
            self.missing -= 1
            if self.missing <= 0:
                self.changed.notify()
            await self.changed.wait_for(lambda: self.missing <= 0)


class WaitsForItsOwnBell(Start):
    async def ready(self):
        async with self.changed:
            self.missing -= 1
            if self.missing == 0:
                self.changed.notify_all()
            await self.changed.wait()


class ExactlyZero(Start):
    async def ready(self):
        async with self.changed:
            self.missing -= 1
            self.changed.notify_all()
            await self.changed.wait_for(lambda: self.missing == 0)


class KeepsTheCount(Start):
    async def ready(self):
        async with self.changed:
            self.missing -= 1
            self.changed.notify_all()
            await self.changed.wait_for(lambda: self.missing <= 0)


class AnyBellWillDo(Start):
    async def ready(self):
        async with self.changed:
            self.missing -= 1
            self.changed.notify_all()
            if self.missing > 0:
                await self.changed.wait()


class CallsTheRaceOff(Start):
    async def ready(self):
        async with self.changed:
            self.missing -= 1
            self.changed.notify_all()
            try:
                await self.changed.wait_for(lambda: self.missing <= 0)
            except asyncio.CancelledError:
                self.missing += 1
                raise


class RingsWithoutTheLock(Start):
    async def ready(self):
        self.missing -= 1
        self.changed.notify_all()


class OnceOpenStaysOpen:
    """No lock but the condition's own, no number that falls: a set of those who are there."""

    def __init__(self, runners):
        self.runners, self.there, self.open = runners, set(), False
        self.changed = asyncio.Condition()

    async def ready(self):
        await self.changed.acquire()
        me = object()
        try:
            self.there.add(me)
            if len(self.there) >= self.runners:
                self.open = True
                self.changed.notify_all()
            while not self.open:
                await self.changed.wait()
        finally:
            self.there.discard(me)
            self.changed.release()


class Polls(Start):
    async def ready(self):
        self.missing -= 1
        while self.missing > 0:
            await asyncio.sleep(0)


@pytest.mark.parametrize("answer", [Start, ByAnEvent, OnceOpenStaysOpen])
def test_08_1_right_answers(answer: type) -> None:
    accepts("08.1", answer)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (NobodyWaits, "not yet", "went before all were there"),
        (WakesOneRunner, "stuck", "`notify()` wakes one"),
        (WaitsForItsOwnBell, "stuck", "that it has rung itself"),
        (ExactlyZero, "stuck", "Is it exactly 0"),
        (KeepsTheCount, "not yet", "still counted as present"),
        (Polls, "stuck", "This does not end"),
        (AnyBellWillDo, "not yet", "went before all were there"),
        (CallsTheRaceOff, "not yet", "only while somebody is missing"),
        (RingsWithoutTheLock, "not yet", "must hold the condition's lock"),
        (Start(1), "not yet", "Hand over the class itself"),
        (StartStub, "not attempted", ""),
    ],
)
def test_08_1_wrong_answers(answer: object, kind: str, says: str) -> None:
    rejects("08.1", answer, kind, says)


# --- 08.2 ------------------------------------------------------------------------------------------------


class Buffer:
    def __init__(self, room):
        self.room, self.items = room, []
        self.changed = asyncio.Condition()

    async def put(self, item):
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.items) < self.room)
            self.items.append(item)
            self.changed.notify_all()

    async def get(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            self.changed.notify_all()
            return self.items.pop(0)


class TwoSemaphores:
    def __init__(self, room):
        self.free, self.there = asyncio.Semaphore(room), asyncio.Semaphore(0)
        self.items = deque()

    async def put(self, item):
        await self.free.acquire()
        self.items.append(item)
        self.there.release()

    async def get(self):
        await self.there.acquire()
        self.free.release()
        return self.items.popleft()


class Borrowed(asyncio.Queue):
    pass


class BufferStub(Buffer):
    async def put(self, item):
        raise NotImplementedError

    async def get(self):
        raise NotImplementedError


class NoBound(Buffer):
    async def put(self, item):
        async with self.changed:
            self.items.append(item)
            self.changed.notify_all()


class LastInFirstOut(Buffer):
    async def get(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            self.changed.notify_all()
            return self.items.pop()


class LooksOnceForRoom(Buffer):
    async def put(self, item):
        async with self.changed:
            if len(self.items) >= self.room:
                await self.changed.wait()
            self.items.append(item)
            self.changed.notify_all()


class PutsAndThenWaits(Buffer):
    async def put(self, item):
        async with self.changed:
            self.items.append(item)
            self.changed.notify_all()
            await self.changed.wait_for(lambda: len(self.items) <= self.room)


class PassesOverZero(Buffer):
    async def get(self):
        item = None
        while not item:
            item = await super().get()
        return item


class GivesNothing(Buffer):
    async def get(self):
        await super().get()


class NoLock(Buffer):
    async def get(self):
        await self.changed.wait_for(lambda: self.items)
        return self.items.pop(0)


class ForgetsToAwait(Buffer):
    async def get(self):
        async with self.changed:
            self.changed.wait_for(lambda: self.items)
            return self.items.pop(0)


class LooksTenTimesASecond(Buffer):
    async def get(self):
        while not self.items:
            await asyncio.sleep(0.1)
        return await super().get()


class TwoConditions(Buffer):
    """Two conditions with one lock, each for those who wait for the same thing."""

    def __init__(self, room):
        super().__init__(room)
        lock = asyncio.Lock()
        self.changed, self.freed = asyncio.Condition(lock), asyncio.Condition(lock)

    async def put(self, item):
        async with self.freed:
            while len(self.items) == self.room:
                await self.freed.wait()
            self.items.append(item)
            self.changed.notify_all()

    async def get(self):
        async with self.changed:
            while not self.items:
                await self.changed.wait()
            self.freed.notify_all()
            return self.items.pop(0)


class WakesOneOfBoth(Buffer):
    async def put(self, item):
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.items) < self.room)
            self.items.append(item)
            self.changed.notify()

    async def get(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            self.changed.notify()
            return self.items.pop(0)


class LooksOnce(Buffer):
    async def get(self):
        async with self.changed:
            if not self.items:
                await self.changed.wait()
            self.changed.notify_all()
            return self.items.pop(0)


class PutsInSilence(Buffer):
    async def put(self, item):
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.items) < self.room)
            self.items.append(item)


class TakesInSilence(Buffer):
    async def get(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            return self.items.pop(0)


class TakesTooEarly(Buffer):
    async def get(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            item = self.items.pop(0)
            self.changed.notify_all()
        await asyncio.sleep(0)
        return item


class InventsItems(Buffer):
    async def get(self):
        return self.items.pop(0) if self.items else None


@pytest.mark.parametrize("answer", [Buffer, TwoSemaphores, TwoConditions, Borrowed])
def test_08_2_right_answers(answer: type) -> None:
    accepts("08.2", answer)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (NoBound, "not yet", "than there is room for"),
        (WakesOneOfBoth, "not yet", "may wake one who can do nothing"),
        (LooksOnce, "not yet", "not `if`"),
        (LooksOnceForRoom, "not yet", "to look again after"),
        (LastInFirstOut, "not yet", "First in, first out"),
        (PutsAndThenWaits, "not yet", "Wait first"),
        (PassesOverZero, "not yet", "also 0 or None"),
        (GivesNothing, "not yet", "Does it wait for an item, and return it?"),
        (NoLock, "not yet", "must hold the condition's lock"),
        (ForgetsToAwait, "not yet", "is it\nawaited?"),
        (LooksTenTimesASecond, "not yet", "That is polling"),
        (PutsInSilence, "not yet", "in `put` and in `get`"),
        (TakesInSilence, "not yet", "in `put` and in `get`"),
        (TakesTooEarly, "not yet", "An item was lost"),
        (InventsItems, "not yet", "Does it wait for an item"),
        (Buffer(1), "not yet", "Hand over the class itself"),
        (BufferStub, "not attempted", ""),
    ],
)
def test_08_2_wrong_answers(answer: object, kind: str, says: str) -> None:
    rejects("08.2", answer, kind, says)


def test_a_failing_order_is_drawn() -> None:
    assert "consumer 1" in repr(check("08.2", LooksOnce).picture)


# --- 08.3 ------------------------------------------------------------------------------------------------


class ByEvents:
    """Each bell is an Event of asyncio's; so it does not work on the learner's loop."""

    def __init__(self, loop):
        self.bell = asyncio.Event()

    async def wait(self):
        await self.bell.wait()

    async def wait_for(self, predicate):
        while not predicate():
            await self.wait()

    def notify_all(self):
        self.bell.set()
        self.bell = asyncio.Event()


class OneFutureForAll:
    def __init__(self, loop):
        self.loop, self.bell = loop, None

    async def wait(self):
        """A future that is shared must not be cancelled with one of its waiters: each has its own below."""
        bell = self.loop.create_future()
        self.bell = [*(self.bell or []), bell]
        await bell

    async def wait_for(self, predicate):
        while True:
            if predicate():
                return True
            await self.wait()

    def notify_all(self):
        bells, self.bell = self.bell or [], None
        for bell in bells:
            bell.done() or bell.set_result(True)


class ConditionStub(locks.Condition):
    async def wait(self):
        raise NotImplementedError

    async def wait_for(self, predicate):
        raise NotImplementedError

    def notify_all(self):
        raise NotImplementedError


class SetsTheCancelled(locks.Condition):
    def notify_all(self):
        for woken in self._waiting:
            woken.set_result(None)
        self._waiting.clear()


class KeepsTheList(locks.Condition):
    def notify_all(self):
        for woken in self._waiting:
            woken.set_result(None)


class WakesTheFirst(locks.Condition):
    def notify_all(self):
        while self._waiting:
            woken = self._waiting.pop(0)
            if not woken.done():
                woken.set_result(None)
                return


class LooksOnceOnly(locks.Condition):
    async def wait_for(self, predicate):
        if not predicate():
            await self.wait()


class RemembersTheBell(locks.Condition):
    rung = False

    async def wait(self):
        if not self.rung:
            await super().wait()

    def notify_all(self):
        self.rung = True
        super().notify_all()


class RingsAsync(locks.Condition):
    async def notify_all(self):
        super().notify_all()


class AwaitsNothing(locks.Condition):
    async def wait(self):
        self._waiting.append(self._loop.create_future())


class WaitsFirst(locks.Condition):
    async def wait_for(self, predicate):
        await self.wait()
        await super().wait_for(predicate)


class NeverForgets(locks.Condition):
    def notify_all(self):
        for woken in self._waiting:
            if not woken.done():
                woken.set_result(None)


class OneFutureIsCancelledForAll(locks.Condition):
    def __init__(self, loop):
        self._loop, self.bell = loop, loop.create_future()

    async def wait(self):
        await self.bell

    def notify_all(self):
        rung, self.bell = self.bell, self._loop.create_future()
        if not rung.done():
            rung.set_result(None)


class AsksAsyncio(locks.Condition):
    async def wait(self):
        self._waiting.append(asyncio.Future())
        await self._waiting[-1]


class GivesTheFuture(locks.Condition):
    """An ordinary function; what it returns can be awaited as well."""

    def wait(self):
        self._waiting.append(self._loop.create_future())
        return self._waiting[-1]


class ThrowsAwayLater(locks.Condition):
    """The futures of one bell go when the next one waits."""

    async def wait(self):
        self._waiting = [one for one in self._waiting if not one.done()]
        await super().wait()

    def notify_all(self):
        for woken in self._waiting:
            if not woken.done():
                woken.set_result(None)


class ForgetsToKeep(locks.Condition):
    async def wait(self):
        await self._loop.create_future()


@pytest.mark.parametrize("answer", [locks.Condition, OneFutureForAll, GivesTheFuture, ThrowsAwayLater])
def test_08_3_right_answers(answer: type) -> None:
    accepts("08.3", answer)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (SetsTheCancelled, "not yet", "ask `done()` first"),
        (KeepsTheList, "not yet", "empty the list after the bell"),
        (WakesTheFirst, "not yet", "Not all who waited"),
        (LooksOnceOnly, "not yet", "a `while`, not an `if`"),
        (RemembersTheBell, "not yet", "A bell that has rung is over"),
        (RingsAsync, "not yet", "it is an ordinary `def`"),
        (ForgetsToKeep, "not yet", "Not all who waited"),
        (ByEvents, "not yet", "asked for no future"),
        (AsksAsyncio, "not yet", "asked for no future"),
        (AwaitsNothing, "not yet", "Is its future awaited?"),
        (WaitsFirst, "stuck", "Look first"),
        (NeverForgets, "not yet", "the list grows for ever"),
        (OneFutureIsCancelledForAll, "not yet", "a future of its own"),
        (ConditionStub, "not attempted", ""),
        (5, "not yet", "Hand over the class itself"),
    ],
)
def test_08_3_wrong_answers(answer: object, kind: str, says: str) -> None:
    rejects("08.3", answer, kind, says)


# --- 08.4 ------------------------------------------------------------------------------------------------


class Table:
    def __init__(self, seats):
        self.seats, self.eating = seats, set()
        self.changed = asyncio.Condition()

    async def take(self, seat):
        neighbours = {(seat - 1) % self.seats, (seat + 1) % self.seats}
        async with self.changed:
            await self.changed.wait_for(lambda: not neighbours & self.eating)
            self.eating.add(seat)

    async def put_back(self, seat):
        async with self.changed:
            self.eating.discard(seat)
            self.changed.notify_all()


class OrderedForks:
    def __init__(self, seats):
        self.forks = [asyncio.Lock() for _ in range(seats)]

    def both(self, seat):
        return sorted((seat, (seat + 1) % len(self.forks)))

    async def take(self, seat):
        first, second = self.both(seat)
        await self.forks[first].acquire()
        try:
            await self.forks[second].acquire()
        except BaseException:
            self.forks[first].release()
            raise

    async def put_back(self, seat):
        for fork in self.both(seat):
            self.forks[fork].release()


class TableStub(Table):
    async def take(self, seat):
        raise NotImplementedError

    async def put_back(self, seat):
        raise NotImplementedError


class AlwaysYes(Table):
    async def take(self, seat):
        pass


class NotRound(Table):
    async def take(self, seat):
        async with self.changed:
            await self.changed.wait_for(lambda: not {seat - 1, seat + 1} & self.eating)
            self.eating.add(seat)


class OneEater(Table):
    async def take(self, seat):
        async with self.changed:
            await self.changed.wait_for(lambda: not self.eating)
            self.eating.add(seat)


class LeftFirst(OrderedForks):
    async def take(self, seat):
        await self.forks[seat].acquire()
        await asyncio.sleep(0)
        await self.forks[(seat + 1) % len(self.forks)].acquire()


class LeftFirstAtOnce(OrderedForks):
    """Without a pause between the two forks it takes a rarer order to get stuck."""

    def both(self, seat):
        return seat, (seat + 1) % len(self.forks)


class OnlySeatFourIsLeftHanded(OrderedForks):
    def both(self, seat):
        forks = seat, (seat + 1) % len(self.forks)
        return forks[::-1] if seat == 4 else forks


class KeepsAFork(OrderedForks):
    async def take(self, seat):
        for fork in self.both(seat):
            await self.forks[fork].acquire()


class RingsForTwo(Table):
    async def put_back(self, seat):
        async with self.changed:
            self.eating.discard(seat)
            self.changed.notify(2)


class RingsUnlocked(Table):
    async def put_back(self, seat):
        self.eating.discard(seat)
        self.changed.notify_all()


class RoomForAllButOne(OrderedForks):
    """Left first; but never are all at the table."""

    def __init__(self, seats):
        super().__init__(seats)
        self.room = asyncio.Semaphore(seats - 1)

    def both(self, seat):
        return seat, (seat + 1) % len(self.forks)

    async def take(self, seat):
        await self.room.acquire()
        try:
            await super().take(seat)
        except BaseException:
            self.room.release()
            raise

    async def put_back(self, seat):
        await super().put_back(seat)
        self.room.release()


class HigherForkFirst(OrderedForks):
    def both(self, seat):
        return super().both(seat)[::-1]


class RingsForOne(Table):
    async def put_back(self, seat):
        async with self.changed:
            self.eating.discard(seat)
            self.changed.notify()


class SilentTable(Table):
    async def put_back(self, seat):
        self.eating.discard(seat)


class IfTable(Table):
    async def take(self, seat):
        neighbours = {(seat - 1) % self.seats, (seat + 1) % self.seats}
        async with self.changed:
            if neighbours & self.eating:
                await self.changed.wait()
            self.eating.add(seat)


class ReservesForEver(Table):
    """Whoever waits keeps the others from passing; and goes on doing so when cancelled."""

    def __init__(self, seats):
        super().__init__(seats)
        self.hungry = []

    async def take(self, seat):
        neighbours = {(seat - 1) % self.seats, (seat + 1) % self.seats}
        self.hungry.append(seat)

        def may_eat():
            before = set(self.hungry[: self.hungry.index(seat)])
            return not neighbours & (self.eating | before)

        async with self.changed:
            await self.changed.wait_for(may_eat)
            self.hungry.remove(seat)
            self.eating.add(seat)


@pytest.mark.parametrize("answer", [Table, OrderedForks, HigherForkFirst, RoomForAllButOne])
def test_08_4_right_answers(answer: type) -> None:
    accepts("08.4", answer)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (AlwaysYes, "not yet", "ate at the same time"),
        (NotRound, "not yet", "the last one is the first one's neighbour"),
        (OneEater, "not yet", "They share no fork"),
        (LeftFirst, "stuck", "hold one fork while waiting"),
        (RingsForOne, "not yet", "lets everybody look"),
        (SilentTable, "stuck", "ring for"),
        (IfTable, "not yet", "ate at the same time"),
        (LeftFirstAtOnce, "stuck", "hold one fork while waiting"),
        (OnlySeatFourIsLeftHanded, "stuck", "hold one fork while waiting"),
        (KeepsAFork, "stuck", "has kept something"),
        (RingsForTwo, "not yet", "`notify(2)` two"),
        (RingsUnlocked, "not yet", "must hold the condition's lock"),
        (ReservesForEver, "stuck", ""),
        (TableStub, "not attempted", ""),
    ],
)
def test_08_4_wrong_answers(answer: object, kind: str, says: str) -> None:
    rejects("08.4", answer, kind, says)
