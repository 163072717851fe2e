"""The 24-hour schedule (døgnskema) in list form: one row per entry (domain text, section 3)."""

from bit_model.schedule import Category
from workbook_templates.kinds import DATE, STAFF, TEXT, TIME, WHOLE, YES_NO
from workbook_templates.layout import Field, Table, Template, Text

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
    Field("template", Text("Skabelon", "Template"), TEXT, required=True, locked=True),
    Field("template_version", Text("Version", "Version"), WHOLE, required=True, locked=True),
    Field("token", Text("Skemanøgle", "Form token"), TEXT, locked=True),
    Field(
        "case_key",
        Text("Sagsnøgle", "Case key"),
        TEXT,
        Text("Sagens nøgle hos kommunen, fx S-2026-0042. Aldrig navn eller CPR-nummer.", "The authority's case key."),
        required=True,
        locked=True,
    ),
    Field("provider", Text("Leverandør", "Provider"), TEXT, required=True, locked=True),
    Field("house", Text("Hus", "House"), TEXT, locked=True),
    Field("house_size", Text("Borgere i huset", "Citizens in the house"), WHOLE, unit="borgere", locked=True),
    Field("period_start", Text("Periode fra", "Period from"), DATE, required=True, locked=True),
    Field("period_end", Text("Periode til", "Period to"), DATE, required=True, locked=True),
    Field(
        "usual_period",
        Text("Almindelig periode", "Usual period"),
        YES_NO,
        Text(
            "Ja, hvis perioden ligner borgerens hverdag. Nej ved ferie, sygdom eller andet særligt; skriv hvad.",
            "Yes if the period is like the citizen's usual life. No for holidays, illness and the like; say what.",
        ),
        choices="yes_no",
    ),
    Field(
        "filled_by",
        Text("Udfyldt af (funktion)", "Filled in by (role)"),
        TEXT,
        Text("Stilling eller team, ikke et navn.", "Position or team, not a name."),
    ),
    Field("filled_on", Text("Udfyldt den", "Filled in on"), DATE, Text("Datoen, fx 16-03-2026.", "The date.")),
    Field(
        "certified",
        Text("Vi bekræfter, at skemaet viser den støtte, der er givet", "We confirm that the form shows support given"),
        YES_NO,
        Text("Vælg Ja, når skemaet er færdigt.", "Choose Ja when the form is complete."),
        choices="yes_no",
    ),
    Field(
        "remarks",
        Text("Bemærkninger", "Remarks"),
        TEXT,
        Text("Det, kommunen skal vide om perioden. Ingen navne eller CPR-numre.", "What the authority should know."),
        width=60,
    ),
)

ENTRIES = Table(
    "entries",
    "Døgnskema",
    (
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
    frozenset({"date"}),
)

DOEGNSKEMA = Template(
    "doegnskema",
    1,
    Text("Døgnskema", "24-hour schedule"),
    "Oplysninger",
    HEADER,
    (ENTRIES,),
)
