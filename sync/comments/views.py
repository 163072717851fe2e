"""The comments of a case: both parties see them and may add to them, each with their function."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from sync.accounts.access import signed_in
from sync.audit.reading import seen
from sync.services import services
from sync.store import cases, comments
from sync.store.audit import Action
from sync.store.database import writing
from sync.typed import Typed

blueprint = Blueprint(
    "comments", __name__, url_prefix="/sager/<path:case_key>/bemaerkninger", template_folder="templates"
)


@blueprint.get("")
def of_case(case_key: str) -> str:
    """Everything said about the case, and the form that adds to it."""
    found = _comments(case_key)
    seen(services().store, Action.CASE_READ, case=case_key)
    return render_template("comments/case.html", case_key=case_key, comments=found, typed=Typed())


@blueprint.post("")
def say(case_key: str) -> AnyResponse:
    """Add a comment. A provider's scope only reads: what it may see is found out first, then the whole store writes."""
    found, typed, who, made = _comments(case_key), Typed(request.form), signed_in(), services()
    said = typed.text("said")
    if typed.errors:
        page = render_template("comments/case.html", case_key=case_key, comments=found, typed=typed)
        return Response(page, 422)
    with writing(made.store.whole().engine) as connection:
        comments.say(connection, case_key, said, who.function, who.provider, made.now())
    return redirect(url_for("cases.case", case_key=case_key, _anchor="bemaerkninger"), 303)


def _comments(case_key: str) -> list[Row[Any]]:
    """404 where the caller sees no such case."""
    with services().store.engine.connect() as connection:
        if cases.case_row(connection, case_key) is None:
            abort(404)
        return comments.of_case(connection, case_key)
