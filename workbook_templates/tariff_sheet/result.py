"""The sheet Resultat of the tariff template: each figure with what it says and how it is found."""

from collections.abc import Iterable, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.case import AmountKind, LineType
from bit_model.comparison import State
from bit_model.cost_sheet import DirectKind, IndirectKind
from workbook_templates.layout import Text
from workbook_templates.layouts import takstresultat as lines
from workbook_templates.layouts.takstberegning import NO_TYPE
from workbook_templates.readings import word
from workbook_templates.style import GREEN_TEXT, RED, RED_TEXT, Formats
from workbook_templates.tariff_sheet.page import Page

RESULT = "Resultat"
WIDTHS = (36, 16, 16, 16, 50, 62)
_SAYS_WIDTH = 66
"""Characters in the two columns that a sentence goes over."""
_KR, _YEAR = lines.KR, lines.KR_YEAR
_FIGURE = (
    Text("Tal", "Figure"),
    Text("Værdi", "Value"),
    Text("Enhed", "Unit"),
    Text("Hvad det siger", "What it says"),
    Text("", ""),
    Text("Hvordan", "How"),
)


def write_result(book: Workbook, sheet: Worksheet, cases: int, formats: Formats, language: str) -> None:
    """All of the sheet; `cases` is the number of rows that cases have room in."""
    page = Page(sheet, formats, language)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    page.title(
        Text("Resultat", "Result"),
        Text(
            "Regnes ud, mens I udfylder de andre ark. Intet skal skrives her. Beløb er uden moms, husleje og kost.",
            "Computed as you fill in the other sheets. Nothing is to be written here. Without VAT, rent and food.",
        ),
    )
    _figures(page, Text("Døgntakst", "Day rate"), lines.RATES)
    _figures(page, Text("Omkostninger", "Costs"), lines.COSTS)
    _kinds(page)
    _figures(page, Text("Stillinger og timer", "Posts and hours"), lines.POSTS)
    _figures(
        page, Text("Pris pr. time (kroner af støttedelen)", "Price per hour (kr of the support part)"), lines.PRICES
    )
    _amounts(page)
    _checks(book, page)
    _figures(page, Text("Timer, taksten betaler for", "Hours that the tariff pays for"), lines.FINANCED)
    _cases(page, cases)
    sheet.freeze_panes(2, 1)


def _figures(page: Page, title: Text, figures: Sequence[lines.Line]) -> None:
    page.section(title, _FIGURE, 1, 1)
    page.sheet.merge_range(page.row - 1, 3, page.row - 1, 4, page.word(_FIGURE[3]), page.formats.heading)
    for line in figures:
        name = f"v_{line.key}" if line.key == "overhead" else f"f_{line.key}"
        _explained(page, line, ((f"={name}", line.number_format), (page.word(line.unit), "@")))
    page.row += 1


def _explained(page: Page, line: lines.Line, cells: Iterable[tuple[str, str]]) -> None:
    """A figure in two cells, what it says over two more and how it is found, as high as the texts need."""
    says, how = page.word(line.says), page.word(line.how)
    height = 16.0 * max(-(-len(says) // _SAYS_WIDTH), -(-len(how) // WIDTHS[5]), 1)
    page.sheet.merge_range(page.row, 3, page.row, 4, "", page.formats.cell(text_wrap=True, indent=1))
    page.line(page.word(line.label), (*cells, (says, "@"), (None, "@"), (how, "@")), height)


def _kinds(page: Page) -> None:
    """Costs by kind, wages counted once, and each kind's share of all costs."""
    headings = (Text("Art", "Kind"), Text("Kr. pr. år", "kr per year"), Text("Af alle udgifter", "Of all costs"))
    for title, letter, kinds in (
        (Text("Direkte omkostninger efter art", "Direct costs by kind"), "d", DirectKind),
        (Text("Indirekte omkostninger efter art", "Indirect costs by kind"), "i", IndirectKind),
    ):
        page.section(title, headings)
        for kind in kinds:
            number = page.row + 1
            amount = f"=SUMIFS({letter}_amount,{letter}_ok,1,{letter}_kind,A{number})"
            share = f'=IF(f_cost>0,B{number}/f_cost,"")'
            page.line(kind.value, (("=f_wages" if kind is DirectKind.WAGES else amount, _YEAR), (share, lines.SHARE)))
        page.row += 1


def _amounts(page: Page) -> None:
    """Recommended, negotiated and paid side by side, kr per day and case."""
    page.section(
        Text(
            "Vejledende, forhandlet og betalt, kr. pr. døgn og sag (linjer for én sag fordelt på alle)",
            "Recommended, negotiated and paid, kr per day and case (lines of one case spread over all)",
        ),
        (Text("Linjetype", "Line type"), *(Text(kind.value, kind.value) for kind in AmountKind)),
    )
    unknown = word(State.UNACCOUNTED, page.language)
    first = page.row + 1
    for number in range(1, NO_TYPE + 1):
        label = page.word(Text("uden type", "no type")) if number == NO_TYPE else list(LineType)[number - 1].value
        page.line(label, ((_amount(kind, f",t_type,{number}", unknown), _KR) for kind in AmountKind))
    sums = [f"SUM({column}{first}:{column}{page.row})" for column in "BCD"]
    page.line(
        page.word(Text("I alt", "In all")),
        ((_amount(kind, "", unknown, total), _KR) for kind, total in zip(AmountKind, sums, strict=True)),
    )
    page.row += 1


def _amount(kind: AmountKind, condition: str, unknown: str, total: str = "") -> str:
    held = f't_in_force,1,t_amount_kind,"{kind.value}"{condition}'
    common, single = (f"SUMIFS(t_rate,{held},t_case,{case})" for case in ("0", '">0"'))
    value = total or f"{common}+IF(f_cases>0,{single}/f_cases,0)"
    return f'=IF(COUNTIFS({held})=0,"",IF(COUNTIFS({held},t_told,0)>0,"{unknown}",{value}))'


def _checks(book: Workbook, page: Page) -> None:
    headings = (
        Text("Tjek", "Check"),
        Text("Antal", "Number"),
        Text("Første række", "First row"),
        *_FIGURE[3:5],
        Text("Hvad gør jeg", "What to do"),
    )
    page.section(Text("Tjek af taksten", "Checks of the tariff"), headings, 1, 2)
    page.sheet.merge_range(page.row - 1, 3, page.row - 1, 4, page.word(_FIGURE[3]), page.formats.heading)
    first = page.row
    for line, column in zip(lines.CHECKS, ("t_k01", "t_k02", "t_k03", "c_k04"), strict=True):
        place = f'=IFERROR(MATCH(TRUE,INDEX({column}>0,0),0)+1,"")'
        _explained(page, line, ((f"=f_{line.key}", "0"), (place, "0")))
    for criteria, look in (
        (">", {"font_color": RED_TEXT, "bg_color": RED, "bold": True}),
        ("=", {"font_color": GREEN_TEXT}),
    ):
        rule = {"type": "cell", "criteria": criteria, "value": 0, "format": book.add_format(look)}
        page.sheet.conditional_format(first, 1, page.row - 1, 1, rule)
    page.row += 1


def _cases(page: Page, cases: int) -> None:
    page.section(
        Text("Sag for sag", "Case by case"),
        (
            Text("Sagsnøgle", "Case key"),
            Text("Betalt, kr. pr. døgn", "Paid, kr per day"),
            Text("Støttedel, kr. pr. døgn", "Support part, kr per day"),
            Text("Timer pr. uge", "Hours per week"),
            Text("Pakke og dens timer (A), eller hvad der mangler", "Package and its hours (A), or what is missing"),
        ),
        1,
        3,
    )
    over, to = page.word(Text("over", "over")), page.word(Text("til", "to"))
    pack = page.word(Text("pakke", "package"))
    for n in range(1, cases + 1):
        used, added = f"INDEX(c_used,{n})", f"INDEX(c_added,{n})"
        band = (
            f'"{pack} "&{used}&": {over} "&ROUND(v_package_width*({used}-1)+{added},2)&" {to} "'
            f"&ROUND(v_package_width*{used}+{added},2)"
        )
        status = f"INDEX(c_status,{n})"
        missing = f'IF({status}=9,"",INDEX(l_status,{status}))'
        page.line(
            f'=IF(INDEX(c_case_key,{n})="","",INDEX(c_case_key,{n}))',
            (
                (f"=INDEX(c_rate,{n})", _KR),
                (f"=INDEX(c_support,{n})", _KR),
                (f"=INDEX(c_hours,{n})", lines.HOURS),
                (f'=IF({status}<>0,{missing},IF({used}="","",{band}))', "@"),
            ),
        )
