"""The comparison of everything received: what stands in its workbook, and its stable keys."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sync_material import CASES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.house import DayKind, House, RosterLine
from sync.comparison.rows import comparison_rows
from sync.comparison.workbook import write_comparison_workbook
from sync.houses import all_house_problems
from sync.ingest import Reader, ingest
from sync.store import Store, cases
from sync.store.database import writing

LATE_NIGHT = 23 * 60


def sheet_of(store: Store, name: str) -> list[dict[str, Any]]:
    written = BytesIO()
    write_comparison_workbook(written, store)
    labels, *rows = load_workbook(written, data_only=True)[name].iter_rows(values_only=True)
    return [dict(zip(map(str, labels), row, strict=True)) for row in rows]


def house_problems_of(store: Store) -> list[tuple[str, str, str, str, int]]:
    with store.engine.connect() as connection:
        return [
            (found.file_name, found.case_key, found.problem.code, found.problem.cell, found.rows)
            for found in all_house_problems(connection, PARAMETERS)
        ]


def live_in(store: Store, houses: Sequence[House]) -> None:
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES, MODELS, houses, PARAMETERS, ON_DATE, NOW)


def test_what_only_the_sheets_of_a_house_together_show_is_listed_once_for_all_its_rows(
    store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule("S-2026-0001"), "en.xlsx")
    night = {(row, "Personale"): 2 for row in (10, 19)}
    ingest(store, reader, returned_schedule("S-2026-0002", night), "to.xlsx")
    assert house_problems_of(store) == [
        ("en.xlsx", "S-2026-0001", "R23", "10:10", 2),
        ("to.xlsx", "S-2026-0002", "R23", "10:10", 2),
    ]
    rows = [row for row in sheet_of(store, "Problemer") if row["Kode"] == "R23"]
    assert [(row["Fil"], row["Sagsnøgle"], row["Celle"], row["Antal"]) for row in rows] == [
        ("en.xlsx", "S-2026-0001", "10:10", 2),
        ("to.xlsx", "S-2026-0002", "10:10", 2),
    ]
    with BytesIO() as written:
        assert write_comparison_workbook(written, store) == 2


def test_one_sheet_of_a_house_is_held_against_its_roster_only(store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule("S-2026-0001"), "en.xlsx")
    assert house_problems_of(store) == []
    nobody = tuple(RosterLine(kind, LATE_NIGHT, LATE_NIGHT + 30, 0) for kind in DayKind)
    live_in(store, [House("Bakkehuset 2", "Bakkehuset", 6, nobody)])
    assert {code for _, _, code, *_ in house_problems_of(store)} == {"R24"}


def test_the_same_bytes_under_two_names_count_once_and_an_older_version_does_not(store: Store, reader: Reader) -> None:
    first = returned_schedule("S-2026-0001", {(2, "Slut"): "08:30"})
    newest = returned_schedule("S-2026-0001")
    for name, content in (("a.xlsx", first), ("b.xlsx", newest), ("kopi af b.xlsx", newest), ("c.xlsx", b"nothing")):
        ingest(store, reader, content, name)
    assert [(row["Fil"], row["Tæller"], row["Samme fil som"]) for row in sheet_of(store, "Filer")] == [
        ("a.xlsx", "Nej", None),
        ("b.xlsx", "Ja", None),
        ("kopi af b.xlsx", "Nej", "b.xlsx"),
        ("c.xlsx", "Nej", None),
    ]


def test_what_is_ordered_is_listed_for_a_case_whose_schedule_is_missing(store: Store) -> None:
    rows = [row for row in sheet_of(store, "Indhold") if row["Sagsnøgle"] == "S-2026-0002"]
    assert [(row["Art"], row["Tema eller mål"], row["Bestilt"], row["Målt"]) for row in rows] == [
        ("Tema", "Egenomsorg", 20, None),
        ("Tema", "Mobilitet", 16, None),
        ("Mål", "Bad", 20, None),
    ]


def test_what_is_unaccounted_is_null_in_json(store: Store) -> None:
    without_tariff = replace(CASES[0], tariff=())
    with writing(store.engine) as connection:
        cases.import_cases(connection, [without_tariff], MODELS, (), PARAMETERS, ON_DATE, NOW)
        row = comparison_rows(connection, PARAMETERS)[0].as_json()
    missing = {key for key, value in row.items() if value is None}
    assert missing == {
        "delivered",
        "financed",
        "day_rate",
        "delivered_minus_need",
        "financed_minus_delivered",
        "financed_minus_need",
    }
    assert (row["state"], row["reading"], set(row["states"].values())) == ("unaccounted", "missing", {"unaccounted"})
