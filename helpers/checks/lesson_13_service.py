"""Exercise 13.4: a service of the learner's own meets a client of the judge's, in the same event loop."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from helpers.checks import NotYet
from helpers.checks.arena import Arena
from helpers.checks.calling import an, refuse_unless_callable
from helpers.checks.words import cut, said, short

BUDGET = 4.8  # seconds for all the runs of one check, whatever the answer does


BAD_BODIES = (b"no JSON", b"text=buy+tea", b"", b'{"note": "buy tea"}', b'["buy tea"]', b'"buy tea"', b"null")


class Reply(NamedTuple):
    """What the server under test answered; `note`: the body, where it is JSON that says so."""

    status: int
    text: str
    note: Any

    def __str__(self) -> str:
        return f"{self.status}: {cut(self.text, 120)}"

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def id(self) -> Any:
        return self.note.get("id") if isinstance(self.note, dict) else None

    @property
    def text_of_note(self) -> Any:
        return self.note.get("text") if isinstance(self.note, dict) else None


def notes_service(notes_app: Any, arena: Arena) -> None:
    """13.4: makes notes, refuses what is none, honours keys, also those of two requests at once."""
    refuse_unless_callable(notes_app)
    parts = (_anew, _makes_notes, _refuses, _honours_keys, _at_once, _apart)
    for part in parts:
        arena.run(lambda part=part: part(notes_app), "notes_app()", BUDGET / len(parts))


async def _anew(notes_app: Any) -> None:
    if _made(notes_app) is _made(notes_app):
        raise NotYet("shared", call="notes_app() is notes_app()", seen="True", expected="False")


async def _makes_notes(notes_app: Any) -> None:
    async with _running(_made(notes_app)) as session:
        first = await _note(session, {"text": "buy tea"})
        second = await _note(session, {"text": "drink tea"})
        equal = await _note(session, {"text": "buy tea"})
    shown = 'POST /notes {"text": "buy tea"}'
    if first.status in (404, 405):
        raise NotYet("no_route", call=shown, seen=str(first), expected="201")
    if first.status == 500:
        raise NotYet("crashed", call=shown, seen=str(first), expected="201")
    if first.ok and first.note is None:
        raise NotYet("not_json", call=shown, seen=str(first), expected="201, and JSON labelled as JSON")
    if first.status != 201:
        raise NotYet("created", call=shown, seen=str(first), expected="201")
    if first.id is None or first.text_of_note != "buy tea":
        raise NotYet("note", call=shown, seen=str(first), expected='{"id": …, "text": "buy tea"}')
    if not second.ok or second.text_of_note != "drink tea":
        shown = 'POST /notes {"text": "buy tea"}, then {"text": "drink tea"}, both without a key'
        raise NotYet("without_key", call=shown, seen=f"{first} and {second}", expected="two notes")
    if first.id == second.id:
        raise NotYet("same_id", call="two notes", seen=f"{first} and {second}", expected="two ids")
    if not equal.ok or equal.id in (first.id, second.id):
        shown = 'POST /notes {"text": "buy tea"}, twice without a key'
        raise NotYet("equal_texts", call=shown, seen=f"{first} and {equal}", expected="two notes")


async def _refuses(notes_app: Any) -> None:
    async with _running(_made(notes_app)) as session:
        for body in BAD_BODIES:
            reply = await _note(session, body)
            shown = f"POST /notes, with the body: {body.decode() or '(nothing)'}"
            if reply.status == 500:
                raise NotYet("crashed_on_bad", call=shown, seen=str(reply), expected="400 and a reason")
            if reply.status != 400:
                raise NotYet("bad_body", call=shown, seen=str(reply), expected="400 and a reason")
            if reply.text.strip() in ("", "400: Bad Request"):
                raise NotYet("no_reason", call=shown, seen=str(reply), expected="400 and a reason")


async def _honours_keys(notes_app: Any) -> None:
    async with _running(_made(notes_app)) as session:
        first, again = [await _note(session, {"text": "buy tea"}, key="k-1") for _ in range(2)]
        other_key = await _note(session, {"text": "buy tea"}, key="k-2")
        other_text = await _note(session, {"text": "buy cake"}, key="k-1")
    twice = 'POST /notes {"text": "buy tea"}, twice with one key'
    if not again.ok or not first.ok:
        raise NotYet("replay", call=twice, seen=f"first {first}, then {again}", expected="one note, twice")
    if first.note != again.note:
        raise NotYet("twice", call=twice, seen=f"first {first}, then {again}", expected="one note, twice")
    if not other_key.ok or other_key.id == first.id:
        shown = 'POST /notes {"text": "buy tea"}, with another key'
        raise NotYet("other_key", call=shown, seen=str(other_key), expected="another note")
    if not 400 <= other_text.status < 500:
        shown = 'POST /notes {"text": "buy cake"}, with the key of "buy tea"'
        raise NotYet("other_text", call=shown, seen=str(other_text), expected="409 or 422, say")


async def _at_once(notes_app: Any) -> None:
    """Two requests with one key: both have begun in the handler before the body of either is complete."""
    both_inside = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"text": '
        await both_inside.wait()
        yield b'"buy tea"}'

    async with _running(_made(notes_app), both_inside) as session:
        replies = await asyncio.gather(*(_note(session, body(), key="k-1") for _ in range(2)))
    made = [reply for reply in replies if reply.ok]
    shown = 'POST /notes {"text": "buy tea"}, two at once with one key'
    if len({str(reply.id) for reply in made}) == 2:
        seen = f"{replies[0]} and {replies[1]}"
        raise NotYet("at_once", call=shown, seen=seen, expected="one note")
    if not made or any(not reply.ok and reply.status != 409 for reply in replies):
        seen = f"{replies[0]} and {replies[1]}"
        raise NotYet("replay", call=shown, seen=seen, expected="one note, twice")


async def _apart(notes_app: Any) -> None:
    """Two apps know nothing of each other."""
    async with _running(_made(notes_app)) as session:
        await _note(session, {"text": "buy tea"}, key="k-1")
    async with _running(_made(notes_app)) as session:
        reply = await _note(session, {"text": "buy cake"}, key="k-1")
    if reply.status != 201 or reply.text_of_note != "buy cake":
        shown = 'a second notes_app(): POST /notes {"text": "buy cake"}, with a key that the first one knows'
        raise NotYet("shared", call=shown, seen=str(reply), expected="201: it has no notes yet")


def _made(notes_app: Any) -> web.Application:
    app = notes_app()
    if inspect.iscoroutine(app):
        app.close()
    if not isinstance(app, web.Application):
        raise NotYet("no_app", call="notes_app()", seen=an(app), expected="a web.Application")
    return app


@asynccontextmanager
async def _running(
    app: web.Application, both_inside: asyncio.Event | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Run the app; a handler that crashes answers with its error in words. Sets the event when two requests
    are in their handlers: nothing is awaited between that and the handler's own first line."""
    inside = 0

    @web.middleware
    async def door(request: web.Request, handler: Callable[..., Any]) -> web.StreamResponse:
        nonlocal inside
        inside += 1
        if inside == 2 and both_inside is not None:
            both_inside.set()
        try:
            response = await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:
            return web.Response(status=500, text=f"the handler raised {said(error)}")
        if not isinstance(response, web.StreamResponse):
            return web.Response(status=500, text=f"the handler returned {short(response)}, not a response")
        return response

    app.middlewares.insert(0, door)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


async def _note(session: aiohttp.ClientSession, body: Any, key: str | None = None) -> Reply:
    """POST the body: a dict as JSON, bytes and generators as they are."""
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    try:
        async with session.post("/notes", data=data, headers=headers) as response:
            text = await response.text()
            note = json.loads(text) if response.content_type == "application/json" else None
            return Reply(response.status, text, note)
    except aiohttp.ClientConnectionError:
        return Reply(500, "the connection was closed without an answer", None)
    except ValueError:  # no text, or no JSON
        return Reply(response.status, text, None)
