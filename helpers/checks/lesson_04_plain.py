"""Run an answer that is a plain function where it can be stopped, for the exercises of lesson 04."""

from collections.abc import Callable
from typing import Any

from helpers.checks.arena import Arena


def plainly(arena: Arena, program: Callable[[], Any], call: str) -> Any:
    """Run `program()`, which awaits nothing, in the arena; return its result. `call` as in `Arena.run`."""

    async def main() -> Any:
        return program()

    return arena.run(main, call)
