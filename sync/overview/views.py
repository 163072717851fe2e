"""The overview."""

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, render_template, request

from bit_model.comparison import State
from bit_model.negotiation import Negotiation
from sync.audit.reading import seen
from sync.charts import bars, longest
from sync.comparison.rows import comparison_rows, per_state
from sync.overview.selection import DIMENSIONS, Shown, dimensions, select
from sync.overview.waiting import NEAR_DAYS, falling, waiting
from sync.services import services
from sync.store import filings, negotiation
from sync.store import waiting as kept
from sync.store.audit import Action
from sync.store.parameters import in_use

blueprint = Blueprint("overview", __name__, url_prefix="/overblik", template_folder="templates")
CASES_PER_PAGE = 100
FEW = 50
"""How many of what waits are named; the rest is counted."""


@blueprint.get("/")
def page() -> str:
    """Every case, per provider and there by key, with what waits and what falls due."""
    made, today = services(), services().today()
    with made.store.engine.connect() as connection:
        parameters = in_use(connection)
        rows = comparison_rows(connection, parameters)
        following = kept.following(connection)
        talks = {key: one.negotiation for key, one in negotiation.standings(connection).items()}
        open_rows = kept.open_rows(connection)
        in_tray = filings.in_tray(connection)
    cases = [Shown(row, _responsible(row.case_key, following, talks)) for row in rows]
    wanted = {key: request.args.get(key, "").strip() for key in ("tilstand", "soeg", *DIMENSIONS)}
    shown = select(cases, wanted)
    pages = max(1, -(-len(shown) // CASES_PER_PAGE))
    number = min(max(1, request.args.get("side", 1, type=int)), pages)
    on_page = shown[(number - 1) * CASES_PER_PAGE : number * CASES_PER_PAGE]
    seen(made.store, Action.COMPARISON_READ, cases=len(on_page))
    most = longest([one.row for one in shown], parameters)
    agreed = {key: talk.follow_up for key, talk in talks.items()}
    return render_template(
        "overview/page.html",
        all=len(cases),
        found=len(shown),
        providers=[
            (provider, [(one, bars(one.row, parameters, most)) for one in group])
            for provider, group in groupby(on_page, lambda one: one.row.provider)
        ],
        most=most,
        packages=any(one.row.package_width for one in on_page),
        totals=per_state(one.row for one in select(cases, {**wanted, "tilstand": ""})),
        states=list(State),
        dimensions=dimensions(cases, shown, wanted),
        wanted={key: value for key, value in wanted.items() if value},
        waiting=waiting(open_rows, today),
        falling=falling(open_rows, following, agreed, today),
        in_tray=in_tray,
        few=FEW,
        near=NEAR_DAYS,
        today=today,
        page=number,
        pages=pages,
        parameters=parameters,
    )


def _responsible(case_key: str, following: Mapping[str, kept.Following], talks: Mapping[str, Negotiation]) -> str:
    """Who has the case in the talk about it, else by the case list."""
    talk, listed = talks.get(case_key), following.get(case_key)
    return (talk.responsible if talk else "") or (listed.responsible if listed else "")
