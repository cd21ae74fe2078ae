"""The workshop's hub as it is: three learners log in, work, and cannot reach each other; nothing is left.

This takes what the course itself does not need: configurable-http-proxy (npm) on the PATH, and JupyterHub
(`pip install -e ".[hub]"`). Learners get the course as it was committed last.
"""

import asyncio
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
import pytest
import running_hub
from running_hub import Hub, Person, environment_of

from deploy.workshop import choices
from helpers.files import COURSE

MIB = 1 << 20
ONE_ACCOUNT = "hub_classes.OneAccount"
PLANNED = 256  # MiB for each learner: what deploy/README.md says
CHECKED = """
import json
from helpers import progress
print(json.dumps([entry.detail for entry in progress.read()[0] if entry.kind == "checked"]))"""
GREEDY = """
import subprocess, sys
print(subprocess.run([sys.executable, "-c", "bytearray(600 << 20)"]).returncode)"""
REACH = """
import json, urllib.error, urllib.request
from pathlib import Path

def reached(look):
    try:
        look()
    except (OSError, urllib.error.HTTPError) as error:
        return getattr(error, "code", type(error).__name__)
    return "reached"

answers = [reached(lambda: urllib.request.urlopen(url + "api/contents")) for url in {urls}]
files = [reached(lambda: list(Path(folder).iterdir())) for folder in {folders}]
print(json.dumps([answers, files]))"""


def _missing() -> str:
    if importlib.util.find_spec("jupyterhub") is None:
        return 'JupyterHub is missing: pip install -e ".[hub]" -c constraints.txt'
    if not shutil.which("configurable-http-proxy"):
        return "JupyterHub's proxy is missing: npm install configurable-http-proxy, and put it on the PATH"
    if not (COURSE / ".git").exists() or not shutil.which("git"):
        return "learners get a clone of the course: that needs git, and the course from git"
    return ""


def _cannot_start(way: str) -> str:
    """Why servers cannot start in this way here; empty if they can."""
    if way == ONE_ACCOUNT:
        return ""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "accounts are made by root, on Linux"
    if way == "systemd" and not Path("/run/systemd/system").exists():
        return "systemd does not run here"
    for path in (COURSE, Path(os.path.realpath(sys.executable))):
        if closed := choices.closed_to_others(path):
            return f"other accounts cannot read {path}: {closed} is closed to them"
        if way == "systemd" and path.is_relative_to(tempfile.gettempdir()):
            return f"under systemd each server has a temporary folder of its own, so none would find {path}"
    return ""


pytestmark = [
    pytest.mark.hub,
    pytest.mark.skipif(bool(_missing()), reason=_missing()),
]


@dataclass
class Learner:
    """What one learner did and saw. `answer` is their answer to 00.1, `verdict` what it has to get."""

    name: str
    verdict: str
    answer: str
    password: str = field(default_factory=secrets.token_urlsafe)
    said: str = ""
    checked: list[str] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    reached: list[list[str | int]] = field(default_factory=list)
    memory: float = 0  # MiB
    greedy: int | None = None  # the exit status of a program that takes more than it may


@dataclass
class Class:
    """How servers started, what three learners did, how a stranger fared, and what outlived the hub."""

    way: str
    learners: list[Learner]
    stranger: list[int]
    left: list[psutil.Process]


def _cells(answer: str) -> list[str]:
    """The code of lesson 00, with this answer to its exercise."""
    notebook = nbformat.read(COURSE / "lessons" / "00_start_here.ipynb", as_version=4)
    return [
        answer if "answer-00.1" in cell.metadata.get("tags", ()) and answer else cell.source
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def _right_answer() -> str:
    notebook = nbformat.read(COURSE / "solutions" / "00_start_here.ipynb", as_version=4)
    (cell,) = (cell for cell in notebook.cells if "answer-00.1" in cell.metadata.get("tags", ()))
    return cell.source


def _three() -> list[Learner]:
    suffix = secrets.token_hex(3)
    return [
        Learner(f"ada-{suffix}", "correct", _right_answer()),
        Learner(f"ben-{suffix}", "not yet", "async def length(url: str) -> int:\n    return 0"),
        Learner(f"cleo-{suffix}", "not attempted", ""),
    ]


@pytest.fixture(scope="module", params=[ONE_ACCOUNT, *choices.SPAWNERS])
def lesson(request: pytest.FixtureRequest) -> Iterator[Class]:
    """A class of three, by each of the ways in which their servers can start here."""
    way = request.param
    if reason := _cannot_start(way):
        pytest.skip(reason)
    learners = _three()
    with tempfile.TemporaryDirectory(prefix="hub") as folder:
        try:
            yield asyncio.run(_teach(learners, Path(folder), way))
        finally:
            if way != ONE_ACCOUNT:
                _remove_accounts(learners)


def _remove_accounts(learners: list[Learner]) -> None:
    from deploy.workshop import accounts  # which not every system has

    for learner in learners:
        subprocess.run(["userdel", "--remove", learner.name], check=False, capture_output=True)
    if not accounts.made_by_the_hub():
        subprocess.run(["groupdel", accounts.GROUP], check=False, capture_output=True)


async def _teach(learners: list[Learner], folder: Path, way: str) -> Class:
    passwords = folder / "passwords.json"
    passwords.write_text(json.dumps({learner.name: learner.password for learner in learners}))
    passwords.chmod(0o600)
    environment = {
        "PYTHONPATH": str(Path(__file__).parent),
        "HUB_TEST_PASSWORDS": str(passwords),
        "HUB_TEST_HOMES": str(folder),
        "COURSE_AUTH": "hub_classes.ListedPasswords",
        "COURSE_LEARNERS": ",".join(learner.name for learner in learners),
        "COURSE_SPAWNER": way,
    }
    async with running_hub.running(folder, environment) as hub:
        people = [Person(hub, learner.name) for learner in learners]
        stranger = Person(hub, learners[0].name)
        try:
            refused = await stranger.log_in("a guess"), await stranger.status(hub.url / "hub" / "home")
            await asyncio.gather(*(_attend(*pair, way) for pair in zip(people, learners, strict=True)))
            for person, learner in zip(people, learners, strict=True):
                await _look_around(person, learner, people, folder if way == ONE_ACCOUNT else Path("/home"))
        finally:
            for person in (*people, stranger):
                await person.client.close()
    return Class(way, learners, list(refused), hub.left)


async def _attend(person: Person, learner: Learner, way: str) -> None:
    """Log in, start a server, work through lesson 00 and check the exercise, as a class does: all at once."""
    assert await person.log_in(learner.password) == 302
    await person.start_server()
    async with person.kernel() as run:
        learner.said = "".join([await run(cell) for cell in _cells(learner.answer)])
        learner.checked = json.loads(await run(CHECKED))
        learner.memory = sum(map(_mebibytes, _processes_of(learner, person.hub)))
        if way == "systemd":
            learner.greedy = int(await run(GREEDY))


async def _look_around(person: Person, learner: Learner, people: list[Person], homes: Path) -> None:
    """How far the learner gets towards the others, and towards what the hub keeps to itself."""
    hub = person.hub
    others = [other for other in people if other is not person]
    places = [other.server / place for other in others for place in ("lab", "api/contents")]
    learner.others = [await person.status(place) for place in places]
    urls = [_address_of(other.name, hub) for other in others]
    folders = [str(homes / other.name / "async-io-course") for other in others]
    folders += [str(homes / other.name / ".jupyter-run") for other in others]
    folders.append(str(hub.log.parent / "hub-state"))
    async with person.kernel() as run:
        learner.reached = json.loads(await run(REACH.format(urls=urls, folders=folders)))


def _processes_of(learner: Learner, hub: Hub) -> list[psutil.Process]:
    """The learner's server, kernels and practice servers."""
    return [
        process for process in hub.look() if environment_of(process).get("JUPYTERHUB_USER") == learner.name
    ]


def _address_of(name: str, hub: Hub) -> str:
    """Where that learner's server listens, past the proxy."""
    addresses = {
        environment["JUPYTERHUB_SERVICE_URL"]
        for environment in map(environment_of, hub.look())
        if environment.get("JUPYTERHUB_USER") == name
    }
    (address,) = addresses
    return address


def _mebibytes(process: psutil.Process) -> float:
    """The memory that is the process's own, and its part of what it shares (PSS)."""
    try:
        return process.memory_full_info().pss / MIB
    except psutil.Error:
        return 0  # it has ended


def test_each_works_in_a_server_of_their_own(lesson: Class) -> None:
    for learner in lesson.learners:
        assert "slept to the end" in learner.said
        assert "most requests in flight at once: 3" in learner.said
        assert learner.checked == [learner.verdict]


def test_a_wrong_password_opens_nothing(lesson: Class) -> None:
    assert lesson.stranger[0] == 403


def test_the_proxy_leads_nobody_to_anothers_server(lesson: Class) -> None:
    assert [learner.others for learner in lesson.learners] == [[403] * 4] * 3


def test_past_the_proxy_a_server_lets_no_other_learner_in(lesson: Class) -> None:
    assert [learner.reached[0] for learner in lesson.learners] == [[403, 403]] * 3


def test_accounts_keep_files_and_kernels_apart(lesson: Class) -> None:
    if lesson.way == ONE_ACCOUNT:
        pytest.skip("without accounts, files are not kept apart: the workshop's hub refuses to start so")
    closed = {"PermissionError", "FileNotFoundError"}  # not there: the temporary folder of another server
    assert all(len(learner.reached[1]) == 5 for learner in lesson.learners)
    assert {found for learner in lesson.learners for found in learner.reached[1]} <= closed


def test_a_learner_fits_into_what_is_planned(lesson: Class) -> None:
    memory = {learner.name: round(learner.memory) for learner in lesson.learners}
    print("MiB a learner:", memory)
    assert all(0 < mebibytes < PLANNED for mebibytes in memory.values()), memory


def test_systemd_holds_a_learner_to_the_limit(lesson: Class) -> None:
    if lesson.way != "systemd":
        pytest.skip("nothing else does")
    assert [learner.greedy for learner in lesson.learners] == [-signal.SIGKILL] * 3


def test_nothing_is_left(lesson: Class) -> None:
    assert lesson.left == []


async def _sign_up(hub: Hub, name: str, password: str) -> int:
    """Sign up, then log in; returns the status of what follows: 302 leads on, 200 is the form again."""
    person, page = Person(hub, name), hub.url / "hub" / "signup"
    try:
        async with person.client.get(page):
            fields = {"username": name, "_xsrf": person.token(page)}
        fields |= {"signup_password": password, "signup_password_confirmation": password}
        async with person.client.post(page, data=fields) as response:
            assert response.status == 200
        return await person.log_in(password)
    finally:
        await person.client.close()


def test_people_who_sign_up_wait_for_the_teacher(tmp_path: Path) -> None:
    async def teach() -> list[int]:
        chosen = {"COURSE_AUTH": "native", "COURSE_LEARNERS": "*", "COURSE_TEACHERS": "dora"}
        classes = {"PYTHONPATH": str(Path(__file__).parent), "COURSE_SPAWNER": ONE_ACCOUNT}
        async with running_hub.running(tmp_path, chosen | classes | {"HUB_TEST_HOMES": str(tmp_path)}) as hub:
            password = secrets.token_urlsafe()
            pairs = [("dora", "short"), ("dora", password), ("ben", password)]
            return [await _sign_up(hub, *pair) for pair in pairs]

    pytest.importorskip("nativeauthenticator", reason='pip install -e ".[hub]" -c constraints.txt')
    assert asyncio.run(teach()) == [200, 302, 200]


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"COURSE_AUTH": ""}, "COURSE_AUTH=pam"),
        ({"COURSE_AUTH": "dummy"}, "lets everyone in"),
        ({"COURSE_LISTEN": "0.0.0.0:8000"}, "can be reached from other machines"),
    ],
    ids=["no-authenticator", "dummy", "not-loopback"],
)
def test_a_hub_that_is_not_safe_does_not_start(
    environment: dict[str, str], problem: str, tmp_path: Path
) -> None:
    chosen = {"COURSE_AUTH": "pam", "COURSE_LEARNERS": "*", "COURSE_SPAWNER": "hub_classes.OneAccount"}
    started = subprocess.run(
        running_hub.command(),
        cwd=tmp_path,
        env={**os.environ, **chosen, **environment},
        capture_output=True,
        text=True,
        timeout=running_hub.PATIENCE,
    )
    assert started.returncode == 1
    assert "The hub does not start." in started.stderr
    assert problem in started.stderr
    assert list(tmp_path.iterdir()) == []
