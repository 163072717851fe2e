"""The service's pages as a person uses them: a clock that stands still, forms with their tokens, a round."""

import datetime as dt
import io
import re
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from sync_material import NOW
from werkzeug.test import TestResponse

ROUND = {
    "title": "Forår 2026",
    "first": "02-03-2026",
    "last": "15.3.2026",
    "deadline": "2026-03-27",
    "form": "liste",
    "choice": "all",
}


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> dt.datetime:
        return self.moment

    def on(self, date: str) -> None:
        """Noon of a date."""
        self.moment = dt.datetime.combine(dt.date.fromisoformat(date), dt.time(12), dt.UTC)


def post(client: FlaskClient, path: str, page: str = "/returneringer/", **fields: Any) -> TestResponse:
    """A form sent with the token of a page; a field `files` is pairs of content and name."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token, page
    data: dict[str, Any] = {"csrf_token": token[1], **fields}
    if "files" in data:
        data["file"] = [(io.BytesIO(content), name) for content, name in data.pop("files")]
    return client.post(path, data=data)


def opened(client: FlaskClient, **changes: str) -> str:
    """The path of a round that was opened."""
    answer = post(client, "/runder/ny", **{**ROUND, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def states(client: FlaskClient, path: str) -> Mapping[str, str]:
    """Case key → state in words, from a status board."""
    rows = re.findall(r'/sager/([^"]+)".*?data-label="Tilstand"><span[^>]*>([^<]+)<', client.get(path).text, re.DOTALL)
    return dict(rows)


def link_of(client: FlaskClient, path: str, case_key: str) -> str:
    """The path of a case's link, as its page in the round shows it."""
    found = re.search(
        r'id="link" value="http://localhost(/aflever/[^"]+)"', client.get(f"{path}/sager/{case_key}").text
    )
    assert found
    return found[1]
