"""Words that only the service needs; those for states, readings and notes stand with the workbook templates."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bit_model.schedule import Part
from sync.store.tables import Status
from workbook_templates.layout import Text
from workbook_templates.problems import Problem

STATUSES: Mapping[str, Text] = MappingProxyType(
    {
        Status.RECEIVED: Text("Modtaget", "Received"),
        Status.READING: Text("Læses", "Being read"),
        Status.ACCEPTED: Text("Godkendt", "Accepted"),
        Status.HAS_PROBLEMS: Text("Har fejl", "Has errors"),
        Status.REFUSED: Text("Afvist", "Refused"),
    }
)
PARTS: Mapping[Part, Text] = MappingProxyType(
    {
        Part.D1: Text("Direkte støtte", "Direct support"),
        Part.D2: Text("Ekstra personale ved direkte støtte", "Extra staff of direct support"),
        Part.F: Text("Fælles støtte", "Shared support"),
        Part.N: Text("Vågen nat", "Waking night"),
        Part.S: Text("Sovende nat", "Sleeping night"),
        Part.T: Text("Udkald", "Called out"),
        Part.X: Text("Indirekte tid", "Indirect time"),
    }
)


def kept_problems(report: Mapping[str, Any] | None) -> list[Problem]:
    """The problems of a kept report: what is kept of each is its code, its place and what was found."""
    return [
        Problem(kept["code"], kept["sheet"], kept["cell"], kept["field"], kept["found"])
        for kept in (report or {"problems": ()})["problems"]
    ]


def in_language(report: Mapping[str, Any] | None, language: str) -> list[dict[str, str]]:
    """The problems of a kept report, worded anew."""
    return [problem.as_json(language) for problem in kept_problems(report)]
