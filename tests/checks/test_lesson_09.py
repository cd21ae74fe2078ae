"""Answers to the exercises 09.1 to 09.3, right and wrong ones; 09.4 is in test_lesson_09_lines.py."""

import asyncio
import errno
import os
import select
import selectors
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers import check, silent
from helpers.authoring import execution
from helpers.files import COURSE

STEM = "09_non_blocking_sockets"
Sock = socket.socket


def solutions() -> dict[str, Any]:
    """All names of the lesson's solutions, which use one another."""
    notebook = nbformat.read(COURSE / "solutions" / f"{STEM}.ipynb", as_version=4)
    names: dict[str, Any] = {}
    exec(next(cell.source for cell in notebook.cells if cell.cell_type == "code"), names)
    for cell in notebook.cells:
        if any(tag.startswith("answer-") for tag in cell.metadata.get("tags", ())):
            exec(cell.source, names)
    return names


SOLUTIONS = solutions()


def verdicts(id: str, answer: object, kind: str, says: str = "") -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in " ".join(repr(verdict).split())) == (kind, True), repr(verdict)


@pytest.mark.parametrize(
    ("id", "name"), [("09.1", "read_available"), ("09.2", "send_some"), ("09.3", "connect_outcome")]
)
def test_the_solution_and_the_stub(id: str, name: str) -> None:
    def stub(*_: object) -> None:
        raise NotImplementedError

    verdicts(id, SOLUTIONS[name], "correct")
    verdicts(id, stub, "not attempted")


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
def test_the_notebook_runs_where_the_system_has_no_such_flag(folder: str, tmp_path: Path) -> None:
    notebook = nbformat.read(COURSE / folder / f"{STEM}.ipynb", as_version=4)
    pretend = 'from helpers import system\n\nsystem._FOUND["O_NONBLOCK"] = False'
    notebook.cells.insert(0, nbformat.v4.new_code_cell(pretend))
    asyncio.run(execution.execute(notebook, tmp_path))
    said = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ())]
    assert sum("This system has no O_NONBLOCK." in text for text in said) == 3


# --- 09.1 ------------------------------------------------------------------------------------------------


def reading(recv: Callable[[Sock], bytes]) -> Callable[[Sock], tuple[bytes, bool]]:
    """A right answer, where `recv` is right."""

    def read(sock: Sock) -> tuple[bytes, bool]:
        data, piece = b"", b"-"
        while piece:
            try:
                piece = recv(sock)
            except BlockingIOError:
                return data, False
            data += piece
        return data, True

    return read


def into_a_buffer(sock: Sock) -> bytes:
    buffer = bytearray(4096)
    return bytes(buffer[: sock.recv_into(buffer)])


def asks_first(sock: Sock) -> list:
    data = bytearray()
    while select.select([sock], [], [], 0)[0]:
        if not (piece := sock.recv(100)):
            return [data, 1]
        data.extend(piece)
    return [data, 0]


def by_iter(sock: Sock) -> tuple[bytes, bool]:
    pieces = []
    try:
        pieces += [b""]
        for piece in iter(lambda: sock.recv(4096), b""):
            pieces.append(piece)
    except BlockingIOError:
        return b"".join(pieces), False
    return b"".join(pieces), True


RIGHT_READING = [
    reading(lambda sock: sock.recv(1)),
    reading(lambda sock: os.read(sock.fileno(), 100)),
    reading(lambda sock: sock.recv(4096, getattr(socket, "MSG_DONTWAIT", 0))),
    reading(into_a_buffer),
    asks_first,
    by_iter,
]


@pytest.mark.parametrize("answer", RIGHT_READING)
def test_right_reading(answer: object) -> None:
    verdicts("09.1", answer, "correct")


def only_recv(sock: Sock) -> tuple[bytes, bool]:
    return sock.recv(65536), False


def one_recv(sock: Sock) -> tuple[bytes, bool]:
    try:
        data = sock.recv(65536)
        return data, not data
    except BlockingIOError:
        return b"", False


def until_a_short_piece(sock: Sock) -> tuple[bytes, bool]:
    data = b""
    try:
        while True:
            piece = sock.recv(4096)
            data += piece
            if len(piece) < 4096:
                return data, piece == b""
    except BlockingIOError:
        return data, False


def polls(sock: Sock) -> tuple[bytes, bool]:
    while True:
        try:
            return sock.recv(65536), False
        except BlockingIOError:
            pass


def never_sees_the_end(sock: Sock) -> tuple[bytes, bool]:
    data = b""
    try:
        while True:
            data += sock.recv(65536)
    except BlockingIOError:
        return data, False


def nothing_is_the_end(sock: Sock) -> tuple[bytes, bool]:
    data, _ = SOLUTIONS["read_available"](sock)
    return data, not data


def never_ended(sock: Sock) -> tuple[bytes, bool]:
    return SOLUTIONS["read_available"](sock)[0], False


def forgets_what_came_before_the_end(sock: Sock) -> tuple[bytes, bool]:
    data, ended = SOLUTIONS["read_available"](sock)
    return (b"", True) if ended else (data, False)


def hides_errors(sock: Sock) -> tuple[bytes, bool]:
    data = b""
    try:
        while piece := sock.recv(65536):
            data += piece
        return data, True
    except OSError:
        return data, False


def errors_are_the_end(sock: Sock) -> tuple[bytes, bool]:
    try:
        return SOLUTIONS["read_available"](sock)
    except ConnectionError:
        return b"", True


def blocks(sock: Sock) -> tuple[bytes, bool]:
    sock.setblocking(True)
    return sock.recv(65536), False


def waits_a_little(sock: Sock) -> tuple[bytes, bool]:
    sock.settimeout(0.01)
    try:
        return sock.recv(65536), False
    except TimeoutError:
        return b"", False
    finally:
        sock.setblocking(False)


def sleeps_in_select(sock: Sock) -> tuple[bytes, bool]:
    select.select([sock], [], [])
    return SOLUTIONS["read_available"](sock)


def naps(sock: Sock) -> tuple[bytes, bool]:
    time.sleep(0.01)
    return SOLUTIONS["read_available"](sock)


def sleeps_a_little_in_select(sock: Sock) -> tuple[bytes, bool]:
    select.select([sock], [], [], 0.05)
    return SOLUTIONS["read_available"](sock)


def a_few_rounds(sock: Sock) -> tuple[bytes, bool]:
    data = b""
    try:
        for _ in range(10):
            data += sock.recv(4096)
    except BlockingIOError:
        pass
    return data, False


def polls_and_catches_everything(sock: Sock) -> tuple[bytes, bool]:
    while True:
        try:
            return sock.recv(65536), False
        except:  # noqa: E722
            pass


def goes_round(sock: Sock) -> None:
    while True:
        pass


def ends_the_process(sock: Sock) -> None:
    os._exit(3)


def text(sock: Sock) -> tuple[str, bool]:
    data, ended = SOLUTIONS["read_available"](sock)
    return data.decode("latin-1"), ended


def closes(sock: Sock) -> tuple[bytes, bool]:
    found = SOLUTIONS["read_available"](sock)
    sock.close()
    return found


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (only_recv, "not yet", "`BlockingIOError` came out"),
        (one_recv, "not yet", "Some of it was left behind"),
        (until_a_short_piece, "not yet", "shorter than you asked for does not say"),
        (polls, "not yet", "asks again and again while nothing is there"),
        (never_sees_the_end, "not yet", "An empty piece is the end"),
        (nothing_is_the_end, "not yet", 'No data is "nothing *yet*"'),
        (never_ended, "not yet", "your function says that it has not"),
        (forgets_what_came_before_the_end, "not yet", "what had come before it was lost"),
        (a_few_rounds, "not yet", "(70 bytes, False) What should: (1000 bytes, False)"),
        (naps, "not yet", "such naps add up"),
        (sleeps_a_little_in_select, "not yet", "such naps add up"),
        (hides_errors, "not yet", "The connection is broken, and your function hid it"),
        (errors_are_the_end, "not yet", "The connection is broken, and your function hid it"),
        (blocks, "not yet", "waits for something"),
        (waits_a_little, "not yet", "it blocks now, or has a timeout"),
        (sleeps_in_select, "not yet", "sleeps_in_select(), line"),
        (polls_and_catches_everything, "not yet", "polls_and_catches_everything(), line"),
        (goes_round, "not yet", "goes_round(), line"),
        (ends_the_process, "stuck", "os._exit"),
        (text, "not yet", "is not bytes"),
        (closes, "not yet", "That is left to whoever opened it"),
        (lambda sock: sock.recv(0), "not yet", "A pair is asked for"),
        (lambda sock: None, "not yet", "A pair is asked for"),
        (lambda: (b"", False), "not yet", "with one argument"),
        (lambda sock: 1 / 0, "error", "ZeroDivisionError"),
        ((b"", False), "not yet", "check() was given a tuple"),
    ],
)
def test_wrong_reading(answer: object, kind: str, says: str) -> None:
    verdicts("09.1", answer, kind, says)


# --- 09.2 ------------------------------------------------------------------------------------------------


def by_slices(sock: Sock, data: bytes) -> bytes:
    try:
        while data:
            data = data[sock.send(data[:100_000]) :]
    except BlockingIOError:
        pass
    return data


def recursive(sock: Sock, data: bytes) -> bytes:
    if not data or not select.select([], [sock], [], 0)[1]:
        return data
    return recursive(sock, data[sock.send(data) :])


def by_position(sock: Sock, data: bytes) -> memoryview:
    view, at = memoryview(data), 0
    while at < len(view):
        try:
            at += os.write(sock.fileno(), view[at : at + 65536])
        except BlockingIOError:
            break
    return view[at:]


@pytest.mark.parametrize("answer", [by_slices, recursive, by_position])
def test_right_sending(answer: object) -> None:
    verdicts("09.2", answer, "correct")


def one_send(sock: Sock, data: bytes) -> bytes:
    try:
        return data[sock.send(data) :]
    except BlockingIOError:
        return data


def by_sendall(sock: Sock, data: bytes) -> bytes:
    try:
        sock.sendall(data)
        return b""
    except BlockingIOError:
        return data


def ignores_the_number(sock: Sock, data: bytes) -> bytes:
    try:
        sock.send(data)
    except BlockingIOError:
        return data
    return b""


def insists(sock: Sock, data: bytes) -> bytes:
    while data:
        try:
            data = data[sock.send(data) :]
        except BlockingIOError:
            pass
    return data


def waits_for_room(sock: Sock, data: bytes) -> bytes:
    while data:
        select.select([], [sock], [])
        data = data[sock.send(data) :]
    return data


def waits_a_little_for_room(sock: Sock, data: bytes) -> bytes:
    while data and select.select([], [sock], [], 0.02)[1]:
        data = data[sock.send(data) :]
    return data


def goes_on_and_on(sock: Sock, data: bytes) -> bytes:
    while True:
        pass


def never_done(sock: Sock, data: bytes) -> bytes:
    try:
        while True:
            data = data[sock.send(data) :]
    except BlockingIOError:
        return data


def makes_it_block(sock: Sock, data: bytes) -> bytes:
    sock.setblocking(True)
    sock.sendall(data)
    return b""


def no_try(sock: Sock, data: bytes) -> bytes:
    while data:
        data = data[sock.send(data) :]
    return data


def how_many(sock: Sock, data: bytes) -> int:
    return len(data) - len(SOLUTIONS["send_some"](sock, data))


def hides_a_broken_pipe(sock: Sock, data: bytes) -> bytes:
    try:
        while data:
            data = data[sock.send(data) :]
    except OSError:
        pass
    return data


def in_bites_that_overlap(sock: Sock, data: bytes) -> bytes:
    try:
        while data:
            data = data[max(1, sock.send(data[:1000]) - 1) :]
    except BlockingIOError:
        pass
    return data


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (one_send, "not yet", "There was room for more"),
        (by_sendall, "not yet", "does not say how much went"),
        (ignores_the_number, "not yet", "together not what there was to send"),
        (in_bites_that_overlap, "not yet", "together not what there was to send"),
        (insists, "not yet", "tries again and again while the buffer is full"),
        (waits_for_room, "not yet", "waits_for_room(), line"),
        (waits_a_little_for_room, "not yet", "such naps add up"),
        (never_done, "not yet", "When nothing is left, the loop is over"),
        (goes_on_and_on, "not yet", "goes round without end"),
        (makes_it_block, "not yet", "has a timeout"),
        (no_try, "not yet", "`BlockingIOError` came out"),
        (how_many, "not yet", "That is a number"),
        (hides_a_broken_pipe, "not yet", "The other side is gone, and your function hid it"),
        (lambda sock, data: None, "not yet", "The rest is asked for"),
        (lambda sock, data: data, "not yet", "There was room for more"),
        (lambda sock: b"", "not yet", "with two arguments"),
        (lambda sock, data: [][0], "error", "IndexError"),
        (b"", "not yet", "check() was given a bytes"),
    ],
)
def test_wrong_sending(answer: object, kind: str, says: str) -> None:
    verdicts("09.2", answer, kind, says)


# --- 09.3 ------------------------------------------------------------------------------------------------


def with_a_timeout(address: Any, seconds: float) -> str:
    try:
        with socket.create_connection(address, timeout=seconds):
            return "connected"
    except TimeoutError:
        return "no answer"
    except OSError as error:
        return type(error).__name__


def with_a_selector(address: Any, seconds: float) -> str:
    sock = socket.socket()
    try:
        sock.setblocking(False)
        try:
            sock.connect(address)
        except BlockingIOError:
            with selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_WRITE)
                if not selector.select(seconds):
                    return "no answer"
            if code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(code, os.strerror(code)) from None
    except OSError as error:
        return error.__class__.__name__
    finally:
        sock.close()
    return "connected"


def asks_now_and_then(address: Any, seconds: float) -> str:
    with socket.socket() as sock:
        sock.setblocking(False)
        code, until = sock.connect_ex(address), time.monotonic() + seconds
        while code in (errno.EINPROGRESS, errno.EALREADY):
            if time.monotonic() > until:
                return "no answer"
            time.sleep(0.25)
            code = sock.connect_ex(address)
        return "connected" if code in (0, errno.EISCONN) else type(OSError(code, "")).__name__


def second_connect(address: Any, seconds: float) -> str:
    with socket.socket() as sock:
        sock.setblocking(False)
        code = sock.connect_ex(address)
        if code == errno.EINPROGRESS:
            if not select.select([], [sock], [], seconds)[1]:
                return "no answer"
            code = sock.connect_ex(address)
        return "connected" if code in (0, errno.EISCONN) else type(OSError(code, "")).__name__


@pytest.mark.parametrize("answer", [with_a_timeout, with_a_selector, asks_now_and_then, second_connect])
def test_right_connecting(answer: object) -> None:
    verdicts("09.3", answer, "correct")


def connecting(
    wait: Callable[[Sock, float], object] = lambda sock, seconds: select.select([], [sock], [], seconds)[1],
    ask: bool = True,
    name: Callable[[int], object] = lambda code: type(OSError(code, "")).__name__,
    close: bool = True,
    silence: str = "no answer",
) -> Callable:
    """A right answer, but for what is given."""

    def connect(address: Any, seconds: float) -> object:
        sock = socket.socket()
        sock.setblocking(False)
        try:
            code = sock.connect_ex(address)
            if code == errno.EINPROGRESS:
                if not wait(sock, seconds):
                    return silence
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if ask else 0
            return name(code) if code else "connected"
        finally:
            if close:
                sock.close()

    return connect


def in_progress_is_an_error(address: Any, seconds: float) -> str:
    with socket.socket() as sock:
        sock.setblocking(False)
        try:
            sock.connect(address)
        except OSError as error:
            return type(error).__name__
        return "connected"


def waits_as_long_as_it_takes(address: Any, seconds: float) -> str:
    with socket.socket() as sock:
        try:
            sock.connect(address)
        except OSError as error:
            return type(error).__name__
        return "connected"


def refusal_comes_out(address: Any, seconds: float) -> str:
    with socket.create_connection(address, timeout=seconds):
        return "connected"


def code_is_lost(address: Any, seconds: float) -> str:
    with socket.socket() as sock:
        sock.setblocking(False)
        sock.connect_ex(address)
        if not select.select([], [sock], [], seconds)[1]:
            return "no answer"
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return type(OSError(code, "")).__name__ if code else "connected"


def refusal_only(address: Any, seconds: float) -> str:
    with socket.socket() as sock:
        sock.setblocking(False)
        try:
            sock.connect(address)
        except ConnectionRefusedError as error:
            return type(error).__name__
        return "connected"


def asks_select_again_and_again(sock: Sock, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if select.select([], [sock], [], 0)[1]:
            return True
    return False


def sleeps_all_the_time(sock: Sock, seconds: float) -> list:
    time.sleep(seconds)
    return select.select([], [sock], [], 0)[1]


def asks_twice(sock: Sock, seconds: float) -> list:
    writable = select.select([], [sock], [], seconds)[1]
    sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return writable


def code_zero_is_an_error(address: Any, seconds: float) -> str:
    seen = SOLUTIONS["connect_outcome"](address, seconds)
    return "OSError" if seen == "connected" else seen


def asks_again_and_again(address: Any, seconds: float) -> str:
    until = time.monotonic() + seconds
    with socket.socket() as sock:
        sock.setblocking(False)
        while (code := sock.connect_ex(address)) in (errno.EINPROGRESS, errno.EALREADY):
            if time.monotonic() > until:
                return "no answer"
        return "connected" if code in (0, errno.EISCONN) else type(OSError(code, "")).__name__


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (
            connecting(wait=lambda *_: True),
            "not yet",
            "`SO_ERROR` is 0 as long as there is no error *so far*",
        ),
        (connecting(ask=False), "not yet", "Writable says that the attempt is over, not how it went"),
        (
            connecting(wait=lambda s, t: select.select([s], [], [], t)[0]),
            "not yet",
            "second list of `select`",
        ),
        (connecting(wait=lambda s, _: select.select([], [s], [])), "not yet", "The time was over"),
        (
            connecting(wait=lambda s, _: select.select([], [s], [], 0)[1]),
            "not yet",
            "Does your function give",
        ),
        (asks_again_and_again, "not yet", "Let `select` sleep"),
        (connecting(wait=asks_select_again_and_again), "not yet", "Let `select` sleep"),
        (connecting(wait=sleeps_all_the_time), "not yet", "it wakes up as soon as the socket is *writable*"),
        (connecting(wait=asks_twice), "not yet", "once: to ask clears it"),
        (code_zero_is_an_error, "not yet", "0 is no error"),
        (refusal_only, "not yet", "is no failure: the attempt is under way"),
        (connecting(name=lambda code: OSError(code, "")), "not yet", "name of the error's class"),
        (connecting(name=lambda code: errno.errorcode[code]), "not yet", "name of the error's class"),
        (connecting(name=lambda code: code), "not yet", "A text is asked for"),
        (connecting(name=os.strerror), "not yet", "not what became of this attempt"),
        (connecting(close=False), "not yet", "its socket was still open"),
        (connecting(silence="TimeoutError"), "not yet", "Silence is to be called"),
        (in_progress_is_an_error, "not yet", "is no failure: the attempt is under way"),
        (waits_as_long_as_it_takes, "not yet", "waits_as_long_as_it_takes(), line"),
        (refusal_comes_out, "not yet", "That somebody refuses is an outcome"),
        (code_is_lost, "not yet", "`connect_ex` gave the outcome at once"),
        (lambda address, seconds: "connected", "not yet", "nobody came"),
        (lambda address, seconds: None, "not yet", "A text is asked for"),
        (lambda address: "connected", "not yet", "with two arguments"),
        (lambda address, seconds: {}["x"], "error", "KeyError"),
        ("connected", "not yet", "check() was given a str"),
    ],
)
def test_wrong_connecting(answer: object, kind: str, says: str) -> None:
    verdicts("09.3", answer, kind, says)


def test_a_check_leaves_nothing_behind() -> None:
    """The notebook's own `socket.socket` is as it was, and so is what a socket does."""
    before = socket.socket
    check("09.3", SOLUTIONS["connect_outcome"])
    assert socket.socket is before
    with silent.listener() as full:
        assert SOLUTIONS["connect_outcome"](full.address, 0.1) == "no answer"
