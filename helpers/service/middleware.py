"""What happens around every handler: the request is counted, faults strike, errors become JSON.

A middleware of aiohttp.web is a function that gets the request and the handler, and may do something before
and after: https://docs.aiohttp.org/en/stable/web_advanced.html#middlewares
"""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from helpers.service import answers
from helpers.service.bodies import Answer, Generated, send
from helpers.service.counters import Counters, Visit
from helpers.service.echo import ECHO_LIMIT
from helpers.service.faults import BODY_FAULTS, Fault, Faults, from_query
from helpers.service.gallery import Gallery
from helpers.service.gate import Gate
from helpers.service.orders import Orders
from helpers.service.reports import Reports

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class State:
    """All that the service remembers between two requests."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.faults = Faults()
        self.gates: dict[int, Gate] = {}
        self.orders = Orders()
        self.gallery = Gallery()
        self.reports = Reports(self.gallery)

    def reset(self) -> None:
        """As if no request had come yet. The faults that are set stay set."""
        self.counters.reset()
        self.faults.reset()
        self.orders.reset()
        self.reports.reset()
        for gate in self.gates.values():
            gate.open()
        self.gates.clear()


STATE: web.AppKey[State] = web.AppKey("state", State)


@web.middleware
async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request, and answer it."""
    state = request.app[STATE]
    visit = state.counters.start(request.path, request.transport)
    try:
        return await answered(request, handler, state, visit)
    finally:
        visit.finish()


async def answered(request: web.Request, handler: Handler, state: State, visit: Visit) -> web.StreamResponse:
    """Answer the request, with the faults that hit it."""
    try:
        asked = from_query(request.query, request.query.getall("fault", []))
    except ValueError as error:
        return await send(request, answers.error(400, str(error)), None, visit)
    faults = state.faults.hitting(request.path, asked)
    response = refusal(faults) or await handled(request, handler)
    for fault in faults:
        if fault.kind == "delay":
            await asyncio.sleep(fault.value or 0)
        elif fault.kind == "hold":
            await state.gates.setdefault(int(fault.value or 1), Gate(int(fault.value or 1))).wait()
    if any(fault.kind == "reset" for fault in faults):
        reset(request)
        return response
    return await send(request, response, next((f for f in faults if f.kind in BODY_FAULTS), None), visit)


def refusal(faults: list[Fault]) -> web.Response | None:
    """The answer of the first fault that refuses the request; None if none does."""
    for fault in faults:
        if fault.kind == "status":
            return answers.error(int(fault.value or 0), "The fault that was asked for.")
        if fault.kind == "busy":
            return answers.error(429, "Too many requests.", {"Retry-After": str(fault.value)})
    return None


async def handled(request: web.Request, handler: Handler) -> Answer:
    """The handler's answer. What it raises as an HTTP error becomes JSON with the reason in words."""
    try:
        response = await handler(request)
    except web.HTTPNotFound as error:
        if error.text != "404: Not Found":  # what aiohttp says when no path fits
            return answers.error(404, error.text or "")
        return answers.error(404, f"There is nothing at {request.path}. The list of paths: /")
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        return answers.error(
            405, f"{request.path} takes {allowed}, not {request.method}.", {"Allow": allowed}
        )
    except web.HTTPRequestEntityTooLarge as error:
        if error.text and error.text.startswith("Maximum"):  # aiohttp's own words, without the unit
            return answers.error(413, f"This body is too large: at most {ECHO_LIMIT} bytes, please.")
        return answers.error(413, error.text or "")
    except web.HTTPException as error:
        return answers.error(error.status, error.text or error.reason)
    assert isinstance(response, web.Response | Generated), "handlers give a Response or a Generated"
    return response


def reset(request: web.Request) -> None:
    """Reset the connection: with SO_LINGER of 0 seconds, closing a socket sends RST, not FIN (socket(7))."""
    if request.transport is None:
        return
    linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    request.transport.abort()
