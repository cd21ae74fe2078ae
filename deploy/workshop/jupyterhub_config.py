"""JupyterHub for a workshop on one Linux machine. What to choose, and how to start it: ../README.md."""

import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(COURSE))

from deploy.workshop import accounts, choices  # noqa: E402

try:
    chosen = choices.read(os.environ, COURSE)
except choices.Refused as refused:
    sys.exit("\n".join(["The hub does not start.", *(f"- {problem}" for problem in refused.args)]))

MINUTE = 60
STATE = Path("hub-state").resolve()  # sessions, secrets, the database: for root's eyes
STATE.mkdir(mode=0o700, exist_ok=True)

c = get_config()  # noqa: F821 - JupyterHub reads this file with this function in it

# Who
c.JupyterHub.authenticator_class = chosen.authenticator
c.Authenticator.admin_users = set(chosen.teachers)
if choices.EVERYONE in chosen.learners:
    c.Authenticator.allow_all = True
else:
    c.Authenticator.allowed_users = set(chosen.learners | chosen.teachers)
c.NativeAuthenticator.minimum_password_length = 10
c.NativeAuthenticator.check_common_password = True
c.NativeAuthenticator.allowed_failed_logins = 5

# Where
c.JupyterHub.bind_url = chosen.bind_url
c.JupyterHub.ssl_cert = chosen.certificate
c.JupyterHub.ssl_key = chosen.key
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# Each learner's server
c.JupyterHub.spawner_class = chosen.spawner
c.Spawner.cmd = [sys.executable, "-I", str(COURSE / "deploy" / "start_server.py")]
c.Spawner.default_url = "/lab/tree/lessons/00_start_here.ipynb"
c.Spawner.disable_user_config = True
c.Spawner.environment = {"PATH": os.pathsep.join([os.path.dirname(sys.executable), os.defpath])}
c.Spawner.http_timeout = 120  # seconds: a class that starts at once on two processors needs them
c.Spawner.start_timeout = 120
c.Spawner.mem_limit = "512M"  # systemd holds learners to both; localprocess does not
c.Spawner.cpu_limit = 1.0
if chosen.spawner in choices.SPAWNERS:
    c.Authenticator.username_pattern = accounts.NAME
    c.Spawner.pre_spawn_hook = accounts.before_spawn(chosen.authenticator == "pam")
c.SystemdSpawner.unit_name_template = "async-io-course-{USERNAME}"
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.default_shell = "/bin/bash"

# Servers that nobody has used for two hours (more than a lunch break) make room; files stay
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={120 * MINUTE}"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
