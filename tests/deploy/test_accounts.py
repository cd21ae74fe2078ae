"""Which accounts the hub makes and which it leaves alone. (That they keep learners apart: test_hub.py.)"""

import asyncio
import subprocess
from types import SimpleNamespace

import pytest

pytest.importorskip("pwd", reason="accounts of the system: where there is no pwd, there is no such hub")

from deploy.workshop import accounts

Commands = list[tuple[str, ...]]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A system with `root`, `dora`, who has an account of her own, and `ada`, whose account the hub made."""
    ids = {"root": 0, "dora": 1000, "ada": 1001}

    def getpwnam(name: str) -> SimpleNamespace:
        return SimpleNamespace(pw_uid=ids[name])

    ran: Commands = []
    monkeypatch.setattr("pwd.getpwnam", getpwnam)
    monkeypatch.setattr("grp.getgrnam", lambda name: SimpleNamespace(gr_mem=["ada"]))
    monkeypatch.setattr("subprocess.run", lambda command, check: ran.append(tuple(command)))
    return ran


def test_a_new_learner_gets_an_account_that_is_closed_to_others(commands: Commands) -> None:
    accounts.ensure("ben", system_password=False)
    made = commands[-1]
    assert made[0] == "useradd"
    assert made[-1] == "ben"
    assert "HOME_MODE=0700" in made


def test_the_hubs_own_accounts_are_found_again(commands: Commands) -> None:
    accounts.ensure("ada", system_password=False)
    assert commands == []


@pytest.mark.parametrize("name", ["root", "dora"])
def test_an_account_that_was_there_is_not_taken_over(name: str, commands: Commands) -> None:
    with pytest.raises(accounts.NotTheirs, match=name):
        accounts.ensure(name, system_password=False)
    assert commands == []


def test_who_knows_the_password_of_an_account_may_use_it_unless_it_is_the_systems(commands: Commands) -> None:
    accounts.ensure("dora", system_password=True)
    with pytest.raises(accounts.NotTheirs):
        accounts.ensure("root", system_password=True)


def test_where_useradd_fails_nothing_starts(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(command: tuple[str, ...], check: bool) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr("subprocess.run", failing)
    spawner = SimpleNamespace(user=SimpleNamespace(name="ben"))
    with pytest.raises(subprocess.CalledProcessError):
        asyncio.run(accounts.before_spawn(False)(spawner))


@pytest.mark.parametrize(
    "name", ["", "Ada", "1a", "-a", "a/b", "a b", "../a", "a\n", "a" * 32, "a@b.example", "ä"]
)
def test_names_that_no_account_can_have(name: str) -> None:
    import re

    assert not re.match(accounts.NAME, name)
