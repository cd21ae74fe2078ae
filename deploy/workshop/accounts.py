"""An account of the system for each learner: what keeps one's files from the others.

The hub makes it when a learner's server starts for the first time, without a password: one gets in through
the hub alone. It never takes over an account that it has not made, unless the learner proved by the system's
own password (PAM) that it is theirs; so nobody who signs up as `www-data` becomes it.
"""

import asyncio
import grp
import pwd
import subprocess
from typing import Any

GROUP = "async-io-course"  # those whom the hub has made
FIRST_OF_PEOPLE = 1000  # accounts below belong to the system: /etc/login.defs, UID_MIN
NAME = r"^[a-z][a-z0-9_-]{0,30}\Z"  # what useradd(8) takes, less a leading underscore

_one_at_a_time = asyncio.Lock()  # useradd locks /etc/passwd


class NotTheirs(Exception):
    """The account belongs to somebody else; the text says so, also to whoever asked for the server."""

    def __init__(self, name: str) -> None:
        self.jupyterhub_message = f"The account {name} of this system is no learner's: choose another name."
        super().__init__(self.jupyterhub_message)


def ensure(name: str, system_password: bool) -> None:
    """Make the account `name`, unless it is there.

    `system_password`: whether people log in by the password of their account. Raises NotTheirs for an account
    that is no learner's, subprocess.CalledProcessError where it cannot be made.
    """
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        _run("groupadd", "--force", "--system", GROUP)
        _run(
            "useradd",
            "--create-home",
            "--key",
            "HOME_MODE=0700",
            "--shell",
            "/bin/bash",
            "--groups",
            GROUP,
            name,
        )
        return
    if account.pw_uid < FIRST_OF_PEOPLE or not (system_password or name in made_by_the_hub()):
        raise NotTheirs(name)


def before_spawn(system_password: bool) -> Any:
    """What JupyterHub calls before it starts a learner's server."""

    async def hook(spawner: Any) -> None:
        async with _one_at_a_time:
            await asyncio.to_thread(ensure, spawner.user.name, system_password)

    return hook


def made_by_the_hub() -> list[str]:
    """The names of the learners that have an account."""
    try:
        return grp.getgrnam(GROUP).gr_mem
    except KeyError:
        return []


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
