"""What people decide about a file, what a version changes, and archives that are uploaded."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flask.testing import FlaskClient
from page_forms import opened, post, states
from sync_material import CASES, PARAMETERS, returned_schedule

from sync.comparison.rows import comparison_rows
from sync.ingest import Reader, ingest
from sync.returns.differences import difference_to_the_version_before
from sync.store import Store, filings, submissions
from sync.store.database import has_queue

FIRST = CASES[0].case_key
LONG = {(3, "Slut"): "21:00"}
"""A shared entry of thirteen hours: a warning (R04, and R05 with what it overlaps)."""


@pytest.fixture
def client(app: Any) -> FlaskClient:
    made: FlaskClient = app.test_client()
    return made


def deeds(store: Store, submission_id: int = 1) -> list[str]:
    with store.engine.connect() as connection:
        return [act.act for act in filings.acts(connection, [submission_id])]


def test_a_file_without_errors_is_accepted_and_the_board_says_so(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    path = opened(client)
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    assert states(client, path)[FIRST] == "Skal vurderes"
    post(client, "/returneringer/1/vurdering", act="accepted", comment="")
    assert states(client, path)[FIRST] == "Godkendt"
    page = client.get("/returneringer/1").text
    assert "Sagsbehandler" in page
    assert "<strong>Godkendt</strong>" in page


def test_a_file_with_errors_cannot_be_accepted_but_returned(client: FlaskClient, store: Store, reader: Reader) -> None:
    path = opened(client)
    ingest(store, reader, returned_schedule(changes={(3, "Start"): None}), "skema.xlsx")
    answer = post(client, "/returneringer/1/vurdering", act="accepted", comment="Fint")
    assert answer.status_code == 422
    assert "kan ikke godkendes" in answer.text
    assert deeds(store) == []
    post(client, "/returneringer/1/vurdering", act="returned", comment="Ret række 3")
    assert states(client, path)[FIRST] == "Sendt tilbage"


def test_an_assessment_changes_no_figure(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    with store.engine.connect() as connection:
        before = [row.as_json() for row in comparison_rows(connection, PARAMETERS)]
    post(client, "/returneringer/1/vurdering", act="returned", comment="Se igen på natten")
    with store.engine.connect() as connection:
        assert [row.as_json() for row in comparison_rows(connection, PARAMETERS)] == before


def test_only_the_newest_file_is_assessed_and_a_new_one_is_to_be_assessed_anew(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    path = opened(client)
    ingest(store, reader, returned_schedule(), "1.xlsx")
    post(client, "/returneringer/1/vurdering", act="accepted", comment="")
    ingest(store, reader, returned_schedule(changes={(3, "Slut"): "07:45"}), "2.xlsx")
    assert states(client, path)[FIRST] == "Skal vurderes"
    answer = post(client, "/returneringer/1/vurdering", act="returned", comment="For gammel")
    assert "nyere version" in answer.text
    assert deeds(store) == ["accepted"]
    assert 'value="accepted"' not in client.get("/returneringer/1").text


def test_comments_are_added_and_never_changed(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    for act, comment in (("returned", "Først dette"), ("returned", "Så dette"), ("accepted", "Nu er det godt")):
        post(client, "/returneringer/1/vurdering", act=act, comment=comment)
    page = client.get("/returneringer/1").text
    assert re.search("Først dette.*Så dette.*Nu er det godt", page, re.DOTALL)
    assert deeds(store) == ["returned", "returned", "accepted"]


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"act": "returned", "comment": ""}, "Udfyld feltet"),
        ({"act": "accepted", "comment": "010190-1234"}, "CPR-nummer"),
        ({"act": "dismissed", "comment": ""}, "Vælg en af mulighederne"),
        ({"act": "accepted", "comment": "x" * 1_001}, "for lang"),
        ({"act": "accepted", "comment": "\x1b[2J"}, "ikke kan vises"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_kept(
    fields: dict[str, str], told: str, client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    answer = post(client, "/returneringer/1/vurdering", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert "010190" not in answer.text
    assert deeds(store) == []


def test_a_justified_warning_is_accepted_with_its_reason_and_no_longer_offered(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(changes=LONG), "skema.xlsx")
    offered = re.findall(r'<option value="(R[^"]+)"', client.get("/returneringer/1").text)
    assert "R04|Døgnskema|C3" in offered
    chosen = {"act": "warning_accepted", "warning": "R04|Døgnskema|C3"}
    assert post(client, "/returneringer/1/vurdering", comment="", **chosen).status_code == 422
    assert post(client, "/returneringer/1/vurdering", comment="En tur til havet", **chosen).status_code == 303
    page = client.get("/returneringer/1").text
    assert "En tur til havet" in page
    assert re.findall(r'<option value="(R[^"]+)"', page) == [one for one in offered if one != "R04|Døgnskema|C3"]
    assert post(client, "/returneringer/1/vurdering", comment="Igen", **chosen).status_code == 422
    assert deeds(store) == ["warning_accepted"]


@pytest.mark.parametrize("place", ["R01|Døgnskema|B5", "R04|Døgnskema|C4", "R04", "", "X||"])
def test_an_error_or_what_is_no_warning_of_the_file_cannot_be_accepted(
    place: str, client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(changes={**LONG, (5, "Start"): None}), "skema.xlsx")
    fields = {"act": "warning_accepted", "warning": place, "comment": "Fint nok"}
    assert post(client, "/returneringer/1/vurdering", **fields).status_code == 422
    assert deeds(store) == []


def test_a_new_version_shows_what_it_changed_with_both_cells(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "1.xlsx")
    ingest(store, reader, returned_schedule(changes={(3, "Slut"): "08:45", (2, "Aktivitet"): "Bad"}), "2.xlsx")
    page = client.get("/returneringer/2").text
    assert "0 tilføjet, 0 fjernet, 2 ændret" in page
    assert "+0,04" in page
    assert page.count("Døgnskema!3:3") == 2
    assert "Ændret siden" not in client.get("/returneringer/1").text


def test_versions_with_errors_are_compared_by_their_entries_and_other_periods_not_at_all(
    store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(changes={(3, "Start"): None}), "1.xlsx")
    ingest(store, reader, returned_schedule(), "2.xlsx")
    later = returned_schedule(period_start=dt.date(2026, 9, 7), period_end=dt.date(2026, 9, 20))
    ingest(store, reader, later, "3.xlsx")
    found = []
    with store.engine.connect() as connection:
        for number in (1, 2, 3):
            kept = submissions.submission(connection, number)
            assert kept is not None
            found.append(difference_to_the_version_before(connection, kept))
    assert (found[0], found[2]) == (None, None)
    assert found[1] is not None
    assert found[1].hours is None
    assert [entry.row for entry in found[1].entries.added] == [3]


def test_a_cpr_number_in_a_changed_entry_is_not_shown(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "1.xlsx")
    ingest(store, reader, returned_schedule(changes={(3, "Bemærkning"): "Sammen med 010190-1234"}), "2.xlsx")
    page = client.get("/returneringer/2").text
    assert "0 tilføjet, 0 fjernet, 1 ændret" in page
    assert "010190" not in page


def test_changed_hours_are_exact(store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "1.xlsx")
    ingest(store, reader, returned_schedule(changes={(3, "Slut"): "08:45"}), "2.xlsx")
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, 2)
        assert kept is not None
        difference = difference_to_the_version_before(connection, kept)
    assert difference is not None
    assert difference.hours is not None
    assert [line.change for line in difference.hours] == [Fraction(1, 24)]


def packed(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_the_files_of_an_archive_are_taken_in_as_if_each_were_sent_alone(
    client: FlaskClient, store: Store, settled: Callable[[], None]
) -> None:
    archive = packed(**{"ud/a.xlsx": returned_schedule(), "b 010190-1234.xlsx": b"hello"})
    answer = post(client, "/returneringer/", files=[(archive, "alle.zip")])
    assert answer.status_code == 303
    waits = "2 af 2 filer er modtaget og læses" in client.get(answer.location).text
    assert waits == has_queue(store.engine)
    settled()
    assert "1 af 2 filer skal rettes" in client.get(answer.location).text
    with store.engine.connect() as connection:
        kept = {row.file_name: row.status for row in submissions.received_files(connection)}
    assert kept == {"a.xlsx": "accepted", "b ******-****.xlsx": "refused"}


def test_an_archive_in_an_archive_is_told_and_the_rest_is_taken_in(client: FlaskClient, store: Store) -> None:
    archive = packed(**{"a.xlsx": returned_schedule(), "b.zip": packed(c=b"1")})
    answer = post(client, "/returneringer/", files=[(archive, "alle.zip")])
    assert answer.status_code == 422
    assert "b.zip" in answer.text
    if has_queue(store.engine):  # and it can be looked at again, what became of the rest
        assert 'href="/returneringer/?ny=1"' in answer.text
    assert "F07" in answer.text
    with store.engine.connect() as connection:
        assert [row.file_name for row in submissions.received_files(connection)] == ["a.xlsx"]


def test_an_archive_of_too_many_files_is_refused_whole(client: FlaskClient, store: Store) -> None:
    archive = packed(**{f"{number}.xlsx": b"1" for number in range(501)})
    answer = post(client, "/returneringer/", files=[(archive, "alle.zip"), (returned_schedule(), "skema.xlsx")])
    assert answer.status_code == 422
    assert "F08" in answer.text
    with store.engine.connect() as connection:
        assert [row.file_name for row in submissions.received_files(connection)] == ["skema.xlsx"]
