import datetime as dt
import json
import re
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from libreoffice import convert
from openpyxl import load_workbook
from payload import is_date_format, opened, payload
from xlsxwriter.workbook import Workbook

ISSUED = Path(__file__).resolve().parents[1] / "issued"
[SERVER] = find_spec("xlwings_server").submodule_search_locations  # type: ignore[union-attr,misc]
CLIENT = Path(SERVER) / "static/js/custom-scripts/workbook-metadata.js"
FORMATS = (
    *("General", "0.00", "#,##0.00", "0%", "0.00E+00", "@", "", '0" dage"', '"md"0', "[Red]0", "[$kr-406] #,##0"),
    *(
        "dd-mm-yyyy",
        "d. mmmm yyyy",
        "hh:mm",
        "h:mm AM/PM",
        "[h]:mm",
        "[mm]",
        "[SS]",
        "mmm",
        "[$-406]ddd d. mmm",
        "m/d/yy",
    ),
    *(
        r"\d0",
        "_d0",
        "*d0",
        '"x"yy',
        '"a""d"0',
        "[h",
        "[d]0",
        "0;[Red]-0;",
        "b1yyyy",
        "B2",
        "b",
        "A/P",
        "E",
        "e",
        "0.0E-0;d",
    ),
    *("general;d", "Generald", "s.000", "#?/?", '""""d', "上午/下午h", "\\", "ggge"),
)


def book(change: Any) -> bytes:
    content = BytesIO()
    with Workbook(content) as made:
        change(made)
    return content.getvalue()


def plain(made: Any) -> None:
    day = made.add_format({"num_format": "dd-mm-yyyy"})
    clock = made.add_format({"num_format": "hh:mm"})
    length = made.add_format({"num_format": "[h]:mm"})
    sheet = made.add_worksheet("Døgn skema")
    sheet.write_row("B2", ["Dato", "Tal", 2.0, 2.5, True])
    sheet.write_datetime("B3", dt.datetime(2026, 3, 2), day)
    sheet.write_number("C3", 7 / 24, clock)
    sheet.write_number("D3", 1, clock)
    sheet.write_number("E3", 1.5, length)
    sheet.write_number("F3", 46083.5)
    sheet.write_formula("B4", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C4", '=""', None, "")
    sheet.write_blank("K40", None, day)
    sheet.write_comment("C3", "Her")
    sheet.freeze_panes(2, 0)
    sheet.set_selection("B3:C4")
    sheet.print_area("A1:F4")
    other = made.add_worksheet("Lister")
    other.add_table("A1:B3", {"name": "koder", "columns": [{"header": "Kode"}, {"header": "Navn"}]})
    other.hide()
    made.add_worksheet("Tom")
    made.define_name("bit_start", "='Døgn skema'!$B$3")
    made.define_name("Lister!lokal", "=Lister!$A$1:$B$3")
    made.define_name("sats", "=0.25")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("payload")
    (folder / "plain.xlsx").write_bytes(book(plain))
    [computed] = convert([folder / "plain.xlsx"], "xlsx", folder / "out")
    return payload(computed, selection="B3:C4")


def test_values_come_as_javascript_has_them(sent: dict[str, Any]) -> None:
    assert sent["sheets"][0]["values"] == [
        ["", "", "", "", "", ""],
        ["", "Dato", "Tal", 2, 2.5, True],
        [
            *("", "2026-03-02T00:00:00.000Z", "1899-12-30T07:00:00.000Z", "1899-12-31T00:00:00.000Z"),
            *("1899-12-31T12:00:00.000Z", 46083.5),
        ],
        ["", "#DIV/0!", "", "", "", ""],
    ]
    assert type(sent["sheets"][0]["values"][1][3]) is int
    assert json.loads(json.dumps(sent, allow_nan=False)) == sent


def test_sheets_come_with_what_the_client_tells_of_them(sent: dict[str, Any]) -> None:
    first, lists, blank = sent["sheets"]
    assert [sheet["name"] for sheet in sent["sheets"]] == ["Døgn skema", "Lister", "Tom"]
    assert first["used_range_address"] == "B2:F4"
    assert (first["used_range_row_count"], first["used_range_column_count"]) == (3, 5)
    assert first["notes"] == [{"address": "C3"}]
    assert first["print_area"] == "A1:F4"
    assert (blank["used_range_address"], blank["values"]) == (None, [[""]])
    [table] = lists["tables"]
    assert (table["name"], table["columns"]) == ("koder", ["Kode", "Navn"])
    assert (table["header_row_range_address"], table["data_body_range_address"]) == ("A1:B1", "A2:B3")


def test_names_come_with_their_place_and_scope(sent: dict[str, Any]) -> None:
    names = {name["name"]: name for name in sent["names"]}
    assert names["bit_start"]["refers_to"].replace("'", "") == "=Døgn skema!$B$3"
    assert (names["bit_start"]["sheet_index"], names["bit_start"]["address"]) == (0, "B3")
    assert names["bit_start"]["book_scope"] is True
    assert (names["lokal"]["scope_sheet_name"], names["lokal"]["scope_sheet_index"]) == ("Lister", 1)
    assert (names["sats"]["type"], names["sats"]["address"]) == ("Double", None)


def test_a_script_reads_the_workbook(sent: dict[str, Any]) -> None:
    read: Any = opened(sent)
    assert read.names["bit_start"].refers_to_range.value == dt.datetime(2026, 3, 2)
    assert read.sheets["Døgn skema"]["B2:F2"].value == ["Dato", "Tal", 2, 2.5, True]
    assert read.sheets["Lister"].tables["koder"].data_body_range.address == "$A$2:$B$3"
    assert read.selection.address == "$B$3:$C$4"
    assert read.sheets.active.name == "Døgn skema"
    assert read.json() == {"actions": []}


def test_the_book_comes_with_what_was_shown_when_it_was_saved() -> None:
    def change(made: Any) -> None:
        made.add_worksheet("Først")
        made.add_worksheet("Så").set_selection("B3:C4")
        made.worksheets()[1].activate()
        made.worksheets()[1].hide_gridlines(2)
        made.add_worksheet("Skjult").hide()
        made.add_worksheet("Helt skjult").very_hidden()

    made = book(change)
    expected = {"name": "A.xlsx", "active_sheet_index": 1, "selection": "B3:C4", "calculation": "Automatic"}
    sent = payload(made, name="A.xlsx")
    assert sent["book"] == expected
    assert [sheet["visibility"] for sheet in sent["sheets"]] == ["Visible", "Visible", "Hidden", "VeryHidden"]
    assert [sheet["show_gridlines"] for sheet in sent["sheets"]] == [True, False, True, True]
    assert payload(made, sheet="Først", selection="D5")["book"]["active_sheet_index"] == 0


def test_a_formula_that_was_not_computed_is_refused() -> None:
    made = book(lambda one: one.add_worksheet("Ark").write_formula("A2", "=1+1", None, ""))
    saved = BytesIO()
    load_workbook(BytesIO(made)).save(saved)
    for content in (made, saved.getvalue()):
        with pytest.raises(ValueError, match="Ark!A2"):
            payload(content)


def test_dates_are_told_apart_as_the_client_does_it() -> None:
    asked = f"import {{ isDateNumberFormat as f }} from {json.dumps(CLIENT.as_uri())};"
    asked += f"console.log(JSON.stringify({json.dumps(FORMATS)}.map(f)));"
    told = subprocess.run(
        ["node", "--input-type=module", "-e", asked], capture_output=True, text=True, check=True, timeout=60
    )
    expected = json.loads(told.stdout)
    assert {one: is_date_format(one) for one in FORMATS} == dict(zip(FORMATS, expected, strict=True))
    assert 10 < sum(expected) < len(FORMATS) - 10


@pytest.mark.parametrize("file", sorted(ISSUED.glob("*.xlsx")), ids=lambda file: file.stem)
def test_every_template_can_be_read_by_a_script(file: Path) -> None:
    read = opened(payload(file))
    assert read.names["bit_template"].refers_to_range.value == file.stem.partition("-")[0]
    assert [sheet.name for sheet in read.sheets] == load_workbook(file, read_only=True).sheetnames


@pytest.mark.parametrize(
    "file,begins,ours",
    [
        ("index", 'payload["book"] = {', lambda sent: sent["book"]),
        ("index", 'payload["sheets"].push({', lambda sent: sent["sheets"][0]),
        ("index", "tablesArray.push({", lambda sent: sent["sheets"][1]["tables"][0]),
        ("named-items", "sheet, scopeSheet }) => ({", lambda sent: sent["names"][0]),
    ],
)
def test_nothing_is_missing_that_the_client_sends(
    sent: dict[str, Any], file: str, begins: str, ours: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    lines = (CLIENT.parent / f"{file}.js").read_text().partition(begins)[2].splitlines()
    lines = list(takewhile(lambda line: not line.strip().startswith("}"), lines))
    assert {line.strip().partition(":")[0] for line in lines if re.match(r"\s+\w+:", line)} == ours(sent).keys()
