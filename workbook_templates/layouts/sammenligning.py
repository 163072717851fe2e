"""The central comparison (sammenligning): one row per case and what lies behind it (domain text, sections 5, 6 and 8).

Output but for the two tolerances and the negotiation columns of `CASES`, which are read back. In a formula a field's
key stands for its cell in the same row and a state's value (`balance`, `over`, `under`, `unaccounted`) for its word.
"""

from dataclasses import replace

from bit_model.case import AmountKind
from bit_model.comparison import Pair, Pillar
from bit_model.schedule import Category, Part
from workbook_templates.kinds import DATE, HOURS, MONEY, TEXT, WHOLE, YES_NO, Kind, NumberKind
from workbook_templates.layout import Field, Table, Template, Text
from workbook_templates.layouts.doegnskema import CATEGORY_TEXTS
from workbook_templates.layouts.sagsliste import TARIFF_LINES
from workbook_templates.readings import PAIRS, PILLARS

_WORD = Kind()
"""Text that a formula gives: as text format it would turn into the formula's own letters when edited."""
_DAY = Kind("dd-mm-yyyy")
_MOMENT = Kind("dd-mm-yyyy hh:mm")
_DIFFERENCE = NumberKind("+#,##0.00;-#,##0.00;0.00")

_PER_WEEK = "timer/uge"
_NO_HELP = Text("", "")
_CASE_KEY = Field("case_key", Text("Sagsnøgle", "Case key"), TEXT, Text("Sagens nøgle.", "The case's key."), width=14)
_BUDGET_AREA = Field(
    "budget_area",
    Text("Udvalgsområde", "Budget area"),
    TEXT,
    Text("Det område, der betaler.", "The area that pays."),
    width=20,
)
_PROVIDER = Field("provider", Text("Leverandør", "Provider"), TEXT, Text("Tilbuddet.", "The provider."), width=26)

_PILLAR_HELP = {
    Pillar.NEED: Text(
        "Behov: de timer, myndigheden har bestilt i sagen. Tomt: ikke belyst.",
        "Need: the hours the authority ordered. Empty: unaccounted for.",
    ),
    Pillar.DELIVERED: Text(
        "Indsats: ressourcetimer målt i døgnskemaet, kun de kategorier taksten betaler for. Tomt: ikke belyst.",
        "Support: resource hours of the schedule in the financed categories. Empty: unaccounted for.",
    ),
    Pillar.FINANCED: Text(
        "Takst: de timer, de betalte takstlinjer svarer til efter leverandørens takstmodel. Tomt: ikke belyst.",
        "Tariff: the hours that the paid lines stand for by the provider's model. Empty: unaccounted for.",
    ),
}
_SIDES = {
    Pair.DELIVERED_MINUS_NEED: ("delivered", "need"),
    Pair.FINANCED_MINUS_DELIVERED: ("financed", "delivered"),
    Pair.FINANCED_MINUS_NEED: ("financed", "need"),
}
_SIGNS = {
    Pair.DELIVERED_MINUS_NEED: "I−B",
    Pair.FINANCED_MINUS_DELIVERED: "T−I",
    Pair.FINANCED_MINUS_NEED: "T−B",
}


def _difference(pair: Pair) -> Field:
    over, under = _SIDES[pair]
    return Field(
        pair.value,
        Text(f"Forskel {_SIGNS[pair]}", f"Difference {_SIGNS[pair]}"),
        _DIFFERENCE,
        Text("Forskellen mellem de uafrundede timer.", "The difference of the unrounded hours."),
        unit=_PER_WEEK,
        width=9,
        formula=f'IF(COUNT({{{over}}},{{{under}}})=2,{{{over}}}-{{{under}}},"")',
    )


def state_key(pair: Pair) -> str:
    """The key of the column with the pair's state."""
    return f"state_{pair.value}"


def _state(pair: Pair) -> Field:
    over, under = _SIDES[pair]
    difference, width = f"{{{pair.value}}}", "{package_width}"
    # Nine decimals take away the noise of binary fractions and keep every difference that minutes can make.
    within = f"ROUND(ABS({difference})-{{tolerance}},9)<=0"
    packages = (f"ROUNDUP(ROUND({{{key}}}/{width},9),0)" for key in (over, under))
    same_package = f"IF(COUNT({width})=0,FALSE,{'='.join(packages)})"
    return Field(
        state_key(pair),
        PAIRS[pair],
        _WORD,
        Text(
            "I balance inden for tolerancen, og ved pakketakst også inden for samme pakke; ellers over eller under.",
            "In balance within the tolerance, with packages also within the same package; else over or under.",
        ),
        width=13,
        formula=f'IF({difference}="","{{unaccounted}}",IF(OR({within},{same_package}),"{{balance}}",'
        f'IF({difference}>0,"{{over}}","{{under}}")))',
    )


_ALL_THERE = "COUNT({need},{delivered},{financed})=3"
_THREE_STATES = '&" / "&'.join(f"{{{state_key(pair)}}}" for pair in Pair)
_MISSING = "&".join(f'IF(ISNUMBER({{{pillar}}}),"","{letter}")' for pillar, letter in zip(Pillar, "BIT", strict=True))

CASES = Table(
    "cases",
    "BIT",
    (
        _CASE_KEY,
        _BUDGET_AREA,
        _PROVIDER,
        Field(
            "provider_kind",
            Text("Egen eller ekstern", "Own or external"),
            TEXT,
            Text("Kommunens eget tilbud eller andres.", "The authority's own provider or another's."),
            width=9,
        ),
        *(Field(p.value, PILLARS[p], HOURS, _PILLAR_HELP[p], unit=_PER_WEEK, width=9) for p in Pillar),
        *(_difference(pair) for pair in Pair),
        *(_state(pair) for pair in Pair),
        Field(
            "state",
            Text("Samlet", "In all"),
            _WORD,
            Text(
                "Første par ude af balance: I−B, så T−I, så T−B. Ikke belyst, når et af de tre tal mangler.",
                "The first pair out of balance: I−B, then T−I, then T−B. Unaccounted where a figure is missing.",
            ),
            width=11,
            formula=f'IF({_ALL_THERE},IF({{{state_key(Pair.DELIVERED_MINUS_NEED)}}}<>"{{balance}}",'
            f"{{{state_key(Pair.DELIVERED_MINUS_NEED)}}},IF({{{state_key(Pair.FINANCED_MINUS_DELIVERED)}}}"
            f'<>"{{balance}}",{{{state_key(Pair.FINANCED_MINUS_DELIVERED)}}},'
            f'{{{state_key(Pair.FINANCED_MINUS_NEED)}}})),"{{unaccounted}}")',
        ),
        Field(
            "reading",
            Text("Læsning", "Reading"),
            _WORD,
            Text(
                "Hvad mønstret giver anledning til at tale om; et råd, aldrig en afgørelse.",
                "What the pattern suggests to talk about; advice, never a decision.",
            ),
            width=46,
            formula=f"INDEX(bit_readings,MATCH(IF({_ALL_THERE},{_THREE_STATES},{_MISSING}),bit_patterns,0))",
        ),
        Field(
            "day_rate",
            Text("Kr. pr. døgn", "kr per day"),
            MONEY,
            Text("Betalt takst uden moms, husleje og kost.", "Paid tariff without VAT, rent and food."),
            unit="kr./døgn",
            width=10,
        ),
        Field("house", Text("Hus", "House"), TEXT, Text("Hvor tid deles.", "Where time is shared."), width=14),
        Field(
            "legal_basis", Text("Paragraf", "Legal basis"), TEXT, Text("Fx SEL §107.", "Such as SEL §107."), width=11
        ),
        Field(
            "tolerance",
            Text("Tolerance", "Tolerance"),
            HOURS,
            Text(
                "Den største af tolerancen i timer og tolerancens andel af B.",
                "The larger of the tolerance in hours and its share of B.",
            ),
            unit=_PER_WEEK,
            width=10,
            formula="MAX(bit_tolerance_hours,bit_tolerance_share*N({need}))",
        ),
        Field(
            "package_width",
            Text("Pakkebredde", "Package width"),
            HOURS,
            Text("Timer i en pakke; kun ved pakketakst.", "Hours in a package; only with packages."),
            unit=_PER_WEEK,
            width=12,
        ),
        Field(
            "period_start",
            Text("Målt fra", "Measured from"),
            _DAY,
            Text("Måleperiodens første dag.", "First day of the period."),
            width=11,
        ),
        Field(
            "period_end",
            Text("Målt til", "Measured to"),
            _DAY,
            Text("Måleperiodens sidste dag.", "Last day of the period."),
            width=11,
        ),
        Field(
            "method",
            Text("Målemetode", "Method"),
            TEXT,
            Text(
                "Simpelt gennemsnit af dagene, eller hverdage og weekend (og helligdage) hver for sig.",
                "A plain mean of the days, or weekdays and weekend (and holidays) apart.",
            ),
            width=28,
        ),
        Field(
            "version",
            Text("Skemaversion", "Form version"),
            WHOLE,
            Text("Hvilken indsendt version af døgnskemaet der tæller.", "Which version of the schedule counts."),
            width=13,
        ),
        Field(
            "status",
            Text("Status", "Status"),
            TEXT,
            Text("Hvor langt dialogen er.", "How far the dialogue has come."),
            choices="negotiation_statuses",
            width=18,
        ),
        Field(
            "note",
            Text("Note", "Note"),
            TEXT,
            Text("Ingen navne eller CPR-numre.", "No names or CPR numbers."),
            width=34,
        ),
        Field(
            "follow_up",
            Text("Næste opfølgning", "Next follow-up"),
            DATE,
            Text("Hvornår sagen skal ses igen, fx 01-10-2026.", "When the case is due again."),
            width=16,
        ),
        Field(
            "responsible",
            Text("Ansvarlig", "Responsible"),
            TEXT,
            Text("Stilling eller team.", "Position or team."),
            width=18,
        ),
        Field(
            "row_version",
            Text("Rækkens udgave", "Row version"),
            WHOLE,
            Text("Skjult. Hvad rækkens ændringer holdes op mod.", "Hidden. What the row's changes are held against."),
            width=9,
        ),
        Field(
            "row_print",
            Text("Rækkens aftryk", "Row print"),
            TEXT,
            Text("Skjult. Viser, om andet end felterne er rettet.", "Hidden. Tells whether anything else was edited."),
            width=9,
        ),
    ),
)
NEGOTIATION = ("status", "note", "follow_up", "responsible")
"""Keys of the columns that people fill in; what comes back in them is taken over."""
HIDDEN = ("row_version", "row_print")
"""Keys of the columns that nobody sees: how a row stood when it went out."""
RETURNED = replace(
    CASES,
    fields=tuple(
        replace(field, required=True) for field in CASES.fields if field.key in {"case_key", *NEGOTIATION, *HIDDEN}
    ),
)
"""The table as it is read back: what people may have changed, and what tells how it was."""

_PART_LABELS = {
    Part.D1: Text("D1 direkte", "D1 direct"),
    Part.D2: Text("D2 ekstra personale", "D2 extra staff"),
    Part.F: Text("F fælles", "F shared"),
    Part.N: Text("N vågen nat", "N waking night"),
    Part.S: Text("S sovende nat", "S sleeping night"),
    Part.T: Text("T udkald", "T called out"),
    Part.X: Text("X indirekte", "X indirect"),
}
_PART_HELP = {Part.D1: CATEGORY_TEXTS[Category.DIRECT]} | {
    Part(category.value): text for category, text in CATEGORY_TEXTS.items() if category.value in Part.__members__
}
_EXTRA_STAFF = Text("Personale ud over den første ved direkte støtte.", "Staff beyond the first of direct support.")


def _hours(key: str, label: Text, help_text: Text = _NO_HELP) -> Field:
    return Field(key, label, HOURS, help_text, unit=_PER_WEEK, width=12)


PARTS = Table(
    "parts",
    "Timer pr. del",
    (
        _CASE_KEY,
        _BUDGET_AREA,
        _PROVIDER,
        *(_hours(part.value, label, _PART_HELP.get(part, _EXTRA_STAFF)) for part, label in _PART_LABELS.items()),
        _hours("resource", Text("I alt", "In all"), Text("Alle dele tilsammen.", "All parts together.")),
        _hours(
            "resource_ex_night",
            Text("I alt uden nat", "In all without night"),
            Text("Alle dele uden N og S.", "All parts but N and S."),
        ),
        _hours(
            "contact",
            Text("Kontakt (O)", "Contact (O)"),
            Text(
                "Timer med støtte til stede, uanset antal personale og borgere; lægges aldrig sammen med de andre.",
                "Hours with support present, whatever the staff and citizens; never added to the others.",
            ),
        ),
        _hours("naive", Text("I alt, simpelt", "In all, plain"), Text("7 gange en gennemsnitsdag.", "7 mean days.")),
        _hours(
            "stratified",
            Text("I alt, opdelt", "In all, apart"),
            Text(
                "5 gennemsnitlige hverdage og 2 gennemsnitlige weekend- eller helligdage. Tomt: for få dage.",
                "5 mean weekdays and 2 mean weekend days or holidays. Empty: too few days.",
            ),
        ),
        Field("days", Text("Talte dage", "Counted days"), WHOLE, unit="dage", width=8),
    ),
    Text("Målte ressourcetimer pr. uge, delt op efter støttens art.", "Measured resource hours per week by part."),
)

CONTENT = Table(
    "content",
    "Indhold",
    (
        _CASE_KEY,
        Field("aspect", Text("Art", "Aspect"), TEXT, width=8),
        Field("name", Text("Tema eller mål", "Theme or goal"), TEXT, width=48),
        _hours("ordered", Text("Bestilt", "Ordered")),
        _hours("measured", Text("Målt", "Measured")),
        Field("state", Text("Indhold", "Content"), TEXT, width=24),
    ),
    Text("Bestilt og målt pr. tema og mål.", "Ordered and measured by theme and goal."),
)


def day_rate_key(kind: AmountKind) -> str:
    """The key of the column with the kind's amounts in kr per day."""
    return f"day_rate_{kind.name.lower()}"


_DAY_RATES = {
    AmountKind.RECOMMENDED: Text("Vejledende kr. pr. døgn", "Recommended kr per day"),
    AmountKind.NEGOTIATED: Text("Forhandlet kr. pr. døgn", "Negotiated kr per day"),
    AmountKind.PAID: Text("Betalt kr. pr. døgn", "Paid kr per day"),
}
_DAY_RATE_HELP = Text(
    "Linjens beløb uden moms, husleje og kost. Kun betalte beløb sammenlignes.",
    "The line's amount without VAT, rent and food. Only paid amounts are compared.",
)
_NARROW = {"covers": 34, "line_type": 13, "amount": 13, "valid_from": 14, "valid_to": 14}
"""Widths of the case list's columns here, where nobody types in them."""

TARIFF = Table(
    "tariff",
    "Takstlinjer",
    (
        *(replace(field, width=_NARROW.get(field.key, field.width)) for field in TARIFF_LINES.inputs),
        *(
            Field(day_rate_key(kind), label, MONEY, _DAY_RATE_HELP, unit="kr./døgn", width=12)
            for kind, label in _DAY_RATES.items()
        ),
        Field(
            "remark",
            Text("Bemærkning", "Remark"),
            TEXT,
            Text("Hvorfor linjen ikke sammenlignes eller ikke er belyst.", "Why it is not compared or unaccounted."),
            width=34,
        ),
    ),
    Text("Takstlinjerne fra sagslisten.", "The tariff lines of the case list."),
)

FILES = Table(
    "files",
    "Filer",
    (
        Field("file_name", Text("Fil", "File"), TEXT, Text("Navnet, filen kom under.", "Its name."), width=40),
        Field(
            "received", Text("Modtaget", "Received"), _MOMENT, Text("Første gang, dansk tid.", "First time."), width=16
        ),
        Field(
            "status",
            Text("Status", "Status"),
            TEXT,
            Text(
                "Uden fejl, har fejl (tæller først, når de er rettet) eller afvist (er ikke et skema i en kendt sag).",
                "Without errors, with errors (counts when they are mended) or refused (no schedule of a known case).",
            ),
            width=12,
        ),
        _CASE_KEY,
        Field(
            "version",
            Text("Version", "Version"),
            WHOLE,
            Text("Sagens skemaer i den rækkefølge, de er læst.", "The case's schedules as they were read."),
            width=8,
        ),
        Field(
            "counts",
            Text("Tæller", "Counts"),
            YES_NO,
            Text(
                "Ja: sagens nyeste skema uden fejl, det der sammenlignes. Hver fil tæller højst én gang.",
                "Ja: the case's newest schedule without errors, the one compared. No file counts twice.",
            ),
            width=8,
        ),
        Field(
            "same_as",
            Text("Samme fil som", "Same file as"),
            TEXT,
            Text(
                "Navnet, som nøjagtig samme fil kom under først.", "The name under which the very same file came first."
            ),
            width=30,
        ),
        Field(
            "entries",
            Text("Registreringer", "Entries"),
            WHOLE,
            Text("Rækker, der kunne læses.", "Rows that could be read."),
            width=13,
        ),
        Field("errors", Text("Fejl", "Errors"), WHOLE, Text("Se arket Problemer.", "See Problemer."), width=7),
        Field(
            "warnings",
            Text("Advarsler", "Warnings"),
            WHOLE,
            Text("I filen selv; husets står i arket Problemer.", "Of the file; the house's are on Problemer."),
            width=10,
        ),
        Field(
            "sha256",
            Text("Aftryk (SHA-256)", "Fingerprint (SHA-256)"),
            TEXT,
            Text("De første tegn; samme aftryk er samme fil.", "Its first letters; the same is the same file."),
            width=16,
        ),
    ),
    Text("Hver modtaget fil, også de afviste.", "Every received file, also the refused."),
)

PROBLEMS = Table(
    "problems",
    "Problemer",
    (
        Field("file_name", Text("Fil", "File"), TEXT, width=32),
        _CASE_KEY,
        Field("level", Text("Niveau", "Level"), TEXT, width=10),
        Field("code", Text("Kode", "Code"), TEXT, width=6),
        Field("sheet", Text("Ark", "Sheet"), TEXT, width=12),
        Field("cell", Text("Celle", "Cell"), TEXT, width=8),
        Field("rows", Text("Antal", "Number"), WHOLE, width=7),
        Field("field", Text("Felt", "Field"), TEXT, width=12),
        Field("found", Text("Fundet", "Found"), TEXT, width=24),
        Field("message", Text("Hvad er galt", "What is wrong"), TEXT, width=46),
        Field("remedy", Text("Hvad kan gøres", "What to do"), TEXT, width=46),
    ),
    Text("Alle problemer i filerne.", "All problems of the files."),
)

HEADER = (
    Field("template", Text("Skabelon", "Template"), TEXT, locked=True),
    Field("template_version", Text("Version", "Version"), WHOLE, locked=True),
    Field("made_at", Text("Dannet", "Made"), _MOMENT, locked=True),
    Field("parameter_set", Text("Parametersæt", "Parameter set"), TEXT, locked=True),
    Field("rule_set", Text("Regelsæt", "Rule set"), TEXT, locked=True),
    Field("case_count", Text("Sager", "Cases"), WHOLE, locked=True),
    Field("file_count", Text("Modtagne filer", "Received files"), WHOLE, locked=True),
    Field(
        "stamp",
        Text("Stempel", "Stamp"),
        TEXT,
        Text("Viser, at projektmappen er hentet her.", "Tells that the workbook was fetched here."),
        locked=True,
    ),
)


SAMMENLIGNING = Template(
    "sammenligning",
    2,
    Text("BIT-sammenligning", "BIT comparison"),
    "Overblik",
    HEADER,
    (CASES, PARTS, CONTENT, TARIFF, FILES, PROBLEMS),
)

ROW_KEYS: dict[str, tuple[str, ...]] = {
    CASES.key: ("case_key",),
    PARTS.key: ("case_key",),
    CONTENT.key: ("case_key", "aspect", "name"),
    TARIFF.key: ("case_key", "line_type", "covers", "valid_from"),
    FILES.key: ("file_name", "sha256"),
    PROBLEMS.key: ("file_name", "code", "sheet", "cell", "field"),
}
"""What tells a row of each table from its others; rows that are alike in it are told apart by their order."""
