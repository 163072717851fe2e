"""What the guide of the tariff template says. Data only."""

from workbook_templates.layout import Text

TARIFF_GUIDE: tuple[Text, ...] = (
    Text(
        "Skemaet viser, hvad taksten er, hvordan den er blevet til, og hvor mange timer den betaler for. Kommunen og I "
        "ser de samme tal på arket Resultat, og hvert tal står med, hvordan det er fundet.",
        "The form shows what the tariff is, how it arose and how many hours it pays for. You and the authority see the "
        "same figures on the sheet Resultat, each with how it is found.",
    ),
    Text(
        "1. Oplysninger: vælg takstmodel, og skriv pladser og de tal, modellen bruger. Tomme hvide felter får "
        "kommunens tal.",
        "1. Oplysninger: choose the tariff model; write places and the figures it uses. Empty white fields take the "
        "authority's.",
    ),
    Text(
        "2. Takstlinjer: én række for hvert beløb, med hvad det dækker, og om det er med moms, husleje og kost. En "
        "linje uden sagsnøgle gælder alle sager.",
        "2. Takstlinjer: one row per amount, with what it covers and whether it includes VAT, rent and food. A line "
        "without a case key holds for every case.",
    ),
    Text(
        "3. Stillinger, Direkte omkostninger og Indirekte omkostninger: lønnen er stillinger gange pris og skrives kun "
        "dér. Vikarer og tillæg ud over stillingerne er en direkte omkostning for sig.",
        "3. Stillinger, Direkte omkostninger and Indirekte omkostninger: wages are posts times cost and are written "
        "only there. Temps and extra pay are a direct cost of their own.",
    ),
    Text(
        "4. Prisliste: kun model D. Sager: de sager, taksten betaler for, med bestilte timer og målte, når de kendes.",
        "4. Prisliste: model D only. Sager: the cases that the tariff pays for, with ordered hours and measured ones "
        "where known.",
    ),
    Text(
        "5. Kolonnen Tjek siger OK, eller hvad der mangler. Resultat regnes ud imens.",
        "5. The column Check says OK or what is missing. Resultat is computed meanwhile.",
    ),
    Text(
        "6. Hvad nu hvis: prøv en anden brugertidsprocent, belægning, divisor eller pris, og se, hvad den gør ved hver "
        "sag i huset. Prøverne bliver i arket og ændrer intet.",
        "6. Hvad nu hvis: try another user-time share, occupancy, divisor or price and see what it does to each case "
        "of the house. Trials stay on the sheet and change nothing.",
    ),
    Text(
        "Skriv aldrig navn eller CPR-nummer på nogen, heller ikke i bemærkninger.",
        "Never write anybody's name or CPR number, not in notes either.",
    ),
)
