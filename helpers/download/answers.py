"""What to ask for, and what the answer is: the file, the rest of it, or neither.

The rules: RFC 9110, HTTP Semantics, sections 13.1.5 (If-Range) and 14 (range requests),
https://www.rfc-editor.org/rfc/rfc9110.html#name-range-requests
"""

import re
from collections.abc import Mapping

from aiohttp import ClientResponse

from helpers.download.journal import Note
from helpers.download.part import Part
from helpers.download.retries import Outdated, StatusError, date, retry_after

WHOLE = {"Accept-Encoding": "identity"}
"""No compression: sizes, positions and digests are those of the file. (What a server compresses all the
same is saved as it comes.)
"""

CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")


def question(part: Part) -> dict[str, str]:
    """The headers of the request: for the rest, if the part is still of that version, or for all."""
    if not part.resumable:
        return WHOLE
    assert part.note is not None
    assert part.note.validator is not None
    return {**WHOLE, "Range": f"bytes={part.size}-", "If-Range": part.note.validator}


def prepare(part: Part, url: str, asked: Mapping[str, str], response: ClientResponse) -> None:
    """Make `part` ready for the body of this answer: to be added to what is there, or the first of it.

    Raises StatusError for an answer that brings no file, Outdated where the part cannot be added to: it is
    gone then.
    """
    status, headers = response.status, response.headers
    if "Range" in asked and status == 206:
        note = note_on_rest(part, headers)
        if note is None:
            part.discard()
            raise Outdated("the server sent another part of the file than it was asked for")
        if not part.go_on(note):
            part.discard()
            raise Outdated("somebody has changed the part that was there")
    elif "Range" in asked and status == 416:
        # With If-Range this says that the version is the same and has no more bytes, or that the server does
        # not know If-Range. Who can tell? (A part of the announced size has been taken for whole before.)
        part.discard()
        raise Outdated("the server has no bytes to add")
    elif status == 200:
        part.begin(
            Note(
                url,
                response.content_length if "Transfer-Encoding" not in headers else None,
                validator(headers),
            )
        )
    else:
        raise StatusError(status, response.reason, retry_after(headers))


def note_on_rest(part: Part, headers: Mapping[str, str]) -> Note | None:
    """The note on the part, with the file's size as this 206 has it; None if the 206 does not bring what
    follows the part, of the same version, or if nobody says where the file ends.
    """
    note = part.note
    assert note is not None
    found = CONTENT_RANGE.fullmatch(headers.get("Content-Range", ""))
    if found is None or int(found[1]) != part.size:
        return None
    size = note.size if found[3] == "*" else int(found[3])
    if size is None or note.size not in (None, size):
        return None
    etag, known = headers.get("ETag"), note.validator
    if etag is not None and known is not None and known.startswith('"') and etag != known:
        return None
    return note._replace(size=size)


def validator(headers: Mapping[str, str]) -> str | None:
    """What names this version in If-Range: a strong ETag, or a date of change that is surely no longer that
    of another.

    Two changes within a second have the same date: it counts only if it is older than that, by the server's
    clock (RFC 9110, section 8.8.2.2).
    """
    etag = headers.get("ETag", "")
    if etag.startswith('"'):
        return etag
    modified, now = date(headers.get("Last-Modified", "")), date(headers.get("Date", ""))
    if modified is not None and now is not None and (now - modified).total_seconds() >= 1:
        return headers["Last-Modified"]
    return None
