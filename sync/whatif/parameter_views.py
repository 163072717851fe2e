"""The page of the parameter set in use, and of what another one would change before anybody uses it."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, render_template, request

from sync.audit.reading import seen
from sync.pages import NOTHING, language
from sync.services import services
from sync.store.audit import Action
from sync.typed import Typed
from sync.whatif.consequence import Consequence, consequence
from sync.whatif.parameter_form import TRIED, begun, differing, read
from workbook_templates.layout import Field
from workbook_templates.layouts.parametre import PARAMETERS

blueprint = Blueprint("parameters", __name__, url_prefix="/parametre", template_folder="templates")
TRY = "proev"
"""The query that asks for the consequence."""
SHOWN_CASES = 100


@blueprint.get("/")
def overview() -> Response:
    """The set in use, the form, and with `proev` what the set that was typed would change."""
    from workbook_templates.comparison.parameters import shown  # here, since it loads XlsxWriter

    made = services()
    active, today = made.parameters, made.today()
    typed = Typed(request.args) if TRY in request.args else begun(active, today)
    other = read(typed, active, today) if TRY in request.args else None
    found: Consequence | None = None
    if other is not None:
        with made.store.engine.connect() as connection:
            found = consequence(connection, active, other)
        seen(made.store, Action.COMPARISON_READ)
    page = render_template(
        "whatif/parameters.html",
        active=active,
        values=[(field, _written(field, shown(getattr(active, field.key), language()))) for field in PARAMETERS],
        typed=typed,
        tried=TRIED,
        differing=differing(active, other) if other else frozenset(),
        found=found,
        shown_cases=SHOWN_CASES,
        year=today.year,
    )
    return Response(page, 422 if typed.errors else 200)


def _written(field: Field, value: Any) -> str:
    """A value as the page shows it: a share as per cent, a comma in a number, a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    if "%" in field.kind.number_format and isinstance(value, Decimal):
        return f"{100 * value:f}".rstrip("0").rstrip(".").replace(".", ",") + " %"
    return str(value).replace(".", ",")
