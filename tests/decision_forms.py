"""Decisions as a person records them on a case's page."""

from flask.testing import FlaskClient
from page_forms import post
from werkzeug.test import TestResponse

CUT = {
    "outcome": "lowered",
    "reason": "Begge parter ser de samme tal, og støtten er den samme.",
    "decided_on": "2026-03-18",
    "decided_by": "Leder af myndighedsafdelingen",
    "same_support": "ja",
    "hours_before": "36",
    "hours_after": "36",
    "old_rate": "4505",
    "new_rate": "3697",
    "effective_date": "2026-10-01",
    "retro": "six_months",
    "review_on": "2027-03-01",
    "what": "save",
}
"""The domain text's example: 808 kr a day from 1 October 2026, six months back."""
RAISE = {**CUT, "outcome": "raised", "old_rate": "1000", "new_rate": "2000", "retro": "none"}
UNCHANGED = {
    name: value
    for name, value in {**CUT, "outcome": "unchanged", "retro": "none"}.items()
    if name not in {"old_rate", "new_rate", "effective_date"}
}


def decide(client: FlaskClient, case_key: str, fields: dict[str, str] | None = None, /, **changes: str) -> TestResponse:
    path = f"/sager/{case_key}/afgoerelse"
    return post(client, path, path, **{**(CUT if fields is None else fields), **changes})
