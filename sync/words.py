"""Words that only the service needs; those for states, readings and notes stand with the workbook templates."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bit_model.decision import Outcome
from bit_model.schedule import Part
from sync.roles import Role
from sync.rounds.board import CaseState, Due
from sync.store.tables import Act, Status
from workbook_templates.layout import Text
from workbook_templates.problems import Problem

STATUSES: Mapping[str, Text] = MappingProxyType(
    {
        Status.RECEIVED: Text("Modtaget", "Received"),
        Status.READING: Text("Læses", "Being read"),
        Status.ACCEPTED: Text("Uden fejl", "Without errors"),
        Status.HAS_PROBLEMS: Text("Har fejl", "Has errors"),
        Status.REFUSED: Text("Afvist", "Refused"),
    }
)
ACTS: Mapping[str, Text] = MappingProxyType(
    {
        Act.ACCEPTED: Text("Godkendt", "Accepted"),
        Act.RETURNED: Text("Sendt tilbage med kommentar", "Returned with a comment"),
        Act.WARNING_ACCEPTED: Text("Advarsel godkendt", "Warning accepted"),
        Act.CASE_GIVEN: Text("Lagt på sagen fra bakken", "Given its case in the tray"),
        Act.DISMISSED: Text("Lagt væk fra bakken", "Dismissed from the tray"),
        Act.TAKEN_BACK: Text("Lagt tilbage i bakken", "Put back in the tray"),
    }
)
OUTCOMES: Mapping[str, Text] = MappingProxyType(
    {
        Outcome.LOWERED: Text("Takst nedsat, samme støtte", "Tariff lowered, same support"),
        Outcome.RAISED: Text("Takst hævet", "Tariff raised"),
        Outcome.UNCHANGED: Text("Uændret", "Unchanged"),
        Outcome.MORE_INTRUSIVE: Text("Flytter til mere indgribende støtte", "Moves to more intrusive support"),
        Outcome.LESS_INTRUSIVE: Text("Flytter til mindre indgribende støtte", "Moves to less intrusive support"),
        Outcome.NOT_SETTLED: Text("Ikke afklaret", "Not settled"),
    }
)
CASE_STATES: Mapping[str, Text] = MappingProxyType(
    {
        CaseState.NOT_SENT: Text("Ikke sendt", "Not sent"),
        CaseState.SENT: Text("Sendt", "Sent"),
        CaseState.RECEIVED: Text("Modtaget", "Received"),
        CaseState.HAS_PROBLEMS: Text("Har fejl", "Has errors"),
        CaseState.TO_ASSESS: Text("Skal vurderes", "To assess"),
        CaseState.RETURNED: Text("Sendt tilbage", "Returned"),
        CaseState.ACCEPTED: Text("Godkendt", "Accepted"),
        CaseState.WITHDRAWN: Text("Udgået", "Withdrawn"),
    }
)
DUES: Mapping[str, Text] = MappingProxyType(
    {Due.OVERDUE: Text("Overskredet", "Overdue"), Due.SOON: Text("Frist snart", "Due soon")}
)
UNITS: Mapping[str, Text] = MappingProxyType(
    {
        "timer/uge": Text("timer/uge", "hours/week"),
        "timer/år": Text("timer/år", "hours/year"),
        "kr./time": Text("kr./time", "kr/hour"),
        "kr./år": Text("kr./år", "kr/year"),
        "dage": Text("dage", "days"),
        "uger": Text("uger", "weeks"),
    }
)
"""A parameter's unit as the workbooks have it → in words."""
ICONS: Mapping[str, Text] = MappingProxyType(
    {
        "Information": Text("Oplysning", "Information"),
        "Succes": Text("I orden", "Success"),
        "Advarsel": Text("Advarsel", "Warning"),
        "Fejl": Text("Fejl", "Error"),
    }
)
"""What Det Fælles Designsystem calls an alert's picture → what is said of it."""
ROLES: Mapping[str, Text] = MappingProxyType(
    {
        Role.ADMINISTRATOR: Text("Administrator (brugere)", "Administrator (users)"),
        Role.CASEWORKER: Text("Sagsbehandler", "Caseworker"),
        Role.LEADER: Text("Leder", "Leader"),
        Role.ECONOMY: Text("Økonomi", "Economy"),
        Role.CONSULTANT: Text("Konsulent (læser)", "Consultant (reads)"),
        Role.PROVIDER: Text("Leverandør", "Provider"),
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
