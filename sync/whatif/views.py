"""The page that tries another tariff in one case. It asks by GET and keeps nothing."""

from flask import Blueprint, Response, abort, render_template, request

from bit_model.what_if import Tariff, Wish
from sync.audit.reading import seen
from sync.comparison.rows import case_comparison
from sync.services import services
from sync.store import cases
from sync.store.audit import Action
from sync.store.parameters import in_use
from sync.typed import Typed
from sync.whatif.trial import begun, read, trial

blueprint = Blueprint("whatif", __name__, template_folder="templates")


@blueprint.get("/sager/<path:case_key>/hvad-nu-hvis")
def case(case_key: str) -> Response:
    """The form with today's tariff, and below it what the one tried would be worth."""
    made = services()
    with made.store.engine.connect() as connection:
        stored = cases.case_row(connection, case_key)
        parameters = in_use(connection)
        row = case_comparison(connection, case_key, parameters)
    if stored is None or row is None:
        abort(404)
    record = cases.record(stored.record)
    tariff = Tariff(record.case.tariff, record.model, parameters, record.on_date)
    typed = Typed(request.args) if "hvad" in request.args else begun(tariff, record, made.today())
    asked = read(typed, tariff) if "hvad" in request.args else None
    seen(made.store, Action.CASE_READ, case=case_key)
    page = render_template(
        "whatif/case.html",
        case=record.case,
        row=row,
        now=tariff.pays_for(),
        typed=typed,
        wishes=[wish for wish in Wish if tariff.in_packages or wish is not Wish.PACKAGE],
        asked=asked,
        trial=trial(asked, tariff, row, parameters) if asked else None,
    )
    return Response(page, 422 if typed.errors else 200)
