"""Put steps whose order is luck into an order that is the same in each run."""

from .events import Log, Step


def in_order(log: Log) -> tuple[list[Step], dict[int, int]]:
    """The steps, and which of them stand at another position than in the log.

    A TaskGroup cancels its tasks in the order of a set, that is, in another one each time. Steps that begin
    side by side with such a cancellation are put in the order of the lanes.
    """
    steps = [Step._make(step) for step in list(log.steps)]
    moved: dict[int, int] = {}
    begin = 0
    for end in range(1, len(steps) + 1):
        if end < len(steps) and steps[end].cancelled and _together(steps[begin], steps[end]):
            continue
        if end - begin > 1:
            _sort(steps, begin, end, moved)
        begin = end
    return steps, moved


def _sort(steps: list[Step], begin: int, end: int, moved: dict[int, int]) -> None:
    """Sort these by lane. Whom the last of them woke is now woken by the one that has become the last, and
    so on.
    """
    order = sorted(range(begin, end), key=lambda position: steps[position].track)
    instead = {steps[new].track: steps[old].track for new, old in enumerate(order, begin)}
    moved.update(dict(zip(order, range(begin, end), strict=True)))
    steps[begin:end] = [steps[position] for position in order]
    for position in range(end, len(steps)):
        step = steps[position]
        if step.ready_from is not None and begin < step.ready_from <= end and step.woken_by in instead:
            steps[position] = step._replace(woken_by=instead[step.woken_by])


def _together(one: Step, other: Step) -> bool:
    return one.cancelled and (one.woken_by, one.ready_from) == (other.woken_by, other.ready_from)
