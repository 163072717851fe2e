"""What the column Tjek of the case list says: conditions on a begun row, and the words where one holds.

In a condition `{key}` is the same row's cell of that column. Names: `s_table_column` are the cells of a column of any
table, `l_…` the lists on the sheet Lister. Only functions that Excel 2016 and LibreOffice 7 have. The reader does not
see any of it: its problems come from the rules.
"""

from collections.abc import Iterator
from itertools import chain

from bit_model.tariff_checks import PLAUSIBLE_HOUR_PRICES
from workbook_templates.kinds import DateKind, Kind, NumberKind, TimeKind
from workbook_templates.layout import Field, Table, Text
from workbook_templates.layouts.sagsliste import SAGSLISTE

OK = "OK"
REFERENCES = {
    "case_keys": ("cases", "case_key"),
    "providers": ("tariff_models", "provider"),
    "houses": ("houses", "house"),
}
"""Lists whose values are what stands in a column of another table: table and column."""
LEANING = (
    ("needs", "case_key", "cases"),
    ("order", "case_key", "cases"),
    ("tariff_lines", "case_key", "cases"),
    ("price_list", "provider", "tariff_models"),
    ("cases", "house", "houses"),
    ("roster", "house", "houses"),
)
"""Table, column and the table that must have the same value: a misspelt key would else drop a row without a word."""
WORDS = {"overdue": Text("overskredet", "overdue"), "soon": Text("inden 30 dage", "within 30 days")}
"""Words within other formulas."""

Checks = tuple[tuple[str, Text], ...]

_LOW, _HIGH = PLAUSIBLE_HOUR_PRICES
_SAME_MODEL = "SUMPRODUCT((s_tariff_models_provider={provider})*(s_tariff_models_valid_from={valid_from}))"
_SMART = 'AND({{goal}}<>"",{{{key}}}="")'
ERRORS: dict[str, Checks] = {
    "cases": (
        ("COUNTIF(s_cases_case_key,{case_key})>1", Text("Sagsnøglen står flere gange", "Case key stands twice")),
    ),
    "tariff_lines": (
        ('{includes_vat}=""', Text("Vælg Ja eller Nej under Med moms", "Choose Ja or Nej in Includes VAT")),
        (
            '{includes_rent}=""',
            Text("Vælg Ja eller Nej under Med husleje og kost", "Choose Ja or Nej in Includes rent and food"),
        ),
    ),
    "tariff_models": (
        (
            f"{_SAME_MODEL}>1",
            Text("Leverandøren står flere gange med samme dato", "The provider stands twice with the same date"),
        ),
    ),
    "price_list": (
        (
            f'AND({{valid_from}}<>"",{_SAME_MODEL}=0)',
            Text("Ingen takstmodel gælder fra den dato", "No tariff model is valid from that date"),
        ),
    ),
    "houses": (("COUNTIF(s_houses_house,{house})>1", Text("Huset står flere gange", "The house stands twice")),),
}
"""By table: what keeps the row or the list out."""
REMARKS: dict[str, Checks] = {
    "cases": (
        (
            'AND({need_hours}<>"",{ordered}>0,ROUND({need_hours}-{ordered},6)<>0)',
            Text("timetallet er ikke summen af Bestilling", "the hours are not the sum of Bestilling"),
        ),
        ('AND({need_hours}="",{ordered}=0)', Text("ingen timer er bestilt", "no hours are ordered")),
        (
            "COUNTIF(s_tariff_lines_case_key,{case_key})=0",
            Text("sagen har ingen takstlinjer", "the case has no tariff lines"),
        ),
        ("{unaccounted}>0", Text("ikke alle takstlinjer er belyst", "not all tariff lines are accounted for")),
    ),
    "order": tuple(
        (_SMART.format(key=key), Text(f"målet mangler: {danish}", f"the goal lacks: {english}"))
        for key, danish, english in (
            ("measure", "Målbart", "Measurable"),
            ("agreed", "Aftalt med borgeren", "Agreed with the citizen"),
            ("realistic", "Realistisk", "Realistic"),
            ("deadline", "Frist", "Deadline"),
        )
    ),
    "tariff_lines": (
        ('{line_type}=""', Text("ikke belyst: vælg Linjetype", "unaccounted: choose Line type")),
        ('TRIM({covers})=""', Text("ikke belyst: udfyld Dækker", "unaccounted: fill in Covers")),
        ('AND({unit}="time",{hours}="")', Text("skriv Timer pr. uge", "write Hours per week")),
        (
            'AND({includes_rent}="Ja",{rent_amount}="")',
            Text("skriv Heraf husleje og kost", "write Of which rent and food"),
        ),
        (
            f'AND({{unit}}="time",OR({{amount}}<{_LOW},{{amount}}>{_HIGH}))',
            Text(f"tjek timeprisen: uden for {_LOW} til {_HIGH} kr.", f"check the price: outside {_LOW} to {_HIGH} kr"),
        ),
        (
            'AND({valid_from}<>"",{valid_to}<>"",{valid_to}<{valid_from})',
            Text("Gælder til ligger før Gælder fra", "Valid to lies before Valid from"),
        ),
    ),
    "tariff_models": (
        (
            'AND(OR({kind}="A",{kind}="B"),{hour_price}="")',
            Text("model A og B har brug for Timepris", "models A and B need an Hour price"),
        ),
        (
            f'AND({{hour_price}}<>"",OR({{hour_price}}<{_LOW},{{hour_price}}>{_HIGH}))',
            Text(f"tjek timeprisen: uden for {_LOW} til {_HIGH} kr.", f"check the price: outside {_LOW} to {_HIGH} kr"),
        ),
        (
            'AND({kind}="D",COUNTIF(s_price_list_provider,{provider})<2)',
            Text("model D har brug for mindst to priser på Prisliste", "model D needs two prices or more on Prisliste"),
        ),
    ),
}
"""By table: what is worth a look while the row counts; the words follow after "OK, men"."""

_UNREADABLE: tuple[tuple[type[Kind], Text], ...] = (
    (DateKind, Text("Skriv {label} som dato, fx 02-03-2026", "Write {label} as a date, such as 02-03-2026")),
    (TimeKind, Text("Skriv {label} som klokkeslæt, fx 07:30", "Write {label} as a time, such as 07:30")),
    (NumberKind, Text("Skriv {label} som tal", "Write {label} as a number")),
)


def check_formula(table: Table, language: str) -> str:
    """The formula of the column Tjek with `{key}` for cells: empty, what the row lacks, a remark after OK, or OK."""
    but = Text("OK, men", "OK, but").in_language(language)
    remarks = chain(_unknown_providers(table), REMARKS.get(table.key, ()))
    found = [(condition, text.in_language(language)) for condition, text in (*_faults(table, language),)]
    found += [(condition, f"{but} {text.in_language(language)}") for condition, text in remarks]
    inner = "".join(f'IF({condition},"{text}",' for condition, text in found) + f'"{OK}"' + ")" * len(found)
    return f'IF({{inputs}}=0,"",{inner})'


def _faults(table: Table, language: str) -> Iterator[tuple[str, Text]]:
    """What keeps a begun row out: fields in their order, then what holds for the row."""
    leaning = {field for key, field, _ in LEANING if key == table.key}
    for field in table.inputs:
        condition, text = _fault(field, leaning)
        if condition:
            label = field.label.in_language(language)
            yield condition, Text(text.da.format(label=label), text.en.format(label=label))
    yield from ERRORS.get(table.key, ())


def _fault(field: Field, leaning: set[str]) -> tuple[str, Text]:
    cell = f"{{{field.key}}}"
    if field.choices and (field.choices not in REFERENCES or field.key in leaning):
        source, sheet = f"l_{field.choices}", ""
        if field.choices in REFERENCES:
            table, column = REFERENCES[field.choices]
            source, sheet = f"s_{table}_{column}", SAGSLISTE.table(table).sheet
        absent = f"ISNA(MATCH({cell},{source},0))"
        text = Text(f"Vælg {{label}} fra arket {sheet}", f"Choose {{label}} from the sheet {sheet}") if sheet else None
        return (
            absent if field.required else f'AND({cell}<>"",{absent})',
            text or Text("Vælg {label} på listen", "Choose {label} from the list"),
        )
    for kind, text in _UNREADABLE:
        if isinstance(field.kind, kind):
            return f"NOT(ISNUMBER({cell}))" if field.required else f"ISTEXT({cell})", text
    return f'{cell}=""' if field.required else "", Text("Udfyld {label}", "Fill in {label}")


def _unknown_providers(table: Table) -> Iterator[tuple[str, Text]]:
    """A provider without a tariff model is no fault, but its tariff pays for no hours."""
    if table.key in {"cases", "houses"}:
        yield (
            "ISNA(MATCH({provider},s_tariff_models_provider,0))",
            Text("leverandøren har ingen takstmodel", "the provider has no tariff model"),
        )
