"""Print the table of the catalogue: ``python -m tests.simulation.catalogue`` (on demand, a few seconds)."""

from helpers.simulation import FIFO, Run, explore
from tests.simulation.bugs import CATALOGUE, Bug


def row(bug: Bug) -> str:
    """A bug: where it was found, in how many orders it shows, what the learner reads; and how its twin
    did.
    """
    found = explore(bug.broken, bug.verdict, cancel=bug.cancel).failure
    failing = 0

    def count(run: Run) -> None:
        nonlocal failing
        if run.schedule is not FIFO and bug.verdict(run):  # FIFO is the plainest order once more
            failing += 1

    covered = explore(bug.broken, count, cancel=bug.cancel, wall_limit=60).covered
    twin = explore(bug.right, bug.verdict, cancel=bug.cancel, wall_limit=60)
    verdict_on_twin = f"ACCUSED: {twin.failure.reason}" if twin.failure else "nothing wrong"
    lines = [
        bug.name + (" (with one cancellation)" if bug.cancel else ""),
        f"    found in schedule {found.found_at}, choices {found.run.choices}" if found else "    NOT FOUND",
        f"    shows in {failing:,} of {covered}",
        f"    {found.reason}" if found else "",
        f"    twin: {verdict_on_twin} in {twin.covered}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    for one in CATALOGUE:
        print(row(one))
