"""A report, posted exactly once (exercise 14.4)."""

import hashlib
import json
from typing import Any

import aiohttp

from helpers.capstone.retries import with_retries

UNPROCESSABLE = 422  # the status of a report that is JSON, and wrong


class Refused(Exception):
    """The service has read the report and does not accept it. `problems`: what is wrong with it, in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


async def post_report(session: aiohttp.ClientSession, url: str, report: dict[str, Any]) -> dict[str, Any]:
    """The certificate that the service at `url` gives for the report.

    The idempotency key is made of the report itself: in every try, and in every run of the program, the same
    report has the same key. Raises Refused, or what the last try has raised.
    """
    body = json.dumps(report, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": hashlib.sha256(body).hexdigest()}

    async def post() -> dict[str, Any]:
        async with session.post(url, data=body, headers=headers) as response:
            if response.status == UNPROCESSABLE:
                answer = await response.json()
                raise Refused(answer.get("problems", [answer["message"]]))
            response.raise_for_status()
            return await response.json()

    return await with_retries(post)
