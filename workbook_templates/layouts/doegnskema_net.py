"""The 24-hour schedule (døgnskema) in grid form: a legend of codes, and a sheet per week with a code per quarter.

Day and time of a week sheet's cell are told by the dates in its first row and the times in its first column. Formulas
name the legend's columns `k_…` and those of the registrations `x_…` and `g_…`.
"""

from bit_model.schedule import Category
from workbook_templates.kinds import STAFF, TEXT, TIME, WHOLE, YES_NO, TextKind
from workbook_templates.layout import Field, Table, Template, Text
from workbook_templates.layouts.beregning import status_formula
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS, HEADER

CODE_ROWS = 40
LONGEST_CODE = 6
NOT_IN_A_CODE = "*?~()"
"""Spreadsheets take the first three for any letter when they look a code up; a code in brackets is a suggestion."""

QUARTER_MINUTES = 15
QUARTERS_PER_DAY = 96
MORNING_QUARTERS = 48
"""How far the day after the period can be filled in: to 12:00, where the last night ends."""

CODE = TextKind("General")
"""A code that is a number is one wherever it is written, so that drop-downs accept it."""
_ENTRY = {field.key: field for field in ENTRY_FIELDS}
_STATUS = status_formula("1", {key: f"{{{key}}}" for key in ("letter", "theme", "staff", "citizens")})

CODES = Table(
    "codes",
    "Koder",
    (
        Field(
            "code",
            Text("Kode", "Code"),
            CODE,
            Text(
                "Kort, højst 6 tegn, fx D1 eller NAT. Det er den, der skrives i ugens felter.",
                "Short, at most 6 characters, such as D1. It is what is written in the cells of the week.",
            ),
            required=True,
            width=9,
        ),
        Field("activity", _ENTRY["activity"].label, TEXT, _ENTRY["activity"].help, width=28),
        Field(
            "category",
            _ENTRY["category"].label,
            TEXT,
            _ENTRY["category"].help,
            required=True,
            choices="categories",
            width=10,
        ),
        Field("staff", _ENTRY["staff"].label, STAFF, _ENTRY["staff"].help, required=True, unit="ansatte", width=10),
        Field(
            "citizens",
            _ENTRY["citizens"].label,
            WHOLE,
            _ENTRY["citizens"].help,
            required=True,
            unit="borgere",
            width=9,
        ),
        Field("theme", _ENTRY["theme"].label, TEXT, _ENTRY["theme"].help, choices="themes", width=20),
        Field("goal", _ENTRY["goal"].label, TEXT, _ENTRY["goal"].help, choices="goals", width=28),
        Field("note", _ENTRY["note"].label, TEXT, _ENTRY["note"].help, width=28),
        Field(
            "colour",
            Text("Farve", "Colour"),
            TEXT,
            Text("Kodens farve i ugerne. Kun for øjet.", "The code's colour in the weeks. Only for the eye."),
            choices="colours",
            width=11,
        ),
        Field(
            "check",
            Text("Tjek", "Check"),
            TEXT,
            Text("Om koden kan bruges, og ellers hvad den mangler.", "Whether the code can be used, or what it lacks."),
            width=40,
            formula='IFERROR(INDEX(l_status_text,MATCH({status},l_status,0)),"")',
        ),
        Field(
            "status",
            Text("Status", "Status"),
            WHOLE,
            Text("0 tom, 1 OK, fra 10 tæller koden ikke", "0 blank, 1 OK, from 10 the code is not counted"),
            formula='IF(COUNTA({code}:{note})=0,0,IF({key}="",20,IF('
            'SUMPRODUCT(--ISNUMBER(FIND({{"*","?","~","(",")"}},{key})))+(LEN({key})>6)>0,22,'
            f"IF(SUMPRODUCT(--(k_key={{key}}))>1,21,{_STATUS}))))",
        ),
        Field(
            "key",
            Text("Kode, renset", "Code, trimmed"),
            TEXT,
            Text("Som ugerne finder den.", "As the weeks find it."),
            formula="IFERROR(TRIM({code}),0)",
        ),
        Field(
            "letter",
            Text("Kategori nr.", "Category no."),
            WHOLE,
            Text("Kategoriens plads på listen, 0 uden for den", "The category's place on the list, 0 if not on it"),
            formula="IFERROR(MATCH({category},l_category,0),0)",
        ),
    ),
    Text(
        "Én række for hver slags tid. Skriv koden her én gang, og brug den i ugerne.",
        "One row per kind of time. Define the code here once and use it in the weeks.",
    ),
)

_CODE = Text(
    "Koden fra arket Koder for det, der sker i kvarteret. Tomt, hvor der ikke er noget.",
    "The code from the sheet Koder for what happens in the quarter of an hour. Blank where there is nothing.",
)
USUAL = Table(
    "usual",
    "Mønster",
    (
        Field(
            "time",
            Text("Kl.", "Time"),
            TIME,
            Text("Kvarterets begyndelse.", "Where the quarter begins."),
            width=8,
            locked=True,
        ),
        Field("weekday", Text("Hverdag", "Weekday"), CODE, _CODE, choices="codes", width=16),
        Field("weekend", Text("Weekend", "Weekend"), CODE, _CODE, choices="codes", width=16),
    ),
    Text(
        "En almindelig hverdag og en almindelig weekenddag, beskrevet én gang. De vises som grå forslag i ugerne og "
        "tæller først, når dagen er bekræftet dér.",
        "A usual weekday and a usual weekend day, described once. They show as grey suggestions in the weeks and do "
        "not count until the day is confirmed there.",
    ),
    frozenset({"time"}),
)

WEEK_NAME = "Uge {week}"
WEEK_TIME = USUAL.fields[0]
WEEK_CODE = Field("code", CODES.fields[0].label, CODE, _CODE, choices="codes", width=13)
WEEK_CONFIRM = Field(
    "confirm_day",
    Text("Bekræft mønster", "Confirm pattern"),
    YES_NO,
    Text(
        "Ja: de grå forslag for dagen er rigtige og tæller. Nej: de fjernes. Enkelte kvarterer rettes ved at skrive "
        "en kode oven i.",
        "Ja: the day's grey suggestions are right and count. Nej: they are removed. Single quarters are changed by "
        "writing a code over them.",
    ),
    choices="yes_no",
)
WEEK_KIND = Text("Mønster", "Pattern")
MORNING_AFTER = Text("Morgen efter", "Morning after")
WEEK_HELP = Text(
    "En kode for hvert kvarter; tomme felter tæller ikke. Den sidste kolonne er kun til nattens slutning.",
    "A code per quarter of an hour; blank cells do not count. The last column is only for the end of the last night.",
)

DOEGNSKEMA_NET = Template(
    "doegnskema_net",
    1,
    Text("Døgnskema uge for uge", "24-hour schedule week by week"),
    "Oplysninger",
    HEADER,
    (CODES, USUAL),
    series="Uge",
)

COLOURS = (
    Text("Blå", "Blue"),
    Text("Turkis", "Turquoise"),
    Text("Grøn", "Green"),
    Text("Lime", "Lime"),
    Text("Gul", "Yellow"),
    Text("Orange", "Orange"),
    Text("Brun", "Brown"),
    Text("Rosa", "Pink"),
    Text("Lilla", "Purple"),
    Text("Grå", "Grey"),
)
"""The colours that a code can have, in the order of `style.CODE_COLOURS`."""

USUAL_CODES: tuple[tuple[str, Category, Text], ...] = (
    ("N", Category.WAKING_NIGHT, Text("Vågen nat", "Waking night")),
    ("S", Category.SLEEPING_NIGHT, Text("Sovende nat", "Sleeping night")),
    ("A", Category.ABSENT, Text("Fravær", "Absent")),
    ("E", Category.OWN_TIME, Text("Egen tid", "Own time")),
    ("X", Category.INDIRECT, Text("Dokumentation", "Documentation")),
)
"""Codes that stand in the legend when nothing else is known: code, category and activity."""
