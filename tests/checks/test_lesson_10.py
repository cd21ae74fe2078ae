"""Right and wrong answers to the exercises 10.1 to 10.3, each wrong one with its message."""

import contextlib
import select
import selectors
import socket
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from helpers import check
from helpers.exercise import solution_code
from helpers.own_loop import sockets, tasks
from helpers.own_loop.sockets import SocketLoop

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
Sockets = list[socket.socket]


def judged(id: str, answer: object) -> tuple[str, str]:
    verdict = check(id, answer)
    return verdict.kind, " ".join(repr(verdict).split())


# ---- 10.1: who has something to say ----------------------------------------------------------------


def stub_1(socks: Sockets) -> Sockets:
    raise NotImplementedError


def by_select(socks: Sockets) -> Sockets:
    return select.select(socks, [], [], 0)[0] if socks else []


def by_peeking(socks: Sockets) -> Sockets:
    def is_ready(sock: socket.socket) -> bool:
        try:
            sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True

    return [sock for sock in socks if is_ready(sock)]


def one_selector_each(socks: Sockets) -> Sockets:
    found = []
    for sock in socks:
        selector = selectors.DefaultSelector()
        selector.register(sock, READ)
        found += [key.fileobj for key, _ in selector.select(0)]
        selector.close()
    return found


def by_number(socks: Sockets) -> tuple[socket.socket, ...]:
    with selectors.DefaultSelector() as selector:
        for number, sock in enumerate(socks):
            selector.register(sock, READ, number)
        return tuple(socks[n] for n in sorted(key.data for key, _ in selector.select(-1)))


def flag_and_back(socks: Sockets) -> Sockets:
    found = []
    for sock in socks:
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.recv(1, socket.MSG_PEEK)
            found.append(sock)
        sock.setblocking(True)
    return found


def asked(socks: Sockets, events: int = READ, timeout: float | None = 0) -> list[tuple]:
    with selectors.DefaultSelector() as selector:
        for sock in socks:
            selector.register(sock, events)
        return selector.select(timeout)


def sleeps(socks: Sockets) -> Sockets:
    found = [key.fileobj for key, _ in asked(socks, timeout=None)]
    return [sock for sock in socks if sock in found]


def sleeps_a_little(socks: Sockets) -> Sockets:
    return select.select(socks, [], [], 0.05)[0] if socks else []


def closes_them(socks: Sockets) -> Sockets:
    found = by_select(socks)
    for sock in socks:
        sock.close()
    return found


def receives(socks: Sockets) -> Sockets:
    return [sock for sock in socks if sock.recv(100)]


def reads_what_is_ready(socks: Sockets) -> Sockets:
    found = by_peeking(socks)
    for sock in found:
        sock.recv(100)
    return found


def leaves_them_non_blocking(socks: Sockets) -> Sockets:
    for sock in socks:
        sock.setblocking(False)
    return by_peeking(socks)


def ready_to_write(socks: Sockets) -> Sockets:
    return [key.fileobj for key, _ in asked(socks, WRITE)]


def ready_for_anything(socks: Sockets) -> Sockets:
    found = [key.fileobj for key, _ in asked(socks, READ | WRITE)]
    return [sock for sock in socks if sock in found]


def data_only(socks: Sockets) -> Sockets:
    return [sock for sock in by_peeking(socks) if sock.recv(1, socket.MSG_PEEK)]


def keys(socks: Sockets) -> list:
    return [key for key, _ in asked(socks)]


def pairs_of_select(socks: Sockets) -> list:
    return asked(socks)


def backwards(socks: Sockets) -> Sockets:
    return by_select(socks)[::-1]


def the_first_one(socks: Sockets) -> Sockets:
    return by_select(socks)[:1]


async def asynchronous(socks: Sockets) -> Sockets:
    return by_select(socks)


def prints(socks: Sockets) -> None:
    print(by_select(socks))


def a_generator(socks: Sockets) -> Iterable[socket.socket]:
    yield from by_select(socks)


def nothing_for_nobody(socks: Sockets) -> Sockets | None:
    return by_select(socks) if socks else None


RIGHT_1 = [by_select, by_peeking, one_selector_each, by_number, flag_and_back]
WRONG_1 = [
    (sleeps, "stuck", "Without `timeout=0` a selector sleeps"),
    (sleeps_a_little, "stuck", "A short timeout is a wait as well"),
    (closes_them, "not yet", "It belongs to somebody else, who still wants to read"),
    (receives, "stuck", "`recv` on a blocking socket sleeps, too"),
    (reads_what_is_ready, "not yet", "takes nothing"),
    (leaves_them_non_blocking, "not yet", "left non-blocking"),
    (ready_to_write, "not yet", "always ready for that"),
    (ready_for_anything, "not yet", "always ready for that"),
    (data_only, "not yet", "whose other side has closed"),
    (keys, "not yet", "`key.fileobj`"),
    (pairs_of_select, "not yet", "`key.fileobj`"),
    (backwards, "not yet", "in another order"),
    (the_first_one, "not yet", "One is missing whose other side has closed"),
    (asynchronous, "not yet", "An ordinary function"),
    (prints, "not yet", "A list of sockets"),
    (a_generator, "not yet", "A list of sockets"),
    (nothing_for_nobody, "not yet", "an empty list"),
    ([], "not yet", "Hand over the function itself"),
]


# ---- 10.2: receive and send ------------------------------------------------------------------------


class Stub2(SocketLoop):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        raise NotImplementedError

    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        raise NotImplementedError


class Half(SocketLoop):
    """sock_recv is right; sock_sendall is what a subclass makes of it."""

    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            try:
                return sock.recv(most)
            except BlockingIOError:
                await self.until_ready(sock, READ)


class AsksFirst(SocketLoop):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            await self.until_ready(sock, READ)
            with contextlib.suppress(BlockingIOError):
                return sock.recv(most)

    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        while data:
            await self.until_ready(sock, WRITE)
            with contextlib.suppress(BlockingIOError):
                data = data[sock.send(data[:60_000]) :]


class IntoABuffer(AsksFirst):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        buffer, number = bytearray(most), None
        while number is None:
            try:
                number = sock.recv_into(buffer)
            except BlockingIOError:
                await self.until_ready(sock, READ)
        return bytes(buffer[:number])


class ByIndex(Half):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        begin = 0
        while begin < len(data):
            with contextlib.suppress(BlockingIOError):
                begin += sock.send(memoryview(data)[begin:])
                continue
            await self.until_ready(sock, WRITE)


class Recursive(SocketLoop):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        try:
            return sock.recv(most)
        except BlockingIOError:
            await self.until_ready(sock, READ)
            return await self.sock_recv(sock, most)

    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        view = memoryview(data)
        while len(view):
            try:
                sent = sock.send(view)
            except BlockingIOError:
                sent = 0
            if not sent:
                await self.until_ready(sock, WRITE)
            view = view[sent:]


class WithoutUntilReady(Half):
    """Talks to the selector itself."""

    def __init__(self) -> None:
        super().__init__()
        self.helper = "unused"

    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        while data:
            try:
                data = data[sock.send(data) :]
            except BlockingIOError:
                future = self.create_future()
                self._selector.register(sock, WRITE, future)
                await future


class TriesOnceMore(ByIndex):
    """Takes the report for a promise."""

    async def sock_recv(self, sock: Any, most: int) -> bytes:
        try:
            return sock.recv(most)
        except BlockingIOError:
            await self.until_ready(sock, READ)
            return sock.recv(most)


class TrustsTheReport(Half):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        while data:
            await self.until_ready(sock, WRITE)
            data = data[sock.send(data[:60_000]) :]


class WaitsAfterAnyError(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            try:
                return sock.recv(most)
            except OSError:
                await self.until_ready(sock, READ)


class TakesAnErrorForTheEnd(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        try:
            return await Half.sock_recv(self, sock, most)
        except OSError:
            return b""


class HidesErrorsOfSend(ByIndex):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        with contextlib.suppress(OSError):
            await ByIndex.sock_sendall(self, sock, data)


class SendsOnce(Half):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        sock.send(data)


class SendsAllAgain(Half):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        left = len(data)
        while left > 0:
            try:
                left -= sock.send(data)
            except BlockingIOError:
                await self.until_ready(sock, WRITE)


class CallsSendall(Half):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        sock.sendall(data)


class WaitsForTheWrongEvent(Half):
    async def sock_sendall(self, sock: Any, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[sock.send(rest) :]
            except BlockingIOError:
                await self.until_ready(sock, READ)


class NoCatch(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        return sock.recv(most)


class Polls(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            with contextlib.suppress(BlockingIOError):
                return sock.recv(most)


class PollsPolitely(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            try:
                return sock.recv(most)
            except BlockingIOError:
                await self.create_task(nothing())


async def nothing() -> None:
    pass


class WaitsToWrite(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            try:
                return sock.recv(most)
            except BlockingIOError:
                await self.until_ready(sock, WRITE)


class MakesItBlocking(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        sock.setblocking(True)
        return sock.recv(most)


class SelectsItself(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        select.select([sock], [], [])
        return sock.recv(most)


class FillsUp(ByIndex):
    """Waits until there are `most` bytes, or the end."""

    async def sock_recv(self, sock: Any, most: int) -> bytes:
        data = b""
        while len(data) < most:
            piece = await Half.sock_recv(self, sock, most - len(data))
            if not piece:
                break
            data += piece
        return data


class IgnoresTheEnd(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while not (data := await Half.sock_recv(self, sock, most)):
            pass
        return data


class IgnoresMost(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        return await Half.sock_recv(self, sock, 65536)


class RegistersFirst(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        data = await Half.sock_recv(self, sock, most)
        self._selector.register(sock, READ, self.create_future())
        return data


class NoAwait(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            try:
                return sock.recv(most)
            except BlockingIOError:
                self.until_ready(sock, READ)


class ReceivesOnly(Half):
    pass


class Plain(ByIndex):
    def sock_recv(self, sock: Any, most: int) -> bytes:
        while True:
            with contextlib.suppress(BlockingIOError):
                return sock.recv(most)


class PlainSend(Half):
    def sock_sendall(self, sock: Any, data: bytes) -> None:
        sock.send(data)


class OtherArguments(ByIndex):
    async def sock_recv(self, most: int) -> bytes:
        return b""


class CallsItWrongly(ByIndex):
    async def sock_recv(self, sock: Any, most: int) -> bytes:
        return sock.recv()


class OldLoop(tasks.Loop):
    pass


RIGHT_2 = [AsksFirst, IntoABuffer, ByIndex, Recursive, WithoutUntilReady, sockets.Loop]
WRONG_2 = [
    (TriesOnceMore, "not yet", "A report may be out of date"),
    (TrustsTheReport, "not yet", "A report may be out of date"),
    (WaitsAfterAnyError, "not yet", "caught, and it tried again"),
    (TakesAnErrorForTheEnd, "not yet", "it returned b''"),
    (HidesErrorsOfSend, "not yet", "let every other error pass"),
    (SendsOnce, "not yet", "Only the beginning was sent"),
    (SendsAllAgain, "not yet", "the next call has to go on behind it"),
    (CallsSendall, "not yet", "use `send`"),
    (WaitsForTheWrongEvent, "not yet", "To send, it is `EVENT_WRITE`"),
    (NoCatch, "not yet", "The refusal came out"),
    (Polls, "not yet", "that is polling"),
    (PollsPolitely, "not yet", "that is polling"),
    (WaitsToWrite, "not yet", "that is polling"),
    (NoAwait, "not yet", "is there an `await` in front"),
    (MakesItBlocking, "not yet", "stops the whole loop"),
    (SelectsItself, "stuck", "Let `until_ready` wait"),
    (FillsUp, "not yet", "without waiting for more"),
    (IgnoresTheEnd, "not yet", "the end of the stream"),
    (IgnoresMost, "not yet", "Hand it to `recv`"),
    (RegistersFirst, "not yet", "the selector still watched the socket"),
    (ReceivesOnly, "not yet", "no method `sock_sendall`"),
    (Plain, "not yet", "that is polling"),
    (PlainSend, "not yet", "Write `async def`"),
    (OtherArguments, "not yet", "does not take what asyncio's takes"),
    (CallsItWrongly, "error", "recv()"),
    (OldLoop, "not yet", "not a kind of `SocketLoop`"),
    (by_select, "not yet", "Hand over the class itself"),
]


# ---- 10.3: patience --------------------------------------------------------------------------------


class Patient(SocketLoop):
    """What the exercise gives."""

    def __init__(self, patience: float = 5.0) -> None:
        super().__init__()
        self._patience = patience


class Stub3(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        raise NotImplementedError


class ByClosure(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()

        def give_up() -> None:
            if future.done():
                return
            self._selector.unregister(sock)
            future.set_exception(TimeoutError())

        self.call_later(self._patience, give_up)
        self._selector.register(sock, event, future)
        await future


class ByTheTable(Patient):
    """Looks whether the selector still has this very future."""

    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._look, sock, future)
        await future

    def _look(self, sock: Any, future: Any) -> None:
        key = self._selector.get_map().get(sock)
        if key is not None and key.data is future:
            self._selector.unregister(sock)
            future.set_exception(TimeoutError("too late"))


class UnregistersInTheCoroutine(Patient):
    """The timer sets the result; the coroutine looks who it was."""

    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, lambda: future.done() or future.set_result("late"))
        if await future == "late":
            self._selector.unregister(sock)
            raise TimeoutError


class SeesToDeadlines(Patient):
    """No timers: the loop looks at the moments itself."""

    def __init__(self, patience: float = 5.0) -> None:
        super().__init__(patience)
        self._until: dict[Any, float] = {}

    async def until_ready(self, sock: Any, event: int) -> None:
        self._until[sock] = self.time() + self._patience
        await super().until_ready(sock, event)

    def _seconds_to_wait(self) -> float | None:
        own = [
            moment - self.time() for sock, moment in self._until.items() if sock in self._selector.get_map()
        ]
        theirs = super()._seconds_to_wait()
        return min([*own, *([] if theirs is None else [theirs])], default=None)

    def _run_once(self) -> None:
        super()._run_once()
        for sock, moment in list(self._until.items()):
            if sock in self._selector.get_map() and moment <= self.time():
                self._selector.unregister(sock).data.set_exception(TimeoutError())


class NoTimer(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        await super().until_ready(sock, event)


class LateTimerFails(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._give_up, sock, future)
        await future

    def _give_up(self, sock: Any, future: Any) -> None:
        self._selector.unregister(sock)
        future.set_exception(TimeoutError())


class HitsTheNextWait(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        self.call_later(self._patience, self._give_up, sock)
        await super().until_ready(sock, event)

    def _give_up(self, sock: Any) -> None:
        if sock in self._selector.get_map():
            self._selector.unregister(sock).data.set_exception(TimeoutError())


class StaysRegistered(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._give_up, future)
        await future

    def _give_up(self, future: Any) -> None:
        if not future.done():
            future.set_exception(TimeoutError())


class ReturnsAnyway(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._give_up, sock, future)
        await future

    def _give_up(self, sock: Any, future: Any) -> None:
        if not future.done():
            self._selector.unregister(sock)
            future.set_result(None)


class RaisesInTheTimer(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._give_up, sock, future)
        await future

    def _give_up(self, sock: Any, future: Any) -> None:
        if not future.done():
            self._selector.unregister(sock)
            raise TimeoutError


class SuppressesAll(LateTimerFails):
    """Nothing fails any more; but the next wait has lost its place in the selector."""

    def _give_up(self, sock: Any, future: Any) -> None:
        with contextlib.suppress(Exception):
            super()._give_up(sock, future)


class CallsTheTimerAtOnce(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, self._give_up(sock, future))
        await future

    def _give_up(self, sock: Any, future: Any) -> None:
        self._selector.unregister(sock)
        future.set_exception(TimeoutError())


class ForgetsToAwait(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        future = self.create_future()
        self._selector.register(sock, event, future)
        self.call_later(self._patience, ByTheTable._look, self, sock, future)


class AnotherError(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        try:
            await ByClosure.until_ready(self, sock, event)
        except TimeoutError:
            raise OSError("silent") from None


class AlwaysFive(ByClosure):
    def __init__(self, patience: float = 5.0) -> None:
        super().__init__(5.0)


class TooEarly(ByClosure):
    def __init__(self, patience: float = 5.0) -> None:
        super().__init__(0.0)


class ForgetsSuper(SocketLoop):
    def __init__(self, patience: float = 5.0) -> None:
        self._patience = patience


class Sleeps(Patient):
    async def until_ready(self, sock: Any, event: int) -> None:
        if not select.select([sock], [], [], 10)[0]:
            raise TimeoutError


RIGHT_3 = [ByClosure, ByTheTable, UnregistersInTheCoroutine, SeesToDeadlines, sockets.Loop]
WRONG_3 = [
    (NoTimer, "not yet", "no timer is set"),
    (LateTimerFails, "not yet", "if not future.done()"),
    (HitsTheNextWait, "not yet", "That of the *first* wait"),
    (StaysRegistered, "not yet", "Unregister it when you give up"),
    (ReturnsAnyway, "not yet", "Not at the right moment, or not in the right way"),
    (RaisesInTheTimer, "not yet", "Nobody awaits that function"),
    (SuppressesAll, "not yet", "3 s: ready · then the wait had no end"),
    (CallsTheTimerAtOnce, "not yet", "TypeError: 'NoneType' object is not callable"),
    (ForgetsToAwait, "not yet", "Is the future awaited"),
    (AnotherError, "not yet", "5 s: OSError"),
    (AlwaysFive, "not yet", "2 s: TimeoutError"),
    (TooEarly, "not yet", "0 s: TimeoutError"),
    (ForgetsSuper, "not yet", "call `super().__init__()`"),
    (Sleeps, "stuck", "A timer of the loop's"),
    (ByClosure(), "not yet", "Hand over the class itself"),
]

ALL_RIGHT = {"10.1": RIGHT_1, "10.2": RIGHT_2, "10.3": RIGHT_3}
ALL_WRONG = {"10.1": WRONG_1, "10.2": WRONG_2, "10.3": WRONG_3}
STUBS = {"10.1": stub_1, "10.2": Stub2, "10.3": Stub3}
RIGHT = [(id, answer) for id, answers in ALL_RIGHT.items() for answer in answers]
WRONG = [(id, *each) for id, answers in ALL_WRONG.items() for each in answers]


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_right_answers(id: str, answer: object) -> None:
    if answer in (by_peeking, flag_and_back) and sys.platform == "win32":
        pytest.skip("there is no MSG_DONTWAIT on Windows")
    kind, shown = judged(id, answer)
    assert kind == "correct", shown


@pytest.mark.parametrize(("id", "answer", "kind", "says"), WRONG)
def test_wrong_answers(id: str, answer: object, kind: str, says: str) -> None:
    seen, shown = judged(id, answer)
    assert (seen, says in shown) == (kind, True), shown


@pytest.mark.parametrize("id", STUBS)
def test_the_stub_is_not_attempted(id: str) -> None:
    assert judged(id, STUBS[id])[0] == "not attempted"


@pytest.mark.parametrize(
    ("id", "name"), [("10.1", "ready_ones"), ("10.2", "MyLoop"), ("10.3", "PatientLoop")]
)
def test_the_lessons_own_solutions(id: str, name: str) -> None:
    found: dict[str, Any] = {"selectors": selectors, "SocketLoop": SocketLoop}
    exec(solution_code(id), found)
    assert judged(id, found[name])[0] == "correct"
