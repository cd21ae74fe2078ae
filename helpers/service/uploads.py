"""/upload: read a body of any size as a stream, keep nothing of it, say its size and digest."""

import hashlib
from typing import Any

from aiohttp import BodyPartReader, web

from helpers.service.answers import as_json
from helpers.service.echo import reading_a_form

UPLOAD_LIMIT = 256 * 1024 * 1024
"""Bytes."""

FIELD_LIMIT = 64 * 1024
"""Bytes of a form field that is not a file."""

PIECE = 64 * 1024


async def upload(request: web.Request) -> web.Response:
    """POST or PUT. Says `bytes` and `sha256` of a plain body; of a multipart form, these of each file."""
    if (request.content_length or 0) > UPLOAD_LIMIT:
        too_large(UPLOAD_LIMIT, "This body")
    if request.content_type == "multipart/form-data":
        return as_json(await upload_form(request))
    digest = hashlib.sha256()
    size = 0
    async for piece in request.content.iter_chunked(PIECE):
        size += len(piece)
        if size > UPLOAD_LIMIT:
            too_large(UPLOAD_LIMIT, "This body")
        digest.update(piece)
    return as_json({"bytes": size, "sha256": digest.hexdigest()})


async def upload_form(request: web.Request) -> dict[str, Any]:
    """What is said of a multipart form: `bytes` of all files; `files` and `form` by the fields' names."""
    answer: dict[str, Any] = {"bytes": 0, "files": {}, "form": {}}
    with reading_a_form():
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise ValueError("this part is no field of a form")
            if part.filename is None:
                answer["form"][part.name] = await field(part)
            else:
                answer["files"][part.name] = file = await digested(part, UPLOAD_LIMIT - answer["bytes"])
                answer["bytes"] += file["bytes"]
    return answer


async def digested(part: BodyPartReader, limit: int) -> dict[str, Any]:
    """What is said of one file, read piece by piece."""
    digest = hashlib.sha256()
    size = 0
    while piece := await part.read_chunk(PIECE):
        size += len(piece)
        if size > limit:
            too_large(UPLOAD_LIMIT, "The files")
        digest.update(piece)
    content_type = part.headers.get("Content-Type", "application/octet-stream")
    return {
        "bytes": size,
        "content_type": content_type,
        "filename": part.filename,
        "sha256": digest.hexdigest(),
    }


async def field(part: BodyPartReader) -> str:
    """The value of a form field."""
    value = bytearray()
    while piece := await part.read_chunk(PIECE):
        value += piece
        if len(value) > FIELD_LIMIT:
            too_large(FIELD_LIMIT, "The form field")
    return value.decode()


def too_large(limit: int, what: str) -> None:
    """Raise 413 with the limit in words."""
    raise web.HTTPRequestEntityTooLarge(limit, 0, text=f"{what} is too large: at most {limit} bytes, please.")
