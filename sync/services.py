"""What views need beyond the request: store, reader and clock, kept on the application."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from flask import Flask, current_app, g

from sync.ingest import Reader
from sync.pages import COPENHAGEN
from sync.settings import Settings
from sync.store import Store
from sync.store.scope import NOBODY, Scope


@dataclass(frozen=True, slots=True)
class Services:
    """Made once per application by `create_app`."""

    settings: Settings
    store: Store
    reader: Reader
    now: Callable[[], dt.datetime]
    """The moment, in UTC."""

    def today(self) -> dt.date:
        """The date in Denmark."""
        return self.now().astimezone(COPENHAGEN).date()


def attach(app: Flask, made: Services) -> None:
    """Keep the services on the application."""
    app.extensions["bitark"] = made


def services() -> Services:
    """The services of the application that handles the current request, within its scope."""
    made = cast(Services, current_app.extensions["bitark"])
    return replace(made, store=made.store.within(scope()))


def scope() -> Scope:
    """For whom the current request asks, as was found out before its view; until then for nobody."""
    return g.get("scope", NOBODY)  # type: ignore[no-any-return]
