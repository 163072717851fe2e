"""The blueprint that every resource adds its routes to, and what all of them share in the OpenAPI description."""

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NoReturn, TypeVar

from flask import Flask, abort, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.info import Info
from flask_openapi.models.security_scheme import SecurityScheme
from flask_openapi.models.tag import Tag
from flask_openapi.openapi import OpenAPI
from pydantic import BaseModel
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

from sync.errors import answer

VERSION = "1"
PREFIX = "/api/v1"
JSON, PROBLEM, XLSX = (
    "application/json",
    "application/problem+json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
ABOUT = """\
Needs, support and tariffs of an authority's cases: what it ordered, what providers measured, what is paid for.
Hours are per week, money is kr, dates are ISO 8601, moments are UTC. A figure that is not known is null.

Lists are paged: `limit` says how many, `next` and the header Link lead on. Every GET has an ETag; sent back as
If-None-Match it answers 304 while nothing has changed. Every error is problem details (RFC 9457)."""
BEARER = SecurityScheme(
    type="http", scheme="bearer", description="A user's or a program's token; it reaches what its owner may see."
)
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}]
_ERRORS = {
    "400": "The request cannot be understood.",
    "401": "The token is missing, wrong or no longer valid.",
    "403": "Not for this token's owner, or sent by another site's page.",
    "404": "There is none.",
    "405": "This address does not take that method.",
    "406": "None of the media types that the request accepts.",
    "413": "More than the service takes at once.",
    "415": "The request's own media type is not taken here.",
    "422": "Fields are missing, unknown or wrong; `detail` names them.",
    "503": "The database or the store of files does not answer; try again.",
}
_ALWAYS = ("400", "401", "403", "404", "405", "406", "422", "503")
_ETAG = {"schema": {"type": "string"}, "required": True, "description": "Changes when the answer does."}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETags of answers that the caller has.",
}

View = TypeVar("View", bound=Callable[..., Any])
blueprint = APIBlueprint("api", __name__, url_prefix=PREFIX, abp_security=SECURITY, template_folder="templates")
_offered: dict[str, tuple[str, ...]] = {}
_taken: dict[str, str] = {}


def reads(
    rule: str, tag: str, *, gives: "type[BaseModel] | Mapping[str, Any]", paged: bool = False
) -> Callable[[View], View]:
    """A GET that gives a body of the model, or files by media type; conditional by its ETag."""
    content = _content(gives)
    headers = {"ETag": _ETAG}
    if paged:
        about = 'Where the list goes on, as `<address>; rel="next"` (RFC 8288); not there on the last page.'
        headers |= {"Link": {"schema": {"type": "string"}, "required": False, "description": about}}
    answers = {
        "200": {"description": "Found.", "content": content, "headers": headers},
        "304": {"description": "The caller's copy is current.", "headers": {"ETag": _ETAG}},
        **_errors(_ALWAYS),
    }
    return _route(blueprint.get, rule, tag, answers, gives, offered=tuple(content))


def creates(
    rule: str, tag: str, *, gives: "type[BaseModel]", takes: str, statuses: Mapping[str, str]
) -> Callable[[View], View]:
    """A POST of a body of the media type `takes`; `statuses` says what each success means."""
    location = {"schema": {"type": "string"}, "required": True, "description": "The address of what was made."}
    answers = {
        status: {"description": about, "content": _content(gives), "headers": {"Location": location}}
        for status, about in statuses.items()
    }
    return _route(
        blueprint.post, rule, tag, answers | _errors((*_ALWAYS, "413", "415")), gives, offered=(JSON,), taken=takes
    )


def takes_in(rule: str, tag: str, *, gives: "type[BaseModel]", takes: str, about: str) -> Callable[[View], View]:
    """A POST of a body of the media type `takes` that changes what is there; `about` says what its 200 means."""
    answers = {"200": {"description": about, "content": _content(gives)}} | _errors((*_ALWAYS, "413", "415"))
    return _route(blueprint.post, rule, tag, answers, gives, offered=(JSON,), taken=takes)


@blueprint.before_request
def _negotiate() -> None:
    """Turn away, before anything is done, who can use none of the answers (406) or sends something else (415)."""
    offered = _offered.get(str(request.endpoint), ())
    if offered and request.accept_mimetypes and request.accept_mimetypes.best_match(offered) is None:
        raise NotAcceptable
    taken = _taken.get(str(request.endpoint))
    if taken and request.method == "POST" and request.mimetype != taken:
        raise UnsupportedMediaType


def openapi(app: Flask) -> dict[str, Any]:
    """The whole description (OpenAPI 3.1), with what the library cannot be told of each operation."""
    assert isinstance(app, OpenAPI)  # noqa: S101 - `create_app` makes no other
    described = deepcopy(app.api_doc)
    for operations in described["paths"].values():
        for operation in operations.values():
            operation.pop("deprecated", None)
            if operation["description"] == operation["summary"]:
                del operation["description"]
            if "304" in operation["responses"]:
                operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
    return described


def described_app(name: str, **options: Any) -> OpenAPI:
    """The Flask application whose description begins with ours."""
    info = Info(title="BITark", version=VERSION, description=ABOUT)
    app = OpenAPI(name, info=info, security_schemes={"bearer": BEARER}, doc_ui=False, **options)
    app.openapi_version = "3.1.0"
    return app


def missing(detail: str) -> NoReturn:
    """Answer 404, with what there is none of."""
    abort(answer(404, detail))


def _route(
    method: Any,
    rule: str,
    tag: str,
    answers: Mapping[str, Any],
    gives: "type[BaseModel] | Mapping[str, Any]",
    offered: tuple[str, ...],
    taken: str = "",
) -> Callable[[View], View]:
    if not isinstance(gives, Mapping):
        schema = gives.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        _add_schemas({gives.__name__: schema, **schema.pop("$defs", {})})

    def add(view: View) -> View:
        summary, _, rest = inspect.cleandoc(view.__doc__ or "").partition("\n\n")
        _offered[f"{blueprint.name}.{view.__name__}"] = offered
        if taken:
            _taken[f"{blueprint.name}.{view.__name__}"] = taken
        method(
            rule,
            tags=[Tag(name=tag)],
            summary=" ".join(summary.split()),
            description=" ".join((rest or summary).split()),
            operation_id=view.__name__,
            responses={status: dict(answer) for status, answer in answers.items()},
        )(view)
        return view

    return add


def _add_schemas(schemas: Mapping[str, Any]) -> None:
    from flask_openapi.models.schema import Schema

    blueprint.components_schemas.update({name: Schema(**schema) for name, schema in schemas.items()})


def _content(gives: "type[BaseModel] | Mapping[str, Any]") -> dict[str, Any]:
    if isinstance(gives, Mapping):
        return dict(gives)
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{gives.__name__}"}}}


def _errors(statuses: tuple[str, ...]) -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    return {status: {"description": _ERRORS[status], "content": content} for status in statuses}
