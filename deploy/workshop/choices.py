"""What the teacher has to choose before the hub starts, read from the environment.

Nothing that protects the learners has a default: who may log in, and how, is said by whoever runs the
workshop, or the hub does not start. Each problem is told with what to do, and all of them at once.
"""

import ipaddress
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EVERYONE = "*"  # in COURSE_LEARNERS: whoever the authenticator lets in
SPAWNERS = ("systemd", "localprocess")
UNSAFE = {
    "dummy": "dummy lets everyone in as anyone",
    "null": "null lets nobody in",
    "default": "default is not a choice",
    "shared-password": "shared-password lets each learner in as any other",
}


class Refused(Exception):
    """The hub must not start; each argument is one problem and what to do about it."""


@dataclass(frozen=True)
class Choices:
    """`authenticator`, `spawner`: a name that JupyterHub knows, or a path such as `module.Class`. `learners`:
    the names of those who may log in, or EVERYONE. `certificate`, `key`: files, empty for plain HTTP."""

    authenticator: str
    spawner: str
    learners: frozenset[str]
    teachers: frozenset[str]
    bind_url: str
    certificate: str
    key: str


def read(environment: Mapping[str, str], course: Path) -> Choices:
    """The choices that `environment` holds, for the course in this folder. Raises Refused."""
    listen = environment.get("COURSE_LISTEN", "127.0.0.1:8000")
    chosen = Choices(
        environment.get("COURSE_AUTH", ""),
        environment.get("COURSE_SPAWNER", "systemd"),
        _names(environment.get("COURSE_LEARNERS", "")),
        _names(environment.get("COURSE_TEACHERS", "")),
        f"{'https' if environment.get('COURSE_TLS_CERT') else 'http'}://{listen}/",
        environment.get("COURSE_TLS_CERT", ""),
        environment.get("COURSE_TLS_KEY", ""),
    )
    problems = [
        *_who_may_log_in(chosen),
        *_where_to_listen(chosen, listen, environment.get("COURSE_PLAIN_HTTP") == "yes"),
        *_what_the_spawner_needs(chosen.spawner, course),
    ]
    if problems:
        raise Refused(*problems)
    return chosen


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, (name.strip() for name in text.split(","))))


def _who_may_log_in(chosen: Choices) -> Iterator[str]:
    if not chosen.authenticator:
        yield "Choose how people prove who they are: COURSE_AUTH=pam, native or github, for example."
    elif chosen.authenticator in UNSAFE:
        yield f"COURSE_AUTH: {UNSAFE[chosen.authenticator]}. Choose another, such as pam, native or github."
    if not chosen.learners:
        yield (
            "Say who may log in: COURSE_LEARNERS=ada,ben,cleo, or COURSE_LEARNERS='*' for everyone whom the "
            "authenticator knows."
        )


def _where_to_listen(chosen: Choices, listen: str, plain: bool) -> Iterator[str]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        yield f"COURSE_LISTEN={listen} is no address and port. It looks like 127.0.0.1:8000 or [::1]:8000."
    elif not (_is_loopback(host) or chosen.certificate or plain):
        yield (
            f"COURSE_LISTEN={listen} can be reached from other machines, and passwords would travel in the "
            "clear: give COURSE_TLS_CERT and COURSE_TLS_KEY. If a proxy in front of this hub encrypts, set "
            "COURSE_PLAIN_HTTP=yes."
        )
    if bool(chosen.certificate) != bool(chosen.key):
        yield "COURSE_TLS_CERT and COURSE_TLS_KEY belong together: give both, or neither."
    for file in filter(None, (chosen.certificate, chosen.key)):
        if not os.access(file, os.R_OK):
            yield f"{file} cannot be read."


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _what_the_spawner_needs(spawner: str, course: Path) -> Iterator[str]:
    if spawner not in SPAWNERS:
        if "." not in spawner:  # whoever names a class of their own knows what it does
            yield f"COURSE_SPAWNER={spawner} would not keep learners apart: choose {' or '.join(SPAWNERS)}."
        return
    if sys.platform != "linux" or os.geteuid() != 0:
        yield "Each learner gets an account of the system. That needs Linux; start the hub as root (sudo)."
    if spawner == "systemd" and not Path("/run/systemd/system").exists():
        yield (
            "systemd does not run here, and nothing else holds learners to a limit of memory. On a machine "
            "that you can do without, COURSE_SPAWNER=localprocess starts their servers with no limit."
        )
    for program in ("git", "useradd", "groupadd"):
        if not shutil.which(program):
            yield f"The program {program} is missing: install it."
    for path in (course, Path(os.path.realpath(sys.executable))):
        if closed := closed_to_others(path):
            yield (
                f"Learners cannot read {path}: {closed} is closed to other accounts. Put the course, and its "
                "Python, where they can, such as below /srv."
            )


def closed_to_others(path: Path) -> Path | None:
    """The first folder on the way to `path`, or `path` itself, that other accounts may not open, if any."""
    for part in [*reversed(path.parents), path]:
        wanted = 0o5 if part == path else 0o1  # read and pass through; pass through
        if part.stat().st_mode & wanted != wanted:
            return part
    return None
