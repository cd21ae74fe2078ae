import pytest

from helpers.capstone import PLANS, TRIES, plan, told
from helpers.capstone.plans import IMAGES, MOST
from helpers.practice_server import Fault
from helpers.service.faults import KINDS
from helpers.service.gallery import LOST, PAGES, TITLES

PATHS = {
    "pages": ["/gallery", *(f"/gallery/page/{n}" for n in PAGES)],
    "manifest": ["/gallery/manifest.json"],
    "images": [IMAGES + name for name in TITLES],
    "report": ["/reports"],
}


def kinds_that_hit(path: str, faults: tuple[Fault, ...]) -> set[str]:
    return {fault.kind for fault in faults if path.startswith(fault.path) and fault.hits(path, 1)}


def test_a_number_is_a_plan() -> None:
    assert [plan(number) for number in PLANS] == [plan(number) for number in PLANS]
    assert len({plan(number) for number in PLANS}) == len(PLANS) == 20


@pytest.mark.parametrize("target", PATHS)
def test_every_kind_of_fault_hits_everything_that_is_asked_for(target: str) -> None:
    """`hold` makes sense only where several are asked for at once."""
    hit = {kind for number in PLANS for path in PATHS[target] for kind in kinds_that_hit(path, plan(number))}
    assert hit >= set(KINDS) - (set() if target == "images" else {"hold"})


@pytest.mark.parametrize("number", PLANS)
def test_every_plan_can_be_survived(number: int) -> None:
    assert MOST < TRIES
    for path in (path for paths in PATHS.values() for path in [*paths, LOST]):
        assert not any(
            fault.hits(path, n)
            for fault in plan(number)
            if path.startswith(fault.path)
            for n in range(MOST + 1, TRIES + 1)
        )


def test_a_plan_is_told_in_lines() -> None:
    faults = (
        Fault("status", 503, first=1),
        Fault("stall", first=2, path="/reports"),
        Fault("busy", 0, first=1),
    )
    assert told(faults).splitlines() == [
        "status:503 ×1  every path",
        "stall ×2  /reports",
        "busy:0 ×1  every path",
    ]
