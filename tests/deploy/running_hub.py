"""The workshop's hub and its proxy as processes of this machine, and people who log in to it over HTTP."""

import asyncio
import contextlib
import functools
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
from yarl import URL

from helpers.files import COURSE

Run = Callable[[str], Awaitable[str]]
PATIENCE = 120  # seconds; on a busy machine each start takes a while
CONFIGURATION = COURSE / "deploy" / "workshop" / "jupyterhub_config.py"


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "jupyterhub", "-f", str(CONFIGURATION), *more]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@dataclass
class Hub:
    """Where it answers, its process, its log, all processes seen below it, and those that outlived it."""

    url: URL
    api: URL
    process: psutil.Popen
    log: Path
    seen: set[psutil.Process] = field(default_factory=set)
    left: list[psutil.Process] = field(default_factory=list)

    def look(self) -> set[psutil.Process]:
        """Remember the processes that the hub, the servers and the kernels have started by now.

        Servers that systemd starts are not below the hub; they are known by the address at which they ask it.
        """
        with contextlib.suppress(psutil.NoSuchProcess):
            self.seen |= set(self.process.children(recursive=True))
        api = str(self.api)
        self.seen |= {
            process
            for process in psutil.process_iter()
            if environment_of(process).get("JUPYTERHUB_API_URL", "").startswith(api)
        }
        return self.seen

    async def stop(self) -> None:
        """Ask the hub to end, and wait; end what is still there after that."""
        self.look()
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process.send_signal(signal.SIGTERM)
        _, self.left = await asyncio.to_thread(psutil.wait_procs, [*self.seen, self.process], PATIENCE)
        for process in self.left:
            process.kill()


def environment_of(process: psutil.Process) -> dict[str, str]:
    """The variables that the process was started with; none if it has ended or is somebody else's."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


@asynccontextmanager
async def running(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Hub]:
    """The hub, with its state in `folder`, from when it answers until it has stopped."""
    port, hub_port = free_port(), free_port()
    settings = [
        f"--JupyterHub.hub_port={hub_port}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{free_port()}",
    ]
    choices = {**os.environ, "COURSE_LISTEN": f"127.0.0.1:{port}", **environment}
    log = folder / "hub.log"
    with open(log, "wb") as file:  # noqa: ASYNC230
        process = psutil.Popen(
            command(*settings), cwd=folder, env=choices, stdout=file, stderr=subprocess.STDOUT
        )
    hub = Hub(URL(f"http://127.0.0.1:{port}"), URL(f"http://127.0.0.1:{hub_port}"), process, log)
    try:
        await _until_it_answers(hub)
        yield hub
    except BaseException as error:
        error.add_note(log.read_text(errors="replace")[-8000:])
        raise
    finally:
        await hub.stop()


async def _until_it_answers(hub: Hub) -> None:
    async with aiohttp.ClientSession() as client, asyncio.timeout(PATIENCE):
        while True:
            assert hub.process.is_running(), "the hub has ended"
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with client.get(hub.url / "hub" / "health") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.2)


class Person:
    """Somebody with a browser: cookies, and nothing else."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name = hub, name
        self.client = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.server = hub.url / "user" / name

    def token(self, url: URL) -> str:
        """What the pages below `url` gave against forged requests (XSRF)."""
        return self.client.cookie_jar.filter_cookies(url)["_xsrf"].value

    async def log_in(self, password: str) -> int:
        """Fill in the form; returns the status of the page that follows."""
        page = self.hub.url / "hub" / "login"
        async with self.client.get(page):
            fields = {"username": self.name, "password": password, "_xsrf": self.token(page)}
        async with self.client.post(page, data=fields, allow_redirects=False) as response:
            return response.status

    async def start_server(self) -> None:
        """Ask for one's server, and wait until it answers."""
        async with self.client.get(self.hub.url / "hub" / "spawn", allow_redirects=False) as response:
            assert response.status == 302, await response.text()
        async with asyncio.timeout(PATIENCE):
            while not await self._is_at(self.server / "lab"):  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    async def _is_at(self, url: URL) -> bool:
        """Whether a request for the page ends there, and not where one waits for it."""
        async with self.client.get(url) as response:
            return response.status == 200 and response.url.path == url.path

    async def status(self, url: URL) -> int:
        """The status in which a request for `url` ends, redirections followed."""
        async with self.client.get(url) as response:
            return response.status

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator[Run]:
        """A kernel beside the lessons, and what runs a cell in it and returns the text that comes out."""
        kernels, token = self.server / "api" / "kernels", {"X-XSRFToken": self.token(self.server / "lab")}
        notebook = {"path": "lessons/00_start_here.ipynb"}
        async with self.client.post(kernels, json=notebook, headers=token) as response:
            assert response.status == 201, await response.text()
            kernel = kernels / (await response.json())["id"]
        async with self.client.ws_connect(kernel / "channels", max_msg_size=0) as channels:
            yield functools.partial(_execute, channels)
        async with self.client.delete(kernel, headers=token) as response:
            assert response.status == 204, await response.text()


async def _execute(channels: aiohttp.ClientWebSocketResponse, cell: str) -> str:
    """Run `cell` in the kernel behind `channels`; returns what it puts out. AssertionError if it fails."""
    message = uuid.uuid4().hex
    header = {"msg_id": message, "msg_type": "execute_request", "username": "", "session": message}
    content = {"code": cell, "silent": False, "store_history": True, "allow_stdin": False}
    request = {
        "header": {**header, "version": "5.3"},
        "parent_header": {},
        "metadata": {},
        "content": content,
    }
    await channels.send_json({**request, "channel": "shell", "buffers": []})
    texts: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await channels.receive_json()
            if answer["parent_header"].get("msg_id") != message:
                continue
            kind, content = answer["msg_type"], answer["content"]
            assert kind != "error", re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"]))
            if kind == "stream":
                texts.append(content["text"])
            elif kind in ("execute_result", "display_data"):
                texts.append(content["data"].get("text/plain", ""))
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(texts)
