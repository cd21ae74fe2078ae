import pytest

from helpers.download.items import read_digests, read_urls

A, B = "a" * 64, "b" * 64


def test_a_list_of_urls() -> None:
    assert read_urls("# mine\n\n http://a \r\nhttp://b#c\n") == ["http://a", "http://b#c"]


def test_digests_are_read_as_sha256sum_writes_them() -> None:
    text = f"{A}  cat.png\n{B.upper()} *sub/dog with name.png\r\n\n"
    assert read_digests(text) == {"cat.png": A, "dog with name.png": B}


@pytest.mark.parametrize("line", [f"{A} cat.png", f"{A[1:]}  cat.png", f"{'g' * 64}  cat.png", A, f"{A}  "])
def test_what_is_no_digest_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 2 is not a SHA-256 digest"):
        read_digests(f"{B}  dog.png\n{line}\n")


def test_two_digests_of_one_name_are_refused() -> None:
    assert read_digests(f"{A}  a/x\n{A}  b/x\n") == {"x": A}
    with pytest.raises(ValueError, match="line 2 has another digest for x"):
        read_digests(f"{A}  a/x\n{B}  b/x\n")
