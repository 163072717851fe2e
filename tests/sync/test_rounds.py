"""A round from its opening to its last reminder, as its pages show it."""

import datetime as dt
import email
import io
import socket
import zipfile
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiosmtpd.controller import Controller
from bit_model_example import worked_schedule
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from page_forms import ROUND, Clock, link_of, opened, post, states
from signed_in import add_people
from sqlalchemy import select
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.schedule import Period
from sync.ingest import Reader, ingest
from sync.rounds.board import CaseState, Due, due_of, state_of
from sync.settings import Settings
from sync.store import Store, cases, filings, rounds
from sync.store.database import writing
from sync.store.rounds import NewRound
from sync.store.tables import ROUND_CASE, Act, Status
from sync.token import verified
from workbook_templates.schedule.fill import fill_schedule

FIRST, SECOND, THIRD = (case.case_key for case in CASES)
KEY = "only for tests"
DEADLINE = dt.date(2026, 3, 27)


@pytest.fixture
def client(app: Any) -> FlaskClient:
    made: FlaskClient = app.test_client()
    return made


class Row(NamedTuple):
    """What the board asks of a row."""

    withdrawn_at: dt.datetime | None = None
    submission_id: int | None = None
    sent_at: dt.datetime | None = None
    status: str | None = None
    act: str | None = None


@pytest.mark.parametrize(
    "row, state",
    [
        (Row(), CaseState.NOT_SENT),
        (Row(sent_at=NOW), CaseState.SENT),
        (Row(sent_at=NOW, submission_id=1, status=Status.READING), CaseState.RECEIVED),
        (Row(submission_id=1, status=Status.RECEIVED), CaseState.RECEIVED),
        (Row(submission_id=1, status=Status.HAS_PROBLEMS), CaseState.HAS_PROBLEMS),
        (Row(submission_id=1, status=Status.REFUSED), CaseState.HAS_PROBLEMS),
        (Row(submission_id=1, status=Status.ACCEPTED), CaseState.TO_ASSESS),
        (Row(submission_id=1, status=Status.ACCEPTED, act=Act.ACCEPTED), CaseState.ACCEPTED),
        (Row(submission_id=1, status=Status.ACCEPTED, act=Act.RETURNED), CaseState.RETURNED),
        (Row(submission_id=1, status=Status.HAS_PROBLEMS, act=Act.RETURNED), CaseState.RETURNED),
        (Row(withdrawn_at=NOW, submission_id=1, status=Status.ACCEPTED, act=Act.ACCEPTED), CaseState.WITHDRAWN),
    ],
)
def test_a_case_has_the_state_of_its_newest_file(row: Any, state: CaseState) -> None:
    assert state_of(row) is state


@pytest.mark.parametrize(
    "days, due", [(-1, Due.OVERDUE), (0, Due.SOON), (5, Due.SOON), (6, Due.LATER), (-300, Due.OVERDUE)]
)
def test_five_days_or_fewer_are_soon_and_the_day_after_is_overdue(days: int, due: Due) -> None:
    today = DEADLINE - dt.timedelta(days=days)
    assert due_of(CaseState.SENT, DEADLINE, today) is due
    waiting = {CaseState.NOT_SENT, CaseState.SENT, CaseState.HAS_PROBLEMS, CaseState.RETURNED}
    assert {state for state in CaseState if due_of(state, DEADLINE, today) is due} >= waiting
    assert all(due_of(state, DEADLINE, today) is Due.LATER for state in set(CaseState) - waiting)


def test_without_a_round_the_page_says_how_to_begin(client: FlaskClient) -> None:
    assert "Der er ingen runder endnu" in client.get("/runder/").text


def test_a_round_without_a_case_list_cannot_be_opened(served: Callable[..., Flask], another_database: str) -> None:
    empty = served(database=another_database)
    with writing(empty.extensions["bitark"].store.engine) as connection:
        add_people(connection)
    assert "Der er ingen sager endnu" in empty.test_client().get("/runder/ny").text


@pytest.mark.parametrize(
    "chosen, keys",
    [
        ({"choice": "all"}, {FIRST, SECOND, THIRD}),
        ({"choice": "provider", "provider": "Bakkehuset"}, {FIRST, SECOND, THIRD}),
        ({"choice": "budget_area", "budget_area": "Handicap"}, {FIRST, THIRD}),
        ({"choice": "keys", "keys": f"{SECOND}\r\n {FIRST} ,"}, {FIRST, SECOND}),
    ],
)
def test_cases_are_chosen_from_the_case_list(chosen: dict[str, str], keys: set[str], client: FlaskClient) -> None:
    assert states(client, opened(client, **chosen)) == dict.fromkeys(keys, "Ikke sendt")


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"title": ""}, "Udfyld feltet"),
        ({"title": "Borger 010190-1234"}, "CPR-nummer"),
        ({"title": "navn@kommune.example"}, "e-mailadresse"),
        ({"last": "2026-03-01"}, "ligger før den første"),
        ({"last": "2036-03-01", "deadline": "2036-03-02"}, "for lang"),
        ({"deadline": "2026-03-14"}, "Fristen ligger før"),
        ({"first": "i morgen"}, "ikke en dato"),
        ({"form": "begge"}, "Vælg en af mulighederne"),
        ({"choice": "provider", "provider": "Ukendt"}, "Vælg en af mulighederne"),
        ({"choice": "keys", "keys": "S-9"}, "Sagslisten har ikke: S-9"),
        ({"choice": "keys", "keys": ""}, "Udfyld feltet"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field_and_opens_nothing(
    wrong: dict[str, str], told: str, client: FlaskClient
) -> None:
    answer = post(client, "/runder/ny", **{**ROUND, **wrong})
    assert answer.status_code == 422
    assert told in answer.text
    assert "010190" not in answer.text
    assert "Der er ingen runder endnu" in client.get("/runder/").text


def test_a_case_is_in_one_round_of_a_period_until_it_is_withdrawn(client: FlaskClient) -> None:
    first = opened(client)
    again = post(client, "/runder/ny", **{**ROUND, "choice": "keys", "keys": FIRST})
    assert "allerede i en runde" in again.text
    post(client, f"{first}/sager/{FIRST}", act="withdraw", reason="Flyttet")
    assert states(client, opened(client, choice="keys", keys=FIRST)) == {FIRST: "Ikke sendt"}


def test_all_templates_come_in_one_zip_with_tokens_for_the_round(client: FlaskClient, clock: Clock) -> None:
    path = opened(client)
    with post(client, f"{path}/skemaer") as answer, zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == [f"doegnskema-{case.case_key}.xlsx" for case in CASES]
        book = load_workbook(io.BytesIO(archive.read(archive.namelist()[1])), read_only=True)
    ((sheet, cell),) = book.defined_names["bit_token"].destinations
    token = verified(str(book[sheet][cell.replace("$", "")].value), KEY)
    assert token is not None
    assert (token.case_key, token.period.start, token.issued_on) == (SECOND, dt.date(2026, 3, 2), clock().date())
    page = client.get(path).text
    assert page.count("Hentet 20. mar. 2026") == 3
    assert states(client, path) == dict.fromkeys((FIRST, SECOND, THIRD), "Ikke sendt")


def test_one_cases_template_comes_alone_in_the_rounds_form(client: FlaskClient) -> None:
    path = opened(client, form="net")
    answer = post(client, f"{path}/skemaer", sag=SECOND)
    assert f"doegnskema-net-{SECOND}.xlsx" in answer.headers["Content-Disposition"]
    assert client.get(path).text.count("Hentet") == 1
    assert post(client, f"{path}/skemaer", sag="S-9").status_code == 404


def test_templates_are_marked_as_sent_one_by_one_or_all(client: FlaskClient, clock: Clock) -> None:
    path = opened(client)
    post(client, f"{path}/sendt", sag=SECOND)
    assert states(client, path) == {FIRST: "Ikke sendt", SECOND: "Sendt", THIRD: "Ikke sendt"}
    clock.on("2026-03-21")
    post(client, f"{path}/sendt")
    page = client.get(path).text
    assert set(states(client, path).values()) == {"Sendt"}
    assert (page.count("Sendt 20. mar."), page.count("Sendt 21. mar.")) == (1, 2)


def test_counts_stand_on_top_and_lead_to_the_cases(client: FlaskClient, clock: Clock) -> None:
    path = opened(client)
    post(client, f"{path}/sendt", sag=SECOND)
    assert states(client, f"{path}?tilstand=sent") == {SECOND: "Sendt"}
    assert states(client, f"{path}?leverandoer=Ukendt") == {}
    assert "passer til valget" in client.get(f"{path}?tilstand=accepted").text
    clock.on("2026-03-22")
    assert "◷ Frist snart" in client.get(path).text
    assert "Overskredet</span>" not in client.get(path).text
    clock.on("2026-03-28")
    assert set(states(client, f"{path}?frist=overdue")) == {FIRST, SECOND, THIRD}
    assert "! Overskredet" in client.get(path).text
    assert "3 overskredet" in client.get("/runder/").text


def test_the_deadline_can_be_moved_but_not_before_the_end_of_the_period(client: FlaskClient, clock: Clock) -> None:
    path = opened(client)
    clock.on("2026-03-28")
    assert post(client, path, deadline="2026-03-14").status_code == 422
    assert "Overskredet" in client.get(path).text
    assert post(client, path, deadline="2026-05-01").status_code == 303
    assert "Frist 1. maj 2026" in client.get(path).text
    assert "! Overskredet" not in client.get(path).text


def test_a_case_is_withdrawn_with_a_reason_and_its_files_stay(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    path = opened(client)
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    assert post(client, f"{path}/sager/{FIRST}", act="withdraw", reason="").status_code == 422
    refused = post(client, f"{path}/sager/{FIRST}", act="withdraw", reason="CPR 010190-1234")
    assert "CPR-nummer" in refused.text
    assert "010190" not in refused.text
    assert states(client, path)[FIRST] == "Skal vurderes"
    post(client, f"{path}/sager/{FIRST}", act="withdraw", reason="Borgeren er flyttet")
    page = client.get(f"{path}/sager/{FIRST}").text
    assert states(client, path)[FIRST] == "Udgået"
    assert "Borgeren er flyttet" in page
    assert "skema.xlsx" in page
    assert 'id="link"' not in page
    with post(client, f"{path}/skemaer") as answer, zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert len(archive.namelist()) == 2


def test_a_returned_file_is_filed_in_the_round_of_its_period(client: FlaskClient, store: Store, reader: Reader) -> None:
    spring = opened(client)
    autumn = opened(client, title="Efterår", first="2026-09-07", last="2026-09-20", deadline="2026-10-01")
    ingest(store, reader, returned_schedule(changes={(2, "Start"): None}), "skema.xlsx")
    assert states(client, spring)[FIRST] == "Har fejl"
    assert states(client, autumn)[FIRST] == "Ikke sendt"
    ingest(store, reader, returned_schedule(), "rettet.xlsx")
    assert states(client, spring)[FIRST] == "Skal vurderes"


def test_a_file_whose_dates_are_a_day_off_is_filed_where_its_days_are(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    path = opened(client)
    ingest(store, reader, returned_schedule(period_start=dt.date(2026, 3, 1)), "skema.xlsx")
    assert states(client, path)[FIRST] != "Ikke sendt"


def test_files_that_came_before_the_round_was_opened_are_filed_in_it(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    assert states(client, opened(client))[FIRST] == "Skal vurderes"


def test_a_case_that_leaves_the_case_list_stays_on_the_board(client: FlaskClient, store: Store) -> None:
    path = opened(client)
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    assert len(states(client, path)) == 3
    assert post(client, f"{path}/skemaer", sag=FIRST).status_code == 404


def test_a_template_of_the_round_filled_in_and_returned_needs_only_to_be_assessed(
    client: FlaskClient, settled: Callable[[], None]
) -> None:
    path = opened(client)
    template = post(client, f"{path}/skemaer", sag=FIRST).data
    answer = post(client, "/returneringer/", files=[(fill_schedule(template, worked_schedule()), "retur.xlsx")])
    settled()
    assert states(client, path)[FIRST] == "Skal vurderes"
    assert f'href="{path}/sager/{FIRST}"' in client.get(answer.location).text


def test_a_reminder_lists_the_keys_of_the_cases_that_wait_and_fits_the_day(
    client: FlaskClient, clock: Clock, store: Store, reader: Reader
) -> None:
    path = opened(client)
    assert "Ingen leverandør skal rykkes" in client.get(f"{path}/rykkere").text
    post(client, f"{path}/sendt")
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    for date, told in (
        ("2026-03-22", "De skal afleveres senest den 27. marts 2026"),
        ("2026-03-27", "skal afleveres i dag, den 27. marts 2026"),
        ("2026-03-28", "skulle være afleveret den 27. marts 2026"),
    ):
        clock.on(date)
        page = client.get(f"{path}/rykkere").text
        assert told in page
        assert f"- {SECOND}\n- {THIRD}" in page
        assert FIRST not in page
        assert 'type="email"' not in page
    assert "skal afleveres i dag" in client.get(f"{path}/rykkere?tekst=day").text


class Inbox:
    """A mail server's handler that keeps what it was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], Message]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.letters.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return self.answer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail_server(inbox: Inbox) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def mailing(served: Callable[..., Flask], mail_server: int) -> FlaskClient:
    sending = {"smtp_host": "127.0.0.1", "smtp_port": mail_server, "smtp_security": "none"}
    return served(**sending, smtp_from="bitark@kommune.example").test_client()


def remind(client: FlaskClient, path: str, to: str, provider: str = "Bakkehuset") -> Any:
    return post(client, f"{path}/rykkere", provider=provider, occasion="before", to=to)


def test_a_reminder_is_sent_without_a_file_and_the_address_is_kept_nowhere(
    mailing: FlaskClient, inbox: Inbox, settings: Settings
) -> None:
    path = opened(mailing)
    post(mailing, f"{path}/sendt")
    answer = remind(mailing, path, "post@bakkehuset.example")
    assert answer.status_code == 303
    ((to, letter),) = inbox.letters
    assert (to, letter["From"]) == (["post@bakkehuset.example"], "bitark@kommune.example")
    assert letter.get_content_type() == "text/plain"
    text = letter.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert f"- {FIRST}\n- {SECOND}\n- {THIRD}" in text.decode().replace("\r\n", "\n")
    assert "er sendt. Adressen er ikke gemt" in mailing.get(answer.location).text
    assert mailing.get(path).text.count("rykket 20. mar. 2026") == 3
    for file in Path(settings.database).parent.glob("bitark.db*"):
        assert b"post@bakkehuset" not in file.read_bytes()


@pytest.mark.parametrize("to", ["", "bakkehuset", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"])
def test_only_one_plain_address_is_written_to(to: str, mailing: FlaskClient, inbox: Inbox) -> None:
    path = opened(mailing)
    post(mailing, f"{path}/sendt")
    assert remind(mailing, path, to).status_code == 422
    assert inbox.letters == []


def test_a_provider_without_waiting_cases_is_not_written_to(mailing: FlaskClient, inbox: Inbox) -> None:
    path = opened(mailing)
    assert remind(mailing, path, "post@bakkehuset.example").status_code == 422
    assert inbox.letters == []


def test_a_mail_server_that_refuses_is_told_and_nothing_is_noted_as_sent(mailing: FlaskClient, inbox: Inbox) -> None:
    path = opened(mailing)
    post(mailing, f"{path}/sendt")
    inbox.answer = "550 No"
    answer = remind(mailing, path, "post@bakkehuset.example")
    assert answer.status_code == 422
    assert "det er ikke sendt" in answer.text
    assert "rykket" not in mailing.get(path).text


def test_a_mail_server_without_encryption_gets_nothing_where_encryption_is_asked_for(
    served: Callable[..., Flask], mail_server: int, inbox: Inbox
) -> None:
    sending = {"smtp_host": "127.0.0.1", "smtp_port": mail_server, "smtp_from": "bitark@kommune.example"}
    client = served(**sending).test_client()
    path = opened(client)
    post(client, f"{path}/sendt")
    assert remind(client, path, "post@bakkehuset.example").status_code == 422
    assert inbox.letters == []


def test_the_pages_of_rounds_can_be_read_in_english(served: Callable[..., Flask]) -> None:
    client = served(language="en").test_client()
    assert "There are no rounds yet" in client.get("/runder/").text
    path = opened(client)
    assert client.get(path).text.count("Not sent</span>") == 4  # and once on top
    post(client, f"{path}/sendt")
    assert "We lack a schedule without errors" in client.get(f"{path}/rykkere").text
    assert "Hand in the schedule of" in client.get(link_of(client, path, FIRST)).text


def test_a_board_of_a_thousand_cases_comes_in_pages(store: Store, app: Any) -> None:
    more = [
        CASES[0].__class__(f"T-{number:04}", "Handicap", "Bakkehuset", CASES[0].provider_kind) for number in range(1000)
    ]
    with writing(store.engine) as connection:
        cases.import_cases(connection, more, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
        new = NewRound("Stor", Period(dt.date(2026, 3, 2), dt.date(2026, 3, 15)), "liste", DEADLINE)
        rounds.open_round(connection, new, [case.case_key for case in more], NOW)
    page = app.test_client().get("/runder/1?side=5").text
    assert page.count('href="/runder/1/sager/') == 200
    assert "T-0999" in page
    assert "side 5 af 5" in page


def test_a_link_is_shown_until_its_days_are_over(client: FlaskClient, clock: Clock) -> None:
    path = opened(client)
    assert link_of(client, path, FIRST).startswith("/aflever/")
    clock.on("2026-04-10")
    assert link_of(client, path, FIRST)
    clock.on("2026-04-11")
    assert "Linkets tid er gået" in client.get(f"{path}/sager/{FIRST}").text


@pytest.mark.parametrize(
    "path", ["/runder/9", "/runder/9/rykkere", "/runder/9/sager/S-2026-0001", "/runder/1/sager/S-9"]
)
def test_a_round_or_a_case_that_is_not_there_is_a_page_that_says_so(path: str, client: FlaskClient) -> None:
    opened(client)
    assert client.get(path).status_code == 404


def test_a_round_where_a_case_was_withdrawn_comes_after_one_where_it_was_not(store: Store) -> None:
    period = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 15))
    with writing(store.engine) as connection:
        first = rounds.open_round(connection, NewRound("a", period, "liste", DEADLINE), [FIRST], NOW)
        rounds.withdraw(connection, first, FIRST, "Fejl", NOW)
        rounds.open_round(connection, NewRound("b", period, "liste", DEADLINE), [FIRST], NOW)
        case_id = connection.scalars(select(ROUND_CASE.c.case_id)).first()
        assert case_id is not None
        assert rounds.place_of(connection, case_id, (period.start, period.end)) == 2
        assert rounds.place_of(connection, case_id, None) == 2
        assert rounds.place_of(connection, case_id, (dt.date(2026, 8, 1), dt.date(2026, 8, 14))) is None
        assert filings.acts(connection, []) == []
