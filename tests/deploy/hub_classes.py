"""What the tests choose where a teacher chooses: who may log in, and, without accounts, how servers start."""

import hmac
import json
import os
from pathlib import Path

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import default


def _passwords() -> dict[str, str]:
    return json.loads(Path(os.environ["HUB_TEST_PASSWORDS"]).read_text())


class ListedPasswords(Authenticator):
    """The passwords of one run, by name, in the file that HUB_TEST_PASSWORDS names."""

    async def authenticate(self, handler: object, data: dict[str, str]) -> str | None:
        right = _passwords().get(data["username"], "")
        return data["username"] if right and hmac.compare_digest(right, data["password"]) else None


class OneAccount(SimpleLocalProcessSpawner):
    """All learners are the account that runs the tests, each with a home folder: what works without root."""

    @default("home_dir_template")
    def _homes(self) -> str:
        return os.environ["HUB_TEST_HOMES"] + "/{username}"

    def get_args(self) -> list[str]:
        return [*super().get_args(), "--allow-root"]  # tests may well run as root
