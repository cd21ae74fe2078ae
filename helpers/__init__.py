"""The machinery of the course: what lessons import, and what builds and checks them. Read it, it is short."""

from importlib import import_module

__all__ = ["check", "hint", "practice_server", "predict", "solution", "timeline"]


def __getattr__(name: str) -> object:
    """Load what is asked for when it is (PEP 562): a command such as `download` needs none of it, and starts
    faster.
    """
    if name in ("practice_server", "timeline"):
        return import_module(f"helpers.{name}")
    if name in __all__:
        return getattr(import_module("helpers.exercise"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
