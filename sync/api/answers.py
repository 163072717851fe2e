"""How answers are made: with an ETag, 304 where the caller's copy is current, and the way to a list's next page."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from sync.api.bodies import Query


class Page(NamedTuple):
    """Some of a list, and what `after` is on the next page; None where this is the last."""

    items: list[Any]
    next: str | None


def page_of(rows: Iterable[tuple[str, Any]], limit: int) -> Page:
    """The first rows of a list, which come with what `after` is behind each of them."""
    found = list(islice(rows, limit + 1))
    further = len(found) > limit
    return Page([row for _, row in found[:limit]], found[limit - 1][0] if further else None)


def answered(body: Any) -> AnyResponse:
    """The body as JSON, or 304."""
    return conditional(jsonify(body))


def listed(page: Page, query: Query) -> AnyResponse:
    """A page of a list under `items` and `next`, or 304."""
    return conditional(linked(jsonify({"items": page.items, "next": page.next}), page.next, query))


def linked(response: Response, after: str | None, query: Query) -> Response:
    """The answer with the address of the next page in its header Link, where there is one."""
    if after is not None:
        asked = query.model_dump(mode="json", exclude_none=True) | {"after": after}
        response.headers["Link"] = f'<{request.path}?{urlencode(asked)}>; rel="next"'
    return response


def conditional(response: AnyResponse, etag: str = "", changed: dt.datetime | None = None) -> AnyResponse:
    """The answer with the ETag, which is its content's hash where none is given; 304 where the caller has it.

    `changed` is when its content became what it is; only for what cannot change without it.
    """
    response.set_etag(etag or hashlib.sha256(response.get_data()).hexdigest())
    if changed is not None:
        response.last_modified = changed
    response.make_conditional(request)
    if response.status_code == 304:
        response.headers.pop("Link", None)
    return response


def current(etag: str, *, weak: bool = False) -> AnyResponse | None:
    """304 where the caller has the answer with the ETag already, so that it need not be made; else None."""
    known = request.if_none_match
    if not (known.contains_weak(etag) if known else False):
        return None
    response = Response(status=304)
    response.set_etag(etag, weak)
    return response


def version_tag(*parts: Any) -> str:
    """An ETag from what a file is made of, for files that are made anew each time they are asked for."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def as_file(content: bytes, media_type: str, name: str) -> Response:
    """Bytes as a download."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
