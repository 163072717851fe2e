"""The demonstration's users: one of each role, with a password made anew each time and a link that signs in at once."""

import secrets

from flask import Flask
from flask_security import hash_password
from rich.console import Console
from rich.table import Table

from sync.accounts.invitations import link_address, providers
from sync.roles import Role
from sync.services import services
from sync.store import accounts, one_time_links
from sync.store.account_tables import Purpose
from sync.store.database import writing
from sync.store.scope import PROGRAM
from sync.words import ROLES

HOST = "demo.example"
FIRST = Role.CASEWORKER


def add_people(app: Flask, console: Console) -> None:
    """Make the users and print them: e-mail and password, and a one-time link to what there is most to see of."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("Bruger", "E-mail", "Adgangskode"):
        table.add_column(heading, no_wrap=True)
    with app.app_context():
        made = services()
        with writing(made.store.within(PROGRAM).engine) as connection:
            provider = providers(connection)[0]
            for role in Role:
                email, password = f"{role}@{HOST}", secrets.token_urlsafe(9)
                function = f"{ROLES[role].da}, {provider}" if role is Role.PROVIDER else ROLES[role].da
                of = provider if role is Role.PROVIDER else ""
                number = accounts.add(connection, email, function, {role}, made.now(), of)
                assert number is not None  # noqa: S101 - the demonstration's database is new
                accounts.set_password(connection, number, hash_password(password))
                table.add_row(ROLES[role].da, email, password)
            first = accounts.by_email(connection, f"{FIRST}@{HOST}")
            secret = one_time_links.new_link(connection, Purpose.ENTER, first and first.id, made.now())
            link = link_address(made.settings, secret)
    console.print(table)
    console.print("Log ind som sagsbehandler med det samme (linket virker én gang):", highlight=False)
    console.print(f"[bold]{link}[/]", soft_wrap=True, highlight=False)
