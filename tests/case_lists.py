"""Case lists for tests: texts that are hard to carry, and any cases, tariff models and houses a list can hold."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bit_model.case import (
    AmountKind,
    Case,
    LineType,
    ModelKind,
    Need,
    OrderLine,
    PricePoint,
    ProviderKind,
    TariffLine,
    TariffModel,
    Unit,
)
from bit_model.house import DayKind, House, RosterLine
from bit_model.parameters import PricingPoint
from bit_model.terms import GoalType, NeedLevel, Theme

LONGEST = 32_767
AWKWARD = (
    "=1+1",
    "+45 12 34 56 78",
    "-5",
    "@SUM(A1)",
    "'citat",
    "siger \"ja\" & <nej> 'måske'; ]]>",
    "linje 1\nlinje 2\n\nlinje 4",
    "to  mellemrum\ttab",
    "fast\u00a0mellemrum",
    "æøå ÆØÅ é ü ß 🙂👩‍👩‍👧",
    "0042",
    "1,5",
    "1e5",
    "02-03-2026",
    "SAND",
    "Ja",
    "#REF!",
    "<r>fed</r>",
    "_x0041_",
    "*?~",
    "å" * LONGEST,
    "lang 🙂 " * 4_000 + ".",
)
"""Texts that programs like to take for something else; none has spaces around it, which no cell keeps."""

_plain = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t"), min_size=1, max_size=40
)
texts = st.one_of(st.sampled_from(AWKWARD), _plain).map(str.strip).filter(bool)
optional_texts = st.one_of(st.just(""), texts)
dates = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))
amounts = st.decimals(-(10**7), 10**7, places=2)
hours = st.decimals(0, 10**5, places=3)
flags = st.one_of(st.none(), st.booleans())


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


order_lines = st.builds(
    OrderLine,
    st.sampled_from(Theme),
    optional_texts,
    maybe(st.sampled_from(GoalType)),
    hours,
    optional_texts,
    flags,
    flags,
    maybe(dates),
)
tariff_lines = st.builds(
    TariffLine,
    maybe(st.sampled_from(LineType)),
    optional_texts,
    amounts,
    st.sampled_from(Unit),
    maybe(hours),
    flags,
    flags,
    maybe(amounts),
    st.sampled_from(AmountKind),
    maybe(dates),
    maybe(dates),
    maybe(hours),
)
needs = st.builds(Need, st.sampled_from(Theme), st.sampled_from(NeedLevel), optional_texts, optional_texts)
roster_lines = st.builds(
    RosterLine, st.sampled_from(DayKind), st.integers(0, 1439), st.integers(0, 1440), st.integers(0, 20)
)


def some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


@st.composite
def tariff_models(draw: st.DrawFn) -> TariffModel:
    kind = draw(st.sampled_from(ModelKind))
    prices = st.lists(st.builds(PricePoint, hours, amounts), min_size=1, max_size=3).map(tuple)
    return TariffModel(
        draw(texts),
        kind,
        draw(maybe(dates)),
        hour_price=draw(maybe(amounts)),
        base_per_day=draw(maybe(amounts)),
        night_per_day=draw(maybe(amounts)),
        package_width=draw(maybe(hours)),
        pricing_point=draw(maybe(st.sampled_from(PricingPoint))),
        non_support_per_day=draw(maybe(amounts)),
        staff_share=draw(maybe(st.decimals(0, 1, places=4))),
        post_cost=draw(maybe(amounts)),
        net_hours=draw(maybe(hours)),
        user_time_share=draw(maybe(st.decimals(0, 1, places=4))),
        days=draw(maybe(hours)),
        price_list=draw(prices) if kind is ModelKind.PRICE_LIST else (),
    )


@st.composite
def case_lists(draw: st.DrawFn) -> tuple[tuple[Case, ...], tuple[TariffModel, ...], tuple[House, ...]]:
    """What a case list can hold: keys and names stand once, and what leans on a name finds it."""
    models = draw(st.lists(tariff_models(), max_size=3, unique_by=lambda model: model.provider))
    newer = draw(tariff_models())
    if models and models[0].valid_from != newer.valid_from:  # a new year's price
        models.append(replace(newer, provider=models[0].provider))
    houses = draw(st.lists(st.builds(House, texts, texts, st.integers(1, 40), some(roster_lines)), max_size=2))
    houses = list({house.name: house for house in houses}.values())
    cases = []
    for key in draw(st.lists(texts, max_size=4, unique=True)):
        assessed = {need.theme: need for need in draw(some(needs))}
        cases.append(
            Case(
                key,
                draw(texts),
                draw(st.sampled_from([model.provider for model in models]) if models else texts),
                draw(st.sampled_from(ProviderKind)),
                draw(st.sampled_from(["", *(house.name for house in houses)])),
                draw(optional_texts),
                draw(maybe(st.sampled_from(NeedLevel))),
                draw(maybe(dates)),
                draw(maybe(hours)),
                draw(some(order_lines)),
                draw(some(tariff_lines)),
                draw(maybe(dates)),
                draw(maybe(dates)),
                tuple(assessed.values()),
                draw(optional_texts),
                draw(optional_texts),
            )
        )
    return tuple(cases), tuple(models), tuple(houses)


def awkward_cases() -> tuple[Case, ...]:
    """A case for each awkward text, which stands in every field that takes free text, also as a key."""
    return tuple(
        Case(
            f"S-{number}" if len(text) > 255 else text,
            text,
            text,
            ProviderKind.OWN,
            "",
            text,
            NeedLevel.HIGH,
            order=(OrderLine(Theme.MOBILITY, text, hours=Decimal("0.1"), measure=text, agreed=True, realistic=False),),
            tariff=(
                TariffLine(LineType.PACKAGE, text, Decimal("1234567.89"), includes_vat=False, includes_rent=False),
            ),
            needs=(Need(Theme.MOBILITY, NeedLevel.LIGHT, text, text),),
            wishes=text,
            responsible=text,
        )
        for number, text in enumerate(AWKWARD)
    )


def without_rows(value: Any) -> Any:
    """Any of the domain's objects without the numbers of the rows they came from."""
    if is_dataclass(value):
        return {f.name: without_rows(getattr(value, f.name)) for f in fields(value) if f.name != "row"}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without_rows(item) for item in value]
    return value
