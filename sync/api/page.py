"""The description of the interface: as JSON, and as a page that needs no script."""

from typing import Any

from flask import Blueprint, current_app, jsonify, render_template
from werkzeug.wrappers import Response as AnyResponse

from sync.api.answers import conditional
from sync.api.description import openapi

blueprint = Blueprint("api_page", __name__, url_prefix="/api", template_folder="templates")


@blueprint.get("/openapi.json")
def openapi_json() -> AnyResponse:
    """The description by OpenAPI."""
    return conditional(jsonify(openapi(current_app)))


@blueprint.get("/")
def page() -> str:
    """Every operation with its parameters, bodies and answers."""
    described = openapi(current_app)
    by_tag: dict[str, list[Any]] = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return render_template(
        "api/page.html",
        info=described["info"],
        by_tag=by_tag,
        schemas=described["components"]["schemas"],
        security=described["components"]["securitySchemes"],
    )
