"""Made-up schedules and the files they come back in."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule
from bit_model.terms import Theme
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.stamp import issue_schedule

PERIOD = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 22))
PARAMETERS = ParameterSet()
TODAY = dt.date(2026, 11, 22)
HOUSE_SIZE = 6


def case(number: int) -> Case:
    """A case with an order and no tariff."""
    order = tuple(OrderLine(theme.value, hours=Decimal(10)) for theme in list(Theme)[:4])
    return Case(f"S-2026-{number:05d}", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1", order=order)


@cache
def schedule(entries: int = 600, variant: int = 0) -> Schedule:
    """A schedule of three weeks: direct, shared and indirect time by day, every seventh entry with two staff."""
    themes = [theme.value for theme in list(Theme)[:4]]
    found = []
    for i in range(entries):
        place = i // 21
        category = Category("DFXDF"[(i + variant) % 5])
        found.append(
            Entry(
                PERIOD.days[i % 21],
                place * 45 + 5 * ((i + variant) % 3),
                place * 45 + 40,
                f"Aktivitet {i % 40}",
                category,
                1 + (i % 7 == 0),
                2 + i % 5 if category is Category.SHARED else 1,
                themes[i % 4],
            )
        )
    return Schedule(case(1).case_key, PERIOD, tuple(found), "Tilbuddet", "Hus 1", HOUSE_SIZE)


@cache
def returned(entries: int = 600) -> bytes:
    """Our template, issued and filled in through the contract."""
    return fill_schedule(issue_schedule(case(1), PERIOD, HOUSE_SIZE, "", PARAMETERS), schedule(entries))


def copies(content: bytes, count: int) -> Iterator[bytes]:
    """Files that differ in their bytes and not in what they say."""
    for number in range(count):
        file = io.BytesIO(content)
        with zipfile.ZipFile(file, "a") as archive:
            archive.comment = f"{number:08d}".encode()
        yield file.getvalue()
