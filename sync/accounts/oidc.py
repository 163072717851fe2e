"""Sign-in by a service of the authority's own (OIDC, such as Entra ID). It says who; the account must be here."""

from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from flask import Flask, current_app, flash, g, redirect
from flask_babel import gettext
from flask_security import FsOAuthProvider
from flask_security.utils import url_for_security
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from sync.accounts.people import Person
from sync.errors import answer
from sync.services import services
from sync.settings import Settings
from sync.store import accounts
from sync.store.account_tables import ACCOUNT
from sync.store.database import writing

NAME = "oidc"


class SignInService(FsOAuthProvider):
    """An account is found by issuer and subject, which never change and are never given to another.

    The first time it is found by the e-mail address, and keeps the subject from then on: an address that later
    passes to another person does not open the account to that person.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(NAME)
        self.settings = settings

    def authlib_config(self) -> dict[str, Any]:
        """Where the service is and what is asked of it."""
        return {
            "client_id": self.settings.oidc_client_id,
            "client_secret": self.settings.oidc_client_secret.get_secret_value(),
            "server_metadata_url": f"{self.settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid email profile", "code_challenge_method": "S256"},
        }

    def fetch_identity_cb(self, oauth: Any, token: dict[str, Any]) -> tuple[str, str]:  # noqa: ARG002
        """The e-mail address of the account that the verified token is for; raises `OAuthError` where there is none."""
        claims = token.get("userinfo") or {}
        email = _account_of(f"{claims.get('iss')} {claims.get('sub')}", claims)
        if email is None:
            raise OAuthError("no_account")
        return "email", email

    def oauth_response_failure(self, error_view: str, e: OAuthError) -> AnyResponse:  # noqa: ARG002
        """Back to the sign-in page with what went wrong."""
        told = (
            gettext("Du er logget ind, men har ingen bruger her. Bed den, der styrer jeres brugere, om en.")
            if e.error == "no_account"
            else gettext("Det lykkedes ikke at logge ind. Prøv igen.")
        )
        return _back(told)


def answer_failures(app: Flask) -> None:
    """Say what went wrong where the service is away, or what it says is not signed as it should be."""

    @app.errorhandler(RequestException)
    def away(_: RequestException) -> AnyResponse:
        return answer(503, gettext("Login-tjenesten svarer ikke. Prøv igen om lidt, eller log ind på en anden måde."))

    @app.errorhandler(JoseError)
    def forged(_: JoseError) -> AnyResponse:
        return _back(gettext("Det lykkedes ikke at logge ind. Prøv igen."))


def _back(told: str) -> AnyResponse:
    flash(told, "error")
    return redirect(url_for_security("login"))


def _account_of(subject: str, claims: dict[str, Any]) -> str | None:
    sessions = current_app.extensions["security"].datastore.db.session
    person = sessions.scalar(select(Person).where(ACCOUNT.c.oidc_subject == subject))
    email = claims.get("email") or claims.get("preferred_username")
    if person is None and email and claims.get("email_verified", True) is True:
        sessions.commit()  # what it saw before ends here
        with writing(services().store.entrance().engine) as connection:
            is_bound = accounts.bind_subject(connection, email, subject)
        if is_bound:
            person = sessions.scalar(select(Person).where(ACCOUNT.c.oidc_subject == subject))
    if person is None:
        return None
    g.signed_in_elsewhere = True
    return str(person.email)
