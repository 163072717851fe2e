"""A case with a date of each kind that the annual wheel has, one a month, and another provider's case beside it."""

import datetime as dt
from dataclasses import replace

from decision_forms import decide
from flask import Flask
from page_forms import opened
from sqlalchemy import select
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS

from bit_model.negotiation import Negotiation, NegotiationStatus
from sync.store import Store, cases, meetings, negotiation
from sync.store.database import writing
from sync.store.meetings import Called
from sync.store.negotiation import Change
from sync.store.tables import CASE

OWN, ANOTHERS = "S-2026-0001", "S-2026-0003"


def day(month: int, of_month: int = 1) -> dt.date:
    """A day of 2026."""
    return dt.date(2026, month, of_month)


def add_dates(app: Flask, store: Store) -> None:
    """From the case list, a round, decisions, a meeting with its tasks, and the negotiation."""
    first, second, third = CASES
    order = (replace(first.order[0], deadline=day(3)), *first.order[1:])
    tariff = (replace(first.tariff[0], valid_to=day(4)), *first.tariff[1:])
    dated = replace(first, order=order, tariff=tariff, follow_up=day(2), stay_end=day(5))
    others = replace(third, provider="Søgården", follow_up=day(2, 3))
    with writing(store.engine) as connection:
        models = [*MODELS, replace(MODELS[0], provider="Søgården")]
        cases.import_cases(connection, [dated, second, others], models, HOUSES, PARAMETERS, ON_DATE, NOW)
    client = app.test_client()
    opened(client, choice="keys", keys=OWN, deadline="2026-06-01", last="15-03-2026")
    for review in ("2026-07-01", "2026-08-01"):
        assert decide(client, OWN, effective_date="2026-06-15", retro="none", review_on=review).status_code == 303
    assert decide(client, OWN, effective_date="2026-06-15", retro="none", review_on="2026-08-02", revises="2").location
    with writing(store.engine) as connection:
        case_id = connection.scalar(select(CASE.c.id).where(CASE.c.case_key == OWN))
        assert case_id
        called = Called(day(9), "09:30", "Rådhuset", "", "", "")
        number = meetings.call(connection, case_id, called, NOW)
        meetings.add_task(connection, number, ("Ring", "Leder", day(10)), NOW)
        meetings.add_task(connection, number, ("Skriv", "Leder", day(10, 2)), NOW)
        done = meetings.tasks(connection, number)[1].id
        meetings.finish_task(connection, number, done, NOW)
        talk = Negotiation(NegotiationStatus.IN_NEGOTIATION, "", day(11), "")
        negotiation.change(connection, [Change(case_id, 0, talk)], NOW)
