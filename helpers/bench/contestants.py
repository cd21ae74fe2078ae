"""Who takes part in a comparison of downloads, and how each one is started."""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpers.bench.loads import Load

CLIENTS = Path(__file__).with_name("clients")


@dataclass(frozen=True)
class Job:
    """Download what `listed` lists, a URL a line, to `folder`, so many at a time."""

    listed: Path
    folder: Path
    limit: int


@dataclass(frozen=True)
class Contestant:
    """`command` starts it. It needs that program, or that package of Python's. `one_by_one`: it downloads one
    file after the other, whatever the limit."""

    name: str
    command: Callable[[Job], list[str]]
    program: str = ""
    package: str = ""
    one_by_one: bool = False

    def is_here(self) -> bool:
        if self.program:
            return shutil.which(self.program) is not None
        return not self.package or importlib.util.find_spec(self.package) is not None

    def least(self, load: Load) -> float:
        """Seconds that the load's delays alone make it take."""
        return load.least * load.limit if self.one_by_one else load.least


def _client(name: str, package: str = "", *, one_by_one: bool = False) -> Contestant:
    """One of clients/, by span.py."""

    def command(job: Job) -> list[str]:
        span = [sys.executable, "-P", str(CLIENTS / "span.py"), name]
        return [*span, str(job.listed), str(job.folder), str(job.limit)]

    return Contestant(name, command, package=package, one_by_one=one_by_one)


def _curl(job: Job) -> list[str]:
    settings = job.listed.with_suffix(".curl")
    urls = job.listed.read_text(encoding="ascii").split()
    settings.write_text("".join(f'url = "{url}"\n' for url in urls), encoding="ascii")
    options = ["--silent", "--show-error", "--fail", "--remote-name-all", "--output-dir", str(job.folder)]
    parallel = ["--parallel", "--parallel-immediate", "--parallel-max", str(job.limit)]
    return [_path("curl"), "--disable", *options, *parallel, "--config", str(settings)]


def _aria2c(job: Job) -> list[str]:
    options = ["--no-conf", "--quiet", "--file-allocation=none", "--max-connection-per-server=1", "--split=1"]
    what = [f"--input-file={job.listed}", f"--dir={job.folder}", f"--max-concurrent-downloads={job.limit}"]
    return [_path("aria2c"), *options, *what]


def _wget(job: Job) -> list[str]:
    what = [f"--input-file={job.listed}", f"--directory-prefix={job.folder}"]
    return [_path("wget"), "--no-config", "--quiet", *what]


def _path(program: str) -> str:
    return shutil.which(program) or program


CONTESTANTS = {
    each.name: each
    for each in (
        _client("one_by_one", "requests", one_by_one=True),
        _client("in_threads", "requests"),
        _client("article", "aiohttp"),
        _client("aiohttp_workers", "aiohttp"),
        _client("course", "helpers.download"),
        _client("own_loop"),
        _client("own_loop_kept"),
        _client("buffered"),
        Contestant("curl", _curl, program="curl"),
        Contestant("aria2c", _aria2c, program="aria2c"),
        Contestant("wget", _wget, program="wget", one_by_one=True),
    )
}
REFERENCES = ("curl", "in_threads")  # what the others are compared with: the first of them that is here
