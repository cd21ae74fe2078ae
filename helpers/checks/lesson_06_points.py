"""Exercise 06.1: points for players, fetched at the same time, and none of them lost."""

import asyncio
from collections.abc import Callable
from typing import Any

from helpers import simulation
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_06_stage import at_once, one_by_one
from helpers.checks.orders import in_every_order


def points_are_added(add_points: Any, arena: Arena) -> str:
    """06.1: no points get lost, and all are fetched at the same time, once."""
    tried = _points(add_points, {"Ann": 10}, ("Ann", 5), ("Ann", 7), ("Ann", 1))
    _points(add_points, {}, ("Ann", 3), ("Ann", 4))
    _points(add_points, {"Ann": 10}, ("Ann", 5), ("Bob", 7))
    return tried


def _points(add_points: Any, before: dict[str, int], *fetched: tuple[str, int]) -> str:
    players = [player for player, _ in fetched]
    calls = [f"add_points(scores, {player!r}, fetch)" for player in dict.fromkeys(players)]
    often = f"{len(fetched)} times at once" if len(calls) == 1 else "at once"
    shown = f"{' and '.join(calls)} {often}, with scores = {before}"
    expected = dict(before)
    for player, points in fetched:
        expected[player] = expected.get(player, 0) + points

    async def main() -> tuple[dict, list]:
        scores, fetches = dict(before), []

        def giving(points: int) -> Callable:
            async def fetch(player: str) -> int:
                fetches.append(player)
                await asyncio.sleep(1)
                return points

            return fetch

        await at_once(
            *((f"+{points}", call(add_points, scores, who, giving(points))) for who, points in fetched)
        )
        return scores, fetches

    def wrong(run: simulation.Run) -> NotYet | None:
        scores, fetches = run.value
        facts = {"call": shown, "seen": f"scores = {scores}", "expected": str(expected)}
        if sorted(fetches) != sorted(players):
            return NotYet("fetches", call=shown, seen=f"fetched for: {', '.join(map(repr, fetches))}")
        if scores == before:
            return NotYet("nothing_added", **facts)
        if scores != expected:
            return NotYet(_why_not(scores, players), **facts)
        return one_by_one(run, shown)

    return in_every_order(main, wrong, shown)


def _why_not(scores: dict, players: list[str]) -> str:
    if not all(isinstance(score, int) for score in scores.values()):
        return "no_number"
    return "lost" if len(set(players)) == 1 else "other_player"
