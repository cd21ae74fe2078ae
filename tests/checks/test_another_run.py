"""A function that is called as in another run of Python has forgotten what it kept in memory."""

import functools
import itertools
import uuid
from collections.abc import Callable

import pytest

from helpers.checks.another_run import Memory

numbers = itertools.count(1)
KEPT: dict = {}
DEEP = {"keys": [0]}
UUIDS = {"coffee": uuid.uuid4()}  # from an earlier call


def in_a_global_dict(name: str) -> int:
    return KEPT.setdefault(name, next(numbers))


def in_a_list_within(name: str) -> int:
    DEEP["keys"].append(next(numbers))
    return DEEP["keys"][1]


def in_a_global_that_is_made(name: str) -> int:
    global made
    if "made" not in globals():
        made = next(numbers)
    return made


def in_a_default(name: str, kept: dict = {}) -> int:  # noqa: B006
    return kept.setdefault(name, next(numbers))


def in_a_default_among_others(name: str, draw: Callable = next, kept: dict = {}) -> int:  # noqa: B006
    return kept.setdefault(name, draw(numbers))


def in_a_keyword_default(name: str, *, kept: dict = {}) -> int:  # noqa: B006
    return kept.setdefault(name, next(numbers))


def in_a_dict_of_uuids(name: str) -> uuid.UUID:
    return UUIDS.setdefault(name, uuid.uuid4())


def in_an_attribute(name: str) -> int:
    in_an_attribute.kept = getattr(in_an_attribute, "kept", None) or next(numbers)
    return in_an_attribute.kept


in_an_attribute.kept = 0


@functools.cache
def in_a_cache(name: str) -> int:
    return next(numbers)


def by_another_function(name: str) -> int:
    def inner() -> int:
        return in_a_cache(name)

    return inner()


def around() -> Callable:
    kept: dict = {}
    return lambda name: kept.setdefault(name, next(numbers))


def by_hash(name: str) -> int:
    return hash(name)


@pytest.mark.parametrize(
    "function",
    [
        in_a_global_dict,
        in_a_list_within,
        in_a_global_that_is_made,
        in_a_default,
        in_a_default_among_others,
        in_a_keyword_default,
        in_a_dict_of_uuids,
        in_an_attribute,
        in_a_cache,
        by_another_function,
        around(),
        by_hash,
    ],
)
def test_it_remembers_in_one_run_and_not_in_another(function: Callable) -> None:
    memory = Memory(function)
    first = function("tea")
    assert function("tea") == first
    with memory.of_another_run():
        other = function("tea")
        assert function("tea") == other
    assert other != first
    assert memory.hashed == (function is by_hash)


def test_hash_is_itself_again() -> None:
    with Memory(by_hash).of_another_run():
        assert by_hash("tea") != hash(("tea",))
    assert "hash" not in globals()
    assert by_hash("tea") == hash("tea")


def test_what_has_not_changed_stays_the_same_object() -> None:
    before = DEEP
    with Memory(in_a_list_within).of_another_run():
        pass
    assert DEEP is before


@pytest.mark.parametrize("answer", [42, None, print, Memory])
def test_what_is_no_function_of_the_notebook_has_nothing_to_forget(answer: object) -> None:
    with Memory(answer).of_another_run():
        pass


class Clerk:
    def note(self, name: str) -> int:
        return KEPT.setdefault(name, next(numbers))


def test_a_method() -> None:
    note = Clerk().note
    memory = Memory(note)
    first = note("a method")
    with memory.of_another_run():
        assert note("a method") != first
