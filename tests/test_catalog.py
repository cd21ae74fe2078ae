import pytest

from helpers import catalog


def test_numbers_are_found_with_and_without_their_zero() -> None:
    (found,) = catalog.find(["00"])
    assert found is catalog.find(["0"])[0]
    assert found.stem == "00_start_here"


def test_no_number_means_all_and_none_comes_twice() -> None:
    assert catalog.find([]) == catalog.LESSONS
    assert len(catalog.find(["0", "00"])) == 1


@pytest.mark.parametrize("number", ["99", "-1", "x", "", "1.5", "²"])
def test_an_unknown_number_is_refused_with_those_there_are(number: str) -> None:
    with pytest.raises(ValueError, match=r"There is no lesson .*\. There are: 00, "):
        catalog.find([number])
