"""What the tests of the checks expect: a verdict, and words in it."""

from helpers import check


def assert_verdict(id: str, answer: object, kind: str, says: str) -> None:
    verdict = check(id, answer)
    assert (verdict.kind, says in repr(verdict)) == (kind, True), repr(verdict)
