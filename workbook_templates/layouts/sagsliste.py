"""The authority's case list: cases, needs and order (domain text, sections 1, 2 and 6)."""

from dataclasses import replace

from workbook_templates.kinds import DATE, HOURS, TEXT, WHOLE, YES_NO
from workbook_templates.layout import Field, Table, Template, Text
from workbook_templates.layouts.identity import IDENTITY
from workbook_templates.layouts.sagsliste_tilbud import (
    CASE_KEY,
    CHECK,
    HOUSE,
    HOUSES,
    PRICE_LIST,
    PROVIDER,
    ROSTER,
    TARIFF_LINES,
    TARIFF_MODELS,
)

__all__ = [
    "CASES",
    "HEADER",
    "HOUSES",
    "NEEDS",
    "ORDER",
    "PRICE_LIST",
    "ROSTER",
    "SAGSLISTE",
    "TARIFF_LINES",
    "TARIFF_MODELS",
]

CASES = Table(
    "cases",
    "Sager",
    (
        replace(
            CASE_KEY,
            help=Text(
                "Sagens nøgle, fx S-2026-0042. Aldrig navn eller CPR-nummer.",
                "The case's key, such as S-2026-0042. Never a name or CPR number.",
            ),
            choices="",
        ),
        Field(
            "budget_area",
            Text("Udvalgsområde", "Budget area"),
            TEXT,
            Text("Det område, der betaler.", "The area that pays."),
            required=True,
            width=18,
        ),
        PROVIDER,
        Field(
            "provider_kind",
            Text("Egen eller ekstern", "Own or external"),
            TEXT,
            Text("egen: kommunens eget tilbud. ekstern: andres.", "egen: the authority's own. ekstern: others'."),
            required=True,
            choices="provider_kinds",
            width=11,
        ),
        replace(
            HOUSE,
            help=Text(
                "Det hus, borgeren bor i, når tid deles; det skal stå på arket Huse.",
                "The house the citizen lives in, where time is shared; it must stand on the sheet Huse.",
            ),
            required=False,
        ),
        Field(
            "legal_basis",
            Text("Paragraf", "Legal basis"),
            TEXT,
            Text("Fx SEL §107.", "Such as SEL §107."),
            width=12,
        ),
        Field(
            "wishes",
            Text("Borgerens ønsker", "Citizen's wishes"),
            TEXT,
            Text(
                "Hvad er vigtigt for borgeren, med borgerens egne ord? Ingen navne.",
                "What matters to the citizen, in the citizen's own words? No names.",
            ),
            width=40,
        ),
        Field(
            "need_level",
            Text("Støttebehov", "Support need"),
            TEXT,
            Text(
                "Den samlede grad af støttebehov efter udredningen. Tema for tema: arket Behov.",
                "The level of support need as a whole. Theme by theme: the sheet Behov.",
            ),
            choices="need_levels",
            width=14,
        ),
        Field(
            "need_date",
            Text("Behov vurderet den", "Need assessed on"),
            DATE,
            Text("Datoen for den seneste vurdering.", "Date of the latest assessment."),
            width=15,
        ),
        Field(
            "responsible",
            Text("Ansvarlig funktion", "Responsible function"),
            TEXT,
            Text(
                "Den funktion eller det team, der følger op, fx Voksenrådgivningen. Aldrig et navn.",
                "The function or team that follows up. Never a name.",
            ),
            width=20,
        ),
        Field(
            "follow_up",
            Text("Næste opfølgning", "Next follow-up"),
            DATE,
            Text("Hvornår sagen skal ses igen.", "When the case is due again."),
            width=15,
        ),
        Field(
            "stay_end",
            Text("Ophold slut", "End of stay"),
            DATE,
            Text("Kun når opholdets sidste dag er kendt.", "Only where the last day of the stay is known."),
            width=15,
        ),
        Field(
            "need_hours",
            Text("Bestilte timer pr. uge", "Ordered hours per week"),
            HOURS,
            Text(
                "Det samlede timetal. Tomt: summen af arket Bestilling bruges.",
                "The total. Empty: the sum of the sheet Bestilling is used.",
            ),
            unit="timer/uge",
            width=15,
        ),
        Field(
            "ordered",
            Text("Sum af Bestilling", "Sum of Bestilling"),
            HOURS,
            Text("Sagens timer pr. uge på arket Bestilling.", "The case's hours per week on the sheet Bestilling."),
            unit="timer/uge",
            width=11,
            formula='IF({case_key}="","",SUMIF(s_order_case_key,{case_key},s_order_hours))',
        ),
        Field(
            "goals",
            Text("Antal mål", "Goals"),
            WHOLE,
            Text("Sagens mål på arket Bestilling.", "The case's goals on the sheet Bestilling."),
            width=8,
            formula='IF({case_key}="","",COUNTIFS(s_order_case_key,{case_key},s_order_goal,"<>"))',
        ),
        Field(
            "unaccounted",
            Text("Takstlinjer ikke belyst", "Tariff lines unaccounted"),
            WHOLE,
            Text("Linjer uden type eller uden dækningstekst.", "Lines without a type or without what they cover."),
            width=12,
            formula='IF({case_key}="","",COUNTIFS(s_tariff_lines_case_key,{case_key},s_tariff_lines_accounted,"Nej"))',
        ),
        Field(
            "due",
            Text("Opfølgning", "Follow-up"),
            TEXT,
            Text(
                "Om næste opfølgning er overskredet eller ligger inden for 30 dage.",
                "Whether the next follow-up is overdue or within 30 days.",
            ),
            width=15,
            formula="IF(ISNUMBER({follow_up}),"
            'IF({follow_up}<TODAY(),"{overdue}",IF({follow_up}<=TODAY()+30,"{soon}","")),"")',
        ),
        CHECK,
    ),
    Text("Én række for hver sag.", "One row per case."),
)

NEEDS = Table(
    "needs",
    "Behov",
    (
        CASE_KEY,
        Field(
            "theme",
            Text("Tema", "Theme"),
            TEXT,
            Text("Et af de elleve temaer, ét sted for hver sag.", "One of the eleven themes, once per case."),
            required=True,
            choices="themes",
            width=22,
        ),
        Field(
            "level",
            Text("Støttebehov", "Support need"),
            TEXT,
            Text(
                "Intet, Let, Moderat, Højt, Fuldstændigt eller Ikke vurderet.",
                "Intet, Let, Moderat, Højt, Fuldstændigt or Ikke vurderet: none, light, moderate, high, complete, not "
                "assessed.",
            ),
            required=True,
            choices="need_levels",
            width=14,
        ),
        Field(
            "description",
            Text("Beskrivelse", "Description"),
            TEXT,
            Text(
                "Hvad borgeren kan selv, og hvad der kræver støtte. Ingen navne.",
                "What the citizen manages alone and what needs support. No names.",
            ),
            width=52,
        ),
        Field(
            "own_words",
            Text("Borgerens egne ord", "Citizen's own words"),
            TEXT,
            Text("Hvad borgeren selv siger om temaet. Ingen navne.", "What the citizen says of it. No names."),
            width=44,
        ),
        CHECK,
    ),
    Text("Behovet tema for tema, må være tomt.", "The need theme by theme, may be empty."),
    since=2,
)

ORDER = Table(
    "order",
    "Bestilling",
    (
        CASE_KEY,
        Field(
            "theme",
            Text("Tema", "Theme"),
            TEXT,
            Text("Et af de elleve temaer.", "One of the eleven themes."),
            required=True,
            choices="themes",
            width=22,
        ),
        Field(
            "goal",
            Text("Mål", "Goal"),
            TEXT,
            Text(
                "Specifikt: det, der skal nås, kort. Det vises i leverandørens skema.",
                "Specific: what is to be reached, in brief. The provider sees it.",
            ),
            width=36,
        ),
        Field(
            "goal_type",
            Text("Måltype", "Goal type"),
            TEXT,
            Text("Udvikle, Fastholde eller Begrænse tab.", "Develop, maintain or limit loss."),
            choices="goal_types",
            width=14,
        ),
        Field(
            "hours",
            Text("Timer pr. uge", "Hours per week"),
            HOURS,
            Text("De bestilte timer, fx 4,5.", "The ordered hours, such as 4.5."),
            required=True,
            unit="timer/uge",
            width=11,
        ),
        Field(
            "measure",
            Text("Målbart", "Measurable"),
            TEXT,
            Text(
                "Hvordan det ses, at målet er nået, fx: går i bad selv fire gange om ugen.",
                "How it is seen that the goal is reached, such as: showers unaided four times a week.",
            ),
            width=36,
        ),
        Field(
            "agreed",
            Text("Aftalt med borgeren", "Agreed with the citizen"),
            YES_NO,
            Text("Accepteret: Ja, når borgeren er med på målet.", "Accepted: Ja where the citizen backs the goal."),
            choices="yes_no",
            width=11,
        ),
        Field(
            "realistic",
            Text("Realistisk", "Realistic"),
            YES_NO,
            Text("Ja, når målet kan nås inden fristen med de bestilte timer.", "Ja where it can be reached in time."),
            choices="yes_no",
            width=11,
        ),
        Field(
            "deadline",
            Text("Frist", "Deadline"),
            DATE,
            Text("Tidsbestemt: dagen, hvor målet skal være nået.", "Time-bound: the day by which it is reached."),
            width=15,
        ),
        CHECK,
    ),
    Text(
        "De bestilte timer, én række for hvert tema og mål i sagen. Et godt mål er SMART: specifikt, målbart, "
        "accepteret, realistisk og tidsbestemt.",
        "The ordered hours, one row per theme and goal of the case. A good goal is SMART: specific, measurable, "
        "accepted, realistic and time-bound.",
    ),
)

HEADER = IDENTITY

SAGSLISTE = Template(
    "sagsliste",
    2,
    Text("Sagsliste", "Case list"),
    "Om sagslisten",
    HEADER,
    (CASES, NEEDS, ORDER, TARIFF_LINES, TARIFF_MODELS, PRICE_LIST, HOUSES, ROSTER),
    earlier=frozenset({1}),
)
