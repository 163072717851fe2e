"""The page of what is due to be erased, and the log of what was."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from sync.erasure.erase import PAST_ITS_DATE, erase
from sync.services import services
from sync.store import erasing
from sync.typed import Typed

blueprint = Blueprint("erasure", __name__, url_prefix="/sletning", template_folder="templates")


@blueprint.get("/")
def overview() -> str:
    """What is past its date, and what was erased."""
    return _overview(Typed())


@blueprint.post("/")
def erase_due() -> AnyResponse:
    """Erase the cases and files that were chosen among those that are due."""
    typed, made = Typed(request.form), services()
    with made.store.engine.connect() as connection:
        cases = erasing.due_cases(connection, made.today(), made.settings.retention_months)
        files = erasing.due_files(connection, made.today(), made.settings.retention_months)
    chosen = set(request.form.getlist("due"))
    case_keys = [one.case_key for one in cases if f"case-{one.id}" in chosen]
    submission_ids = [row.id for row in files if f"file-{row.id}" in chosen]
    if not case_keys and not submission_ids:
        typed.refuse("due", gettext("Vælg mindst én sag eller fil på listen."))
    if typed.values.get("confirm") != "yes":
        typed.refuse("confirm", gettext("Sæt kryds: det, der slettes, kan ikke hentes frem igen."))
    if typed.errors:
        return Response(_overview(typed, chosen), 422)
    done = erase(made.store, case_keys, submission_ids, made.now(), made.today(), PAST_ITS_DATE)
    return redirect(url_for(".overview", sager=done.cases, filer=done.files, tilbage=len(done.kept)), 303)


def _overview(typed: Typed, chosen: frozenset[str] | set[str] = frozenset()) -> str:
    made = services()
    months = made.settings.retention_months
    with made.store.engine.connect() as connection:
        cases = erasing.due_cases(connection, made.today(), months)
        files = erasing.due_files(connection, made.today(), months)
        log = erasing.log(connection)
    done = {name: request.args.get(name, type=int) for name in ("sager", "filer", "tilbage")}
    return render_template(
        "erasure/overview.html",
        cases=cases,
        files=files,
        log=log[::-1],
        months=months,
        typed=typed,
        chosen=chosen,
        done=done,
        by_date=PAST_ITS_DATE,
    )
