"""What the schedule template computes as one types: the helper columns, and what the column Tjek says.

In a formula `{key}` is the same row's cell of that column, here or among the entries. Names: `e_…` are the columns of
the entries, `b_…` those here, `l_…` the lists and figures on the sheet Lister. All minutes are counted from day 0 on
one line of time, so that nights meet the next morning. Only functions that Excel 2016 and LibreOffice 7 have.
"""

from bit_model.schedule import Part
from workbook_templates.kinds import NUMBER, WHOLE
from workbook_templates.layout import Field, Table, Text

OK = 1
FIRST_ERROR = 10
"""Rows with a status from here on are not counted."""

STATUSES: dict[int, Text] = {
    OK: Text("OK", "OK"),
    2: Text("OK, men tjek: over 12 timer", "OK, but check: over 12 hours"),
    3: Text("OK, men tjek: D er én borger; delt tid er F", "OK, but check: D is one citizen; shared is F"),
    4: Text("OK, men tjek: over 3 ansatte", "OK, but check: over 3 staff"),
    10: Text("Vælg en dato i perioden", "Choose a date in the period"),
    11: Text("Skriv Start, fx 07:30", "Write Start, such as 07:30"),
    12: Text("Skriv Slut, fx 08:00", "Write End, such as 08:00"),
    13: Text("Start og Slut er ens; helt døgn er 00:00-24:00", "Start equals end; a whole day is 00:00-24:00"),
    14: Text("Vælg Kategori på listen", "Choose Category from the list"),
    15: Text("Skriv Personale: mindst 1", "Write Staff: at least 1"),
    16: Text("Skriv Borgere: mindst 1, højst husets antal", "Write Citizens: 1 to the number of the house"),
    17: Text("Vælg Tema på listen", "Choose Theme from the list"),
    18: Text("Rækken har en fejlværdi", "The row holds an error value"),
}
"""Status of a begun row → what is said beside it."""

_STATUS = (
    "IF(COUNTA({e_inputs})=0,0,IFERROR("
    "IF(ISNA(MATCH({date},l_date,0)),10,"
    'IF(COUNTIF({start},"<1")=0,11,'
    'IF(COUNTIF({end},"<=1")=0,12,'
    "IF({start}={end},13,"
    "IF({letter}=0,14,"
    "IF(COUNTA({theme})>COUNTIF(l_theme,{theme}),17,"
    "IF({letter}>ROWS(l_resource),1,"
    'IF(COUNTIF({staff},">=1")=0,15,'
    'IF(COUNTIF({citizens},">=1")=0,16,'
    "IF(OR(MOD({citizens},1)>0,{citizens}>IF(N(bit_house_size)>0,bit_house_size,999)),16,"
    "IF(AND({letter}<>3,{letter}<>4,MOD({end}-{start},1)>0.5001),2,"
    "IF(AND({letter}=1,{citizens}>1),3,"
    "IF({staff}>3,4,1"
    "))))))))))))),18))"
)
"""Faults in the order a row is filled in, then what is only to be looked at."""

CALCULATION = Table(
    "calculation",
    "Beregning",
    (
        Field(
            "letter",
            Text("Kategori nr.", "Category no."),
            WHOLE,
            Text("Kategoriens plads på listen, 0 uden for den", "The category's place on the list, 0 if not on it"),
            formula="IFERROR(MATCH({category},l_category,0),0)",
        ),
        Field(
            "status",
            Text("Status", "Status"),
            WHOLE,
            Text("0 tom, 1 OK, under 10 tæller, fra 10 tæller ikke", "0 blank, 1 OK, below 10 counted, from 10 not"),
            formula=_STATUS,
        ),
        Field(
            "begin",
            Text("Begynder (minut)", "Begins (minute)"),
            WHOLE,
            Text("Minutter fra dag 0", "Minutes from day 0"),
            formula="IF(AND({status}>0,{status}<10),{date}*1440+ROUND({start}*1440,0),0)",
        ),
        Field(
            "finish",
            Text("Slutter (minut)", "Ends (minute)"),
            WHOLE,
            Text("Næste dag, når Slut ikke er efter Start", "The next day where end is not after start"),
            formula="IF({begin}=0,0,{begin}-MOD({begin},1440)+ROUND({end}*1440,0)"
            "+1440*(ROUND({end}*1440,0)<=MOD({begin},1440)))",
        ),
        Field(
            "minutes",
            Text("Minutter", "Minutes"),
            WHOLE,
            Text("Forløbet tid, også de nætter uret stilles", "Elapsed time, also when the clock changes"),
            formula="IF({begin}=0,0,{finish}-{begin}"
            "-(MIN(60,MAX(0,{finish}-l_forward))-MIN(60,MAX(0,{begin}-l_forward)))"
            "+60*(({finish}>=l_back)-({begin}>=l_back)))",
        ),
        Field(
            "resource",
            Text("Ressourceminutter", "Resource minutes"),
            NUMBER,
            Text("Minutter × personale × vægt / borgere", "Minutes × staff × weight / citizens"),
            formula="IF({minutes}=0,0,IFERROR({minutes}*INDEX(l_weight,{letter})*{staff}/{citizens},0))",
        ),
        Field(
            "alone",
            Text("Heraf første ansatte (D1)", "Of which the first of staff (D1)"),
            NUMBER,
            formula="IF({minutes}=0,0,IF({letter}=1,{minutes}/{citizens},0))",
        ),
        Field(
            "kind",
            Text("Dagtype", "Kind of day"),
            WHOLE,
            Text("1 hverdag, 2 weekend og helligdag, 0 tæller ikke", "1 weekday, 2 weekend or holiday, 0 not counted"),
            formula="IF({minutes}=0,0,INDEX(l_kind,{date}-bit_period_start+1))",
        ),
        Field(
            "content",
            Text("Timer pr. uge, som taksten betaler", "Hours per week that the tariff pays for"),
            NUMBER,
            formula="IF({resource}=0,0,{resource}/60*CHOOSE({kind}+1,0,l_weekday_factor,l_weekend_factor)"
            "*INDEX(l_financed,{letter}))",
        ),
        Field(
            "away",
            Text("Fravær slutter", "Absence ends"),
            WHOLE,
            Text("1, når intet andet fravær fortsætter", "1 where no other absence goes on"),
            formula="IF({begin}=0,0,IF({letter}=7,"
            '1-(COUNTIFS(e_category,"A",b_begin,"<="&{finish},b_finish,">"&{finish})>0),0))',
        ),
    ),
)

LEFT_OUT = (
    'IF(AND(COUNTIFS(e_category,"A",b_begin,"<="&1440*{day},b_finish,">"&1440*{day})>0,'
    'COUNTIFS(b_away,1,b_finish,">"&1440*{day},b_finish,"<"&1440*({day}+1))=0),0,{base})'
)
"""Kind of a day as it counts: 0 where entries of absence cover it from midnight to midnight."""

PART_TEXTS: dict[Part, Text] = {
    Part.D1: Text("D1 Direkte, første ansatte", "D1 Direct, first of staff"),
    Part.D2: Text("D2 Direkte, ekstra ansatte", "D2 Direct, extra staff"),
    Part.F: Text("F Fælles, borgerens del", "F Shared, the citizen's share"),
    Part.N: Text("N Vågen nat, borgerens del", "N Waking night, the citizen's share"),
    Part.S: Text("S Sovende nat, borgerens del", "S Sleeping night, the citizen's share"),
    Part.T: Text("T Udkald om natten", "T Called out at night"),
    Part.X: Text("X Indirekte tid", "X Indirect time"),
}
