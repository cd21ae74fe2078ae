"""How much a program that crawls and downloads may take: of the server, and of your time."""

from typing import NamedTuple


class Limits(NamedTuple):
    """`in_flight`: requests at a time. `patience`: seconds of silence after which one try is given up.
    `deadline`: seconds for everything."""

    in_flight: int = 3
    patience: float = 5.0
    deadline: float = 120.0
