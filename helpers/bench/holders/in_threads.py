"""A thread for each connection, which blocks in `recv`."""

import queue
import socket
import threading
from collections.abc import Callable

REQUEST = b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n"


def hold(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    answers: queue.SimpleQueue[bytes | OSError] = queue.SimpleQueue()
    at_end = threading.Event()

    def one() -> None:
        try:
            with socket.create_connection(address) as sock:
                sock.sendall(REQUEST)
                answers.put(sock.recv(1000))
                at_end.wait()
        except OSError as error:
            answers.put(error)

    for _ in range(number):
        threading.Thread(target=one, daemon=True).start()
    for _ in range(number):
        if isinstance(answer := answers.get(), OSError):
            raise answer
    answered()
