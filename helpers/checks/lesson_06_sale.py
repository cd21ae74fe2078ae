"""Exercise 06.5: seats are sold; whatever happens to a payment, a seat is one buyer's, or free."""

import asyncio
from types import SimpleNamespace
from typing import Any

from helpers import simulation
from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import call
from helpers.checks.lesson_06_stage import one_by_one
from helpers.checks.orders import in_every_order

SEATS = ["A1", "A2"]


def seats_are_sold(buy: Any, arena: Arena) -> str:
    """06.5: whatever happens to a payment, a seat is sold to one buyer, or free."""
    tried = _sale(buy, SEATS, ("Ann", "Bob", "Cy"))
    _sale(buy, SEATS[:1], ("Ann", "Bob"), declined="Ann")
    _sale(buy, SEATS, ("Ann", "Bob"), cancel="Ann")
    _sale(buy, SEATS[:1], ("Ann",), declined="Ann", cancel="Ann")
    return tried


def _buy(buyers: tuple[str, ...]) -> str:
    return f"{' and '.join(buyers)} buy at once" if len(buyers) > 1 else f"{buyers[0]} buys"


def _sale(buy: Any, seats: list[str], buyers: tuple[str, ...], declined: str = "", cancel: str = "") -> str:
    shown = f"{_buy(buyers)}; free: {', '.join(seats)}"
    shown += f"; {declined}'s payment fails" * bool(declined) + f"; {cancel} may be cancelled" * bool(cancel)

    async def main() -> SimpleNamespace:
        office = SimpleNamespace(free=list(seats), sold={})
        paid: list[tuple[str, str]] = []
        paying: list[str] = []
        tried: list[str] = []
        clashes: list[str] = []

        async def pay(buyer: str, seat: str) -> None:
            if seat in paying or seat in [paid_seat for paid_seat, _ in paid]:
                clashes.append(f"{buyer} pays for {seat}, which another one is paying or has paid for")
            if seat in office.sold:
                clashes.append(f"{seat} stands in office.sold before {buyer} has paid")
            paying.append(seat)
            tried.append(buyer)
            try:
                await asyncio.sleep(1)
                if buyer == declined:
                    raise ValueError("declined")
                paid.append((seat, buyer))
            finally:
                paying.remove(seat)

        tasks = [asyncio.create_task(call(buy, office, buyer, pay), name=buyer) for buyer in buyers]
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for buyer, error in zip(buyers, results, strict=True):
            expected = buyer == declined or isinstance(error, IndexError)
            if isinstance(error, Exception) and not expected and not clashes:
                raise error
        ended = dict(zip(buyers, results, strict=True))
        return SimpleNamespace(office=office, paid=paid, clashes=clashes, tried=tried, results=ended)

    def wrong(run: simulation.Run) -> NotYet | None:
        return _sale_wrong(run, seats, declined, shown)

    return in_every_order(main, wrong, shown, **({"cancel": cancel} if cancel else {}))


def _sale_wrong(run: simulation.Run, seats: list[str], declined: str, shown: str) -> NotYet | None:
    end = run.value
    free, sold = list(end.office.free), dict(end.office.sold)
    seen = f"free: {free}, sold: {sold}" + (f" {run.injected}" if run.injected else "")
    if end.clashes:
        return NotYet("clash", call=shown, seen=end.clashes[0])
    if any(isinstance(result, IndexError) for result in end.results.values()):
        return NotYet("old_answer", call=shown, seen=f"buy(…) ended so: {end.results}")
    passed_on = (ValueError, asyncio.CancelledError) if run.injected else ValueError
    if declined in end.tried and not isinstance(end.results[declined], passed_on):
        return NotYet("swallowed", call=shown, seen=f"buy(…) gave {end.results[declined]!r}")
    if set(sold) - set(seats):
        return NotYet("sold", call=shown, seen=seen, expected=f"sold: {dict(end.paid)}, what was paid")
    if sorted([*free, *sold]) != sorted(seats):
        return NotYet("seats", call=shown, seen=seen, expected=f"each of {seats} once: free or sold")
    if sold != dict(end.paid):
        why = "paid_and_free" if run.injected and set(free) & set(dict(end.paid)) else "sold"
        return NotYet(why, call=shown, seen=seen, expected=f"sold: {dict(end.paid)}, what was paid")
    returned = {seat: buyer for buyer, seat in end.results.items() if isinstance(seat, str)}
    if not run.injected and returned != sold:
        return NotYet("returned", call=shown, seen=f"buy(…) returned {end.results}", expected=f"sold: {sold}")
    if free and not declined and not run.injected:
        return NotYet("unsold", call=shown, seen=seen, expected="as many sold as there are buyers")
    return None if declined else one_by_one(run, shown)
