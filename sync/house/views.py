"""The page of one house."""

import datetime as dt
from fractions import Fraction

from flask import Blueprint, abort, render_template, request

from sync.audit.reading import seen
from sync.house.nights import house_night
from sync.pages import language
from sync.services import services
from sync.store.audit import Action
from sync.store.parameters import in_use

blueprint = Blueprint("house", __name__, url_prefix="/huse", template_folder="templates")


@blueprint.get("/<path:name>")
def page(name: str) -> str:
    """A house from the noon of a day (`dag`) to the next."""
    made = services()
    with made.store.engine.connect() as connection:
        night = house_night(connection, name, _asked(), in_use(connection))
    if night is None:
        abort(404)
    for sheet in night.sheets:
        seen(made.store, Action.CASE_READ, case=sheet.schedule.case_key)
    place = night.days.index(night.date) if night.days else 0
    return render_template(
        "house/page.html",
        night=night,
        keys=[sheet.schedule.case_key for sheet in night.sheets],
        before=night.days[place - 1] if place else None,
        after=night.days[place + 1] if place + 1 < len(night.days) else None,
        most=max([Fraction(1), *(max(span.claimed, span.present) for span in night.presence)]),
        problems={key: [one.as_json(language()) for one in found] for key, found in night.problems.items()},
    )


def _asked() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get("dag", ""))
    except ValueError:
        return None
