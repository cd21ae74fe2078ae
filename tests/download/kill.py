"""Kill a download at random moments and look at what it leaves: `python -m tests.download.kill 20`.

After each kill every file under its own name is whole and right; in the end all are, and no part is left.
"""

import asyncio
import hashlib
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from aiohttp import web

from helpers.download.journal import FILE
from helpers.files import COURSE
from helpers.service import data
from helpers.service.app import listen
from helpers.service.ranges import byte_range

PIECE = 64 * 1024
LONGEST = 0.5
"""Seconds from the first answer to the kill, at most."""


class Site:
    """Files of many sizes, sent slowly; what was asked for."""

    def __init__(self, rng: random.Random, count: int) -> None:
        self.bodies = {
            f"f{n}": data.seeded(n)(0, rng.choice((0, 1, 5_000, 70_000, 900_000, 3_000_000)))
            for n in range(count)
        }
        self.counts: Counter[str] = Counter()
        self.asked = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = self.bodies[request.match_info["name"]]
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        response = web.StreamResponse(headers={"ETag": etag})
        start, stop = 0, len(body)
        if request.headers.get("If-Range") == etag:
            start, stop = byte_range(request.headers["Range"], len(body))
            response.set_status(206)
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(body)}"
        self.counts[f"answers {response.status}"] += 1
        response.content_length = stop - start
        await response.prepare(request)
        self.asked.set()
        for first in range(start, stop, PIECE):
            piece = body[first : min(first + PIECE, stop)]
            await response.write(piece)
            self.counts["bytes sent"] += len(piece)
            await asyncio.sleep(0.005)
        return response

    def problems(self, folder: Path, ended: bool) -> list[str]:
        """What is wrong in the folder; `ended`: whether all files should be there."""
        there = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != FILE}
        wrong = [name for name, body in there.items() if name in self.bodies and body != self.bodies[name]]
        strange = [name for name in there if name.removesuffix(".part") not in self.bodies]
        missing = [name for name in self.bodies if name not in there] if ended else []
        parts = [name for name in there if name.endswith(".part")] if ended else []
        return wrong + strange + missing + parts


async def once(site: Site, url: str, folder: Path, after: float | None) -> bool:
    """One run of the command, killed `after` seconds; whether it ended by itself."""
    site.asked.clear()
    command = [sys.executable, "-m", "helpers", "download", "-o", str(folder), "-i", "-", "--quiet"]
    process = await asyncio.create_subprocess_exec(*command, cwd=COURSE, stdin=asyncio.subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write("".join(f"{url}/{name}\n" for name in site.bodies).encode())
    process.stdin.close()
    if after is not None:
        ending, asked = asyncio.ensure_future(process.wait()), asyncio.ensure_future(site.asked.wait())
        await asyncio.wait([ending, asked], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        await asyncio.wait([ending], timeout=after)
        if not ending.done():
            process.kill()
    return await process.wait() == 0


async def kill(times: int, seed: int) -> int:
    """Kill so many runs; return the number of problems found."""
    rng = random.Random(seed)
    app = web.Application()
    killed = found = folders = 0
    site = Site(rng, 60)
    app.router.add_get("/{name}", site.answer)
    runner, url = await listen(app)
    try:
        while killed < times:
            folders += 1
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                ended = False
                while not ended and killed < times:
                    ended = await once(site, url, folder, rng.uniform(0, LONGEST))
                    killed += not ended
                    problems = site.problems(folder, ended)
                    found += len(problems)
                    print(f"kill {killed}: problems: {problems}", flush=True)
                ended = await once(site, url, folder, None)
                problems = site.problems(folder, ended=True)
                found += len(problems) + (not ended)
                print(f"to the end: {'ended' if ended else 'FAILED'}; problems: {problems}", flush=True)
    finally:
        await runner.cleanup()
    size = sum(map(len, site.bodies.values()))
    print(f"{dict(site.counts)}; {folders} times {len(site.bodies)} files of {size:,} bytes; seed {seed}")
    return found


if __name__ == "__main__":
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    sys.exit(asyncio.run(kill(kills, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)) > 0)
