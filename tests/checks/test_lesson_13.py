"""Right answers to lesson 13's exercises pass, whatever their style; each wrong one is told what is wrong."""

import asyncio
import contextlib
import gc
import hashlib
import io
import json
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from helpers import check
from helpers.exercise import solution_code

Session = aiohttp.ClientSession


# ── What the lesson defines before its exercises ────────────────────────────────────────────────────────


async def post(session: Session, path: str, **body: Any) -> Any:
    async with session.post(path, raise_for_status=True, **body) as response:
        return await response.json()


ANSWER_LOST = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError)


def expect(id: str, answer: object, kind: str, says: str = "") -> None:
    verdict = check(id, answer)
    text = " ".join(repr(verdict).split())
    assert (verdict.kind, says in text) == (kind, True), repr(verdict)


@pytest.mark.parametrize(
    ("id", "name"),
    [("13.1", "send_profile"), ("13.2", "upload"), ("13.3", "order_safely"), ("13.4", "notes_app")],
)
def test_the_solution_and_what_is_no_answer(id: str, name: str) -> None:
    names = dict(globals())
    exec(compile(solution_code(id), f"<answer {id}>", "exec"), names)
    expect(id, names[name], "correct")
    expect(id, 42, "not yet", "check() was given an int")


# ── 13.1 ─────────────────────────────────────────────────────────────────────────────────────────────────


async def profile_with_writer(session: Session, name: str, picture: bytes) -> str:
    with aiohttp.MultipartWriter("form-data") as form:
        form.append(name).set_content_disposition("form-data", name="name")
        part = form.append(picture, {"Content-Type": "image/png"})
        part.set_content_disposition("form-data", name="picture", filename="avatar.png")
    async with session.request("POST", "/upload", data=form) as response:
        return json.loads(await response.text())["files"]["picture"]["sha256"]


async def profile_from_a_file_object(session: Session, name: str, picture: bytes) -> str:
    form = aiohttp.FormData()
    form.add_field("picture", io.BytesIO(picture), filename="avatar.png", content_type="image/png")
    form.add_field("name", name)
    return (await post(session, "/upload", data=form))["files"]["picture"]["sha256"]


async def profile_that_compares(session: Session, name: str, picture: bytes) -> str:
    digest = await profile_from_a_file_object(session, name, picture)
    if digest != hashlib.sha256(picture).hexdigest():
        raise ValueError("damaged")
    return digest


def a_form(name: str = "", **picture: Any) -> aiohttp.FormData:
    form = aiohttp.FormData({"name": name} if name else {})
    form.add_field("picture", picture.pop("value"), **picture)
    return form


LABELS = {"filename": "avatar.png", "content_type": "image/png"}


async def profile_stub(session: Session, name: str, picture: bytes) -> str:
    # YOUR CODE HERE
    raise NotImplementedError


async def json_with_bytes(session: Session, name: str, picture: bytes) -> str:
    answer = await post(session, "/upload", json={"name": name, "picture": picture})
    return answer["files"]["picture"]["sha256"]


async def json_with_text(session: Session, name: str, picture: bytes) -> str:
    answer = await post(session, "/upload", json={"name": name, "picture": picture.hex()})
    return answer["sha256"]


async def header_by_hand(session: Session, name: str, picture: bytes) -> str:
    headers = {"Content-Type": "multipart/form-data"}
    form = a_form(name, value=picture, **LABELS)
    answer = await post(session, "/upload", data=form, headers=headers)
    return answer["files"]["picture"]["sha256"]


@pytest.mark.filterwarnings("ignore:In v4, passing bytes:DeprecationWarning")
async def picture_without_filename(session: Session, name: str, picture: bytes) -> str:
    answer = await post(session, "/upload", data={"name": name, "picture": picture})
    return answer["files"]["picture"]["sha256"]


async def picture_as_text(session: Session, name: str, picture: bytes) -> str:
    form = a_form(name, value=picture.hex(), content_type="image/png")
    return str(await post(session, "/upload", data=form))


async def picture_as_hex(session: Session, name: str, picture: bytes) -> str:
    form = a_form(name, value=picture.hex().encode(), **LABELS)
    return (await post(session, "/upload", data=form))["files"]["picture"]["sha256"]


async def picture_alone(session: Session, name: str, picture: bytes) -> str:
    form = a_form(value=picture, **LABELS)
    return (await post(session, "/upload", data=form))["files"]["picture"]["sha256"]


async def two_requests(session: Session, name: str, picture: bytes) -> str:
    await profile_from_a_file_object(session, name, picture)
    return await profile_from_a_file_object(session, name, picture)


async def whole_answer(session: Session, name: str, picture: bytes) -> Any:
    return await post(session, "/upload", data=a_form(name, value=picture, **LABELS))


async def own_digest(session: Session, name: str, picture: bytes) -> str:
    await whole_answer(session, name, picture)
    return hashlib.sha256(picture).hexdigest()


async def nothing_sent(session: Session, name: str, picture: bytes) -> str:
    a_form(name, value=picture, **LABELS)
    return hashlib.sha256(picture).hexdigest()


async def digest_at_the_top(session: Session, name: str, picture: bytes) -> str:
    return (await whole_answer(session, name, picture))["sha256"]


async def another_filename(session: Session, name: str, picture: bytes) -> str:
    form = a_form(name, value=picture, filename="momo.png", content_type="image/png")
    return (await post(session, "/upload", data=form))["files"]["picture"]["sha256"]


async def misspelt(session: Session, name: str, picture: bytes) -> str:
    return (await whole_answer(session, name, picture))["files"]["avatar"]["sha256"]


@pytest.mark.parametrize("answer", [profile_with_writer, profile_from_a_file_object, profile_that_compares])
def test_right_profiles(answer: object) -> None:
    expect("13.1", answer, "correct")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (profile_stub, "not attempted", ""),
        (json_with_bytes, "not yet", "it has no bytes"),
        (json_with_text, "not yet", "What happened: Content-Type: application/json"),
        (header_by_hand, "not yet", "does not name the boundary"),
        (picture_without_filename, "not yet", "picture, application/octet-stream"),
        (picture_as_text, "not yet", "A part is a file when it has a filename"),
        (picture_as_hex, "not yet", "4096 bytes arrived"),
        (picture_alone, "not yet", "the text field `name` is missing"),
        (two_requests, "not yet", "more than once"),
        (whole_answer, "not yet", "the server's `sha256` of the picture"),
        (own_digest, "not yet", "you computed it yourself"),
        (nothing_sent, "not yet", "No POST came to /upload"),
        (digest_at_the_top, "error", "KeyError: 'sha256'"),
        (another_filename, "not yet", "under another name, or as another type, than asked for"),
        (misspelt, "error", "KeyError: 'avatar'"),
    ],
)
def test_wrong_profiles(answer: object, kind: str, says: str) -> None:
    expect("13.1", answer, kind, says)


# ── 13.2 ─────────────────────────────────────────────────────────────────────────────────────────────────


async def pieces(file: Any) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, 65_536):
        yield piece


async def upload_generator_rewound(session: Session, path: Path, attempts: int = 3) -> str:
    with path.open("rb") as file:
        while True:
            attempts -= 1
            file.seek(0)
            try:
                return (await post(session, "/upload", data=pieces(file)))["sha256"]
            except ANSWER_LOST:
                if not attempts:
                    raise


class UploadKeepingTheError:
    async def __call__(self, session: Session, path: Path, attempts: int = 3) -> str:
        last: Exception | None = None
        for _ in range(attempts):
            with path.open("rb") as file:
                try:
                    async with session.post("/upload", data=file) as response:
                        response.raise_for_status()
                        return (await response.json())["sha256"]
                except aiohttp.ClientConnectionError as error:
                    last = error
        raise last or ValueError("no attempts")


async def upload_by_recursion(session: Session, path: Path, attempts: int = 3) -> str:
    try:
        with path.open("rb") as file:
            return (await post(session, "/upload", data=pieces(file)))["sha256"]
    except aiohttp.ClientConnectionError:
        if attempts == 1:
            raise
    return await upload_by_recursion(session, path, attempts - 1)


async def upload_stub(session: Session, path: Path, attempts: int = 3) -> str:
    # YOUR CODE HERE
    raise NotImplementedError


def retrying(send: Callable[[Session, Path], Any]) -> Callable[..., Any]:
    async def upload(session: Session, path: Path, attempts: int = 3) -> str:
        for attempt in range(1, attempts + 1):
            try:
                return await send(session, path)
            except aiohttp.ClientConnectionError:
                if attempt == attempts:
                    raise
        raise AssertionError

    return upload


@retrying
async def reads_it_all(session: Session, path: Path) -> str:
    return (await post(session, "/upload", data=path.read_bytes()))["sha256"]


@retrying
async def one_big_piece(session: Session, path: Path) -> str:
    async def all_of_it() -> AsyncIterator[bytes]:
        yield path.read_bytes()

    return (await post(session, "/upload", data=all_of_it()))["sha256"]


@retrying
async def closed_too_early(session: Session, path: Path) -> str:
    with path.open("rb") as file:
        request = post(session, "/upload", data=file)
    return (await request)["sha256"]


@retrying
async def whole_upload_answer(session: Session, path: Path) -> Any:
    with path.open("rb") as file:
        return await post(session, "/upload", data=file)


@retrying
async def wrong_upload_path(session: Session, path: Path) -> str:
    return (await post(session, "/uplaod", data=pieces(path.open("rb"))))["sha256"]


async def one_generator(session: Session, path: Path, attempts: int = 3) -> str:
    with path.open("rb") as file:
        body = pieces(file)
        return await retrying(lambda session, path: post(session, "/upload", data=body))(session, path)


async def one_generator_for_its_digest(session: Session, path: Path, attempts: int = 3) -> str:
    return (await one_generator(session, path))["sha256"]


async def one_open_file(session: Session, path: Path, attempts: int = 3) -> str:
    with path.open("rb") as file:
        answer = await retrying(lambda session, path: post(session, "/upload", data=file))(session, path)
    return answer["sha256"]


async def never_again(session: Session, path: Path, attempts: int = 3) -> str:
    with path.open("rb") as file:
        return (await post(session, "/upload", data=file))["sha256"]


async def one_attempt_too_few(session: Session, path: Path, attempts: int = 3) -> str:
    return await upload_generator_rewound(session, path, max(1, attempts - 1))


async def one_attempt_too_many(session: Session, path: Path, attempts: int = 3) -> str:
    return await upload_generator_rewound(session, path, attempts + 1)


async def gives_up_without_a_word(session: Session, path: Path, attempts: int = 3) -> str | None:
    with contextlib.suppress(aiohttp.ClientError):
        return await upload_generator_rewound(session, path, attempts)


async def never_gives_up(session: Session, path: Path, attempts: int = 3) -> str:
    return await upload_generator_rewound(session, path, -1)


async def catches_too_wide(session: Session, path: Path, attempts: int = 3) -> str:
    for attempt in range(1, attempts + 1):
        try:
            with path.open("rb") as file:
                return (await post(session, "/upload", data=file))["sha256"]
        except aiohttp.ClientError:
            if attempt == attempts:
                raise
    raise AssertionError


@retrying
async def no_raise_for_status(session: Session, path: Path) -> str:
    with path.open("rb") as file:
        async with session.post("/upload", data=file) as response:
            return (await response.json())["sha256"]


@retrying
async def no_raise_for_status_and_get(session: Session, path: Path) -> str | None:
    with path.open("rb") as file:
        async with session.post("/upload", data=file) as response:
            return (await response.json()).get("sha256")


@retrying
async def file_of_the_lesson(session: Session, path: Path) -> str:
    parcel = path.with_name("the_lesson's_parcel.bin")
    parcel.write_bytes(b"parcel")
    with parcel.open("rb") as file:
        return (await post(session, "/upload", data=file))["sha256"]


@pytest.mark.parametrize("answer", [upload_generator_rewound, UploadKeepingTheError(), upload_by_recursion])
def test_right_uploads(answer: object) -> None:
    expect("13.2", answer, "correct")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (upload_stub, "not attempted", ""),
        (reads_it_all, "not yet", "the file was in memory"),
        (one_big_piece, "not yet", "the file was in memory"),
        (closed_too_early, "not yet", "closed before aiohttp read it"),
        (wrong_upload_path, "error", '"/uplaod"'),
        (whole_upload_answer, "not yet", "should return the server's `sha256`"),
        (one_generator_for_its_digest, "not yet", "Each attempt needs a new generator"),
        (one_open_file, "not yet", "Each attempt needs a new generator"),
        (never_again, "not yet", "another attempt was due"),
        (one_attempt_too_few, "not yet", "What happened: 2 requests, then"),
        (one_attempt_too_many, "not yet", "another number of requests"),
        (gives_up_without_a_word, "not yet", "it returned None"),
        (catches_too_wide, "not yet", "`except aiohttp.ClientError` is too wide"),
        (no_raise_for_status, "not yet", "the body of an error is taken for an answer"),
        (no_raise_for_status_and_get, "not yet", "it returned None"),
        (file_of_the_lesson, "not yet", "That is the digest of another file: use `path`"),
        (
            never_gives_up,
            "stuck",
            "The call: upload(session, path, attempts=2) # every answer is lost",
        ),
    ],
)
def test_wrong_uploads(answer: object, kind: str, says: str) -> None:
    expect("13.2", answer, kind, says)


# ── 13.3 ─────────────────────────────────────────────────────────────────────────────────────────────────


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


async def one_attempt(session: Session, item: str, key: dict[str, str]) -> Any:
    return await post(session, "/orders", json={"item": item}, headers=key)


async def order_by_status(session: Session, item: str, attempts: int = 4) -> Any:
    """Looks at the status itself, and pauses."""
    headers = new_key()
    while True:
        attempts -= 1
        try:
            async with session.post("/orders", json={"item": item}, headers=headers) as response:
                if response.status < 500 or not attempts:
                    response.raise_for_status()
                    return await response.json()
        except ANSWER_LOST:
            if not attempts:
                raise
        await asyncio.sleep(0.01)


class OrderByRule:
    async def __call__(self, session: Session, item: str, attempts: int = 4) -> Any:
        key, error = new_key(), None
        for _ in range(attempts):
            try:
                return await one_attempt(session, item, key)
            except (aiohttp.ClientError, TimeoutError) as caught:
                if isinstance(caught, aiohttp.ClientResponseError) and caught.status < 500:
                    raise
                error = caught
        raise error


async def order_stub(session: Session, item: str, attempts: int = 4) -> Any:
    # YOUR CODE HERE
    raise NotImplementedError


def ordering(key: Callable[[str], Any], again: Callable[[Exception], bool]) -> Callable[..., Any]:
    """An answer like the solution; `key(item)` is called once, what that gives in each attempt."""

    async def order_safely(session: Session, item: str, attempts: int = 4) -> Any:
        headers = key(item)
        for attempt in range(1, attempts + 1):
            try:
                return await one_attempt(session, item, headers())
            except Exception as error:
                if attempt == attempts or not again(error):
                    raise

    return order_safely


def a_key(item: str) -> Callable[[], dict[str, str]]:
    headers = new_key()
    return lambda: headers


def lost_or_5xx(error: Exception) -> bool:
    return isinstance(error, ANSWER_LOST) or getattr(error, "status", 0) >= 500


ONE_KEY = new_key()
no_key = ordering(lambda item: dict, lost_or_5xx)
key_in_the_loop = ordering(lambda item: new_key, lost_or_5xx)
key_from_the_item = ordering(lambda item: lambda: {"Idempotency-Key": item}, lost_or_5xx)
key_for_all = ordering(lambda item: lambda: ONE_KEY, lost_or_5xx)
tries_once = ordering(a_key, lambda error: False)
half_answers_forgotten = ordering(a_key, lambda error: isinstance(error, aiohttp.ClientConnectionError))
timeouts_forgotten = ordering(a_key, lambda error: isinstance(error, ANSWER_LOST[:2]))
server_errors_forgotten = ordering(a_key, lambda error: isinstance(error, ANSWER_LOST))
retries_refusals = ordering(a_key, lambda error: isinstance(error, aiohttp.ClientError | TimeoutError))


async def gives_up_silently(session: Session, item: str, attempts: int = 4) -> Any:
    key = new_key()
    for _ in range(attempts):
        try:
            return await one_attempt(session, item, key)
        except aiohttp.ClientResponseError as error:
            if error.status < 500:
                raise
        except ANSWER_LOST:
            pass


async def hides_refusals(session: Session, item: str, attempts: int = 4) -> Any:
    try:
        return await order_by_status(session, item, attempts)
    except aiohttp.ClientResponseError:
        return None


async def insists_on_201(session: Session, item: str, attempts: int = 4) -> Any:
    key = new_key()
    for attempt in range(1, attempts + 1):
        try:
            async with session.post("/orders", json={"item": item}, headers=key) as response:
                if response.status == 201:
                    return await response.json()
                if attempt == attempts or 400 <= response.status < 500:
                    response.raise_for_status()
        except ANSWER_LOST:
            if attempt == attempts:
                raise


async def believes_every_status(session: Session, item: str, attempts: int = 4) -> Any:
    key = new_key()
    for attempt in range(1, attempts + 1):
        try:
            async with session.post("/orders", json={"item": item}, headers=key) as response:
                return await response.json()
        except ANSWER_LOST:
            if attempt == attempts:
                raise


async def returns_the_number(session: Session, item: str, attempts: int = 4) -> Any:
    return (await order_by_status(session, item, attempts))["order"]


async def ignores_attempts(session: Session, item: str, attempts: int = 4) -> Any:
    return await order_by_status(session, item)


async def new_key_after_5xx(session: Session, item: str, attempts: int = 4) -> Any:
    key = new_key()
    for attempt in range(1, attempts + 1):
        try:
            return await one_attempt(session, item, key)
        except aiohttp.ClientResponseError as error:
            if error.status < 500 or attempt == attempts:
                raise
            key = new_key()
        except ANSWER_LOST:
            if attempt == attempts:
                raise


async def place_order(session: Session, item: str) -> Any:
    """As in section 5."""
    key = new_key()
    for attempt in (1, 2, 3):
        try:
            return await one_attempt(session, item, key)
        except ANSWER_LOST:
            if attempt == 3:
                raise


async def place_order_in_a_loop(session: Session, item: str, attempts: int = 4) -> Any:
    for attempt in range(1, attempts + 1):
        try:
            return await place_order(session, item)
        except aiohttp.ClientResponseError as error:
            if error.status < 500 or attempt == attempts:
                raise


async def three_when_lost(session: Session, item: str, attempts: int = 4) -> Any:
    """Goes by `attempts` after a 5xx; a lost answer is asked for three times, as in `place_order`."""
    key, lost = new_key(), 0
    for attempt in range(1, max(3, attempts) + 1):
        try:
            return await one_attempt(session, item, key)
        except aiohttp.ClientResponseError as error:
            if error.status < 500 or attempt >= attempts:
                raise
        except ANSWER_LOST:
            lost += 1
            if lost == 3:
                raise


only_503 = ordering(a_key, lambda error: isinstance(error, ANSWER_LOST) or getattr(error, "status", 0) == 503)
three_statuses = ordering(
    a_key, lambda error: isinstance(error, ANSWER_LOST) or getattr(error, "status", 0) in (500, 502, 503)
)


@pytest.mark.parametrize("answer", [order_by_status, OrderByRule(), ordering(a_key, lost_or_5xx)])
def test_right_orders(answer: object) -> None:
    expect("13.3", answer, "correct")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (order_stub, "not attempted", ""),
        (no_key, "not yet", "so is each request without a key"),
        (key_in_the_loop, "not yet", "Make one key before the first attempt"),
        (key_from_the_item, "not yet", "both calls sent the same key"),
        (key_for_all, "not yet", "both calls sent the same key"),
        (tries_once, "not yet", "# the connection is reset"),
        (half_answers_forgotten, "not yet", "# half of the first answer arrives"),
        (timeouts_forgotten, "not yet", "# the first answer takes too long"),
        (server_errors_forgotten, "not yet", "with your key the order may be sent again"),
        (retries_refusals, "not yet", "`except aiohttp.ClientError` is too wide"),
        (gives_up_silently, "not yet", "falls off the end"),
        (hides_refusals, "not yet", "Let the ClientResponseError pass"),
        (insists_on_201, "not yet", "as good as 201"),
        (believes_every_status, "not yet", "An error's body is no order"),
        (returns_the_number, "not yet", "as `place_order` does"),
        (ignores_attempts, "not yet", "4 requests"),
        (new_key_after_5xx, "not yet", "Each attempt sent another key"),
        (place_order_in_a_loop, "not yet", "Each attempt sent another key"),
        (three_when_lost, "not yet", "What happened: 3 requests"),
        (only_503, "not yet", "500 says that the server is at fault"),
        (three_statuses, "not yet", "504 says that the server is at fault"),
    ],
)
def test_wrong_orders(answer: object, kind: str, says: str) -> None:
    expect("13.3", answer, kind, says)


# ── 13.4 ─────────────────────────────────────────────────────────────────────────────────────────────────

BAD = 'Send JSON like {"text": "buy tea"}.'


def an_app(handler: Callable[..., Any], path: str = "/notes") -> web.Application:
    app = web.Application()
    app.router.add_post(path, handler)
    return app


async def text_of(request: web.Request) -> str:
    try:
        return str((await request.json())["text"])
    except (ValueError, KeyError, TypeError):
        raise web.HTTPBadRequest(text=BAD) from None


class Notes:
    """A class, a lock, JSON errors, and 200 for a note that was there before."""

    def __init__(self) -> None:
        self.notes: list[dict[str, Any]] = []
        self.by_key: dict[str, dict[str, Any]] = {}
        self.lock = asyncio.Lock()

    async def create(self, request: web.Request) -> web.Response:
        async with self.lock:
            key = request.headers.get("Idempotency-Key")
            try:
                body = await request.json()
                assert isinstance(body, dict)
                assert "text" in body
            except (ValueError, AssertionError):
                return web.json_response({"message": BAD}, status=400)
            if key in self.by_key:
                same = self.by_key[key]["text"] == body["text"]
                return web.json_response(self.by_key[key] if same else {}, status=200 if same else 409)
            note = {"id": f"note-{len(self.notes)}", **body}
            self.notes.append(note)
            if key:
                self.by_key[key] = note
            return web.json_response(note, status=201)


def app_of_a_class() -> web.Application:
    return an_app(Notes().create)


def app_with_409_for_two_at_once() -> web.Application:
    busy: set[str] = set()
    notes: dict[str, Any] = {}

    async def create(request: web.Request) -> web.Response:
        key = request.headers.get("Idempotency-Key") or str(uuid.uuid4())
        if key in busy:
            raise web.HTTPConflict(text="This key is being worked on.")
        busy.add(key)
        try:
            text = await text_of(request)
        finally:
            busy.discard(key)
        note = notes.setdefault(key, {"id": str(uuid.uuid4()), "text": text, "done": False})
        if note["text"] != text:
            raise web.HTTPUnprocessableEntity(text="This key was used for another note.")
        return web.json_response(note, status=201)

    app = web.Application()
    app.add_routes([web.post("/notes", create)])
    return app


def app_stub() -> web.Application:
    # YOUR CODE HERE
    raise NotImplementedError


def app_like_the_solution(
    text_of: Callable[[web.Request], Any] = text_of,
    answer: Callable[[dict[str, Any], int], web.Response] = lambda note, status: web.json_response(
        note, status=status
    ),
    created: int = 201,
    replayed: int = 200,
    notes: dict[str, Any] | None = None,
    key_of: Callable[[web.Request], str] = lambda request: request.headers.get(
        "Idempotency-Key", str(uuid.uuid4())
    ),
) -> web.Application:
    """With one thing done otherwise."""
    notes = {} if notes is None else notes

    async def create(request: web.Request) -> web.Response:
        text = await text_of(request)
        key = key_of(request)
        status = replayed if key in notes else created
        note = notes.setdefault(key, {"id": len(notes) + 1, "text": text})
        if note["text"] != text:
            raise web.HTTPUnprocessableEntity(text="This key was used for another note.")
        return answer(note, status)

    return an_app(create)


def always_200() -> web.Application:
    async def create(request: web.Request) -> web.Response:
        try:
            body = await request.json()
            return web.json_response({"id": str(uuid.uuid4()), "text": body["text"]}, status=201)
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": BAD})

    return an_app(create)


def text_not_json() -> web.Application:
    return app_like_the_solution(
        answer=lambda note, status: web.Response(text=json.dumps(note), status=status)
    )


def crashes_on_bad_body() -> web.Application:
    async def careless(request: web.Request) -> str:
        return (await request.json())["text"]

    return app_like_the_solution(careless)


def crashes_on_a_list() -> web.Application:
    async def careless(request: web.Request) -> str:
        try:
            return (await request.json())["text"]
        except (ValueError, KeyError):
            raise web.HTTPBadRequest(text=BAD) from None

    return app_like_the_solution(careless)


def refuses_without_a_reason() -> web.Application:
    async def terse(request: web.Request) -> str:
        try:
            return await text_of(request)
        except web.HTTPBadRequest:
            raise web.HTTPBadRequest from None

    return app_like_the_solution(terse)


def takes_anything() -> web.Application:
    async def lenient(request: web.Request) -> str:
        try:
            return await text_of(request)
        except web.HTTPBadRequest:
            return await request.text()

    return app_like_the_solution(lenient)


def created_with_200() -> web.Application:
    return app_like_the_solution(created=200)


def ignores_keys() -> web.Application:
    return app_like_the_solution(key_of=lambda request: str(uuid.uuid4()))


def one_note_for_all() -> web.Application:
    async def create(request: web.Request) -> web.Response:
        return web.json_response({"id": 1, "text": await text_of(request)}, status=201)

    return an_app(create)


def refuses_the_second_attempt() -> web.Application:
    return app_like_the_solution(replayed=409)


def answers_with_the_other_note() -> web.Application:
    notes: dict[str, Any] = {}

    async def create(request: web.Request) -> web.Response:
        text = await text_of(request)
        key = request.headers.get("Idempotency-Key", str(uuid.uuid4()))
        return web.json_response(notes.setdefault(key, {"id": len(notes), "text": text}), status=201)

    return an_app(create)


def text_for_a_key() -> web.Application:
    """Takes the text for the key: two notes with the same text are one."""
    notes: dict[str, Any] = {}

    async def create(request: web.Request) -> web.Response:
        text = await text_of(request)
        return web.json_response(notes.setdefault(text, {"id": len(notes), "text": text}), status=201)

    return an_app(create)


def key_or_text() -> web.Application:
    """Takes the text for the key of a request without one."""
    notes: dict[str, Any] = {}

    async def create(request: web.Request) -> web.Response:
        text = await text_of(request)
        key = request.headers.get("Idempotency-Key") or text
        note = notes.setdefault(key, {"id": len(notes) + 1, "text": text})
        if note["text"] != text:
            raise web.HTTPUnprocessableEntity(text="This key was used for another note.")
        return web.json_response(note, status=201)

    return an_app(create)


def none_is_a_key() -> web.Application:
    return app_like_the_solution(key_of=lambda request: str(request.headers.get("Idempotency-Key")))


def none_is_a_key_for_any_text() -> web.Application:
    notes: dict[str | None, Any] = {}

    async def create(request: web.Request) -> web.Response:
        text, key = await text_of(request), request.headers.get("Idempotency-Key")
        return web.json_response(notes.setdefault(key, {"id": len(notes), "text": text}), status=201)

    return an_app(create)


def one_key_for_all() -> web.Application:
    """Takes any key for the same: the note goes by its text."""
    notes: dict[str, Any] = {}

    async def create(request: web.Request) -> web.Response:
        text = await text_of(request)
        key = text if "Idempotency-Key" in request.headers else str(uuid.uuid4())
        return web.json_response(notes.setdefault(key, {"id": len(notes), "text": text}), status=201)

    return an_app(create)


def looks_up_before_the_body() -> web.Application:
    notes: dict[str, Any] = {}

    async def create(request: web.Request) -> web.Response:
        key = request.headers.get("Idempotency-Key", str(uuid.uuid4()))
        if key in notes:
            if notes[key]["text"] != await text_of(request):
                raise web.HTTPConflict(text="This key was used for another note.")
            return web.json_response(notes[key])
        notes[key] = {"id": str(uuid.uuid4()), "text": await text_of(request)}
        return web.json_response(notes[key], status=201)

    return an_app(create)


def looks_up_before_the_body_and_counts() -> web.Application:
    notes: dict[str, Any] = {}
    made = 0

    async def create(request: web.Request) -> web.Response:
        nonlocal made
        key = request.headers.get("Idempotency-Key", str(uuid.uuid4()))
        known = notes.get(key)
        text = await text_of(request)
        if known is None:
            made += 1
            notes[key] = known = {"id": made, "text": text}
        elif known["text"] != text:
            raise web.HTTPConflict(text="This key was used for another note.")
        return web.json_response(known, status=201)

    return an_app(create)


SHARED: dict[str, Any] = {}


def shared_notes() -> web.Application:
    return app_like_the_solution(notes=SHARED)


def forgets_return() -> web.Application:
    async def create(request: web.Request) -> None:
        web.json_response({"id": 1, "text": await text_of(request)}, status=201)

    return an_app(create)


def wrong_path() -> web.Application:
    return an_app(Notes().create, "/note")


def no_id() -> web.Application:
    async def create(request: web.Request) -> web.Response:
        return web.json_response({"text": await text_of(request)}, status=201)

    return an_app(create)


async def async_factory() -> web.Application:
    return app_of_a_class()


def returns_the_handler() -> object:
    return Notes().create


def hangs_up() -> web.Application:
    async def create(request: web.Request) -> web.Response:
        request.transport.close()
        raise asyncio.CancelledError

    return an_app(create)


def slow_handler() -> web.Application:
    async def slow(request: web.Request) -> str:
        await asyncio.sleep(0.3)
        return await text_of(request)

    return app_like_the_solution(slow)


def cannot_be_made() -> web.Application:
    return an_app(None)


THE_APP: list[web.Application] = []


def always_the_same_app() -> web.Application:
    return THE_APP[0]


@pytest.mark.parametrize("answer", [app_of_a_class, app_with_409_for_two_at_once, app_like_the_solution])
def test_right_services(answer: object) -> None:
    expect("13.4", answer, "correct")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (app_stub, "not attempted", ""),
        (always_200, "not yet", "Errors in a 200 are not seen"),
        (text_not_json, "not yet", "not labelled as JSON"),
        (crashes_on_bad_body, "not yet", "the handler raised JSONDecodeError"),
        (crashes_on_a_list, "not yet", "the handler raised TypeError"),
        (refuses_without_a_reason, "not yet", "say it in the body"),
        (takes_anything, "not yet", "This body is not a note"),
        (created_with_200, "not yet", "201 says so"),
        (ignores_keys, "not yet", "Look it up before you make a note"),
        (one_note_for_all, "not yet", "the same id"),
        (refuses_the_second_attempt, "not yet", "The client wants what it missed"),
        (answers_with_the_other_note, "not yet", "would hide the client's mistake"),
        (text_for_a_key, "not yet", "because the texts are equal"),
        (key_or_text, "not yet", "because the texts are equal"),
        (none_is_a_key, "not yet", "A request without a key got another's note"),
        (none_is_a_key_for_any_text, "not yet", "A request without a key got another's note"),
        (one_key_for_all, "not yet", "Another key is another note"),
        (looks_up_before_the_body, "not yet", "Between looking up and storing"),
        (looks_up_before_the_body_and_counts, "not yet", "Between looking up and storing"),
        (forgets_return, "not yet", "the handler returned None"),
        (wrong_path, "not yet", "nothing for a POST to /notes"),
        (hangs_up, "not yet", "closed without an answer"),
        (slow_handler, "stuck", "still waiting"),
        (cannot_be_made, "error", "cannot_be_made(), line"),
        (no_id, "not yet", "its `text` and an `id`"),
        (async_factory, "not yet", "an ordinary function"),
        (returns_the_handler, "not yet", "an ordinary function"),
    ],
)
def test_wrong_services(answer: object, kind: str, says: str) -> None:
    expect("13.4", answer, kind, says)


def test_notes_outside_the_app_are_noticed_in_every_check() -> None:
    SHARED.clear()
    for _ in range(2):
        expect("13.4", shared_notes, "not yet", "The two apps share")


def test_one_app_for_all_calls() -> None:
    THE_APP[:] = [app_like_the_solution()]
    expect("13.4", always_the_same_app, "not yet", "The two apps share")


@pytest.mark.parametrize(("id", "answer"), [("13.3", timeouts_forgotten), ("13.4", crashes_on_bad_body)])
def test_nothing_is_left_open(id: str, answer: object) -> None:
    check(id, answer)
    gc.collect()  # a ResourceWarning would fail the test
