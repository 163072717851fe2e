"""The administrator's pages of users, everybody's own page with tokens, and one-time links."""

import datetime as dt

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_security import hash_password, login_user
from flask_security.proxies import _security
from werkzeug.wrappers import Response as AnyResponse

from sync.accounts.access import signed_in
from sync.accounts.invitations import link_address, providers, read_email, read_standing
from sync.roles import Role
from sync.services import services
from sync.store import accounts, api_tokens, one_time_links
from sync.store.account_tables import Purpose
from sync.store.database import writing
from sync.typed import Typed

blueprint = Blueprint("accounts", __name__, template_folder="templates")


@blueprint.get("/brugere/")
def overview() -> str:
    """Every account, and the form that invites one."""
    return _overview(Typed())


@blueprint.post("/brugere/")
def invite() -> AnyResponse:
    """Make an account and show its one-time link, this once."""
    typed, made = Typed(request.form), services()
    with writing(made.store.engine) as connection:
        email = read_email(connection, typed)
        standing = read_standing(connection, typed, request.form.getlist("roles"))
        number = standing and accounts.add(
            connection,
            email,
            standing.function,
            standing.roles,
            made.now(),
            standing.provider,
        )
        if standing and number is None:
            typed.refuse("email", gettext("Der er allerede en bruger med den e-mailadresse."))
        secret = one_time_links.new_link(connection, Purpose.PASSWORD, number, made.now()) if number else ""
    if not number:
        return Response(_overview(typed, chosen=request.form.getlist("roles")), 422)
    return Response(_one(number, Typed(), link_address(made.settings, secret)))


@blueprint.get("/brugere/<int:number>")
def one(number: int) -> str:
    """One account and what can be done about it."""
    return _one(number, Typed())


@blueprint.post("/brugere/<int:number>")
def act(number: int) -> AnyResponse:
    """Change what the account is, disable or enable it, give it a new link, or take its second factor away."""
    typed, made, link = Typed(request.form), services(), ""
    deed = typed.one_of("act", ("change", "disable", "enable", "link", "second_factor"))
    with writing(made.store.engine) as connection:
        authority = signed_in().authority
        last = accounts.is_last_administrator(connection, authority, number)  # locked in one order by everybody
        if not accounts.lock(connection, authority, number):
            abort(404)
        standing = read_standing(connection, typed, request.form.getlist("roles")) if deed == "change" else None
        if last and (deed == "disable" or (standing and Role.ADMINISTRATOR not in standing.roles)):
            typed.refuse("act", gettext("Den sidste administrator kan ikke spærres eller få andre roller."))
        if not typed.errors and standing:
            accounts.change(connection, number, *standing)
        elif not typed.errors and deed in {"disable", "enable"}:
            accounts.set_active(connection, number, active=deed == "enable")
        elif not typed.errors and deed == "second_factor":
            accounts.reset_second_factor(connection, number)
        elif not typed.errors:
            link = link_address(
                made.settings, one_time_links.new_link(connection, Purpose.PASSWORD, number, made.now())
            )
    if typed.errors or link:
        return Response(_one(number, typed, link), 422 if typed.errors else 200)
    return redirect(url_for(".one", number=number), 303)


@blueprint.get("/konto/")
def own() -> str:
    """The caller's own account: how it signs in, and its tokens."""
    return _own(Typed())


@blueprint.post("/konto/noegler")
def make_token() -> AnyResponse:
    """Make a token for the API and show it, this once."""
    typed, made, who = Typed(request.form), services(), signed_in()
    name, expires = typed.line("name"), typed.date("expires")
    if expires and not made.today() < expires <= made.today() + dt.timedelta(days=made.settings.token_days):
        typed.refuse(
            "expires", gettext("Vælg en dag efter i dag og højst %(n)s dage frem.", n=made.settings.token_days)
        )
    if typed.errors or expires is None:
        return Response(_own(typed), 422)
    until = dt.datetime.combine(expires, dt.time(), dt.UTC)
    with writing(made.store.whole().engine) as connection:
        _, text = api_tokens.new_token(connection, who.account, name, made.now(), until)
    return Response(_own(Typed(), text))


@blueprint.post("/konto/noegler/<int:number>")
def revoke_token(number: int) -> AnyResponse:
    """Revoke one of the caller's own tokens."""
    made = services()
    with writing(made.store.whole().engine) as connection:
        if not api_tokens.revoke_token(connection, signed_in().account, number, made.now()):
            abort(404)
    return redirect(url_for(".own", _anchor="noegler"), 303)


@blueprint.get("/engangslink/<token>")
def link(token: str) -> AnyResponse:
    """What the one-time link is for. Opening it uses nothing up: mail programs open links too."""
    return _link(token, Typed())


@blueprint.post("/engangslink/<token>")
def use_link(token: str) -> AnyResponse:
    """Set the password, for the first administrator the e-mail too; or sign in, where the link says so."""
    typed, made = Typed({"email": request.form.get("email", "")}), services()
    password, again = request.form.get("password", ""), request.form.get("again", "")
    with writing(made.store.entrance().engine) as connection:
        held = one_time_links.link(connection, token, made.now())
        if held is None:
            return _gone()
        number, purpose = held.id, Purpose(held.purpose)
        email = read_email(connection, typed) if purpose is Purpose.FIRST else held.email
        if purpose is not Purpose.ENTER:
            same = password == again
            wrong, password = _security.password_util.validate(password, False, email=email)
            if wrong:
                typed.refuse("password", gettext("Adgangskoden er for kort. Vælg en på mindst 12 tegn."))
            elif not same:
                typed.refuse("again", gettext("De to adgangskoder er ikke ens."))
        if not typed.errors and one_time_links.use_link(connection, token):
            if purpose is Purpose.FIRST:
                function = gettext("Administrator")
                number = accounts.add(connection, email, function, {Role.ADMINISTRATOR}, made.now())
            if purpose is not Purpose.ENTER:
                accounts.set_password(connection, number, hash_password(password))
    if typed.errors:
        return _link(token, typed, 422)
    if purpose is Purpose.ENTER:
        person = _security.datastore.find_user(id=number)
        assert person is not None  # noqa: S101 - the link is of this account
        login_user(person, authn_via=["link"])
        return redirect(url_for("front"), 303)
    flash(gettext("Adgangskoden er sat. Log ind med den."), "success")
    return redirect(url_for("security.login"), 303)


def _overview(typed: Typed, chosen: list[str] | None = None) -> str:
    with services().store.engine.connect() as connection:
        return render_template(
            "accounts/overview.html",
            accounts=accounts.accounts(connection, signed_in().authority),
            roles_of=accounts.roles_of(connection),
            roles=list(Role),
            providers=providers(connection),
            chosen=chosen or [],
            typed=typed,
        )


def _one(number: int, typed: Typed, link: str = "") -> str:
    with services().store.engine.connect() as connection:
        held = next((one for one in accounts.accounts(connection, signed_in().authority) if one.id == number), None)
        if held is None:
            abort(404)
        return render_template(
            "accounts/one.html",
            held=held,
            chosen=accounts.roles_of(connection).get(number, []),
            roles=list(Role),
            providers=providers(connection),
            typed=typed if typed.values else Typed({"function": held.function, "provider": held.provider}),
            link=link,
            hours=one_time_links.LINK_HOURS[Purpose.PASSWORD],
        )


def _own(typed: Typed, new: str = "") -> str:
    made, who = services(), signed_in()
    with made.store.whole().engine.connect() as connection:
        tokens = api_tokens.tokens(connection, who.account)
    return render_template(
        "accounts/own.html",
        person=current_user,
        who=who,
        tokens=tokens,
        now=made.now(),
        last=made.today() + dt.timedelta(days=made.settings.token_days),
        address=made.settings.address,
        new=new,
        typed=typed,
    )


def _link(token: str, typed: Typed, status: int = 200) -> AnyResponse:
    made = services()
    with made.store.entrance().engine.connect() as connection:
        held = one_time_links.link(connection, token, made.now())
    if held is None:
        return _gone()
    return Response(render_template("accounts/link.html", held=held, typed=typed, token=token), status)


def _gone() -> AnyResponse:
    return Response(render_template("accounts/gone.html"), 404)
