"""The pages of the annual wheel: wheel and list, the workbook, and the calendar with an address of its own."""

from io import BytesIO

from flask import Blueprint, Response, abort, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from bit_model.effect import months_back
from sync.accounts import access
from sync.accounts.access import signed_in
from sync.audit.reading import seen
from sync.pages import language
from sync.services import services
from sync.store import calendar_feeds
from sync.store.audit import Action
from sync.store.boundaries import OneAuthorityPerFile
from sync.store.database import writing
from sync.store.scope import Scope
from sync.token import signed_calendar, verified_calendar
from sync.wheel.calendar import MIMETYPE, calendar
from sync.wheel.events import KINDS, Event, Kind, events
from sync.wheel.picture import MONTHS, SIZE, wheel

blueprint = Blueprint("wheel", __name__, url_prefix="/aarshjul", template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_YEAR, LAST_YEAR = 2000, 2100
ROWS_PER_PAGE = 100
CALENDAR_MONTHS = 12, -24
"""How far back and ahead a calendar reaches, counted back."""


@blueprint.get("/")
def overview() -> str:
    """The year as a wheel and as a list, narrowed to a provider, a case, a kind or a month."""
    made, who = services(), signed_in()
    year, everything = _year()
    chosen = {name: request.args.get(name, "") for name in ("leverandoer", "sag", "slags", "maaned")}
    of_wheel = _narrowed(everything, chosen["leverandoer"], chosen["sag"].strip())
    shown = [
        event
        for event in of_wheel
        if chosen["slags"] in ("", event.kind) and chosen["maaned"] in ("", str(event.date.month))
    ]
    pages = max(1, -(-len(shown) // ROWS_PER_PAGE))
    page = min(max(1, request.args.get("side", 1, type=int)), pages)
    with made.store.whole().engine.connect() as connection:
        feed = calendar_feeds.of_account(connection, who.account)
    token = signed_calendar(feed.id, made.settings.key, who.authority) if feed else ""
    return render_template(
        "wheel/overview.html",
        year=year,
        wheel=wheel(of_wheel, year, made.today()),
        size=SIZE,
        months=MONTHS,
        kinds={kind: KINDS[kind].in_language(language()) for kind in Kind},
        events=shown[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE],
        found=len(shown),
        page=page,
        pages=pages,
        providers=sorted({event.provider for event in everything}),
        chosen=chosen,
        today=made.today(),
        feed=url_for(".feed", token=token, _external=True) if token else "",
    )


@blueprint.get("/aarshjul.xlsx")
def workbook() -> AnyResponse:
    """The year's events, narrowed as the page is."""
    from sync.wheel.workbook import write_workbook

    year, everything = _year()
    shown = _narrowed(everything, request.args.get("leverandoer", ""), request.args.get("sag", "").strip())
    seen(services().store, Action.WHEEL_EXPORTED, year=year)
    content = write_workbook(shown, year, language())
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=f"aarshjul-{year}.xlsx")


@blueprint.post("/kalender")
def make_feed() -> AnyResponse:
    """Make the caller's calendar address, in place of the one there was."""
    made = services()
    with writing(made.store.whole().engine) as connection:
        calendar_feeds.make(connection, signed_in().account, made.now())
    return redirect(url_for(".overview", _anchor="kalender"), 303)


@blueprint.post("/kalender/tilbage")
def revoke_feed() -> AnyResponse:
    """Revoke the caller's calendar address."""
    made = services()
    with writing(made.store.whole().engine) as connection:
        calendar_feeds.revoke(connection, signed_in().account, made.now())
    return redirect(url_for(".overview", _anchor="kalender"), 303)


@blueprint.get("/<token>.ics")
def feed(token: str) -> AnyResponse:
    """The calendar behind an address, for the account that made it, as long as that may see the wheel."""
    made = services()
    held = verified_calendar(token, made.settings.key)
    if held is None:
        abort(404)
    number, authority = held
    g.scope = Scope(authority, None, f"calendar:{number}")
    try:
        with services().store.engine.connect() as connection:
            who = calendar_feeds.caller(connection, number)
    except OneAuthorityPerFile:
        abort(404)
    if who is None or not access.allows("wheel.overview", who):
        abort(404)
    g.scope = Scope(authority, who.provider or None, who.actor)
    back, ahead = (months_back(made.today(), months) for months in CALENDAR_MONTHS)
    with services().store.engine.connect() as connection:
        found = events(connection, back, ahead)
    return Response(calendar(found, made.now(), language()), content_type=MIMETYPE)


def _year() -> tuple[int, list[Event]]:
    made = services()
    year = min(max(FIRST_YEAR, request.args.get("aar", made.today().year, type=int)), LAST_YEAR)
    first = made.today().replace(year=year, month=1, day=1)
    with made.store.engine.connect() as connection:
        return year, events(connection, first, first.replace(month=12, day=31))


def _narrowed(found: list[Event], provider: str, case_key: str) -> list[Event]:
    return [event for event in found if provider in ("", event.provider) and case_key in ("", event.case_key)]
