"""The page of the parameter sets: the one in use, what another would change, and taking that other one into use."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from bit_model.parameters import ParameterSet
from sync.accounts.access import signed_in
from sync.audit.reading import seen
from sync.pages import NOTHING, language
from sync.services import services
from sync.store.audit import Action
from sync.store.database import writing
from sync.store.parameters import Activated, AnotherInUse, SameValues, Taken, activate, activated, differing, in_use
from sync.typed import Typed
from sync.whatif.consequence import Consequence, consequence
from sync.whatif.parameter_form import TRIED, begun, naming, read
from workbook_templates.layout import Field
from workbook_templates.layouts.parametre import PARAMETERS

blueprint = Blueprint("parameters", __name__, url_prefix="/parametre", template_folder="templates")
TRY = "proev"
"""The query that asks for the consequence."""
SEEN = "version"
"""The field with the version that the consequence was seen beside."""
SHOWN_CASES = 100


class Change(NamedTuple):
    """A value in which a set differs from the one before it."""

    label: str
    before: str
    after: str


@blueprint.get("/")
def overview() -> Response:
    """The set in use, the form, and with `proev` what the set that was typed would change."""
    return _page(Typed(request.args) if TRY in request.args else None)


@blueprint.post("/i-brug")
def take_into_use() -> AnyResponse:
    """Take the set that was typed into use: from now on every figure is computed by it."""
    made, typed, named = services(), Typed(request.form), Typed(request.form)
    with made.store.engine.connect() as connection:
        active = in_use(connection)
    wanted, (name, reason) = read(typed, active, made.today()), naming(named)
    compared_with = active.version if named.values.get(SEEN) == str(active.version) else 0
    if wanted is not None and not named.errors:
        try:
            with writing(made.store.engine) as connection:
                taken = Taken(signed_in().function, reason, made.now(), made.today())
                activate(connection, replace(wanted, name=name), compared_with, taken)
        except AnotherInUse:
            named.refuse(SEEN, gettext("Et andet sæt er taget i brug imens. Se konsekvensen igen, og tag så stilling."))
        except SameValues:
            named.refuse(SEEN, gettext("Værdierne er de samme som dem, der er i brug."))
        else:
            return redirect(url_for(".overview", taget=active.version + 1), 303)
    return _page(typed, named)


def _page(asked: Typed | None, named: Typed | None = None) -> Response:
    """The page; `asked` is a form that was sent, whose consequence is shown where its values can be used.

    `named` is what was sent to take its set into use.
    """
    from workbook_templates.comparison.parameters import shown  # here, since it loads XlsxWriter

    made = services()
    found: Consequence | None = None
    with made.store.engine.connect() as connection:
        sets = activated(connection)
        active, today = sets[0].parameters, made.today()
        typed = begun(active, today) if asked is None else asked
        other = None if asked is None else read(typed, active, today)
        if other is not None:
            found = consequence(connection, active, other)
    if found is not None:
        seen(made.store, Action.COMPARISON_READ)

    def written(field: Field, parameters: ParameterSet) -> str:
        return _written(field, shown(getattr(parameters, field.key), language()))

    page = render_template(
        "whatif/parameters.html",
        active=active,
        values=[(field, written(field, active)) for field in PARAMETERS],
        typed=typed,
        tried=TRIED,
        differing=differing(active, other) if other else frozenset(),
        found=found,
        shown_cases=SHOWN_CASES,
        year=today.year,
        sets=_with_changes(sets, written),
        named=named or Typed({"name": active.name}),
        taken=request.args.get("taget") == str(active.version),
    )
    return Response(page, 422 if typed.errors or (named and named.errors) else 200)


def _with_changes(sets: Sequence[Activated], written: Any) -> list[tuple[Activated, list[Change]]]:
    """Each set with what was changed when it was taken into use; with the first nothing was."""
    changes = [
        [
            Change(field.label.in_language(language()), written(field, before), written(field, after))
            for field in PARAMETERS
            if field.key in differing(before, after)
        ]
        for after, before in pairwise(one.parameters for one in sets)
    ]
    return list(zip(sets, [*changes, []], strict=True))


def _written(field: Field, value: Any) -> str:
    """A value as the page shows it: a share as per cent, a comma in a number, a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    if "%" in field.kind.number_format and isinstance(value, Decimal):
        return f"{100 * value:f}".rstrip("0").rstrip(".").replace(".", ",") + " %"
    return str(value).replace(".", ",")
