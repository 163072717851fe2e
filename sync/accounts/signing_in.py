"""Flask-Security as it is used here: password, authenticator app, passkey. Nothing is mailed, and nobody registers."""

import datetime as dt
import hashlib
import hmac
from typing import Any, NamedTuple

import structlog
from flask import Flask, Response, current_app, g, request, session
from flask_babel import gettext
from flask_security import LoginForm, Security, WebauthnUtil, user_authenticated
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as AnyResponse

from sync.accounts import access, oidc, trail
from sync.accounts.people import Person, datastore
from sync.errors import answer
from sync.services import services
from sync.settings import Settings
from sync.store import Store, accounts, attempts
from sync.store.database import writing

SHORTEST_PASSWORD = 12
FREE_FAILURES_OF_ACCOUNT, FREE_FAILURES_OF_ADDRESS = 5, 30
"""An office shares one address."""
log = structlog.get_logger()
GUESSED = frozenset(
    {"security.login", "security.verify", "security.change_password", "security.two_factor_token_validation"}
)
"""Where a secret is tried: what is posted there counts as failed until it turns out to be right."""
_LEADS_ON = frozenset({"security.login", "security.verify", "security.change_password"})
"""Those that lead to another page only when it was right."""


class _Attempt(NamedTuple):
    """A secret that is tried in this request."""

    free: dict[str, int]
    """As in `attempts.begin`."""
    account: str
    address: str
    person: Row[Any] | None


class SignIn(LoginForm):
    """E-mail and password. Nobody is remembered beyond the session."""

    remember = None


class Passkeys(WebauthnUtil):
    """Which passkeys are taken: any kind, of this device or another, that knows its owner by a PIN or the like."""

    def authenticator_selection(self, user: Any, usage: str) -> Any:  # noqa: ARG002 - the library's signature
        """What is asked of the device at registration."""
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str]) -> Any:  # noqa: ARG002
        """What is asked of it at sign-in."""
        from webauthn.helpers.structs import UserVerificationRequirement

        return UserVerificationRequirement.REQUIRED


def set_up(app: Flask, settings: Settings, store: Store) -> None:
    """Flask-Security with our pages and limits. After `access.set_up`, Babel and CSRF protection."""
    app.config.update(
        SESSION_COOKIE_SECURE=settings.is_https,
        # The answer of a sign-in service comes from its site, so the cookie that waits for it must be sent along.
        SESSION_COOKIE_SAMESITE="Lax" if settings.oidc_issuer else "Strict",
        BITARK_OIDC_NAME=settings.oidc_name,
        **_chosen(settings),
    )
    app.before_request(_hold_back)  # before Flask-Security looks for anybody
    app.after_request(_note_outcome)
    people = datastore(app, store.entrance().engine, trail.PeopleSession)
    security = Security(app, people, login_form=SignIn, webauthn_util_cls=Passkeys)
    security.want_json(lambda _: False)
    app.login_manager.request_loader(lambda _: None)  # type: ignore[attr-defined]  # its own tokens open nothing
    if security.oauthglue is not None:
        security.oauthglue.register_provider_ext(oidc.SignInService(settings))
        oidc.answer_failures(app)
    user_authenticated.connect(_signed_in, app)


def _chosen(settings: Settings) -> dict[str, Any]:
    chosen = {
        "PASSWORD_SALT": _derived(settings, "passwords"),
        "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "PASSWORD_SCHEMES": ["argon2"],
        "RETURN_GENERIC_RESPONSES": True,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "globally_deliverable": False},
        "DATETIME_FACTORY": lambda: dt.datetime.now(dt.UTC),
        "API_ENABLED_METHODS": ["session"],
        "CACHE_CONTROL": {"private": None, "no-store": None},
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "LOGIN_URL": "/log-ind",
        "LOGOUT_URL": "/log-ud",
        "LOGOUT_CSRF": True,
        "POST_LOGOUT_VIEW": "/log-ind",
        "CHANGEABLE": True,
        "CHANGE_URL": "/konto/adgangskode",
        "POST_CHANGE_VIEW": "/konto/",
        "SEND_PASSWORD_CHANGE_EMAIL": False,
        "VERIFY_URL": "/konto/bekraeft",
        "FRESHNESS": dt.timedelta(minutes=30),
        "FRESHNESS_GRACE_PERIOD": dt.timedelta(0),
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": settings.second_factor == "required",
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_SETUP_URL": "/konto/to-trin",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/log-ind/kode",
        "TWO_FACTOR_SELECT_URL": "/log-ind/vaelg",
        "TWO_FACTOR_POST_SETUP_VIEW": "/konto/",
        "TOTP_SECRETS": {"1": _derived(settings, "totp")},
        "TOTP_ISSUER": "BITark",
        "WEBAUTHN": True,
        "WAN_RP_NAME": "BITark",
        "WAN_REGISTER_URL": "/konto/adgangsnoegle",
        "WAN_DELETE_URL": "/konto/adgangsnoegle/slet",
        "WAN_SIGNIN_URL": "/log-ind/adgangsnoegle",
        "WAN_VERIFY_URL": "/konto/bekraeft/adgangsnoegle",
        "WAN_POST_REGISTER_VIEW": "/konto/",
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_ALLOW_AS_VERIFY": ["first", "secondary"],
        "OAUTH_ENABLE": bool(settings.oidc_issuer),
        "OAUTH_BUILTIN_PROVIDERS": [],
        "OAUTH_START_URL": "/log-ind/ekstern",
        "OAUTH_RESPONSE_URL": "/log-ind/ekstern/svar",
        "OAUTH_VERIFY_START_URL": "/konto/bekraeft/ekstern",
        "OAUTH_VERIFY_RESPONSE_URL": "/konto/bekraeft/ekstern/svar",
        **{f"{page.upper()}_TEMPLATE": f"accounts/{page}.html" for page in _PAGES},
    }
    return {f"SECURITY_{name}": value for name, value in chosen.items()}


_PAGES = (
    "login_user",
    "logout_user",
    "verify",
    "change_password",
    "two_factor_setup",
    "two_factor_select",
    "two_factor_verify_code",
    "wan_register",
    "wan_signin",
    "wan_verify",
)


def _derived(settings: Settings, what: str) -> str:
    """A key of its own for each use of the service's one key."""
    return hmac.new(settings.key.encode(), f"bitark.{what}".encode(), hashlib.sha256).hexdigest()


def _hold_back() -> AnyResponse | None:
    """Refuse an attempt that comes too soon after failed ones, else count it."""
    if request.blueprint != "security" or request.method != "POST":
        return None
    if request.endpoint in GUESSED:
        made = services()
        account, address = _who()
        free = {account: FREE_FAILURES_OF_ACCOUNT, address: FREE_FAILURES_OF_ADDRESS}
        with writing(made.store.entrance().engine) as connection:
            wait = attempts.begin(connection, free, made.now())
            person = None if wait else _tried(connection)
        if not wait:
            g.attempt = _Attempt(free, account, address, person)
        else:
            response = answer(429, gettext("For mange mislykkede forsøg. Prøv igen om %(n)s sekunder.", n=wait))
            response.headers["Retry-After"] = str(wait)
            return response
    return None


def _who() -> tuple[str, str]:
    """Keyed hashes of the account that is tried and of the address it is tried from."""
    if request.endpoint == "security.login":
        account = f"account:{accounts.normal(request.form.get('email', ''))}"
    else:
        account = f"known:{session.get('tf_user_id') or session.get('_user_id')}"
    return _hash(account), _hash(f"address:{request.remote_addr}")


def _tried(connection: Connection) -> Row[Any] | None:
    """The account that is tried, if there is one."""
    if request.endpoint == "security.login":
        return accounts.by_email(connection, request.form.get("email", ""))
    return accounts.by_session(connection, session.get("tf_user_id") or session.get("_user_id") or "")


def _hash(text: str) -> str:
    return _derived(services().settings, f"attempts.{text}")


def _note_outcome(response: Response) -> Response:
    """Take the attempt back that turned out to be right, else note it; whoever signs out is so everywhere."""
    if request.blueprint != "security" or request.method != "POST":
        return response
    current_app.extensions["security"].datastore.db.session.rollback()  # what was right has been committed
    right = g.get("signed_in", False) or (request.endpoint in _LEADS_ON and response.status_code == 302)
    who = access.caller() if request.endpoint == "security.logout" and response.status_code == 302 else None
    attempt: _Attempt | None = g.get("attempt")
    if who:
        with writing(services().store.whole().engine) as connection:
            accounts.sign_out(connection, who.account)
    elif right and attempt:
        with writing(services().store.entrance().engine) as connection:
            attempts.succeed(connection, attempt.account, attempt.address)
    elif attempt and attempt.person:
        trail.note_failed(attempt.person, attempt.free, is_signed_in=access.caller() is not None)
    elif attempt:
        log.info("sign-in failed, of no account")
    return response


def _signed_in(_: Flask, user: Person, authn_via: list[str] | None, **__: Any) -> None:
    g.signed_in = True
    access.begin_session()
    current_app.extensions["security"].datastore.commit()  # so that the entry finds nothing locked
    if authn_via != [trail.CHANGED_PASSWORD]:
        trail.note_signed_in(user, authn_via)
