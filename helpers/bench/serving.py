"""The servers of a comparison, each a process of its own on the loopback address: nginx, or raw_server.py."""

import contextlib
import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from helpers import processes
from helpers.bench import cores

PATIENCE = 10.0  # seconds for a server to start

NGINX = """\
daemon off;
master_process off;
pid {own}/pid;
error_log {own}/errors;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=5000;
    client_body_temp_path {own};
    proxy_temp_path {own};
    fastcgi_temp_path {own};
    uwsgi_temp_path {own};
    scgi_temp_path {own};
    server {{ listen 127.0.0.1:{port} backlog=1024; root {folder}; }}
}}
"""

# nginx does not mind whether we are still there; this shell ends it when standard input does.
WITH_US = 'exec 3<&0; "$@" & server=$!; (cat <&3; kill $server) >/dev/null 2>&1 & wait $server'


class NotStarted(Exception):
    """A server did not start; the message is what it said last."""


def nginx_path() -> str | None:
    """Where nginx is, if it is installed; Debian does not put its folder on everybody's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def raw(folder: Path, core: int | None) -> Iterator[str]:
    """The URL of a raw_server that serves `folder`, on that processor. Raises NotStarted."""
    command = [sys.executable, "-P", "-m", "helpers.bench.raw_server", str(folder)]
    with _running(command, core) as process:
        url = process.stdout.readline().strip()
        if not url:
            raise NotStarted(_last_words(process))
        yield url


@contextlib.contextmanager
def nginx(folder: Path, core: int | None) -> Iterator[str]:
    """The URL of an nginx that serves `folder`: one process, configured for this. Raises NotStarted."""
    with tempfile.TemporaryDirectory() as own:
        port = _free_port()
        configuration = Path(own, "nginx.conf")
        configuration.write_text(NGINX.format(own=own, folder=folder, port=port), encoding="utf-8")
        command = [nginx_path() or "nginx", "-p", own, "-c", str(configuration), "-e", f"{own}/errors"]
        with _running(["sh", "-c", WITH_US, "sh", *command], core) as process:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"


def ask(url: str, path: str, limit: float = PATIENCE) -> bytes:
    """The body of the answer to one GET, within so many seconds. Raises OSError."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=limit)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().read()


@contextlib.contextmanager
def _running(command: list[str], core: int | None) -> Iterator[subprocess.Popen[str]]:
    """The process, which ends with its standard input: at the end, or when this process has gone."""
    with cores.started(command, core, subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.stdin.close()
            processes.with_patience(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Return when somebody listens. Raises NotStarted if the process ends before, or takes too long."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port), PATIENCE),
        ):
            return
        time.sleep(0.01)
    process.kill()
    raise NotStarted(_last_words(process))


def _last_words(process: subprocess.Popen[str]) -> str:
    process.wait()
    return process.stderr.read().strip()[-500:] or f"exit status {process.returncode}"
