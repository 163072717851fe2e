"""What stands in each row of a case list, from the domain's own objects."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bit_model.case import Case, PricePoint, TariffModel
from bit_model.house import House
from workbook_templates.layouts.sagsliste import SAGSLISTE


def table_rows(
    cases: Sequence[Case], models: Sequence[TariffModel], houses: Sequence[House]
) -> Mapping[str, list[Mapping[str, Any]]]:
    """The rows of each table, values by field key."""
    return {
        "cases": [_values(case, "cases") for case in cases],
        "needs": [_values(need, "needs", case_key=case.case_key) for case in cases for need in case.needs],
        "order": [_values(line, "order", case_key=case.case_key) for case in cases for line in case.order],
        "tariff_lines": [
            _values(line, "tariff_lines", case_key=case.case_key) for case in cases for line in case.tariff
        ],
        "tariff_models": [_values(model, "tariff_models") for model in models],
        "price_list": [
            _values(point, "price_list", provider=provider, valid_from=date)
            for provider, date, point in _prices(models)
        ],
        "houses": [_values(house, "houses", house=house.name, house_size=house.size) for house in houses],
        "roster": [_values(line, "roster", house=house.name) for house in houses for line in house.roster],
    }


def _values(source: object, table: str, **given: Any) -> Mapping[str, Any]:
    keys = [field.key for field in SAGSLISTE.table(table).inputs]
    return {key: given[key] if key in given else getattr(source, key) for key in keys}


def _prices(models: Sequence[TariffModel]) -> Iterator[tuple[str, dt.date | None, PricePoint]]:
    """Each price with its provider and, where the provider has several models, the date of the one it belongs to."""
    for model in models:
        alone = sum(other.provider == model.provider for other in models) == 1
        for point in model.price_list:
            yield model.provider, None if alone else model.valid_from, point
