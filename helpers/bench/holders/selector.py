"""Sockets and a selector, no asyncio: about the least that Python can do."""

import selectors
import socket
from collections.abc import Callable

REQUEST = b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n"


def hold(address: tuple[str, int], number: int, answered: Callable[[], None]) -> None:
    selector = selectors.DefaultSelector()
    for _ in range(number):
        sock = socket.create_connection(address)
        sock.sendall(REQUEST)
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ)
    waiting = number
    while waiting:
        for key, _ in selector.select():
            if key.fileobj.recv(1000):
                waiting -= 1
    answered()
