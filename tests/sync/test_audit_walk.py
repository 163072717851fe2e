"""Everything that changes, shows or hands out a case makes the entries it should: a walk through all routes."""

import ast
import io
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from aiosmtpd.controller import Controller
from decision_forms import CUT
from flask import Flask
from flask.testing import FlaskClient
from page_forms import link_of, opened, post
from sync_material import CASES, returned_schedule

from sync.roles import Role
from sync.store import Store, audit
from sync.store.audit import Action
from sync.store.chain import verify

FIRST, SECOND, THIRD = (case.case_key for case in CASES)
WITHOUT_KEY = returned_schedule("")
LONG = {(3, "Slut"): "21:00"}
WHO: dict[str, Any] = {}
DECISION: dict[str, Any] = dict(CUT)
DECISIONS, MEETINGS = f"/sager/{FIRST}/afgoerelse", f"/sager/{FIRST}/moeder/"
CALL: dict[str, Any] = {
    "held_on": "2026-03-20",
    "starts": "9.30",
    "place": "Rådhuset",
    "participants": "Leder",
    "agenda": "Tallene",
}
A = Action


@dataclass
class Walk:
    """A person on the pages, with a round and files that come into being on the way."""

    client: FlaskClient
    settle: Callable[[], None]
    path: str = ""
    link: str = ""

    def get(self, path: str, role: Role | None = None) -> None:
        client = self.client if role is None else self.client.application.test_client(role=role)
        answer = client.get(path)
        assert answer.status_code == 200, path
        answer.close()

    def post(
        self, path: str, code: int = 303, page: str = "/returneringer/", role: Role | None = None, **fields: Any
    ) -> None:
        client = self.client if role is None else self.client.application.test_client(role=role)
        answer = post(client, path, page, **fields)
        assert answer.status_code == code, path
        answer.close()
        self.settle()

    def tried_set(self) -> str:
        """The page of parameters with the set in use sent back."""
        page = self.client.application.test_client(role=Role.LEADER).get("/parametre/").text
        values = dict(re.findall(r'<input class="form-input"[^>]* name="(\w+)" value="([^"]*)"', page))
        return f"/parametre/?{urlencode({**values, 'pricing_point': 'middle', 'proev': 'ja'})}"

    def take_into_use(self) -> None:
        asked = dict(parse_qsl(self.tried_set().partition("?")[2]))
        changed: dict[str, Any] = {**asked, "tolerance_hours": "3", "version": "1", "name": "Nyt", "reason": "Fordi"}
        self.post("/parametre/i-brug", page="/konto/", role=Role.LEADER, **changed)

    def open_round(self) -> None:
        self.path = opened(self.client)

    def see_link(self) -> None:
        self.link = link_of(self.client, self.path, FIRST)

    def send(self, content: bytes) -> None:
        data = {"file": (io.BytesIO(content), "skema.xlsx")}
        assert self.client.post("/api/v1/submissions", data=data).status_code in {200, 201, 202}
        self.settle()

    def hand_in(self) -> None:
        self.post(self.link, page=self.link, files=[(returned_schedule(changes=LONG), "skema.xlsx")])

    def comparison(self) -> bytes:
        with self.client.get("/sammenligning/bit-sammenligning.xlsx") as answer:
            return bytes(answer.data)

    def send_back(self) -> None:
        data = {"file": (io.BytesIO(self.comparison()), "bit-sammenligning.xlsx")}
        assert self.client.post("/api/v1/negotiation", data=data).status_code == 200

    def open_round_by_api(self) -> None:
        period = {"from": "2026-05-04", "to": "2026-05-17"}
        asked = {"title": "Forår", "period": period, "deadline": "2026-06-01", "choice": "keys", "keys": [FIRST]}
        assert self.client.post("/api/v1/rounds", json=asked).status_code == 201

    def remind(self) -> None:
        self.post(f"{self.path}/rykkere", provider="Bakkehuset", occasion="before", to="post@bakkehuset.example")


def assessment(number: int, **fields: Any) -> Callable[[Walk], None]:
    return lambda walk: walk.post(f"/returneringer/{number}/vurdering", comment="Fordi", **{**WHO, **fields})


def tray(number: int, **fields: Any) -> Callable[[Walk], None]:
    return lambda walk: walk.post(f"/bakke/{number}", comment="Fordi", **{**WHO, **fields})


Step = tuple[str, Callable[[Walk], None], list[Action]]
STEPS: tuple[Step, ...] = (
    ("rounds.open_one", Walk.open_round, [A.ROUND_OPENED]),
    ("rounds.move_deadline", lambda walk: walk.post(walk.path, deadline="10-04-2026"), [A.DEADLINE_MOVED]),
    ("rounds.templates", lambda walk: walk.post(f"{walk.path}/skemaer", 200), [A.TEMPLATE_ISSUED] * 3),
    ("rounds.templates", lambda walk: walk.post(f"{walk.path}/skemaer", 200, sag=FIRST), [A.TEMPLATE_ISSUED]),
    ("rounds.sent", lambda walk: walk.post(f"{walk.path}/sendt"), [A.MARKED_SENT] * 3),
    ("rounds.send_reminder", Walk.remind, [A.REMINDER_SENT] * 3),
    ("rounds.case", Walk.see_link, [A.LINK_MADE]),
    ("links.page", lambda walk: walk.get(walk.link), [A.LINK_OPENED]),
    ("links.hand_in", Walk.hand_in, [A.LINK_OPENED, A.FILE_RECEIVED, A.FILE_RESULT]),
    ("links.annotated", lambda walk: walk.get(f"{walk.link}/1/bemaerkninger"), [A.ANNOTATED_FETCHED]),
    (
        "rounds.act",
        lambda walk: walk.post(f"{walk.path}/sager/{FIRST}", act="revoke"),
        [A.LINK_REVOKED],
    ),
    (
        "rounds.act",
        lambda walk: walk.post(f"{walk.path}/sager/{THIRD}", act="withdraw", reason="Flyttet"),
        [A.WITHDRAWN],
    ),
    ("rounds.case", lambda walk: walk.get(f"{walk.path}/sager/{THIRD}"), [A.ROUND_CASE_READ]),
    ("returns.file", lambda walk: walk.get("/returneringer/1"), [A.FILE_SEEN]),
    ("returns.original", lambda walk: walk.get("/returneringer/1/original"), [A.ORIGINAL_FETCHED]),
    ("returns.annotated", lambda walk: walk.get("/returneringer/1/bemaerkninger"), [A.ANNOTATED_FETCHED]),
    ("returns.assess", assessment(1, act="returned"), [A.RETURNED]),
    ("returns.assess", assessment(1, act="warning_accepted", warning="R04|Døgnskema|C3"), [A.WARNING_ACCEPTED]),
    ("returns.assess", assessment(1, act="accepted"), [A.ACCEPTED]),
    (
        "returns.upload",
        lambda walk: walk.post("/returneringer/", files=[(WITHOUT_KEY, "uden.xlsx")]),
        [A.FILE_RECEIVED, A.FILE_RESULT],
    ),
    (
        "returns.upload",
        lambda walk: walk.post("/returneringer/", files=[(WITHOUT_KEY, "igen.xlsx")]),
        [A.FILE_RECEIVED],
    ),
    ("tray.file", lambda walk: walk.get("/bakke/2"), [A.FILE_SEEN]),
    ("tray.act", tray(2, act="dismissed"), [A.DISMISSED]),
    ("tray.act", tray(2, act="taken_back"), [A.TAKEN_BACK]),
    ("tray.act", tray(2, act="case_given", case_key=SECOND), [A.CASE_GIVEN, A.FILE_RESULT]),
    ("api.submit", lambda walk: walk.send(returned_schedule(SECOND)), [A.FILE_RECEIVED, A.FILE_RESULT]),
    ("api.submission", lambda walk: walk.get("/api/v1/submissions/3"), [A.FILE_SEEN]),
    ("api.case", lambda walk: walk.get(f"/api/v1/cases/{FIRST}"), [A.CASE_READ]),
    ("api.comparison", lambda walk: walk.get("/api/v1/comparison"), [A.COMPARISON_EXPORTED]),
    ("api.comparison_workbook", lambda walk: walk.get("/api/v1/comparison.xlsx"), [A.COMPARISON_EXPORTED]),
    ("cases.case", lambda walk: walk.get(f"/sager/{FIRST}"), [A.CASE_READ]),
    ("cases.derivation", lambda walk: walk.get(f"/sager/{FIRST}/udledning/indsats"), [A.CASE_READ]),
    ("house.page", lambda walk: walk.get("/huse/Bakkehuset 2"), [A.CASE_READ] * 2),
    ("overview.page", lambda walk: walk.get("/overblik/"), [A.COMPARISON_READ]),
    ("comparison.overview", lambda walk: walk.get("/sammenligning/"), [A.COMPARISON_READ]),
    (
        "comparison.workbook",
        lambda walk: walk.get("/sammenligning/bit-sammenligning.xlsx"),
        [A.COMPARISON_EXPORTED],
    ),
    ("audit.overview", lambda walk: walk.get(f"/revision/?sag={FIRST}", Role.LEADER), [A.AUDIT_READ]),
    ("negotiation.case", lambda walk: walk.get(f"/forhandling/{FIRST}"), [A.CASE_READ]),
    (
        "negotiation.keep",
        lambda walk: walk.post(f"/forhandling/{FIRST}", version="0", status="not_started", note="Fordi"),
        [A.NEGOTIATION_CHANGED],
    ),
    (
        "negotiation.upload",
        lambda walk: walk.post("/forhandling/", 200, files=[(walk.comparison(), "bit-sammenligning.xlsx")]),
        [A.COMPARISON_EXPORTED],
    ),
    ("api.negotiate", Walk.send_back, [A.COMPARISON_EXPORTED]),
    (
        "decisions.record",
        lambda walk: walk.post(DECISIONS, page=DECISIONS, **DECISION),
        [A.CASE_READ, A.DECISION_RECORDED],
    ),
    ("decisions.of_case", lambda walk: walk.get(DECISIONS), [A.CASE_READ]),
    ("decisions.overview", lambda walk: walk.get("/afgoerelser/"), [A.DECISIONS_READ]),
    ("decisions.export", lambda walk: walk.get("/afgoerelser/afgoerelser.csv"), [A.DECISIONS_EXPORTED]),
    ("effects.report_document", lambda walk: walk.get("/effekt/rapport.docx"), [A.DECISIONS_EXPORTED]),
    ("meetings.call", lambda walk: walk.post(MEETINGS, **CALL), [A.MEETING_CALLED]),
    ("meetings.of_case", lambda walk: walk.get(MEETINGS), [A.CASE_READ]),
    ("meetings.one", lambda walk: walk.get(f"{MEETINGS}1"), [A.CASE_READ]),
    ("meetings.change", lambda walk: walk.post(f"{MEETINGS}1", **CALL), [A.MEETING_CHANGED]),
    (
        "meetings.write_minutes",
        lambda walk: walk.post(f"{MEETINGS}1/referat", present="Fordi", said="Fordi", citizen="Fordi"),
        [A.MINUTES_WRITTEN],
    ),
    (
        "meetings.add_task",
        lambda walk: walk.post(f"{MEETINGS}1/opgaver", what="Fordi", owner="Leder", due="2026-05-01"),
        [A.TASK_ADDED],
    ),
    ("meetings.finish_task", lambda walk: walk.post(f"{MEETINGS}1/opgaver/1"), [A.TASK_DONE]),
    ("meetings.document", lambda walk: walk.get(f"{MEETINGS}1/referat.docx"), [A.DOCUMENT_FETCHED]),
    ("erasure.erase_due", lambda walk: walk.post("/sletning/", 422, page="/konto/", role=Role.LEADER), []),
    ("api.problems_of_submission", lambda walk: walk.get("/api/v1/submissions/1/problems"), [A.FILE_SEEN]),
    ("api.original", lambda walk: walk.get("/api/v1/submissions/1/original"), [A.ORIGINAL_FETCHED]),
    ("api.annotated", lambda walk: walk.get("/api/v1/submissions/1/annotated"), [A.ANNOTATED_FETCHED]),
    ("api.problems", lambda walk: walk.get("/api/v1/problems"), [A.COMPARISON_EXPORTED]),
    ("api.cases", lambda walk: walk.get("/api/v1/cases"), [A.COMPARISON_EXPORTED]),
    ("api.comparison_separated", lambda walk: walk.get("/api/v1/comparison.csv"), [A.COMPARISON_EXPORTED]),
    ("api.refreshable_workbook", lambda walk: walk.get("/api/v1/bit-data.xlsx"), [A.COMPARISON_EXPORTED]),
    ("api.open_round", Walk.open_round_by_api, [A.ROUND_OPENED]),
    ("api.round_templates", lambda walk: walk.get("/api/v1/rounds/2/templates.zip"), [A.TEMPLATE_ISSUED]),
    ("whatif.case", lambda walk: walk.get(f"/sager/{FIRST}/hvad-nu-hvis"), [A.CASE_READ]),
    ("parameters.overview", lambda walk: walk.get("/parametre/", Role.LEADER), []),
    ("parameters.overview", lambda walk: walk.get(walk.tried_set(), Role.LEADER), [A.COMPARISON_READ]),
    ("parameters.take_into_use", Walk.take_into_use, [A.PARAMETERS_ACTIVATED]),
    ("goals.case", lambda walk: walk.get(f"/sager/{FIRST}/maal"), [A.CASE_READ]),
    ("goals.status", lambda walk: walk.get(f"/sager/{FIRST}/maal/status.docx"), [A.DOCUMENT_FETCHED]),
    (
        "comments.say",
        lambda walk: walk.post(f"/sager/{FIRST}/bemaerkninger", page=f"/sager/{FIRST}/bemaerkninger", said="Fordi"),
        [A.CASE_READ, A.COMMENT_WRITTEN],
    ),
    ("comments.of_case", lambda walk: walk.get(f"/sager/{FIRST}/bemaerkninger"), [A.CASE_READ]),
    ("wheel.workbook", lambda walk: walk.get("/aarshjul/aarshjul.xlsx"), [A.WHEEL_EXPORTED]),
    ("wheel.make_feed", lambda walk: walk.post("/aarshjul/kalender", page="/aarshjul/"), [A.CALENDAR_MADE]),
    (
        "wheel.revoke_feed",
        lambda walk: walk.post("/aarshjul/kalender/tilbage", page="/aarshjul/"),
        [A.CALENDAR_REVOKED],
    ),
)
OF_A_CASE = frozenset(
    {
        *("rounds.case", "rounds.act", "rounds.sent", "rounds.templates", "rounds.send_reminder"),
        *(
            "links.page",
            "links.annotated",
            "cases.case",
            "cases.derivation",
            "house.page",
            "api.case",
            "api.submission",
        ),
        *("returns.file", "returns.original", "returns.annotated", "returns.assess"),
        *("whatif.case", "goals.case", "goals.status", "comments.say", "comments.of_case"),
    }
)
"""Routes whose entries all name their case."""
NO_ENTRY = MappingProxyType(
    {
        "static": "files of the program",
        "api_page.page": "a description",
        "api_page.openapi_json": "a description",
        "api.index": "addresses",
        "api.active_parameters": "no case",
        "api.comparison_query": "a query without its answer",
        "api.submissions": "keys and states, no figures",
        "api.rounds": "counts",
        "api.one_round": "keys and states, no figures",
        "negotiation.overview": "a form",
        "effects.overview": "sums",
        "effects.report": "sums without small numbers",
        "erasure.overview": "keys",
        "lite.page": "the add-in, no data",
        "lite.requirements": "the add-in, no data",
        "lite.main": "the add-in, no data",
        "lite.package": "the add-in, no data",
        "front": "leads on",
        "healthz": "no data",
        "rounds.overview": "counts",
        "rounds.new": "a form, keys to choose from",
        "rounds.status": "keys and states, no figures",
        "rounds.reminders": "keys",
        "returns.overview": "keys and states, no figures",
        "tray.overview": "files without a case",
        "wheel.overview": "keys and dates, no figures",
        "wheel.feed": "keys and dates, no figures; a calendar asks every hour",
    }
)
"""Routes that show no case's content, and why."""
OF_ACCOUNTS = ("accounts.", "security.")
"""Their entries are held by the tests of accounts."""


class Inbox:
    """A mail server that takes every letter and keeps none."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802
        return "250 OK"


@pytest.fixture
def app(served: Callable[..., Flask]) -> Iterator[Flask]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    controller.start()
    sending = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    yield served(**sending, smtp_from="bitark@kommune.example")
    controller.stop()


def entries(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return list(audit.entries(connection))


def test_every_route_is_walked_or_shows_nothing_of_a_case(app: Flask) -> None:
    walked = {endpoint for endpoint, _, _ in STEPS}
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(OF_ACCOUNTS)]
    assert walked | NO_ENTRY.keys() == {rule.endpoint for rule in rules}
    assert not walked & NO_ENTRY.keys()
    changing = {rule.endpoint for rule in rules if rule.methods and "POST" in rule.methods}
    assert changing <= walked


def test_what_is_done_and_seen_on_every_route_is_in_the_chain(
    app: Flask, store: Store, settled: Callable[[], None]
) -> None:
    walk = Walk(app.test_client(), settled)
    for endpoint, step, expected in STEPS:
        before = len(entries(store))
        step(walk)
        made = entries(store)[before:]
        assert [entry.action for entry in made] == expected, endpoint
        if endpoint in OF_A_CASE:
            assert all(entry.case_key for entry in made), endpoint
    with store.engine.connect() as connection:
        verdict = verify(connection)
    assert verdict.broken is None
    links = {entry.actor for entry in entries(store) if entry.action == A.LINK_OPENED}
    assert links == {"link:1"}


def test_no_text_that_somebody_wrote_is_in_the_chain(app: Flask, store: Store, settled: Callable[[], None]) -> None:
    walk = Walk(app.test_client(), settled)
    for _, step, _ in STEPS:
        step(walk)
    told = "\n".join(str(tuple(entry)) for entry in entries(store))
    for text in ("Fordi", "Flyttet", "Sagsbehandler", "skema.xlsx", "Forår", "bakkehuset.example", "Bakkehuset"):
        assert text not in told


WITHIN: Mapping[str, str] = MappingProxyType(
    {
        "filings.came_by": "submissions.receive",
        "filings.file_in_round": "submissions.finish",
        "filings.to_be_read": "filings.note",
        "cases.recompute": "parameters.activate",
        "submissions.read_again": "cases.import_cases",
        "filings.give_case": "filings.note",
        "filings.dismiss": "filings.note",
    }
)
"""Functions of the store that write within the transaction of another, which makes the entry."""
STORE = (
    *("accounts", "calendar_feeds", "cases", "comments", "decisions", "erasing", "filings"),
    *("meetings", "negotiation", "parameters", "rounds", "submissions"),
)
WRITES = re.compile(
    r"\b(insert|update|delete)\(|\b_(ADD_\w+|FINISHED|NO_LONGER_COUNTS)\b"
    r"|\b_(set|file|add_receipt|sign_out|give_roles|erase_files|revoke)\("
)


def functions() -> Iterator[tuple[str, str]]:
    for module in STORE:
        source = Path(f"sync/store/{module}.py").read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{module}.{node.name}", ast.get_source_segment(source, node) or ""


def test_every_function_of_the_store_that_writes_makes_an_entry() -> None:
    found = dict(functions())
    notes = {name for name, source in found.items() if re.search(r"audit\.(note|forget_case)\(", source)}
    through = {name for name, source in found.items() if name.startswith("rounds.") and "_set(" in source}
    writing = {name for name, source in found.items() if WRITES.search(source) and "._" not in name}
    assert writing - notes - through == WITHIN.keys()
    assert "rounds._set" in notes
    assert set(WITHIN.values()) <= notes
