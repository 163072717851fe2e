"""What the guide sheets say, and the example day that the schedule's guide shows. Data only."""

from bit_model.schedule import Category
from workbook_templates.layout import Text
from workbook_templates.layouts.doegnskema import Form

SCHEDULE_TITLE = Text("Sådan udfylder du døgnskemaet", "How to fill in the 24-hour schedule")
_WHAT_FOR = Text(
    "Skemaet viser den støtte, borgeren får i perioden: hvad der blev gjort, hvornår, af hvor mange ansatte og "
    "for hvor mange borgere. Kommunen holder timerne op mod bestillingen og taksten, og I ser de samme tal på "
    "arket Resultat.",
    "The form shows the support given in the period: what was done, when, by how many staff and for how many "
    "citizens. The authority compares the hours with the order and the tariff; you see the same figures on the "
    "sheet Resultat.",
)
_HEADER = Text(
    "1. Se arket Oplysninger: passer sag, hus og periode? Udfyld de gule felter.",
    "1. See the sheet Oplysninger: are case, house and period right? Fill in the yellow fields.",
)
_NO_NAMES = Text(
    "Skriv aldrig navn eller CPR-nummer på nogen, heller ikke i bemærkninger.",
    "Never write anybody's name or CPR number, not in notes either.",
)
LIST_STEPS: tuple[Text, ...] = (
    _WHAT_FOR,
    _HEADER,
    Text(
        "2. Ligner dagene hinanden, så beskriv én almindelig hverdag og én weekenddag på arket Mønster. Så står hver "
        "dags rækker som grå forslag på arket Døgnskema. Arket Mønster må stå tomt.",
        "2. If the days are alike, describe one usual weekday and one weekend day on the sheet Mønster. Each "
        "day's rows "
        "then stand as grey suggestions on the sheet Døgnskema. The sheet Mønster may be left blank.",
    ),
    Text(
        "3. Et forslag tæller først, når det er bekræftet: hele dagen på arket Dage, eller række for række med Ja i "
        "kolonnen Bekræft. Var noget anderledes, så skriv det i rækken: sammen med Ja gælder forslaget for resten, "
        "uden Ja gælder kun det, du skriver. Nej fjerner forslaget.",
        "3. A suggestion counts only when it is confirmed: the whole day on the sheet Dage, or row by row with "
        "Ja in the "
        "column Confirm. If something differed, write it in the row: together with Ja the suggestion holds for the "
        "rest, without Ja only what you write counts. Nej removes the suggestion.",
    ),
    Text(
        "4. Uden mønster: på arket Døgnskema har hver dato 15 rækker. Skriv én række for hver aktivitet. De "
        "gule felter "
        "skal udfyldes, de hvide må. Lad rækker, du ikke bruger, stå tomme. Rækker uden dato står nederst.",
        "4. Without a pattern: on the sheet Døgnskema each date has 15 rows. Write one row per activity. Yellow cells "
        "must be filled in, white ones may. Leave rows that you do not use blank. Rows without a date are at "
        "the bottom.",
    ),
    Text(
        "5. En nat hører til den dag, den begynder: 23:00 til 07:00 skrives på aftenens dato, og kun dér.",
        "5. A night belongs to the day it starts on: 23:00 to 07:00 is written on the evening's date, and only there.",
    ),
    Text(
        "6. Delt tid (F, N og S): skriv, hvor mange ansatte der var der, og hvor mange borgere de var der for. "
        "Skriv det samme i skemaerne for alle, der delte tiden.",
        "6. Shared time (F, N and S): write how many staff were there and for how many citizens. Write the same in "
        "the forms of all who shared the time.",
    ),
    Text(
        "7. Kolonnen Tjek siger OK eller hvad der mangler, og arket Resultat samler det øverst. Sæt kopierede celler "
        "ind som værdier (højreklik, Indsæt værdier).",
        "7. The column Check says OK or what is missing, and the sheet Resultat tells it all on top. Paste "
        "copied cells "
        "as values.",
    ),
    Text(
        "8. Er skemaet færdigt, så vælg Ja ved bekræftelsen på arket Oplysninger, gem filen, og send den til kommunen.",
        "8. When the form is complete, choose Ja at the confirmation on Oplysninger, save the file and send it.",
    ),
    _NO_NAMES,
)
GRID_STEPS: tuple[Text, ...] = (
    _WHAT_FOR,
    _HEADER,
    Text(
        "2. På arket Koder står de koder, der kan skrives i ugerne. Ret dem, og skriv nye: hvad koden betyder, dens "
        "kategori, hvor mange ansatte og hvor mange borgere. Ved delt tid (F, N og S) skrives det samme i skemaerne "
        "for alle, der delte tiden.",
        "2. The sheet Koder has the codes that can be written in the weeks. Change them and add new ones: what the "
        "code means, its category, how many staff and how many citizens. For shared time (F, N and S) write the same "
        "in the forms of all who shared it.",
    ),
    Text(
        "3. Ligner dagene hinanden, så skriv en almindelig hverdag og weekenddag på arket Mønster. De står så som grå "
        "forslag i parentes i ugerne, og tæller først, når dagen er bekræftet med Ja øverst i dens kolonne. Nej "
        "fjerner dagens forslag.",
        "3. If the days are alike, write a usual weekday and weekend day on the sheet Mønster. They then stand as grey "
        "suggestions in brackets in the weeks, and count only when the day is confirmed with Ja on top of its column. "
        "Nej removes the day's suggestions.",
    ),
    Text(
        "4. På arkene Uge skrives en kode i hvert kvarter; træk i cellens hjørne for at fylde flere. Samme kode efter "
        "hinanden er én aktivitet. Skriv oven i et forslag for at rette det, og slet det for at fjerne det. En rød "
        "kode findes ikke på arket Koder.",
        "4. On the sheets Uge write a code in each quarter of an hour; drag the cell's corner to fill several. The "
        "same code in a row is one activity. Write over a suggestion to change it, and delete it to remove it. A red "
        "code is not on the sheet Koder.",
    ),
    Text(
        "5. En nat skrives, som den går: fra aftenens kolonne videre øverst i næste dags kolonne. Udkald (T) skrives "
        "oven i den sovende nat. Periodens sidste nat slutter i kolonnen Morgen efter; så tælles den første morgens "
        "nat ikke med, for den begyndte før perioden.",
        "5. A night is written as it goes: from the evening's column on to the top of the next day's. A call-out (T) "
        "is written on top of the sleeping night. The period's last night ends in the column Morning after; the first "
        "morning's night is then not counted, since it began before the period.",
    ),
    Text(
        "6. Arket Resultat siger øverst, hvad der mangler. Er skemaet færdigt, så vælg Ja ved bekræftelsen på arket "
        "Oplysninger, gem filen, og send den til kommunen.",
        "6. The sheet Resultat tells on top what is missing. When the form is complete, choose Ja at the confirmation "
        "on Oplysninger, save the file and send it.",
    ),
    _NO_NAMES,
)
SCHEDULE_STEPS: dict[Form, tuple[Text, ...]] = {Form.LIST: LIST_STEPS, Form.GRID: GRID_STEPS}
COLOURS_TITLE = Text("Felternes farver", "Colours of the cells")
CATEGORIES_TITLE = Text("Kategorier", "Categories")
CATEGORY_HEADING = (
    Text("Kategori", "Category"),
    Text("Betyder", "Means"),
    Text("Sådan skrives den", "How to write it"),
    Text("Tæller som tid", "Counts as time"),
)
CATEGORY_USE: dict[Category, Text] = {
    Category.DIRECT: Text("Borgere 1. To ansatte om det: Personale 2.", "Citizens 1. With two of staff: Staff 2."),
    Category.SHARED: Text("Borgere: alle, der var med.", "Citizens: all who took part."),
    Category.WAKING_NIGHT: Text("Borgere: alle, som vagten var der for.", "Citizens: all whom the duty was for."),
    Category.SLEEPING_NIGHT: Text("Borgere: alle, som vagten var der for.", "Citizens: all whom the duty was for."),
    Category.CALLED_OUT: Text("Oven i S: skriv også S for hele natten.", "On top of S: S for the whole night too."),
    Category.INDIRECT: Text("Borgere 1. Klokkeslættet må være et skøn.", "Citizens 1. The time may be an estimate."),
    Category.ABSENT: Text("Hele døgnet væk: 00:00 til 24:00.", "Away the whole day: 00:00 to 24:00."),
    Category.OWN_TIME: Text("Kan udelades.", "May be left out."),
}
CATEGORY_HINT = Text(
    "D direkte, F fælles, N vågen nat, S sovende nat, T udkald om natten, X indirekte, A fraværende, E egen tid.",
    "D direct, F shared, N waking night, S sleeping night, T called out, X indirect, A absent, E own time.",
)
EXAMPLE_TITLE = Text("Et udfyldt døgn (hus med 6 borgere)", "A day filled in (house of 6 citizens)")
EXAMPLE_DAY: tuple[tuple[str, str, str, str, int, int, str, str], ...] = (
    ("07:00", "08:00", "Hygiejne", "D", 1, 1, "Egenomsorg", ""),
    ("08:00", "08:30", "Morgenmad", "F", 1, 6, "Praktiske opgaver", "Fælles for huset"),
    ("09:00", "15:00", "Dagtilbud", "A", 1, 1, "", ""),
    ("15:30", "16:30", "Struktur på eftermiddagen", "D", 1, 1, "Mentale funktioner", ""),
    ("17:00", "18:30", "Aftensmad", "F", 2, 6, "Praktiske opgaver", "To ansatte for seks borgere"),
    ("19:00", "20:00", "Bad, to personer", "D", 2, 1, "Egenomsorg", "Lift kræver to"),
    ("20:00", "22:00", "Stue", "F", 1, 6, "Relationer", ""),
    ("22:00", "22:15", "Dokumentation", "X", 1, 1, "", ""),
    ("23:00", "07:00", "Vågen nat", "N", 1, 6, "", "Slutter næste morgen"),
)

CASE_LIST_GUIDE: tuple[Text, ...] = (
    Text(
        "Sagslisten er kommunens liste over sager med behov, bestilling og takst. Ud fra den udsendes et døgnskema "
        "for hver sag, og mod den sammenlignes de skemaer, der kommer retur.",
        "The case list is the authority's list of cases with need, order and tariff. A schedule is issued from it "
        "for each case, and what comes back is compared with it.",
    ),
    Text(
        "Skriv én række for hver sag på arket Sager. Behov, Bestilling og Takstlinjer har flere rækker for samme sag; "
        "sagsnøglen binder dem sammen og vælges på en liste. Takstmodeller siger, hvordan en leverandørs takst bliver "
        "til timer. Kolonnen Tjek siger OK eller, hvad rækken mangler.",
        "Write one row per case on the sheet Sager. Behov, Bestilling and Takstlinjer have several rows per case, tied "
        "together by the case key, which is chosen from a list. Takstmodeller says how a provider's tariff turns into "
        "hours. The column Check says OK or what the row lacks.",
    ),
    Text(
        "Overskrifterne i række 1 må ikke ændres; kolonnernes rækkefølge er ligegyldig. Felter med * skal "
        "udfyldes. Skriv aldrig borgerens navn eller CPR-nummer. Arkene er låst uden adgangskode.",
        "The headings in row 1 must stay as they are; the order of columns is free. Fields with * must be filled "
        "in. Never write a citizen's name or CPR number. The sheets are protected without a password.",
    ),
)
