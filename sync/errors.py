"""One shape for every error: problem details (RFC 9457) with the list of problems, as JSON or as a page."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from sync.files import OriginalUnavailable
from sync.store.boundaries import beyond_the_scope

API_PREFIX = "/api/"
log = structlog.get_logger()


def set_up(app: Flask) -> None:
    """Answer every failure in the one shape; nobody sees a traceback."""
    app.register_error_handler(HTTPException, _of_http)

    @app.errorhandler(OriginalUnavailable)
    def no_originals(error: OriginalUnavailable) -> AnyResponse:
        _log("originals unavailable", error)
        return answer(
            503,
            gettext("Lageret for filerne svarer ikke. Filer, der står på listen, er modtaget; prøv igen om lidt."),
        )

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(NoConnectionFree)
    def no_database(error: SQLAlchemyError) -> AnyResponse:
        if beyond_the_scope(error):
            return beyond(error)
        if getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_ERROR":
            return unknown(error)  # a statement of ours that is wrong, not a database that is away
        _log("database unavailable", error)
        return answer(503, gettext("Databasen svarer ikke. Intet er halvt gemt; prøv igen om lidt."))

    @app.errorhandler(DatabaseError)
    def beyond(error: SQLAlchemyError) -> AnyResponse:
        if not beyond_the_scope(error):
            return unknown(error)
        _log("refused by the database's boundaries", error)
        return answer(403, gettext("Det kan kun myndigheden selv gøre."))

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> AnyResponse:
        _log("request failed", error)
        return answer(500, _detail(500))


def _of_http(error: HTTPException) -> AnyResponse:
    if isinstance(error, SecurityError):  # a host that is not ours: no page of ours can be made for it
        return Response(error.description, 400, mimetype="text/plain")
    response = answer(error.code or 500, _detail(error.code or 500))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _log(event: str, error: Exception) -> None:
    secret = request.blueprint == "links" or "token" in (request.view_args or {})  # it lets its finder in
    path = f"/{request.path.split('/')[1]}/…" if secret else request.path
    log.error(event, path=path, method=request.method, exc_info=error)


def answer(status: int, detail: str, problems: list[dict[str, Any]] | None = None) -> AnyResponse:
    """The error as problem details for the API and other JSON callers, as a page for everyone else."""
    body = problem_details(status, detail, problems)
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    if request.path.startswith(API_PREFIX) or best == "application/json":
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = Response(render_template("error.html", error=body), mimetype="text/html")
    response.status_code = status
    return response


def problem_details(status: int, detail: str = "", problems: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The one shape; without a detail with what is said of any such status."""
    return {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail or _detail(status),
        "problems": problems or [],
    }


def invalid_request(error: ValidationError) -> AnyResponse:
    """A request that does not fit the API's description: which fields, never what they held."""
    fields = [
        ".".join(str(step) for step in line["loc"]) for line in error.errors(include_input=False, include_url=False)
    ]
    return answer(
        422, gettext("Forespørgslen mangler eller har forkerte felter: %(fields)s.", fields=", ".join(fields))
    )


def _title(status: int) -> str:
    titles = {
        400: gettext("Forespørgslen kan ikke forstås"),
        401: gettext("Log ind først"),
        403: gettext("Ikke tilladt"),
        404: gettext("Siden findes ikke"),
        405: gettext("Ikke muligt her"),
        406: gettext("Ikke i den form"),
        413: gettext("For meget på én gang"),
        415: gettext("Forkert indholdstype"),
        422: gettext("Forespørgslen kan ikke behandles"),
        429: gettext("Vent lidt"),
        503: gettext("Ikke muligt lige nu"),
    }
    return str(titles.get(_known(status, titles)) or gettext("Noget gik galt"))


def _detail(status: int) -> str:
    details = {
        400: gettext("Gå tilbage, genindlæs siden, og prøv igen."),
        403: gettext("Forespørgslen kom fra et andet websted og er afvist."),
        404: gettext("Adressen er forkert, eller det, den viste, findes ikke længere."),
        405: gettext("Adressen kan ikke bruges på den måde."),
        406: gettext("Svaret findes ikke i nogen af de typer, som Accept nævner. Beskrivelsen på /api/ siger hvilke."),
        413: gettext("Send filerne i mindre portioner."),
        415: gettext("Indholdet har en anden type, end adressen tager imod. Beskrivelsen på /api/ siger hvilken."),
    }
    told = details.get(_known(status, details))
    return str(told or gettext("Fejlen er noteret. Intet, der var modtaget, er gået tabt."))


def _known(status: int, told: Mapping[int, str]) -> int:
    """The status, or 400 for one of the caller's faults that nothing more is said of."""
    return 400 if 400 < status < 500 and status not in told else status
