"""What a schedule still lacks, one line for each thing: lists on the sheet Lister, told without gaps on Resultat."""

from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import FIRST_ERROR, WAITING
from workbook_templates.layouts.doegnskema import ENTRIES, HEADER, Form
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.page import Page
from workbook_templates.sheets import Lists
from workbook_templates.style import GREEN_TEXT, RED_TEXT

_LINES = {Form.LIST: 5, Form.GRID: 7}
_BEYOND = 100_000
"""A row number that no sheet of ours has."""


def add_missing(lists: Lists, shape: Shape) -> None:
    """Entries that count on each date; what is missing, "" where nothing is; and the place of each among these."""
    word = Text("Rækker, der tæller", "Rows that count").in_language(shape.language)
    lists.add(
        "filled", word, [(f'COUNTIFS(x_date,INDEX(l_date,{i}),b_begin,">0")', 0) for i, _ in enumerate(shape.base, 1)]
    )
    items = _items(shape)
    lists.add("missing", Text("Det mangler", "Missing").in_language(shape.language), items)
    numbers: list[tuple[str, int]] = []
    for i, (_, saved) in enumerate(items, 1):
        place = f'SUMPRODUCT(--(INDEX(l_missing,1):INDEX(l_missing,{i})<>""))'
        told = sum(bool(text) for _, text in items[:i])
        numbers.append((f'IF(INDEX(l_missing,{i})="",0,{place})', told if saved else 0))
    lists.add("missing_number", Text("Linje", "Line").in_language(shape.language), numbers)


def write_missing(page: Page, shape: Shape) -> None:
    """The lines on top of the sheet of results."""
    said = [text for _, text in _items(shape) if text]
    nothing = page.word("Intet mangler", "Nothing is missing")
    page.section("Det mangler", "Missing")
    first = page.row + 1
    for i in range(1, _LINES[shape.form] + 1):
        line = f'IFERROR("• "&INDEX(l_missing,MATCH({i},l_missing_number,0)),"")'
        formula = f'IF(MAX(l_missing_number)=0,"{nothing}",{line})' if i == 1 else line
        page.sentence(formula, f"• {said[i - 1]}" if i <= len(said) else nothing if i == 1 else "", font_color=RED_TEXT)
    done = {
        "type": "formula",
        "criteria": "=MAX(l_missing_number)=0",
        "format": page.formats(font_color=GREEN_TEXT, bold=True),
    }
    page.sheet.conditional_format(first - 1, 0, first - 1, 0, done)


def _items(shape: Shape) -> list[tuple[str, str]]:
    """Formula and saved value of each line."""
    items = [_header(shape), _empty_days(shape), _rows(shape), _suggestions(shape)]
    return [*items, *(_codes(shape) if shape.form is Form.GRID else ()), _few_days(shape)]


def _header(shape: Shape) -> tuple[str, str]:
    labels = {field.key: field.label.in_language(shape.language) for field in HEADER if field.asked}
    del labels["certified"]
    sure = Text("bekræftelsen med Ja", "the confirmation with Ja").in_language(shape.language)
    wanted = {f'bit_{key}=""': label for key, label in labels.items()} | {'bit_certified<>"Ja"': sure}
    missing = "&".join(f'IF({condition},", {label}","")' for condition, label in wanted.items())
    title = Text("Arket Oplysninger: ", "Sheet Oplysninger: ").in_language(shape.language)
    return f'IF({missing}="","","{title}"&MID({missing},3,200))', title + ", ".join(wanted.values())


def _empty_days(shape: Shape) -> tuple[str, str]:
    days = shape.period.days
    told, first = _words(shape, "Dage uden registreringer", "Days without entries", "den første", "the first")
    formula = _counted("COUNTIF(l_filled,0)", told, f'"{first}"&{_date("INDEX(l_date,MATCH(0,l_filled,0))")}')
    return formula, f"{told}{len(days)}{first}{days[0]:%d-%m-%Y}"


def _rows(shape: Shape) -> tuple[str, str]:
    row = _first_row(f"b_status>={FIRST_ERROR}")
    count = f'COUNTIF(b_status,">={FIRST_ERROR}")'
    if shape.form is Form.GRID:
        words = ("Registreringer, der ikke tæller", "Entries that do not count", "den første", "the first")
        told, first = _words(shape, *words)
        return _counted(count, told, f'"{first}"&{_date(f"INDEX(x_date,{row}-1)")}'), ""
    told, first = _words(
        shape,
        "Rækker, der ikke tæller",
        "Rows that do not count",
        f"den første er række # på arket {ENTRIES.sheet}; se Tjek",
        f"the first is row # on the sheet {ENTRIES.sheet}; see Check",
    )
    before, after = first.rstrip().split("#")
    return _counted(count, told, f'"{before}"&{row}&"{after}"'), ""


def _suggestions(shape: Shape) -> tuple[str, str]:
    words = ("Forslag, der ikke er bekræftet", "Suggestions not confirmed", "det første", "the first")
    told, first = _words(shape, *words)
    if shape.form is Form.GRID:
        return _counted("g_waiting", told, f'"{first}"&{_date("g_waiting_first")}'), ""
    row = _first_row(f"b_status={WAITING}")
    return _counted(f"COUNTIF(b_status,{WAITING})", told, f'"{first}"&{_date(f"INDEX(e_date,{row}-1)")}'), ""


def _codes(shape: Shape) -> list[tuple[str, str]]:
    unknown, first = _words(shape, "Felter med ukendt kode", "Cells with an unknown code", "det første", "the first")
    lacking, _ = _words(shape, "Koder i brug, der mangler noget", "Codes in use that lack something", "", "")
    where = Text(" (arket Koder)", " (sheet Koder)").in_language(shape.language)
    return [
        (_counted("g_unknown", unknown, f'"{first}"&{_date("g_unknown_first")}'), ""),
        (_counted("g_lacking", lacking, f'"{where}"'), ""),
    ]


def _few_days(shape: Shape) -> tuple[str, str]:
    told, between, end = (
        text.in_language(shape.language)
        for text in (
            Text("For få dage: ", "Too few days: "),
            Text(" hverdage og ", " weekdays and "),
            Text(" weekend- eller helligdage tæller; der skal være 5 og 2", " weekend days count; 5 and 2 are needed"),
        )
    )
    formula = f'IF(AND(l_weekdays>=5,l_weekend_days>=2),"","{told}"&l_weekdays&"{between}"&l_weekend_days&"{end}")'
    weekdays, weekend_days = shape.base.count(1), shape.base.count(2)
    few = weekdays < 5 or weekend_days < 2
    return formula, f"{told}{weekdays}{between}{weekend_days}{end}" if few else ""


def _words(shape: Shape, da: str, en: str, first_da: str, first_en: str) -> tuple[str, str]:
    """What is counted, and what stands before the first of them."""
    return (
        Text(f"{da}: ", f"{en}: ").in_language(shape.language),
        Text(f", {first_da} ", f", {first_en} ").in_language(shape.language),
    )


def _counted(count: str, told: str, rest: str) -> str:
    return f'IF({count}=0,"","{told}"&{count}&{rest})'


def _first_row(condition: str) -> str:
    """The number of the first row on the sheet of calculation for which it holds."""
    return f"({_BEYOND}-SUMPRODUCT(MAX(({condition})*({_BEYOND}-ROW(b_status)))))"


def _date(cell: str) -> str:
    """The date as 02-03-2026; no function TEXT, since its codes are the program's own language."""
    return f'RIGHT("0"&DAY({cell}),2)&"-"&RIGHT("0"&MONTH({cell}),2)&"-"&YEAR({cell})'
