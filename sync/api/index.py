"""Where everything is."""

from flask import url_for
from pydantic import BaseModel
from werkzeug.wrappers import Response as AnyResponse

from bit_model.parameters import ParameterSet
from sync.api.answers import answered
from sync.api.description import VERSION, reads

_LISTS = {
    "cases": "api.cases",
    "comparison": "api.comparison",
    "parameters": "api.active_parameters",
    "problems": "api.problems",
    "rounds": "api.rounds",
    "submissions": "api.submissions",
}


class LinksBody(BaseModel):
    """Addresses on this service."""

    cases: str
    comparison: str
    parameters: str
    problems: str
    rounds: str
    submissions: str
    openapi: str


class IndexBody(BaseModel):
    """The interface's name and version, the rules behind its figures, and its lists."""

    name: str
    version: str
    rule_set: str
    links: LinksBody


@reads("/", "index", gives=IndexBody)
def index() -> AnyResponse:
    """Where everything is."""
    links = {name: url_for(endpoint) for name, endpoint in _LISTS.items()}
    return answered(
        {
            "name": "BITark",
            "version": VERSION,
            "rule_set": ParameterSet().rule_set,
            "links": links | {"openapi": url_for("api_page.openapi_json")},
        }
    )
