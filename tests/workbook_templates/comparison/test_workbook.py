import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from bit_model_example import worked_schedule
from libreoffice import convert
from openpyxl.workbook import Workbook as OpenWorkbook

from bit_model.case import AmountKind, LineType, OrderLine, TariffLine
from bit_model.comparison import Pair, Pillar, Reading, State, compare
from bit_model.content import compare_content
from bit_model.hours import Method, measure
from bit_model.negotiation import Negotiation
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number
from workbook_templates.comparison.content import (
    CaseRow,
    ComparisonContent,
    ContentRow,
    FileRow,
    PartRow,
    ProblemRow,
    TariffRow,
    case_values,
)
from workbook_templates.comparison.workbook import write_comparison
from workbook_templates.layouts.parametre import NOT_LISTED, PARAMETERS
from workbook_templates.layouts.sammenligning import CASES, NEGOTIATION, SAMMENLIGNING
from workbook_templates.problems import Problem
from workbook_templates.readings import NO_SCHEDULE, READING_TEXTS, STATES, patterns, reading_text, word

PARAMETERS_OF_TEST = ParameterSet()
MADE_AT = dt.datetime(2026, 11, 22, 9, 30)
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = {field.key: column for column, field in enumerate(CASES.fields, 1)}
COMPUTED = [field.key for field in CASES.fields if field.formula]


def case(
    need: Number | None,
    delivered: Number | None,
    financed: Number | None,
    width: Number | None = None,
    key: str = "S-2026-0042",
    **other: Any,
) -> CaseRow:
    found = compare(need, delivered, financed, package_width=width)
    area = other.pop("budget_area", "Socialudvalget")
    return CaseRow(key, area, "Solgården", "egen", need, delivered, financed, found, package_width=width, **other)


def grid() -> Iterator[CaseRow]:
    """Cases on, just inside and just outside every limit, with and without packages, and with pillars missing."""
    steps = [Fraction(0), Fraction(2), Fraction(201, 100), Fraction(-2), Fraction(-199, 100), Fraction(-7, 3)]
    steps += [Fraction(5), Fraction(-501, 100), Fraction(31, 2)]
    found: list[tuple[Number | None, Number | None, Number | None, Number | None]] = [
        (need, Fraction(need) + one, Fraction(need) + one + two, width)
        for need, one, two in product((Decimal("27.67"), Decimal(100)), steps, steps)
        for width in (None, 7, Decimal("6.6"))
    ]
    pillars = ((None, Decimal("36.3")), (None, Fraction(113, 3)), (None, Decimal("52.5")))
    found += [(need, delivered, financed, 7) for need, delivered, financed in product(*pillars)]
    found += [
        (0, 0, 0, 7),
        (42, Fraction(42), Decimal("42.01"), 7),
        (Decimal("19.8"), Decimal("13.2"), 14, Decimal("6.6")),
    ]
    for number, (need, delivered, financed, width) in enumerate(found):
        yield case(need, delivered, financed, width, f"S-{number}", day_rate=Decimal("3397.505"))


def everything(cases: Iterable[CaseRow]) -> ComparisonContent:
    measured = measure(worked_schedule(), PARAMETERS_OF_TEST)
    order = (OrderLine("Egenomsorg", "Gå i bad selv", hours=Decimal(12)), OrderLine("Mobilitet", hours=Decimal("3.5")))
    found = compare_content(order, measured.by_theme("DFTX"), measured.by_goal("DFTX"))
    paid = TariffLine(LineType.BASE, "Basis", Decimal(1475), includes_vat=False, includes_rent=False)
    unclear = TariffLine(None, "", Decimal(98000))
    advised = replace(paid, amount=Decimal(1500), amount_kind=AmountKind.RECOMMENDED)
    agreed = replace(paid, amount=Decimal(1450), amount_kind=AmountKind.NEGOTIATED)
    over = replace(paid, amount=Decimal(1400), valid_to=dt.date(2025, 12, 31))
    return ComparisonContent(
        MADE_AT,
        PARAMETERS_OF_TEST,
        cases,
        parts=(PartRow("S-1", "Socialudvalget", "Solgården", measured) for _ in range(2)),
        content=[
            *(ContentRow("S-1", False, line) for line in found.themes),
            *(ContentRow("S-2", True, line, has_schedule=False) for line in compare_content(order, {}, {}).goals),
        ],
        tariff=(TariffRow("S-1", line, MADE_AT.date()) for line in (paid, unclear, advised, agreed, over)),
        files=[
            FileRow("skema.xlsx", MADE_AT, "Godtaget", "9f" * 32, "S-1", 1, counts=True, entries=252),
            FileRow("kopi.xlsx", MADE_AT, "Godtaget", "9f" * 32, "S-1", 1, same_as="skema.xlsx", entries=252),
            FileRow("x.png", MADE_AT, "Afvist", "0" * 64),
        ],
        problems=[ProblemRow("x.png", "", Problem("F01", found="et billede"))],
    )


def workbook_of(content: ComparisonContent, language: str = "da") -> bytes:
    target = BytesIO()
    write_comparison(target, content, language)
    return target.getvalue()


def opened(content: bytes | Path, *, values: bool = True) -> OpenWorkbook:
    return openpyxl.load_workbook(BytesIO(content) if isinstance(content, bytes) else content, data_only=values)


def rows_of(book: OpenWorkbook, sheet: str) -> list[dict[str, Any]]:
    labels, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, labels), row, strict=True)) for row in rows]


def case_cells(book: OpenWorkbook) -> list[dict[str, Any]]:
    keys = {field.label.da: field.key for field in CASES.fields}
    return [{keys[label]: value for label, value in row.items()} for row in rows_of(book, "BIT")]


def differs(cells: dict[str, Any], row: CaseRow, parameters: ParameterSet) -> list[str]:
    """The computed columns of a row that are not what `bit_model` gives."""
    width, found = row.package_width, (row.need, row.delivered, row.financed)
    comparison = compare(*found, parameters.tolerance_hours, parameters.tolerance_share, width)
    expected = case_values(replace(row, comparison=comparison), parameters, "da")
    wrong = []
    for key in COMPUTED:
        value, cell = expected[key], cells[key]
        same = (
            cell == value
            if isinstance(value, str)
            else cell in (None, "")
            if value is None
            else isinstance(cell, int | float) and abs(cell - float(value)) < 1e-9
        )
        if not same:
            wrong.append(f"{row.case_key} {key}: {cell!r} is not {value!r}")
    return wrong


def test_cached_values_are_those_of_the_model() -> None:
    cases = list(grid())
    cells = case_cells(opened(workbook_of(everything(cases))))
    assert len(cells) == len(cases)
    assert [
        wrong for cell, row in zip(cells, cases, strict=True) for wrong in differs(cell, row, PARAMETERS_OF_TEST)
    ] == []


def test_formulas_give_what_the_model_gives_also_with_another_tolerance(tmp_path: Path) -> None:
    cases = list(grid())
    write_comparison(tmp_path / "same.xlsx", everything(cases))
    book = opened(tmp_path / "same.xlsx", values=False)
    for name, value in (("bit_tolerance_hours", 5), ("bit_tolerance_share", 0.01)):
        sheet, cell = next(iter(book.defined_names[name].destinations))
        assert not book[sheet][cell].protection.locked
        book[sheet][cell] = value
    book.save(tmp_path / "other.xlsx")
    same, other = (
        opened(path) for path in convert([tmp_path / "same.xlsx", tmp_path / "other.xlsx"], "xlsx", tmp_path / "out")
    )
    changed = replace(PARAMETERS_OF_TEST, tolerance_hours=Decimal(5), tolerance_share=Decimal("0.01"))
    for found, parameters in ((same, PARAMETERS_OF_TEST), (other, changed)):
        rows = zip(case_cells(found), cases, strict=True)
        assert [wrong for cells, row in rows for wrong in differs(cells, row, parameters)] == []
    assert [row["state"] for row in case_cells(same)] != [row["state"] for row in case_cells(other)]
    states = [row["state"] for row in case_cells(other)]
    totals = next(row for row in other["Overblik"].iter_rows(values_only=True) if row[0] == "I alt")
    assert list(totals[1:6]) == [*(states.count(text.da) for text in STATES.values()), len(cases)]


def test_every_part_is_well_formed_and_every_table_names_its_header_cells() -> None:
    content = workbook_of(everything(grid()))
    with zipfile.ZipFile(BytesIO(content)) as container:
        for name in container.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(container.read(name))  # noqa: S314 - our own file
        parts = [name for name in container.namelist() if name.startswith("xl/tables/")]
        tables = [ET.fromstring(container.read(name)) for name in parts]  # noqa: S314 - our own file
    book = opened(content)
    assert len(tables) == len(SAMMENLIGNING.tables)
    for table, xml in zip(SAMMENLIGNING.tables, tables, strict=True):
        names = [column.get("name") for column in xml.iter(f"{SPREADSHEET}tableColumn")]
        assert names == [cell.value for cell in book[table.sheet][1]]
        assert len({str(name).casefold() for name in names}) == len(names)
        filtered = xml.find(f"{SPREADSHEET}autoFilter")
        assert xml.get("ref") == book[table.sheet].dimensions
        assert filtered is not None
        assert filtered.get("ref") == xml.get("ref")


@pytest.mark.parametrize("language", ["da", "en"])
def test_labels_are_unique_within_their_table(language: str) -> None:
    for table in SAMMENLIGNING.tables:
        labels = [field.label.in_language(language).casefold() for field in table.fields]
        assert len(set(labels)) == len(labels)


def test_formulas_use_functions_of_excel_2016_only() -> None:
    known = {
        "ABS",
        "COUNT",
        "IF",
        "INDEX",
        "ISNUMBER",
        "MATCH",
        "MAX",
        "N",
        "OR",
        "ROUND",
        "ROUNDUP",
        "SUM",
        "SUMPRODUCT",
    }
    book = opened(workbook_of(everything(grid())), values=False)
    formulas = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "f"
    ]
    assert len(formulas) > 1000
    assert {name for formula in formulas for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)} <= known


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+45 1234", "-5", "@navn", "<r>mønster</r>", "https://example.org", "a\x0bb", " mellemrum "],
)
def test_texts_stay_texts(text: str) -> None:
    content = workbook_of(
        ComparisonContent(
            MADE_AT, PARAMETERS_OF_TEST, [case(1, 2, 3, negotiation=Negotiation(note=text), budget_area=text)]
        )
    )
    book = opened(content, values=False)
    cell = book["BIT"].cell(2, COLUMNS["note"])
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert str(cell.value)[0] == text[0]
    assert book["Overblik"]["A6"].data_type == "s"


def test_a_workbook_without_rows_opens() -> None:
    book = opened(workbook_of(ComparisonContent(MADE_AT, PARAMETERS_OF_TEST, [])))
    assert book["BIT"].tables["bit_cases"].ref.endswith("2")
    assert rows_of(book, "Filer") == []


def test_every_received_file_is_listed_with_what_is_wrong() -> None:
    book = opened(workbook_of(everything([case(1, 2, 3)])))
    columns = ("Fil", "Status", "Tæller", "Samme fil som", "Aftryk (SHA-256)")
    assert [tuple(row[column] for column in columns) for row in rows_of(book, "Filer")] == [
        ("skema.xlsx", "Godtaget", "Ja", None, "9f9f9f9f9f9f"),
        ("kopi.xlsx", "Godtaget", "Nej", "skema.xlsx", "9f9f9f9f9f9f"),
        ("x.png", "Afvist", "Nej", None, "000000000000"),
    ]
    assert [(row["Niveau"], row["Kode"]) for row in rows_of(book, "Problemer")] == [("Fejl", "F01")]


def test_the_hours_by_part_are_the_worked_example() -> None:
    row = rows_of(opened(workbook_of(everything([]))), "Timer pr. del")[0]
    assert {
        key: round(row[key], 2) for key in ("D1 direkte", "N vågen nat", "I alt", "I alt uden nat", "Kontakt (O)")
    } == {
        "D1 direkte": 19,
        "N vågen nat": 9.33,
        "I alt": 47,
        "I alt uden nat": 37.67,
        "Kontakt (O)": 60,
    }


def test_a_tariff_line_has_its_day_rate_by_kind_and_why_it_is_not_compared() -> None:
    rows = rows_of(opened(workbook_of(everything([]))), "Takstlinjer")
    kinds = ("Vejledende", "Forhandlet", "Betalt")
    assert [tuple(row[f"{kind} kr. pr. døgn"] for kind in kinds) for row in rows] == [
        (None, None, 1475),
        (None, None, None),
        (1500, None, None),
        (None, 1450, None),
        (None, None, 1400),
    ]
    assert rows[0]["Bemærkning"] is None
    assert len({row["Bemærkning"] for row in rows}) == 5


def test_what_is_ordered_stands_in_the_content_also_where_no_schedule_counts() -> None:
    rows = [row for row in rows_of(opened(workbook_of(everything([]))), "Indhold") if row["Sagsnøgle"] == "S-2"]
    assert [(row["Tema eller mål"], row["Bestilt"], row["Målt"], row["Indhold"]) for row in rows] == [
        ("Gå i bad selv", 12, None, NO_SCHEDULE.da)
    ]


def test_a_difference_that_rounds_to_nothing_has_no_sign() -> None:
    """Before any other rule, and following the cell's own row: 36.10 - 36.10 is not quite 0 in binary."""
    sheet = opened(workbook_of(everything([case(1, 2, 3)])))["BIT"]
    rules = {
        str(area.sqref): min(area.rules, key=lambda rule: rule.priority)
        for area in sheet.conditional_formatting
        if next(iter(area.sqref.ranges)).min_col in {COLUMNS[pair.value] for pair in Pair}
    }
    assert {area: (rule.formula, rule.dxf.numFmt.formatCode) for area, rule in rules.items()} == {
        f"{letter}2": ([f"ROUND({letter}2,2)=0"], "0.00;0.00;0.00") for letter in "HIJ"
    }


def test_the_negotiation_columns_wait_for_people() -> None:
    due = dt.date(2026, 10, 1)
    cells = case_cells(
        opened(
            workbook_of(
                ComparisonContent(MADE_AT, PARAMETERS_OF_TEST, [case(1, 2, 3, negotiation=Negotiation(follow_up=due))])
            )
        )
    )
    assert [cells[0][key] for key in NEGOTIATION] == ["Ikke begyndt", None, dt.datetime(2026, 10, 1), None]


def test_the_header_names_its_template_and_parameter_set() -> None:
    book = opened(workbook_of(everything(grid())))
    found = {}
    for name in ("template", "template_version", "parameter_set", "case_count"):
        sheet, cell = next(iter(book.defined_names[f"bit_{name}"].destinations))
        found[name] = book[sheet][cell].value
    assert found == {
        "template": "sammenligning",
        "template_version": 2,
        "parameter_set": "Standard 1",
        "case_count": len(list(grid())),
    }


def test_every_parameter_is_listed_and_defined() -> None:
    assert {field.key for field in PARAMETERS} == {field.name for field in fields(ParameterSet)} - NOT_LISTED
    assert all(field.help.da and field.help.en for field in PARAMETERS)
    rows = opened(workbook_of(everything([])))["Parametre"].iter_rows(values_only=True)
    assert {field.label.da for field in PARAMETERS} <= {row[0] for row in rows}


def test_sheets_print_on_a4_landscape_with_their_titles() -> None:
    for sheet in opened(workbook_of(everything(grid()))):
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert sheet.title in {"Overblik", "Parametre"} or sheet.print_title_rows == "$1:$1"


def test_charts_show_the_pillars_and_the_states() -> None:
    with zipfile.ZipFile(BytesIO(workbook_of(everything(grid())))) as container:
        charts = [container.read(name).decode() for name in container.namelist() if name.startswith("xl/charts/chart")]
    assert [chart.count("<c:ser>") for chart in charts] == [len(State), len(Pillar)]


def test_memory_and_content_do_not_depend_on_keeping_rows(tmp_path: Path) -> None:
    drawn = []

    def cases() -> Iterator[CaseRow]:
        for number in range(500):
            drawn.append(number)
            yield case(1, 2, 3, key=f"S-{number}")

    write_comparison(tmp_path / "out.xlsx", ComparisonContent(MADE_AT, PARAMETERS_OF_TEST, cases()))
    assert len(drawn) == 500
    assert len(case_cells(opened(tmp_path / "out.xlsx"))) == 500


def test_a_failure_leaves_no_workbook_and_no_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def cases() -> Iterator[CaseRow]:
        yield case(1, 2, 3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_comparison(tmp_path / "out.xlsx", ComparisonContent(MADE_AT, PARAMETERS_OF_TEST, cases()))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="missing"):
        write_comparison(tmp_path / "missing" / "out.xlsx", ComparisonContent(MADE_AT, PARAMETERS_OF_TEST, []))


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_pattern_has_a_reading(language: str) -> None:
    found = patterns(language)
    assert len(found) == 3**3 + 7
    for row in grid():
        key = " / ".join(word(row.comparison.state_of(pair), language) for pair in Pair)
        if not row.comparison.missing:
            assert found[key] == reading_text(row.comparison, language)
    assert set(READING_TEXTS) == set(Reading)


def test_the_method_has_words() -> None:
    assert {word(method, "en") for method in Method}.isdisjoint(Method)
