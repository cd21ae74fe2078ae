import pytest

from helpers.download import names


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://a/b/cat.png", "cat.png"),
        ("http://a/b/cat.png?size=3/4#top", "cat.png"),
        ("http://a", "index.html"),
        ("http://a/", "index.html"),
        ("http://a?b=/c", "index.html"),
        ("http://a#/c?d", "index.html"),
        ("http://a/b?next=http://c/d", "b"),
        ("http://[::1/x?y", "x"),
        ("http://a/b/", "index.html"),
        ("http://a/%E7%8C%AB%20.png", "猫 .png"),
        ("http://a/caf%65%CC%81", "café"),
        ("http://a/%ff%00%0a%e2%80%ae.png", "____.png"),
        ("http://a/..", "__"),
        ("http://a/.", "_"),
        ("http://a/..%2f..%2fetc%2fpasswd", "_._.._etc_passwd"),
        ("http://a/..%5c..%5cwin.ini", "_._.._win.ini"),
        ("http://a/C:%5cautoexec.bat", "C__autoexec.bat"),
        ("http://a/what%3F%3C%3E%22%7C%2a", "what______"),
        ("http://a/.bashrc", "_bashrc"),
        ("http://a/.download.jsonl", "_download.jsonl"),
        ("http://a/dots...", "dots"),
        ("http://a/%20%20", "index.html"),
        ("http://a/con", "_con"),
        ("http://a/NUL.txt", "_NUL.txt"),
        ("http://a/com1.tar.gz", "_com1.tar.gz"),
        ("http://a/console", "console"),
        ("http://a/LPT%C2%B2", "_LPT²"),
    ],
)
def test_names(url: str, name: str) -> None:
    assert names.name_of(url) == name


@pytest.mark.parametrize(
    ("last", "ending"),
    [("a" * 300 + ".tar", ".tar"), ("%E7%8C%AB" * 100 + ".png", ".png"), ("b." + "c" * 300, "c")],
)
def test_long_names_keep_their_ending_and_leave_room(last: str, ending: str) -> None:
    name = names.name_of(f"http://a/{last}")
    assert name.endswith(ending)
    assert 190 < len(name.encode()) <= names.LONGEST


def test_every_name_is_its_own_safe_form() -> None:
    for last in ("..%2f", "CON", "%2e%2e", "a%20.", "x" * 400, ". .", "%252e%252e%252f"):
        name = names.name_of(f"http://a/{last}")
        assert names.safe(name.replace("%", "%25")) == name
        assert name not in ("", ".", "..")
        assert not set(name) & set("/\\:\0")


def test_numbers_are_added_at_the_end() -> None:
    assert [names.numbered("a.png", number) for number in range(3)] == ["a.png", "a.png.1", "a.png.2"]
