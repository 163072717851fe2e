"""The 24-hour schedule (døgnskema): what both forms share, and the list form (domain text, section 3).

The list form has one row per entry. Its day patterns are two usual days, and each date's rows show them as suggestions
that count only when they are confirmed.
"""

from dataclasses import replace
from enum import StrEnum

from bit_model.schedule import Category
from workbook_templates.kinds import DATE, HOURS, STAFF, TEXT, TIME, WHOLE, YES_NO
from workbook_templates.layout import Field, Table, Template, Text
from workbook_templates.layouts.identity import IDENTITY

PATTERN_ROWS = 15
"""Rows of each usual day, and of each date."""


class Form(StrEnum):
    """The two forms that a schedule is filled in by; they give the same entries."""

    LIST = "liste"
    GRID = "net"


DAY_KINDS = {
    "weekday": Text("hverdag", "weekday"),
    "weekend": Text("weekend", "weekend"),
    "holiday": Text("helligdag", "holiday"),
}
"""What a kind of day is called beside a date."""


class PatternDay(StrEnum):
    """Which usual day a date is suggested; left blank, the kind of the day decides."""

    WEEKDAY = "Hverdag"
    WEEKEND = "Weekend"
    NONE = "Intet"


CATEGORY_TEXTS: dict[Category, Text] = {
    Category.DIRECT: Text("Direkte støtte, borgeren alene", "Direct support, this citizen alone"),
    Category.SHARED: Text("Fælles støtte, delt mellem flere borgere", "Shared support, divided among citizens"),
    Category.WAKING_NIGHT: Text("Vågen nattevagt", "Waking night duty"),
    Category.SLEEPING_NIGHT: Text("Sovende nattevagt, rådighed", "Sleeping night, on call"),
    Category.CALLED_OUT: Text("Udkald under sovende nat", "Called out during a sleeping night"),
    Category.INDIRECT: Text(
        "Indirekte tid for borgeren (dokumentation, møder, pårørende)",
        "Indirect time for the citizen (documentation, meetings, relatives)",
    ),
    Category.ABSENT: Text("Fraværende (dagtilbud, hospital, hjemmebesøg)", "Absent (day centre, hospital, home visit)"),
    Category.OWN_TIME: Text("Egen tid uden støtte", "Own time without support"),
}

HEADER = (
    *IDENTITY,
    Field(
        "token",
        Text("Skemanøgle", "Form token"),
        TEXT,
        Text("Knytter skemaet til sagen og perioden.", "Ties the form to the case and the period."),
        locked=True,
    ),
    Field(
        "case_key",
        Text("Sagsnøgle", "Case key"),
        TEXT,
        Text("Sagens nøgle hos kommunen, fx S-2026-0042. Aldrig navn eller CPR-nummer.", "The authority's case key."),
        required=True,
        locked=True,
    ),
    Field(
        "provider",
        Text("Leverandør", "Provider"),
        TEXT,
        Text("Den, der giver støtten.", "Who gives the support."),
        required=True,
        locked=True,
    ),
    Field(
        "house",
        Text("Hus", "House"),
        TEXT,
        Text("Det hus, borgeren bor i.", "The house the citizen lives in."),
        locked=True,
    ),
    Field(
        "house_size",
        Text("Borgere i huset", "Citizens in the house"),
        WHOLE,
        Text("Så mange kan fælles tid højst deles mellem.", "The most that shared time can be divided among."),
        unit="borgere",
        locked=True,
    ),
    Field(
        "period_start",
        Text("Periode fra", "Period from"),
        DATE,
        Text("Den første dag, der måles.", "The first day that is measured."),
        required=True,
        locked=True,
    ),
    Field(
        "period_end",
        Text("Periode til", "Period to"),
        DATE,
        Text("Den sidste dag, der måles.", "The last day that is measured."),
        required=True,
        locked=True,
    ),
    Field(
        "usual_period",
        Text("Almindelig periode", "Usual period"),
        YES_NO,
        Text(
            "Ja, hvis perioden ligner borgerens hverdag. Nej ved ferie, sygdom eller andet særligt; skriv hvad.",
            "Yes if the period is like the citizen's usual life. No for holidays, illness and the like; say what.",
        ),
        choices="yes_no",
        asked=True,
    ),
    Field(
        "filled_by",
        Text("Udfyldt af (funktion)", "Filled in by (role)"),
        TEXT,
        Text("Stilling eller team, ikke et navn.", "Position or team, not a name."),
        asked=True,
    ),
    Field(
        "filled_on",
        Text("Udfyldt den", "Filled in on"),
        DATE,
        Text("Datoen, fx 16-03-2026.", "The date."),
        asked=True,
    ),
    Field(
        "certified",
        Text("Vi bekræfter, at skemaet viser den støtte, der er givet", "We confirm that the form shows support given"),
        YES_NO,
        Text("Vælg Ja, når skemaet er færdigt.", "Choose Ja when the form is complete."),
        choices="yes_no",
        asked=True,
    ),
    Field(
        "remarks",
        Text("Bemærkninger", "Remarks"),
        TEXT,
        Text("Det, kommunen skal vide om perioden. Ingen navne eller CPR-numre.", "What the authority should know."),
        width=60,
    ),
)

ENTRY_FIELDS = (
    Field(
        "date",
        Text("Dato", "Date"),
        DATE,
        Text("Den dag, aktiviteten begynder. En nat hører til den dag, den begynder.", "The day it starts on."),
        required=True,
        choices="dates",
        width=15,
    ),
    Field(
        "start",
        Text("Start", "Start"),
        TIME,
        Text("Klokkeslæt fra 00:00 til 23:59, fx 07:30.", "Time from 00:00 to 23:59, such as 07:30."),
        required=True,
        width=8,
    ),
    Field(
        "end",
        Text("Slut", "End"),
        TIME,
        Text(
            "Klokkeslæt, fx 08:00. Før eller lig Start betyder næste dag; midnat kan skrives 24:00.",
            "Time, such as 08:00. Before start means the next day; midnight may be written 24:00.",
        ),
        required=True,
        width=8,
    ),
    Field(
        "activity",
        Text("Aktivitet", "Activity"),
        TEXT,
        Text("Hvad der blev gjort, kort: Hygiejne, Morgenmad, Tur.", "What was done, in brief."),
        width=30,
    ),
    Field(
        "category",
        Text("Kategori", "Category"),
        TEXT,
        Text("Bogstavet for tidens art; se Vejledning.", "The letter for the kind of time; see Vejledning."),
        required=True,
        choices="categories",
        width=10,
    ),
    Field(
        "staff",
        Text("Personale", "Staff"),
        STAFF,
        Text("Antal ansatte på én gang, som regel 1.", "Number of staff at once, as a rule 1."),
        required=True,
        unit="ansatte",
        width=10,
    ),
    Field(
        "citizens",
        Text("Borgere", "Citizens"),
        WHOLE,
        Text(
            "Antal borgere, tiden gjaldt: 1 ved D, T og X, husets antal ved fælles tid.",
            "Number of citizens the time was for.",
        ),
        required=True,
        unit="borgere",
        width=9,
    ),
    Field(
        "theme",
        Text("Tema", "Theme"),
        TEXT,
        Text("Det tema, støtten hører under.", "The theme the support belongs to."),
        choices="themes",
        width=20,
    ),
    Field(
        "goal",
        Text("Mål", "Goal"),
        TEXT,
        Text("Det mål i bestillingen, tiden arbejdede for; må være tomt.", "The ordered goal; may be empty."),
        choices="goals",
        width=28,
    ),
    Field(
        "note",
        Text("Bemærkning", "Note"),
        TEXT,
        Text("Det, tallene ikke viser. Ingen navne eller CPR-numre.", "What the figures do not show. No names."),
        width=30,
    ),
)
"""What an entry states, in the order of `bit_model.schedule.Entry`."""

OWN_FIELDS = ENTRY_FIELDS[1:]
"""What is written of an entry; its date stands there already."""

_NUMBER = Field(
    "number",
    Text("Nr.", "No."),
    WHOLE,
    Text("Rækkens plads i dagens mønster.", "The row's place in the pattern of the day."),
    width=6,
    locked=True,
)

ENTRIES = Table(
    "entries",
    "Døgnskema",
    (
        ENTRY_FIELDS[0],
        _NUMBER,
        Field(
            "suggestion",
            Text("Forslag", "Suggestion"),
            TEXT,
            Text("Det, mønsteret foreslår. Tæller først, når det er bekræftet.", "Counts only when it is confirmed."),
            width=34,
            formula='IF(INDEX(b_suggestion,ROW()-1)=0,"",INDEX(l_suggestion,INDEX(b_suggestion,ROW()-1)))',
        ),
        Field(
            "confirm",
            Text("Bekræft", "Confirm"),
            YES_NO,
            Text(
                "Ja: som foreslået; skriv kun det, der var anderledes. Nej: forslaget skete ikke.",
                "Ja: as suggested; write only what differed. Nej: the suggestion did not take place.",
            ),
            choices="yes_no",
            width=9,
        ),
        *OWN_FIELDS,
        Field(
            "check",
            Text("Tjek", "Check"),
            TEXT,
            Text("Om rækken tæller, og ellers hvad der mangler.", "Whether the row counts, or what it lacks."),
            width=44,
            formula='IFERROR(INDEX(l_status_text,MATCH(INDEX(b_status,ROW()-1),l_status,0)),"")',
        ),
    ),
    Text("En række for hver aktivitet. Tomme rækker tæller ikke.", "One row per activity. Blank rows do not count."),
    frozenset({"date", "number"}),
)

PATTERN = Table(
    "pattern",
    "Mønster",
    (
        Field(
            "day_kind",
            Text("Dagtype", "Kind of day"),
            TEXT,
            Text("Hverdag, eller weekend og helligdag.", "Weekday, or weekend and holiday."),
            width=11,
            locked=True,
        ),
        _NUMBER,
        *OWN_FIELDS,
        replace(
            ENTRIES.fields[-1],
            help=Text("Om rækken kan foreslås, og ellers hvad der mangler.", "What the row lacks, if anything."),
        ),
    ),
    Text("En almindelig hverdag og en almindelig weekenddag.", "A usual weekday and a usual weekend day."),
    frozenset({"day_kind", "number"}),
    since=2,
)

DAYS = Table(
    "days",
    "Dage",
    (
        Field(
            "date",
            Text("Dato", "Date"),
            DATE,
            Text("Periodens dage.", "The days of the period."),
            width=16,
            locked=True,
        ),
        Field(
            "day_kind",
            Text("Dagtype", "Kind of day"),
            TEXT,
            Text("En helligdag tæller som weekend.", "A holiday counts as weekend."),
            width=12,
            formula='IF(INDEX(l_base,ROW()-1)=1,"{weekday}",IF(WEEKDAY({date},2)>5,"{weekend}","{holiday}"))',
        ),
        Field(
            "pattern_day",
            Text("Mønster", "Pattern"),
            TEXT,
            Text(
                "Lad feltet stå tomt, når dagens art passer. Ellers vælg mønsteret, eller Intet.",
                "Leave blank where the kind of day is right. Else choose the pattern, or Intet for none.",
            ),
            choices="pattern_days",
            width=12,
        ),
        Field(
            "confirm_day",
            Text("Bekræft dagen", "Confirm the day"),
            YES_NO,
            Text(
                "Ja: dagen gik som mønsteret, på nær rettede rækker og rækker med Nej. Nej: intet gik som mønsteret.",
                "Ja: the day went as the pattern, but for changed rows and rows with Nej. Nej: nothing went as it.",
            ),
            choices="yes_no",
            width=14,
        ),
        Field(
            "counted",
            Text("Rækker, der tæller", "Rows that count"),
            WHOLE,
            Text("Datoens rækker, der er OK.", "The rows of the date that are OK."),
            formula='COUNTIFS(x_date,{date},b_begin,">0")',
            width=12,
        ),
        Field(
            "hours",
            Text("Ressourcetimer", "Resource hours"),
            HOURS,
            Text("Personaletid på datoen, delt tid delt.", "Staff time on the date, shared time divided."),
            formula="SUMIFS(b_resource,x_date,{date})/60",
            width=16,
        ),
        Field(
            "waiting",
            Text("Forslag, ikke bekræftet", "Suggestions not confirmed"),
            WHOLE,
            Text("Forslag, der venter på et Ja eller Nej.", "Suggestions that wait for a Ja or Nej."),
            formula="COUNTIFS(e_date,{date},b_status,-1)",
            width=14,
        ),
    ),
    Text("Bekræft hele dage, der gik som mønsteret.", "Confirm whole days that went as the pattern."),
    frozenset({"date"}),
    since=2,
)

DOEGNSKEMA = Template(
    "doegnskema",
    2,
    Text("Døgnskema", "24-hour schedule"),
    "Oplysninger",
    HEADER,
    (PATTERN, DAYS, ENTRIES),
    frozenset({1}),
)
