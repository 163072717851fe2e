"""Who may reach what: one table, endpoint → roles. What has no row in it is reached by nobody."""

import time
from enum import Enum
from typing import Any

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from sync.errors import API_PREFIX, answer
from sync.roles import Role
from sync.services import services
from sync.store import api_tokens
from sync.store.accounts import Caller
from sync.store.scope import Scope


class Anyone(Enum):
    """Rows that are not about roles."""

    EVERYONE = "everyone"
    """No account is asked for."""
    SIGNED_IN = "signed in"
    """Any account."""
    LINK = "link"
    """Whoever has the link, which the page itself verifies."""


ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
CASEWORKER = frozenset({Role.CASEWORKER})
DECIDING = frozenset({Role.CASEWORKER, Role.LEADER})
STAFF = frozenset({Role.CASEWORKER, Role.LEADER, Role.ECONOMY, Role.CONSULTANT})
READING = STAFF | {Role.PROVIDER}
SENDING = CASEWORKER | {Role.PROVIDER}

ACCESS: dict[str, frozenset[Role] | Anyone] = {
    "front": Anyone.SIGNED_IN,
    "healthz": Anyone.EVERYONE,
    "static": Anyone.EVERYONE,
    "api_page.page": Anyone.EVERYONE,  # what the API takes and gives holds no data
    "api_page.openapi_json": Anyone.EVERYONE,
    # Accounts
    "accounts.overview": ADMINISTRATOR,
    "accounts.invite": ADMINISTRATOR,
    "accounts.one": ADMINISTRATOR,
    "accounts.act": ADMINISTRATOR,
    "accounts.own": Anyone.SIGNED_IN,
    "accounts.make_token": Anyone.SIGNED_IN,
    "accounts.revoke_token": Anyone.SIGNED_IN,
    "accounts.link": Anyone.LINK,
    "accounts.use_link": Anyone.LINK,
    "security.login": Anyone.EVERYONE,
    "security.logout": Anyone.SIGNED_IN,
    "security.verify": Anyone.SIGNED_IN,
    "security.change_password": Anyone.SIGNED_IN,
    "security.tf_select": Anyone.EVERYONE,  # between password and second factor nobody is signed in yet
    "security.two_factor_setup": Anyone.EVERYONE,
    "security.two_factor_setup_validate": Anyone.EVERYONE,
    "security.two_factor_token_validation": Anyone.EVERYONE,
    "security.two_factor_rescue": frozenset(),  # it would send mail; an administrator resets instead
    "security.wan_signin": Anyone.EVERYONE,
    "security.wan_signin_response": Anyone.EVERYONE,
    "security.wan_register": Anyone.SIGNED_IN,
    "security.wan_register_response": Anyone.SIGNED_IN,
    "security.wan_delete": Anyone.SIGNED_IN,
    "security.wan_verify": Anyone.SIGNED_IN,
    "security.wan_verify_response": Anyone.SIGNED_IN,
    "security.oauthstart": Anyone.EVERYONE,
    "security.oauthresponse": Anyone.EVERYONE,
    "security.oauth_verify_start": Anyone.SIGNED_IN,
    "security.oauth_verify_response": Anyone.SIGNED_IN,
    # Rounds
    "rounds.overview": STAFF,
    "rounds.new": CASEWORKER,
    "rounds.open_one": CASEWORKER,
    "rounds.status": STAFF,
    "rounds.move_deadline": CASEWORKER,
    "rounds.templates": CASEWORKER,
    "rounds.sent": CASEWORKER,
    "rounds.case": STAFF,
    "rounds.act": CASEWORKER,
    "rounds.reminders": CASEWORKER,  # they hold the links by which a file is returned
    "rounds.send_reminder": CASEWORKER,
    # Returned files
    "returns.overview": READING,
    "returns.upload": SENDING,
    "returns.file": READING,
    "returns.assess": DECIDING,
    "returns.original": READING,
    "returns.annotated": READING,
    "tray.overview": STAFF,
    "tray.file": STAFF,
    "tray.act": DECIDING,
    "links.page": Anyone.LINK,
    "links.hand_in": Anyone.LINK,
    "links.annotated": Anyone.LINK,
    # Figures
    "overview.page": STAFF,
    "house.page": READING,
    "comparison.overview": READING,
    "comparison.workbook": READING,
    "cases.case": READING,
    "cases.derivation": READING,
    # The talk about a case: the authority's own
    "negotiation.overview": DECIDING,
    "negotiation.upload": DECIDING,
    "negotiation.case": STAFF,
    "negotiation.keep": DECIDING,
    "api.negotiate": DECIDING,
    # Meetings, decisions and effects
    "decisions.overview": STAFF,
    "decisions.export": STAFF,
    "decisions.of_case": STAFF,
    "decisions.record": DECIDING,
    "effects.overview": STAFF,
    "effects.report": STAFF,
    "effects.report_document": STAFF,
    "meetings.of_case": STAFF,
    "meetings.one": STAFF,
    "meetings.document": STAFF,
    "meetings.call": DECIDING,
    "meetings.change": DECIDING,
    "meetings.write_minutes": DECIDING,
    "meetings.add_task": DECIDING,
    "meetings.finish_task": DECIDING,
    # What if: nothing is kept
    "whatif.case": STAFF,
    "parameters.overview": frozenset({Role.LEADER, Role.ECONOMY, Role.CONSULTANT}),
    "parameters.take_into_use": frozenset({Role.LEADER}),
    "goals.case": READING,
    "goals.status": READING,
    "comments.of_case": READING,
    "comments.say": DECIDING | {Role.PROVIDER},
    "wheel.overview": READING,
    "wheel.workbook": READING,
    "wheel.make_feed": READING,
    "wheel.revoke_feed": READING,
    "wheel.feed": Anyone.LINK,
    "audit.overview": frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    "erasure.overview": frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    "erasure.erase_due": frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    # Excel: the page and its files hold no data
    "lite.page": Anyone.EVERYONE,
    "lite.requirements": Anyone.EVERYONE,
    "lite.main": Anyone.EVERYONE,
    "lite.package": Anyone.EVERYONE,
    # API
    "api.index": READING,
    "api.submit": SENDING,
    "api.submissions": READING,
    "api.submission": READING,
    "api.problems_of_submission": READING,
    "api.original": READING,
    "api.annotated": READING,
    "api.problems": READING,
    "api.cases": READING,
    "api.case": READING,
    "api.comparison": READING,
    "api.comparison_separated": READING,
    "api.comparison_workbook": READING,
    "api.comparison_query": READING,
    "api.refreshable_workbook": READING,
    "api.active_parameters": READING,
    "api.rounds": STAFF,
    "api.one_round": STAFF,
    "api.open_round": CASEWORKER,
    "api.round_templates": CASEWORKER,
}
BEARER = "Bearer "
SAFE = frozenset({"GET", "HEAD"})
SEEN_EVERY_SECONDS = 60
BEGUN, SEEN = "bit_begun", "bit_seen"
"""When the session began and was last used, in seconds since 1970."""


def set_up(app: Flask) -> None:
    """Ask before each view whether the caller may reach it."""
    app.before_request(_turn_away)
    app.jinja_env.globals |= {"reaches": may, "caller": caller}
    app.jinja_env.tests["reached"] = may


def caller() -> Caller | None:
    """Who asks in this request; None for nobody that is signed in."""
    if "caller" not in g:
        g.caller = _find_caller()
    return g.caller  # type: ignore[no-any-return]


def signed_in() -> Caller:
    """Who asks, in a view that nobody else reaches."""
    found = caller()
    assert found is not None  # noqa: S101 - the table says so
    return found


def may(endpoint: str) -> bool:
    """Whether the caller may reach the endpoint; for what a page offers."""
    return _is_allowed(ACCESS.get(endpoint), caller())


def allows(endpoint: str, who: Caller) -> bool:
    """Whether somebody who is not signed in here, such as the owner of a link, may reach the endpoint."""
    return _is_allowed(ACCESS.get(endpoint), _whole(who))


def begin_session() -> None:
    """Let the session count from now; what it held before sign-in does not speak for the one who signed in."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session[BEGUN] = session[SEEN] = int(time.time())


def _turn_away() -> AnyResponse | None:
    endpoint = request.endpoint
    if endpoint in {None, "static"} or request.method == "OPTIONS":  # no view of ours is reached
        return None
    _end_old_session()
    allowed = ACCESS.get(endpoint or "")
    if allowed in {Anyone.EVERYONE, Anyone.LINK}:
        return None
    who = caller()
    if who is None:
        return _unknown()
    if not _is_allowed(allowed, who):
        return answer(403, gettext("Din rolle giver ikke adgang hertil. Spørg den, der styrer jeres brugere."))
    g.scope = Scope(who.authority, who.provider or None, who.actor)
    return None


def _end_old_session() -> None:
    """Sign out whose session is too old or was not used for too long."""
    if "_user_id" not in session:
        return
    settings, now = services().settings, int(time.time())
    begun, seen = session.get(BEGUN, 0), session.get(SEEN, 0)
    if now - begun > settings.session_hours * 3_600 or now - seen > settings.session_idle_minutes * 60:
        session.clear()
    elif now - seen > SEEN_EVERY_SECONDS:
        session[SEEN] = now


def _is_allowed(allowed: frozenset[Role] | Anyone | None, who: Caller | None) -> bool:
    if isinstance(allowed, frozenset):
        return who is not None and not allowed.isdisjoint(who.roles)
    return allowed in {Anyone.EVERYONE, Anyone.LINK} or (allowed is Anyone.SIGNED_IN and who is not None)


def _unknown() -> AnyResponse:
    """The sign-in page for a page; for the API, that a token is needed."""
    if not request.path.startswith(API_PREFIX):
        wanted = request.full_path.rstrip("?") if request.method in SAFE else None
        return redirect(url_for("security.login", next=wanted), 303)
    response = answer(
        401, gettext("Nøglen mangler, er udløbet eller er trukket tilbage. Lav en ny på siden Min konto.")
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _find_caller() -> Caller | None:
    if request.path.startswith(API_PREFIX):
        header = request.headers.get("Authorization", "")
        if header:
            return _by_token(header)
        if request.method not in SAFE:  # no cookie speaks for whoever sends something there
            return None
    return _by_session()


def _by_token(header: str) -> Caller | None:
    if not header.startswith(BEARER):
        return None
    made = services()
    with made.store.entrance().engine.connect() as connection:
        found = api_tokens.by_token(connection, header.removeprefix(BEARER).strip(), made.now())
    return _whole(found)


def _by_session() -> Caller | None:
    person: Any = current_user
    if not person.is_authenticated:
        return None
    roles = frozenset(Role(role.name) for role in person.roles)
    found = Caller(person.id, person.authority_id, person.provider, person.function, roles, f"user:{person.id}")
    _end_transaction()
    return _whole(found)


def _whole(found: Caller | None) -> Caller | None:
    """The caller; nobody where a provider's account names no provider, for it would see every provider's cases."""
    return None if found and Role.PROVIDER in found.roles and not found.provider else found


def _end_transaction() -> None:
    """So that the view's own connection is not one too many, and finds nothing locked."""
    current_app.extensions["security"].datastore.db.session.commit()
