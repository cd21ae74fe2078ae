"""Exercise 06.2: a cache that loads each key once, whoever asks for it, and when."""

import asyncio
from types import SimpleNamespace
from typing import Any

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, call
from helpers.checks.lesson_06_stage import at_once
from helpers.checks.orders import in_every_order


def each_key_is_loaded_once(get: Any, arena: Arena) -> str:
    """06.2: one load a key, whoever asks when; everybody gets the value; other keys do not wait."""
    tried = _cache(get, "aa", a=1)
    _cache(get, "aba", a=2, b=1)
    return tried


def _cache(get: Any, keys: str, **seconds: float) -> str:
    """All `keys` are asked for at once, and each once more when these have their values."""
    calls = {key: f"get(cache, {key!r}, load)" for key in keys}
    shown = f"{' and '.join(calls[key] for key in keys)} at once, then {' and '.join(calls.values())}"

    async def main() -> SimpleNamespace:
        cache, loads = {}, []

        async def load(key: str) -> str:
            loads.append(key)
            await asyncio.sleep(seconds[key])
            return f"value of {key}"

        async def one(key: str) -> tuple[str, Any, float]:
            try:
                value = await call(get, cache, key, load, shown=calls[key])
            except RuntimeError as error:
                if "coroutine" in str(error):
                    raise NotYet("coroutine_twice", call=shown, seen=f"RuntimeError: {error}") from None
                raise
            if asyncio.isfuture(value):
                raise NotYet("returned_future", call=shown, seen=f"{an(value)} came back")
            return key, value, asyncio.get_running_loop().time()

        started = asyncio.get_running_loop().time()
        first = await at_once(*((f"{key} {n}", one(key)) for n, key in enumerate(keys, 1)))
        loaded_first = sorted(loads)
        later = [await one(key) for key in seconds]
        await asyncio.sleep(max(seconds.values()))  # for a load that nobody awaits, so that it is counted
        late = [key for key, _, time in first if time - started >= seconds[key] + 1]
        values = [(key, value) for key, value, _ in [*first, *later]]
        return SimpleNamespace(values=values, loaded_first=loaded_first, loads=loads, late=late)

    return in_every_order(main, lambda run: _cache_wrong(run.value, list(seconds), shown), shown)


def _cache_wrong(end: SimpleNamespace, keys: list[str], shown: str) -> NotYet | None:
    right = {key: f"value of {key}" for key in keys}
    for key, value in end.values:
        if value != right[key]:
            seen = f"get(cache, {key!r}, load) returned {value!r}"[:120]
            why = "mixed_up" if value in right.values() else "value"
            return NotYet(why, call=shown, seen=seen, expected=repr(right[key]))
    if sorted(end.loads) != keys:
        seen = f"loaded: {', '.join(end.loads) or 'nothing'}"
        return NotYet(_how_loaded(end, keys), call=shown, seen=seen, expected="each key once")
    if end.late:
        seen = f"get(cache, {end.late[0]!r}, load) came back after another load, too"
        return NotYet("one_by_one", call=shown, seen=seen, expected="when its own load is done")
    return None


def _how_loaded(end: SimpleNamespace, keys: list[str]) -> str:
    if set(end.loads) != set(keys):
        return "not_loaded"
    return "loads_again" if end.loaded_first == keys else "loads"
