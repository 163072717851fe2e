"""The figures of a case as they stand on a day, kept with the minutes and shown in documents."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext

from bit_model.parameters import ParameterSet
from sync.comparison.rows import ComparisonRow
from sync.pages import NOTHING, day, hours
from workbook_templates import readings

SNAPSHOT = 1
"""Version of the snapshot's keys; raised when one changes its meaning."""


def snapshot(row: ComparisonRow, parameters: ParameterSet, on_date: dt.date) -> dict[str, Any]:
    """The comparison row, the version of the schedule and the parameter set, as JSON that no later change touches."""
    start, end = row.period or (None, None)
    return {
        "snapshot": SNAPSHOT,
        "taken_on": on_date.isoformat(),
        **row.as_json(),
        "reading_text": {language: readings.reading_text(row.comparison, language) for language in ("da", "en")},
        "provider_kind": row.provider_kind,
        "house": row.house,
        "legal_basis": row.legal_basis,
        "submission": row.submission_id,
        "version": row.version,
        "period": None if start is None or end is None else [start.isoformat(), end.isoformat()],
        "method": None if row.method is None else row.method.value,
        "parameter_set": parameters.title,
        "rule_set": parameters.rule_set,
        "tolerance_hours": float(parameters.tolerance_hours),
        "tolerance_share": float(parameters.tolerance_share),
        "financed_categories": "".join(sorted(parameters.financed_categories)),
    }


def lines(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a snapshot shows, label and value."""
    yield gettext("Bestilt (B), timer pr. uge"), hours(figures["need"])
    yield gettext("Målt (I), timer pr. uge"), hours(figures["delivered"])
    yield gettext("Betalt (T), timer pr. uge"), hours(figures["financed"])
    yield "I−B", _signed(figures["delivered_minus_need"])
    yield "T−I", _signed(figures["financed_minus_delivered"])
    yield "T−B", _signed(figures["financed_minus_need"])
    yield gettext("Takst, kr. pr. døgn"), hours(figures["day_rate"])


def basis(figures: Mapping[str, Any]) -> str:
    """What a snapshot rests on, in a sentence."""
    period = figures["period"]
    return str(
        gettext(
            "Tallene pr. %(day)s: skemaets version %(version)s, målt %(period)s, parametersæt %(set)s, "
            "regelsæt %(rules)s.",
            day=day(dt.date.fromisoformat(figures["taken_on"])),
            version=figures["version"] or NOTHING,
            period=" – ".join(day(dt.date.fromisoformat(one)) for one in period) if period else NOTHING,
            set=figures["parameter_set"],
            rules=figures["rule_set"],
        )
    )


def _signed(value: float | None) -> str:
    if value is None:
        return NOTHING
    return ("+" if value > 0 else "−" if value < 0 else "±") + hours(abs(value))
