"""The page of the audit: newest first, of one case or all, what was done or what was seen."""

from enum import StrEnum

from flask import Blueprint, render_template, request

from sync.audit.reading import seen
from sync.audit.words import case_of, sentence
from sync.pages import language
from sync.services import services
from sync.store import audit
from sync.store.audit import READINGS, Action
from sync.store.tables import LARGEST_ID

blueprint = Blueprint("audit", __name__, url_prefix="/revision", template_folder="templates")
ENTRIES_PER_PAGE = 100


class Which(StrEnum):
    """Which entries are shown."""

    ALL = "alle"
    READ = "set"
    CHANGED = "gjort"


_ACTIONS = {Which.ALL: None, Which.READ: READINGS, Which.CHANGED: frozenset(Action) - READINGS}


@blueprint.get("/")
def overview() -> str:
    """A page of entries; `foer` is the number that they are older than."""
    case_key, asked = request.args.get("sag", "").strip(), request.args.get("hvad", "")
    which = Which(asked) if asked in list(Which) else Which.ALL
    before = request.args.get("foer", 0, type=int)
    before = before if 0 < before <= LARGEST_ID else 0
    store = services().store
    with store.engine.connect() as connection:
        found = list(audit.entries(connection, case_key or None, _ACTIONS[which], before or None, ENTRIES_PER_PAGE + 1))
    seen(store, Action.AUDIT_READ, case=case_key if found else "")  # what was typed may be anything
    shown = found[:ENTRIES_PER_PAGE]
    return render_template(
        "audit/overview.html",
        entries=[(one, case_of(one, language()), sentence(one, language())) for one in shown],
        older=shown[-1].number if len(found) > len(shown) else None,
        before=before,
        case_key=case_key,
        which=which,
        choices=list(Which),
    )
