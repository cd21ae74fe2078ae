"""What the hub refuses before it starts, and that each refusal says what to do."""

import sys
from pathlib import Path

import pytest

from deploy.workshop import choices
from deploy.workshop.choices import Choices, Refused
from helpers.files import COURSE

SAFE = {"COURSE_AUTH": "pam", "COURSE_LEARNERS": "ada, ben,,", "COURSE_SPAWNER": "module.Class"}


def read(**more: str) -> Choices:
    return choices.read(SAFE | more, COURSE)


def problems(**more: str) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        read(**more)
    return refused.value.args


def test_what_is_chosen_and_what_is_not() -> None:
    chosen = read(COURSE_TEACHERS="dora")
    assert (chosen.authenticator, chosen.spawner) == ("pam", "module.Class")
    assert (chosen.learners, chosen.teachers) == ({"ada", "ben"}, {"dora"})
    assert (chosen.bind_url, chosen.certificate, chosen.key) == ("http://127.0.0.1:8000/", "", "")


def test_nothing_chosen_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        choices.read({"COURSE_SPAWNER": "module.Class"}, COURSE)
    assert ["COURSE_AUTH" in refused.value.args[0], "COURSE_LEARNERS" in refused.value.args[1]] == [True] * 2


@pytest.mark.parametrize("authenticator", choices.UNSAFE)
def test_an_authenticator_that_proves_nothing(authenticator: str) -> None:
    (problem,) = problems(COURSE_AUTH=authenticator)
    assert authenticator in problem
    assert "Choose another" in problem


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "127.8.8.8:80", "[::1]:8000", "localhost:8000"])
def test_loopback_needs_no_more(listen: str) -> None:
    assert read(COURSE_LISTEN=listen).bind_url == f"http://{listen}/"


@pytest.mark.parametrize("listen", ["0.0.0.0:80", "[::]:80", "192.0.2.1:80", "hub.example:80", "*:80"])
def test_elsewhere_passwords_must_not_travel_in_the_clear(listen: str, tmp_path: Path) -> None:
    (problem,) = problems(COURSE_LISTEN=listen)
    assert "COURSE_TLS_CERT" in problem
    assert read(COURSE_LISTEN=listen, COURSE_PLAIN_HTTP="yes").bind_url == f"http://{listen}/"
    file = tmp_path / "file.pem"
    file.touch()
    encrypted = read(COURSE_LISTEN=listen, COURSE_TLS_CERT=str(file), COURSE_TLS_KEY=str(file))
    assert encrypted.bind_url == f"https://{listen}/"


@pytest.mark.parametrize("listen", ["8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http"])
def test_no_address(listen: str) -> None:
    (problem,) = problems(COURSE_LISTEN=listen)
    assert "looks like 127.0.0.1:8000" in problem


def test_a_certificate_needs_its_key_and_both_must_be_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    alone, unreadable = problems(COURSE_TLS_CERT=missing)
    assert "belong together" in alone
    assert unreadable == f"{missing} cannot be read."


def test_a_spawner_that_keeps_nobody_apart() -> None:
    (problem,) = problems(COURSE_SPAWNER="simple")
    assert "systemd or localprocess" in problem


def test_accounts_need_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert any("as root" in problem for problem in problems(COURSE_SPAWNER="localprocess"))


def test_accounts_need_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    found = problems(COURSE_SPAWNER="localprocess")
    assert {f"The program {name} is missing: install it." for name in ("git", "useradd", "groupadd")} <= set(
        found
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_what_learners_cannot_read_is_named(tmp_path: Path) -> None:
    course = tmp_path / "closed" / "course"
    course.mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    course.parent.chmod(0o700)
    with pytest.raises(Refused) as refused:
        choices.read(SAFE | {"COURSE_SPAWNER": "localprocess"}, course)
    assert any(f"{course.parent} is closed" in problem for problem in refused.value.args)
    course.parent.chmod(0o711)
    course.chmod(0o755)
    assert choices.closed_to_others(course) is None
    course.chmod(0o711)
    assert choices.closed_to_others(course) == course
