"""What the guide sheets say, and the example day that the schedule's guide shows. Data only."""

from bit_model.schedule import Category
from workbook_templates.layout import Text

SCHEDULE_TITLE = Text("Sådan udfylder du døgnskemaet", "How to fill in the 24-hour schedule")
SCHEDULE_STEPS: tuple[Text, ...] = (
    Text(
        "Skemaet viser den støtte, borgeren får i perioden: hvad der blev gjort, hvornår, af hvor mange ansatte og "
        "for hvor mange borgere. Kommunen holder timerne op mod bestillingen og taksten, og I ser de samme tal på "
        "arket Resultat.",
        "The form shows the support given in the period: what was done, when, by how many staff and for how many "
        "citizens. The authority compares the hours with the order and the tariff; you see the same figures on the "
        "sheet Resultat.",
    ),
    Text(
        "1. Se arket Oplysninger: passer sag, hus og periode? Udfyld de hvide felter.",
        "1. See the sheet Oplysninger: are case, house and period right? Fill in the white fields.",
    ),
    Text(
        "2. På arket Døgnskema har hver dato 15 rækker. Skriv én række for hver aktivitet. De gule felter skal "
        "udfyldes, de hvide må. Lad rækker, du ikke bruger, stå tomme.",
        "2. On the sheet Døgnskema each date has 15 rows. Write one row per activity. Yellow cells must be filled "
        "in, white ones may. Leave rows that you do not use blank.",
    ),
    Text(
        "3. En nat hører til den dag, den begynder: 23:00 til 07:00 skrives på aftenens dato, og kun dér.",
        "3. A night belongs to the day it starts on: 23:00 to 07:00 is written on the evening's date, and only there.",
    ),
    Text(
        "4. Delt tid (F, N og S): skriv, hvor mange ansatte der var der, og hvor mange borgere de var der for. "
        "Skriv det samme i skemaerne for alle, der delte tiden.",
        "4. Shared time (F, N and S): write how many staff were there and for how many citizens. Write the same in "
        "the forms of all who shared the time.",
    ),
    Text(
        "5. Mangler en dato rækker, så brug de tomme rækker nederst på arket, og vælg datoen på listen.",
        "5. If a date needs more rows, use the blank rows at the bottom of the sheet and choose the date from the "
        "list.",
    ),
    Text(
        "6. Kolonnen Tjek siger OK eller hvad der mangler. Sæt kopierede celler ind som værdier (højreklik, Indsæt "
        "værdier).",
        "6. The column Check says OK or what is missing. Paste copied cells as values.",
    ),
    Text(
        "7. Er skemaet færdigt, så vælg Ja ved bekræftelsen på arket Oplysninger, gem filen, og send den til kommunen.",
        "7. When the form is complete, choose Ja at the confirmation on Oplysninger, save the file and send it.",
    ),
    Text(
        "Skriv aldrig navn eller CPR-nummer på nogen, heller ikke i bemærkninger.",
        "Never write anybody's name or CPR number, not in notes either.",
    ),
)
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
        "Skriv én række for hver sag på arket Sager. Bestilling og Takstlinjer har flere rækker for samme sag; "
        "sagsnøglen binder dem sammen. Takstmodeller siger, hvordan en leverandørs takst bliver til timer.",
        "Write one row per case on the sheet Sager. Bestilling and Takstlinjer have several rows per case, tied "
        "together by the case key. Takstmodeller says how a provider's tariff turns into hours.",
    ),
    Text(
        "Overskrifterne i række 1 må ikke ændres; kolonnernes rækkefølge er ligegyldig. Felter med * skal "
        "udfyldes. Skriv aldrig borgerens navn eller CPR-nummer.",
        "The headings in row 1 must stay as they are; the order of columns is free. Fields with * must be filled "
        "in. Never write a citizen's name or CPR number.",
    ),
)
