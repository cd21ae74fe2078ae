"""The service to which exercise 14.4 posts: that of the practice server, with a front of the judge's own.

The front loses answers after the work is done, and notes what came.
"""

import asyncio
from typing import NamedTuple

from aiohttp import web

from helpers.service.answers import error
from helpers.service.gallery import Gallery
from helpers.service.middleware import reset
from helpers.service.reports import Reports

BUSY = 10  # seconds that a busy service asks for
MARK = {"X-Session": "the one that was handed over"}
MOST = 8  # requests, which none but an endless answer exceeds


class Trouble(NamedTuple):
    """What happens to the first answers, in words and one by one: a status, given when the work is done; 429:
    given before; 0: the connection is reset; 1: half of the answer is sent; -1: none is given."""

    words: str
    answers: tuple[int, ...] = ()


class Front:
    """The service, as the answer meets it. `answers`: what becomes of the first ones, as Trouble has it."""

    def __init__(self, answers: tuple[int, ...]) -> None:
        self.reports = Reports(Gallery())
        self._answers = answers
        self.keys: list[str | None] = []
        self.content_type = ""
        self.strangers = 0  # requests that did not come through the session that was handed over
        self.paused = float("inf")  # seconds from an answer 429 to the next request
        self._busy_at: float | None = None
        self.enough, self.asked = asyncio.Event(), asyncio.Event()

    async def create(self, request: web.Request) -> web.Response:
        now = asyncio.get_running_loop().time()
        if self._busy_at is not None:
            self.paused, self._busy_at = now - self._busy_at, None
        self.keys.append(request.headers.get("Idempotency-Key"))
        self.strangers += not MARK.items() <= request.headers.items()
        self.content_type = request.content_type
        self.asked.set()
        if len(self.keys) > MOST:
            self.enough.set()
        status = self._answers[len(self.keys) - 1] if len(self.keys) <= len(self._answers) else None
        if status == -1:
            await asyncio.Event().wait()
        if status == 429:
            self._busy_at = now
            return error(429, "Too many requests.", {"Retry-After": str(BUSY)})
        answer = await self.reports.create(request)
        if status is None or answer.status == 422:
            return answer
        return await self._spoilt(request, answer, status)

    async def _spoilt(self, request: web.Request, answer: web.Response, status: int) -> web.Response:
        if status == 0:
            reset(request)
            return answer
        if status == 1:
            out = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
            await out.prepare(request)
            await out.write(b'{"certificate"')
            if request.transport is not None:
                request.transport.close()
            return out
        return error(status, "Something went wrong here.")
