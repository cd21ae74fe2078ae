"""The machinery of the course: what lessons import, and what builds and checks them. Read it, it is short."""

from helpers import practice_server

__all__ = ["practice_server"]
