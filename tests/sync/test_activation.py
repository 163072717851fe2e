"""A parameter set taken into use: every figure is then what a database that began with it would show, and no other."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from contract import returned, rows_of
from decision_forms import decide
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from page_forms import Clock, post
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule
from typer.testing import CliRunner

from bit_model.calendar import DaylightSaving
from bit_model.hours import measure
from bit_model.parameters import AbsenceRule, ParameterSet, PricingPoint
from bit_model.schedule import Period, Schedule
from sync.cli import app as app_of_commands
from sync.comparison.rows import ComparisonRow, comparison_rows
from sync.demo import municipality
from sync.failures import Failure
from sync.ingest import Reader, ingest, take_in
from sync.issue import issue_templates
from sync.roles import Role
from sync.settings import Settings
from sync.store import Store, audit, authorities, cases, open_store, submissions
from sync.store.audit import Action
from sync.store.boundaries import beyond_the_scope
from sync.store.database import writing
from sync.store.parameters import (
    AnotherInUse,
    NotActivated,
    ReadOtherwise,
    SameValues,
    Taken,
    activate,
    activated,
    in_use,
)
from sync.store.scope import NOBODY, Scope
from sync.store.tables import CASE, PARAMETER_SET, Status
from sync.whatif.consequence import consequence
from sync.whatif.parameter_file import read_file
from workbook_templates.schedule.kept import as_sums, unpack_entries

TAKEN = Taken("Leder", "Byrådets beslutning", NOW, NOW.date())
WIDE = replace(PARAMETERS, name="Taktsår", tolerance_hours=Decimal(20), package_width=Decimal(10), vat=Decimal("0.2"))


def take(store: Store, wanted: ParameterSet, compared_with: int | None = None, taken: Taken = TAKEN) -> ParameterSet:
    """Take a set into use, after the one in use where nothing else is said."""
    with store.engine.connect() as connection:
        version = in_use(connection).version if compared_with is None else compared_with
    with writing(store.engine) as connection:
        return activate(connection, wanted, version, taken)


def rows(store: Store) -> list[ComparisonRow]:
    with store.engine.connect() as connection:
        return comparison_rows(connection, in_use(connection))


@pytest.fixture(scope="module")
def towns(migrated: Path, reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """The municipality of the demonstration twice, with some of its schedules: one that changes its set, one afresh."""
    made, town = [], municipality()
    for name in ("changing", "fresh"):
        folder = tmp_path_factory.mktemp(name)
        (folder / "bitark.db").write_bytes(migrated.read_bytes())
        store = open_store(str(folder / "bitark.db"), str(folder / "originaler"))
        with writing(store.engine) as connection:
            cases.import_cases(connection, town.cases, town.models, town.houses, PARAMETERS, ON_DATE, NOW)
        for case in town.cases[::5]:
            sheet = town.schedules[case.case_key]
            header: dict[str, Any] = {"provider": case.provider, "house": case.house, "house_size": sheet.house_size}
            header |= {"period_start": sheet.period.start, "period_end": sheet.period.end}
            ingest(store, reader, returned(rows_of(sheet), case_key=case.case_key, **header), f"{case.case_key}.xlsx")
        made.append(store)
    yield made[0], made[1]
    for store in made:
        store.close()


def shares() -> st.SearchStrategy[Decimal]:
    return st.integers(1, 100).map(lambda per_cent: Decimal(per_cent) / 100)


def hundredths(least: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least * 100, most * 100).map(lambda n: Decimal(n) / 100)


SETS = st.builds(
    ParameterSet,
    name=st.sampled_from(["Standard", "År 2027"]),
    tolerance_hours=hundredths(0, 40),
    tolerance_share=shares(),
    financed_categories=st.frozensets(st.sampled_from("DFNSTX")),
    package_width=hundredths(1, 20),
    net_hours_per_post=hundredths(1000, 1900) | st.fractions(1000, 1900, max_denominator=7),
    post_cost=hundredths(300_000, 800_000),
    charged_days=st.sampled_from([Decimal(365), Decimal(334)]),
    days_per_month=st.none() | hundredths(28, 31),
    user_time_share=shares(),
    staff_share=shares(),
    vat=shares(),
    pricing_point=st.sampled_from(PricingPoint),
    highest_package=st.integers(5, 40),
    rate_places=st.integers(0, 2),
    weeks_per_year=st.none() | st.just(Decimal(52)),
    hour_prices=st.just(()) | hundredths(250, 700).map(lambda price: ((2026, price),)),
)


@tried(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=SETS)
def test_the_figures_are_those_of_a_database_that_began_with_the_set(
    wanted: ParameterSet, towns: tuple[Store, Store]
) -> None:
    changing, fresh = towns
    town = municipality()
    with changing.engine.connect() as connection:
        foretold = consequence(connection, in_use(connection), wanted)
    try:
        made = take(changing, wanted)
    except SameValues:
        return
    with writing(fresh.engine) as connection:
        cases.import_cases(connection, town.cases, town.models, town.houses, made, ON_DATE, NOW)
    with fresh.engine.connect() as connection:
        expected = comparison_rows(connection, made)
    assert rows(changing) == expected
    assert [one.after for one in foretold.cases] == expected
    assert sum(row.delivered is not None for row in expected) > 3
    with changing.engine.connect() as connection:
        assert in_use(connection) == made
        assert {row.parameter_set for row in connection.execute(select(CASE.c.parameter_set))} == {made.title}


def test_what_was_measured_is_what_the_set_would_measure(store: Store, reader: Reader) -> None:
    kept = ingest(store, reader, returned_schedule(), "skema.xlsx")
    made = take(store, WIDE)
    with store.engine.connect() as connection:
        found = submissions.submission(connection, kept.submission_id)
    assert found is not None
    period = Period(found.period_start, found.period_end)
    measured = measure(Schedule("", period, tuple(unpack_entries(found.entries))), made)
    assert found.sums == as_sums(measured)


def test_a_set_comes_back_as_it_was_stored(store: Store) -> None:
    odd = replace(
        WIDE,
        user_time_share=Fraction(2, 3),
        net_hours_per_post=1_500,
        hour_prices=((2026, Decimal("404.50")),),
        days_per_month=None,
        pricing_point=PricingPoint.TOP,
    )
    made = take(store, odd)
    with store.engine.connect() as connection:
        kept = in_use(connection)
    assert kept == made == replace(odd, version=2, valid_from=NOW.date())
    assert repr(kept.staff_share) == repr(odd.staff_share)


def test_a_change_is_told_with_who_when_and_why_and_stands_in_the_audit(store: Store) -> None:
    take(store, WIDE)
    take(store, replace(WIDE, name="Tredje", vat=Decimal("0.25")))
    with store.engine.connect() as connection:
        sets = activated(connection)
        entries = [one for one in audit.entries(connection) if one.action == Action.PARAMETERS_ACTIVATED]
    assert [one.parameters.title for one in sets] == ["Tredje 3", "Taktsår 2", "Standard 1"]
    assert (sets[0].role, sets[0].reason, sets[0].at) == ("Leder", "Byrådets beslutning", NOW)
    assert [(one.subject, one.detail) for one in entries] == [
        ("parameters:2", '{"cases":3,"values":3}'),
        ("parameters:3", '{"cases":3,"values":1}'),
    ]


def test_what_is_not_taken_into_use_changes_nothing(store: Store) -> None:
    before = rows(store)
    with pytest.raises(SameValues):
        take(store, replace(PARAMETERS, name="Samme værdier"))
    with pytest.raises(AnotherInUse):
        take(store, WIDE, compared_with=2)
    assert rows(store) == before
    with store.engine.connect() as connection:
        assert connection.execute(select(PARAMETER_SET)).all() == []
        assert [one for one in audit.entries(connection) if one.action == Action.PARAMETERS_ACTIVATED] == []


@pytest.mark.parametrize(
    "change",
    [
        {"sleeping_weight": Fraction(0)},
        {"absence_rule": AbsenceRule.EVERY_DAY_COUNTS},
        {"daylight_saving": DaylightSaving.NOMINAL},
        {"extra_holidays": frozenset({(6, 5)})},
        {"contact_categories": frozenset("D")},
        {"longest_period_days": 28},
    ],
)
def test_what_schedules_are_measured_by_is_not_changed_under_those_that_are_here(
    store: Store, reader: Reader, change: dict[str, Any]
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    with pytest.raises(ReadOtherwise) as told:
        take(store, replace(WIDE, **change))
    assert told.value.attributes == set(change)
    with store.engine.connect() as connection:
        assert in_use(connection) == PARAMETERS


def test_before_the_first_schedule_everything_can_be_chosen_and_schedules_are_read_by_it(
    store: Store, reader: Reader
) -> None:
    chosen = take(store, replace(WIDE, contact_categories=frozenset("D")))
    kept = ingest(store, reader, returned_schedule(), "skema.xlsx")
    with store.engine.connect() as connection:
        found = submissions.submission(connection, kept.submission_id)
    assert found is not None
    assert found.parameter_set == chosen.title
    assert found.report["hours"]["per_week"]["contact"] < 60


class Interrupting:
    """A reader during whose first reading something else is done."""

    def __init__(self, reader: Reader, deed: Callable[[], Any]) -> None:
        self.reader, self.deed, self.by = reader, deed, list[str]()

    def run(self, content: bytes, name: str, parameters: ParameterSet) -> Any:
        found = self.reader.run(content, name, parameters)
        self.by.append(parameters.title)
        if len(self.by) == 1:
            self.deed()
        return found

    def perform(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


def test_a_file_that_arrives_meanwhile_is_read_again_by_the_new_set(store: Store, reader: Reader) -> None:
    between = Interrupting(reader, lambda: take(store, replace(WIDE, contact_categories=frozenset("D"))))
    kept = ingest(store, between, returned_schedule(), "skema.xlsx")
    assert between.by == ["Standard 1", "Taktsår 2"]
    assert kept.status is Status.ACCEPTED
    with store.engine.connect() as connection:
        found = submissions.submission(connection, kept.submission_id)
    assert found is not None
    assert (found.parameter_set, found.version) == ("Taktsår 2", 1)
    assert found.report["hours"]["per_week"]["contact"] < 60


def test_who_reads_meanwhile_sees_the_set_and_its_figures_together(store: Store) -> None:
    before = rows(store)
    with store.engine.connect() as connection:
        parameters = in_use(connection)
        take(store, WIDE)
        assert comparison_rows(connection, parameters) == before
        assert in_use(connection) == parameters
    assert rows(store) != before


def test_two_who_take_sets_into_use_at_once_see_one_of_them_do_it(store: Store) -> None:
    begin = threading.Barrier(4)

    def person(hours: int) -> ParameterSet | NotActivated:
        begin.wait()
        try:
            return take(store, replace(PARAMETERS, name=f"Af {hours}", tolerance_hours=Decimal(hours)), 1)
        except NotActivated as outcome:
            return outcome

    with ThreadPoolExecutor(4) as people:
        done = list(people.map(person, (10, 20, 30, 40)))
    (made,) = [one for one in done if isinstance(one, ParameterSet)]
    assert sum(isinstance(one, AnotherInUse) for one in done) == 3
    with store.engine.connect() as connection:
        assert in_use(connection) == made
        assert set(connection.scalars(select(CASE.c.parameter_set))) == {made.title}


def test_a_case_list_that_is_being_taken_in_is_worked_out_by_the_set_too(store: Store) -> None:
    """It waits for the list, or the list for it: no case is left with the figures of the set before."""
    asked = threading.Event()

    def waiting() -> ParameterSet:
        asked.set()
        return take(store, WIDE, 1)

    new = replace(CASES[0], case_key="S-2026-0004")
    with ThreadPoolExecutor(1) as apart:
        with writing(store.engine) as connection:
            parameters = in_use(connection)
            later = apart.submit(waiting)
            asked.wait()
            cases.import_cases(connection, [*CASES, new], MODELS, HOUSES, parameters, ON_DATE, NOW)
            assert not later.done()
        made = later.result()
    with store.engine.connect() as connection:
        titles = dict[str, str](connection.execute(select(CASE.c.case_key, CASE.c.parameter_set)).all())
    assert titles == dict.fromkeys([*(case.case_key for case in CASES), "S-2026-0004"], made.title)


def test_a_case_that_left_the_list_is_worked_out_too(store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    take(store, WIDE)
    with store.engine.connect() as connection:
        row = cases.case_row(connection, "S-2026-0001")
    assert row is not None
    assert (row.listed, row.parameter_set, row.package_width) == (False, "Taktsår 2", 10)


def values(page: str) -> dict[str, str]:
    """What the page's form has in it."""
    found = dict(re.findall(r'<input class="form-input"[^>]* name="(\w+)" value="([^"]*)"', page))
    return {**found, "pricing_point": "middle"}


def activation(leader: FlaskClient, **changes: str) -> Any:
    sent = values(leader.get("/parametre/").text)
    return post(
        leader, "/parametre/i-brug", "/konto/", **{**sent, "version": "1", "reason": "Ny takstaftale", **changes}
    )


def asked(client: FlaskClient, what: str) -> Any:
    """What the API answers."""
    return client.get(f"/api/v1/{what}").json


@pytest.fixture
def leader(app: Flask) -> FlaskClient:
    return app.test_client(role=Role.LEADER)


def test_every_page_and_export_then_follows_the_set(
    app: Flask, leader: FlaskClient, store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    take_in(store, reader, returned_schedule(), "skema.xlsx")
    settled()
    client, provider = app.test_client(), app.test_client(role=Role.PROVIDER)
    (before, *_) = asked(client, "comparison")
    tag = client.get("/api/v1/comparison.xlsx").headers["ETag"]
    answer = activation(leader, name="Taktsår", package_width="10", financed_categories="D F N T X")
    assert answer.status_code == 303, answer.text
    page = leader.get(answer.location).text
    for shown in ("Taktsår 2 er taget i brug", "Ny takstaftale", "i brug nu", "Pakkebredde: 7 → 10", "Standard 1"):
        assert shown in page, shown
    (first, *_) = asked(client, "comparison")
    assert (before["delivered"], before["financed"]) == (37.67, 52.5)
    assert first["delivered"] == 47.0
    assert first["financed"] != before["financed"]
    assert asked(client, "parameters")["package_width"] == 10
    assert asked(client, "cases/S-2026-0001")["delivered"] == 47.0
    assert client.get("/api/v1/comparison.xlsx").headers["ETag"] != tag
    assert "N" in asked(client, "cases/S-2026-0001")["submission"]["hours"]["per_week"]
    by_theme = asked(client, "submissions/1")["hours"]["by_theme"]
    assert round(sum(by_theme.values()), 1) == 47.0
    for asking in (client, provider):
        shown = asking.get("/sager/S-2026-0001").text
        assert "47,00" in shown
        assert "37,67" not in shown.partition("Timer pr. uge efter del")[0]
    for path in ("/sammenligning/", "/overblik/", "/sager/S-2026-0001/udledning/indsats"):
        told = client.get(path).text
        assert "Taktsår 2" in told, path
        assert "Parametersæt Standard" not in told, path
    assert "D F N T X" in client.get("/sager/S-2026-0001").text


def test_a_templates_own_formulas_are_by_the_set(store: Store) -> None:
    from bit_model_example import PERIOD

    from workbook_templates.case_list.read import CaseList
    from workbook_templates.layouts.doegnskema import Form

    def made() -> bytes:
        listed = CaseList(cases=CASES, tariff_models=MODELS, houses=HOUSES)
        (one,) = issue_templates(store, listed, CASES[:1], PERIOD, [Form.LIST], today=ON_DATE)
        return one.content

    before = made()
    take(store, replace(WIDE, financed_categories=frozenset("D")))
    assert made() != before


def test_an_earlier_date_is_shown_by_the_set_that_was_in_use(
    app: Flask, leader: FlaskClient, clock: Clock, settled: Callable[[], None], store: Store, reader: Reader
) -> None:
    clock.on("2026-03-20")
    take_in(store, reader, returned_schedule(), "skema.xlsx")
    settled()
    client = app.test_client()
    clock.on("2027-04-10")
    assert activation(leader, name="Taktsår", package_width="10").status_code == 303
    clock.on("2027-04-20")
    now = asked(client, "cases/S-2026-0001")["financed"]
    today, then = (client.get(f"/sager/S-2026-0001{asked}").text for asked in ("", "?pr=2027-04-09"))
    assert now != 52.5
    assert f"{now:.2f}".replace(".", ",") in today
    assert "52,50" in then
    assert f"{now:.2f}".replace(".", ",") not in then
    assert "Regnet med parametersæt Standard 1" in then
    derived = client.get("/sager/S-2026-0001/udledning/takst?pr=2027-04-09").text
    assert "Parametersæt Standard 1" in derived
    assert "Parametersæt Taktsår 2" in client.get("/sager/S-2026-0001/udledning/takst?pr=2027-04-10").text


def test_minutes_and_decisions_keep_the_figures_of_their_day(app: Flask, leader: FlaskClient) -> None:
    client, path = app.test_client(), "/sager/S-2026-0001/moeder/"
    call = {"held_on": "2026-03-20", "starts": "09:30", "place": "Rådhuset", "participants": "x", "agenda": "x"}
    answer = post(client, path, path, **call)
    assert answer.status_code == 303, answer.text
    meeting = str(answer.location)
    assert post(client, f"{meeting}/referat", meeting, present="x", citizen="x", said="Enige").status_code == 303
    assert decide(client, "S-2026-0001").status_code == 303
    frozen = client.get(meeting).text
    assert "Standard 1" in frozen
    assert activation(leader, name="Taktsår", package_width="10").status_code == 303
    after = client.get(meeting).text
    assert "52,50" in after
    assert "parametersæt Standard 1" in after
    assert "parametersæt Taktsår 2" in client.get(str(post(client, path, path, **call).location)).text


def test_two_leaders_cannot_both_act_on_the_same_consequence(leader: FlaskClient) -> None:
    assert activation(leader, name="Først", tolerance_hours="3").status_code == 303
    late = activation(leader, name="Sidst", tolerance_hours="4")
    assert late.status_code == 422
    assert "Et andet sæt er taget i brug imens" in late.text
    assert "Først 2" in late.text
    assert "Sidst 3" not in leader.get("/parametre/").text


@pytest.mark.parametrize("field, value", [("name", ""), ("reason", ""), ("tolerance_hours", "mange")])
def test_what_is_missing_is_told_at_its_field(leader: FlaskClient, field: str, value: str) -> None:
    answer = activation(leader, **{"name": "Nyt", "tolerance_hours": "3", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Standard 1" in leader.get("/parametre/").text


def test_the_same_values_are_not_taken_into_use(leader: FlaskClient) -> None:
    answer = activation(leader, name="Nyt")
    assert answer.status_code == 422
    assert "Værdierne er de samme" in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEADER])
def test_only_a_leader_takes_a_set_into_use(app: Flask, role: Role) -> None:
    client = app.test_client(role=role)
    assert post(client, "/parametre/i-brug", "/konto/", name="Nyt").status_code == 403
    page = client.get("/parametre/?proev=ja")
    assert "Tag i brug" not in page.text


def test_a_set_is_one_authoritys_own_and_its_providers_figures_are_by_it(store: Store, kind: str) -> None:
    provider = store.within(Scope(1, "Bakkehuset"))
    made = take(store, WIDE)
    with provider.engine.connect() as connection:
        assert in_use(connection) == made
        assert {row.case_key for row in comparison_rows(connection, made)} == {case.case_key for case in CASES}
    with pytest.raises(SQLAlchemyError) as refused, writing(provider.engine) as connection:
        activate(connection, PARAMETERS, 2, TAKEN)
    assert beyond_the_scope(refused.value)
    if kind == "postgresql":
        with writing(store.within(NOBODY).engine) as connection:
            other = authorities.add(connection, "Nabokommunen", NOW)
        with store.within(Scope(other)).engine.connect() as connection:
            assert in_use(connection) == PARAMETERS
            assert len(activated(connection)) == 1
    assert rows(store)[0].package_width == 10


def ran(settings: Settings, *words: str) -> Any:
    """The command `bitark parameters` on the test's database."""
    return CliRunner().invoke(app_of_commands, ["parameters", *words, "--db", settings.database])


def test_the_command_shows_tries_and_takes_into_use(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BITARK_ORIGINALS", settings.originals)
    file = tmp_path / "saet.json"
    shown = ran(settings, "--json")
    file.write_text(shown.stdout)
    assert "0 af 3 sager" in ran(settings, str(file)).stdout
    values = {**json.loads(shown.stdout), "name": "Taktsår", "package_width": "10", "sleeping_weight": "1/3"}
    file.write_text(json.dumps({name: values[name] for name in ("name", "package_width", "sleeping_weight")}))
    told = ran(settings, str(file))
    assert told.exit_code == 0
    assert "package_width: 7 → 10" in told.stdout
    assert rows(store)[0].package_width == 7
    done = ran(settings, str(file), "--reason", "Byrådets beslutning")
    assert "Taktsår 2 er taget i brug" in done.stdout
    with store.engine.connect() as connection:
        kept = in_use(connection)
    assert (kept.title, kept.package_width, kept.sleeping_weight) == ("Taktsår 2", Decimal(10), Fraction(1, 3))
    assert "Taktsår 2" in ran(settings).stdout


@pytest.mark.parametrize(
    "text, told",
    [
        ("pakkebredde: 10", "er ikke JSON"),
        ("[]", "navne og værdier"),
        ('{"bredde": 10}', "bredde"),
        ('{"package_width": "0"}', "package_width"),
        ('{"vat": "en fjerdedel"}', "vat"),
        ('{"staff_share": "to tredjedele"}', "staff_share"),
        ('{"sleeping_weight": "3"}', "sleeping_weight"),
        ('{"extra_holidays": [[2, 3]]}', "extra_holidays"),
        ('{"financed_categories": ["A"]}', "financed_categories"),
        ('{"shortest_period_days": 30}', "shortest_period_days"),
        ('{"name": " "}', "navn"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_name(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "saet.json"
    file.write_text(text)
    with pytest.raises(Failure, match=told):
        read_file(file, PARAMETERS)


def test_the_command_refuses_what_schedules_that_are_here_were_measured_by(
    store: Store, reader: Reader, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BITARK_ORIGINALS", settings.originals)
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    file = tmp_path / "saet.json"
    file.write_text('{"sleeping_weight": "1/3"}')
    refused = ran(settings, str(file), "--reason", "Fordi")
    assert isinstance(refused.exception, Failure)
    assert "sleeping_weight" in str(refused.exception)
    assert "før det første skema" in str(refused.exception)
