"""The Flask application. Importing this module does nothing; `create_app` makes everything."""

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, url_for
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as AnyResponse

from sync import errors, log, pages, protection
from sync.accounts import access, signing_in
from sync.accounts import views as accounts
from sync.api import page as api_page
from sync.api import views as api
from sync.api.bodies import ErrorBody
from sync.api.description import described_app
from sync.audit import views as audit
from sync.cases import views as cases
from sync.comments import views as comments
from sync.comparison import views as comparison
from sync.decisions import effect_views as effects
from sync.decisions import views as decisions
from sync.erasure import views as erasure
from sync.failures import Failure, MissingSetting
from sync.goals import views as goals
from sync.house import views as house
from sync.ingest import Reader, sweep
from sync.links import views as links
from sync.lite import views as lite
from sync.meetings import views as meetings
from sync.negotiation import views as negotiation
from sync.overview import views as overview
from sync.returns import views as returns
from sync.rounds import reminder_views as rounds
from sync.services import Services, attach, services
from sync.settings import Settings
from sync.store import open_store
from sync.store.service_role import require_held
from sync.store.tables import LARGEST_ID
from sync.tray import views as tray
from sync.whatif import parameter_views as parameters
from sync.whatif import views as whatif
from sync.wheel import views as wheel

SWEEP_SECONDS = 60
_LOCALES = {"da": "da_DK", "en": "en"}
"""Flask-Security has its Danish under the name with the country."""


class RowNumber(IntegerConverter):
    """The number of a row in an address: what is larger than any row's is no page, before a database is asked."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def utc_now() -> dt.datetime:
    """The clock of a service that was given no other."""
    return dt.datetime.now(dt.UTC)


def create_app(settings: Settings, reader: Reader | None = None, now: Callable[[], dt.datetime] = utc_now) -> Flask:
    """The service by its settings. `reader` is for a process that has a pool of readers already, `now` its clock.

    Raises `MissingSetting` when a setting that has no safe default is not given.
    """
    if not settings.key:
        msg = "BITARK_SECRET_KEY"
        raise MissingSetting(msg)
    app = described_app("sync", validation_error_callback=errors.invalid_request, validation_error_model=ErrorBody)
    log.set_up()
    app.url_map.converters["int"] = RowNumber
    app.config.update(
        SECRET_KEY=settings.key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_PARTS=settings.max_upload_files + 10,
        TRUSTED_HOSTS=sorted({"127.0.0.1", "localhost", "[::1]", settings.host, _host_of(settings)}),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    if reader is None:
        from workbook_templates.reading import reader_pool

        reader = reader_pool(settings.readers, settings.limits)
    store = open_store(settings.database, settings.originals, settings.key, settings.master)
    require_held(store.engine)
    attach(app, Services(settings, store, reader, now))
    Babel(
        app,
        default_locale="da_DK",
        default_timezone="Europe/Copenhagen",
        locale_selector=lambda: _LOCALES[settings.language],
    )
    access.set_up(app)
    csrf = CSRFProtect(app)
    protection.set_up(app, settings.excel_origins)
    pages.set_up(app)
    errors.set_up(app)
    signing_in.set_up(app, settings, store)
    features = (accounts, overview, rounds, returns, tray, links, comparison, negotiation, cases, decisions, effects)
    workplace = (meetings, house, whatif, parameters, goals, comments, wheel)
    for feature in (*features, *workplace, lite, audit, erasure, api_page):
        app.register_blueprint(feature.blueprint)
    app.register_api(api.blueprint)
    csrf.exempt(api.blueprint)  # no cookie speaks for the caller there; `protection` turns other sites' pages away
    app.add_url_rule("/", "front", _front)
    app.add_url_rule("/healthz", "healthz", _healthz)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def keep_swept(app: Flask) -> None:
    """Every minute finish what a crash left or what a new case list set back; for a thread of its own."""
    made = cast("Services", app.extensions["bitark"])
    while True:
        try:
            for _ in sweep(made.store, made.reader):
                pass
        except (SQLAlchemyError, Failure):
            app.logger.exception("sweeping failed; it is tried again")
        time.sleep(SWEEP_SECONDS)


def _host_of(settings: Settings) -> str:
    """The host that people reach the service as."""
    return urlsplit(settings.address).hostname or settings.host


def _front() -> AnyResponse:
    """The first page that the caller may reach."""
    pages = ("overview.page", "comparison.overview", "accounts.overview", "accounts.own")
    return redirect(url_for(next(page for page in pages if access.may(page))))


def _healthz() -> AnyResponse:
    """200 when the database answers."""
    with services().store.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return Response(json.dumps({"status": "ok"}), mimetype="application/json")
