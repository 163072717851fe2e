"""What an administrator types about an account, and the address of a one-time link."""

from collections.abc import Collection
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import Connection

from sync.roles import Role
from sync.rounds.new_round import case_choices
from sync.settings import Settings
from sync.store import accounts
from sync.typed import Typed

LONGEST_EMAIL = 254


class Standing(NamedTuple):
    """What an account is."""

    function: str
    roles: frozenset[Role]
    provider: str


def read_standing(connection: Connection, typed: Typed, chosen: Collection[str]) -> Standing | None:
    """Function, roles and provider; None where a field cannot be used, which `typed` then tells."""
    function = typed.line("function")
    roles = frozenset(Role(one) for one in chosen if one in set(Role))
    provider = typed.one_of("provider", ["", *providers(connection)])
    if not roles:
        typed.refuse("roles", gettext("Vælg mindst én rolle."))
    elif Role.PROVIDER in roles and len(roles) > 1:
        typed.refuse("roles", gettext("En leverandørs bruger har kun den ene rolle."))
    elif Role.PROVIDER in roles and not provider:
        typed.refuse("provider", gettext("Vælg den leverandør, brugeren hører til."))
    elif Role.PROVIDER not in roles and provider:
        typed.refuse("provider", gettext("Kun en bruger med rollen Leverandør hører til en leverandør."))
    return None if typed.errors else Standing(function, roles, provider)


def read_email(connection: Connection, typed: Typed) -> str:
    """An e-mail address that no account has."""
    email = accounts.normal(typed.values.get("email", ""))
    name, at, host = email.rpartition("@")
    if not (name and at and host) or len(email) > LONGEST_EMAIL or not email.isprintable() or " " in email:
        return typed.refuse("email", gettext("Skriv en e-mailadresse."))
    if accounts.by_email(connection, email) is not None:
        return typed.refuse("email", gettext("Der er allerede en bruger med den e-mailadresse."))
    return email


def providers(connection: Connection) -> list[str]:
    """The providers of the case list."""
    return sorted({case.provider for case in case_choices(connection)})


def link_address(settings: Settings, secret: str) -> str:
    """The one-time link as it is shown to whoever passes it on."""
    return f"{settings.address}/engangslink/{secret}"
