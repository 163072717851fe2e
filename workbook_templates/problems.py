"""The catalogue of problems: the only place where a code has words (domain text, section 9).

A problem is data about a workbook: it is collected and shown, never raised.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bit_model.checks import LEVELS, Level
from workbook_templates.layout import Text

_COMPUTED = frozenset({"R10", "R24", "K02"})
"""Codes whose finding is a figure of ours, with a decimal point; what the user wrote is shown as it was."""
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


@dataclass(frozen=True, slots=True)
class Words:
    """What is wrong and what to do about it. `{found}` and `{field}` are filled in."""

    message: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one workbook. `sheet`, `cell` and `field` are empty where the whole file is meant."""

    code: str
    sheet: str = ""
    cell: str = ""
    field: str = ""
    found: str = ""

    @property
    def level(self) -> Level:
        """The level of the problem's code."""
        return LEVELS[self.code]

    def message(self, language: str = "da") -> str:
        """What is wrong, as a sentence for the user."""
        found = self.found if language == "en" else _as_danes_write(self.code, self.found)
        return CATALOGUE[self.code].message.in_language(language).format(found=found, field=self.field)

    def remedy(self, language: str = "da") -> str:
        """What the user can do about it."""
        return CATALOGUE[self.code].remedy.in_language(language).format(found=self.found, field=self.field)

    def as_json(self, language: str = "da") -> dict[str, str]:
        """The problem in the one shape that pages, JSON, add-in and command line share."""
        return {
            "level": self.level.value,
            "code": self.code,
            "sheet": self.sheet,
            "cell": self.cell,
            "field": self.field,
            "found": self.found,
            "message": self.message(language),
            "remedy": self.remedy(language),
        }


def _as_danes_write(code: str, found: str) -> str:
    found = _ISO_DATE.sub(r"\3-\2-\1", found)
    return found.replace(".", ",") if code in _COMPUTED else found


def has_errors(problems: "tuple[Problem, ...] | list[Problem]") -> bool:
    """True when one of them keeps the file out of the comparison."""
    return any(problem.level is Level.ERROR for problem in problems)


def _words(message: str, remedy: str, message_en: str, remedy_en: str) -> Words:
    return Words(Text(message, message_en), Text(remedy, remedy_en))


CATALOGUE: Mapping[str, Words] = MappingProxyType(
    {
        "F01": _words(
            "Filen er ikke et regneark ({found}).",
            "Gem skemaet som Excel-projektmappe (.xlsx) og send den fil.",
            "The file is not a workbook ({found}).",
            "Save the form as an Excel workbook (.xlsx) and send that file.",
        ),
        "F02": _words(
            "Filen er beskyttet med adgangskode og kan ikke læses.",
            "Fjern adgangskoden (Filer, Oplysninger, Beskyt projektmappe, Kryptér med adgangskode), gem og send igen.",
            "The file is protected by a password and cannot be read.",
            "Remove the password (File, Info, Protect Workbook, Encrypt with Password), save and send again.",
        ),
        "F03": _words(
            "Filen er afvist, før den blev åbnet: {found}.",
            "Udfyld en ny kopi af det udsendte skema; kopiér kun felterne, ikke hele ark.",
            "The file was refused before it was opened: {found}.",
            "Fill in a new copy of the form you were sent; copy only the fields, not whole sheets.",
        ),
        "F04": _words(
            "Filen er beskadiget og kan ikke læses ({found}).",
            "Åbn filen i Excel eller LibreOffice, gem den på ny som .xlsx og send igen.",
            "The file is damaged and cannot be read ({found}).",
            "Open the file in Excel or LibreOffice, save it anew as .xlsx and send again.",
        ),
        "F05": _words(
            "Arket er større, end et skema kan være: {found}.",
            "Slet tomme rækker og kolonner nedenfor og til højre for felterne, gem og send igen.",
            "The sheet is larger than a form can be: {found}.",
            "Delete empty rows and columns below and to the right of the fields, save and send again.",
        ),
        "F06": _words(
            "Filen kunne ikke læses inden for de fastsatte grænser ({found}).",
            "Kopiér felterne over i en ny kopi af det udsendte skema og send den.",
            "The file could not be read within the limits ({found}).",
            "Copy the fields into a new copy of the form you were sent and send that.",
        ),
        "F07": _words(
            "Filen er et zip-arkiv inde i et zip-arkiv.",
            "Pak det inderste arkiv ud, og send filerne i det enkeltvis eller i ét arkiv.",
            "The file is a zip archive within a zip archive.",
            "Unpack the inner archive, and send its files one by one or in a single archive.",
        ),
        "F08": _words(
            "Zip-arkivet er afvist, og intet i det er taget ind: {found}.",
            "Send filerne enkeltvis eller i mindre arkiver uden adgangskode.",
            "The zip archive was refused, and nothing in it was taken in: {found}.",
            "Send the files one by one, or in smaller archives without a password.",
        ),
        "T01": _words(
            "Filen er ikke en af vores skabeloner, eller skabelonen er for gammel eller for ny ({found}).",
            "Brug det skema, som kommunen har sendt ud for sagen.",
            "The file is none of our templates, or the template is too old or too new ({found}).",
            "Use the form that the authority has sent out for the case.",
        ),
        "T02": _words(
            "Sagsnøglen er ukendt: {found}.",
            "Brug det skema, der blev sendt for sagen, eller ret sagsnøglen, så den svarer til sagslisten.",
            "The case key is unknown: {found}.",
            "Use the form that was sent for the case, or correct the case key to match the case list.",
        ),
        "T03": _words(
            "Måleperioden er {found} dage; den bør være 14 til 21.",
            "Aftal en periode på 14 til 21 dage, eller begrund den anden længde i bemærkningerne.",
            "The period is {found} days; it should be 14 to 21.",
            "Agree on a period of 14 to 21 days, or give the reason for another length in the remarks.",
        ),
        "T04": _words(
            "Skemaet har ingen registreringer.",
            "Udfyld arket Døgnskema med en række for hver aktivitet, eller ugerne med en kode for hvert kvarter.",
            "The schedule has no entries.",
            "Fill in the sheet Døgnskema with one row per activity, or the weeks with a code per quarter of an hour.",
        ),
        "T05": _words(
            "Filen er skabelonen {found}, ikke et døgnskema.",
            "Send sagens døgnskema. Denne fil er gemt; kontrollér en takst med bitark check, og læs en sagsliste ind "
            "med bitark issue.",
            "The file is the template {found}, not a 24-hour schedule.",
            "Send the case's schedule. This file is kept; check a tariff by bitark check, take a case list over by "
            "bitark issue.",
        ),
        "T06": _words(
            "Filen er udfyldt for sag {found}, men linket hører til en anden sag. Den er ikke lagt på nogen sag.",
            "Send filen med det link, I fik til dens egen sag, eller vælg den fil, der hører til dette link.",
            "The file is filled in for case {found}, but the link belongs to another case. It was filed under none.",
            "Send the file by the link you got for its own case, or choose the file that belongs to this link.",
        ),
        "H01": _words(
            "{field} mangler eller kan ikke læses (fundet: {found}).",
            "Skriv feltet på arket Oplysninger; det, der var udfyldt fra starten, skal stå som i det udsendte skema.",
            "{field} is missing or cannot be read (found: {found}).",
            "Write the field on the sheet Oplysninger; what was filled in from the start must stand as it was sent.",
        ),
        "H02": _words(
            "Kolonnen {field} findes ikke i arkets overskriftsrække.",
            "Skriv overskriften {field} over kolonnen igen, som i det udsendte skema.",
            "The column {field} is not in the sheet's header row.",
            "Write the heading {field} above the column again, as in the form you were sent.",
        ),
        "H03": _words(
            "Skemaet er fra {found}, men sagen hører til en anden leverandør.",
            "Kontrollér, at skemaet er sendt for den rigtige sag.",
            "The form is from {found}, but the case belongs to another provider.",
            "Make sure that the form was sent for the right case.",
        ),
        "H04": _words(
            "{field} passer ikke med skemanøglen: skemaet er sendt ud for {found}.",
            "Ret feltet, så det er, som det blev sendt ud, eller brug det skema, der blev sendt for sagen og perioden.",
            "{field} does not match the form token: the form was issued for {found}.",
            "Write the field as it was issued, or use the form that was sent for the case and the period.",
        ),
        "H05": _words(
            "Skemanøglen kan ikke bekræftes: den er ændret eller ikke udstedt herfra.",
            "Se efter, at skemaet er det, kommunen sendte for sagen. Er det i orden, skal I ikke gøre mere.",
            "The form token cannot be verified: it was changed, or it was not issued here.",
            "Make sure that the form is the one the authority sent for the case. If it is, nothing more is needed.",
        ),
        "H06": _words(
            "Navnet {found} peger på en anden celle; {field} er læst ved siden af sin ledetekst.",
            "I skal ikke gøre noget. Kontrollér, at feltet er læst rigtigt.",
            "The name {found} points at another cell; {field} was read beside its label.",
            "Nothing needs to be done. Make sure that the field was read rightly.",
        ),
        "H07": _words(
            "Arket {field} findes ikke, og flere ark ligner det: {found}.",
            "Giv det ark, der skal læses, navnet {field}, gem og send igen.",
            "There is no sheet {field}, and several sheets look like it: {found}.",
            "Name the sheet that is to be read {field}, save and send again.",
        ),
        "R01": _words(
            "{field} mangler.",
            "Udfyld cellen: Dato som 02-03-2026, Start og Slut som 07:30, Kategori fra listen, antal som 1.",
            "{field} is missing.",
            "Fill in the cell: a date as 02-03-2026, a time as 07:30, a category from the list, a number as 1.",
        ),
        "R02": _words(
            "{field} kan ikke læses: {found}.",
            "Skriv en dato som 02-03-2026, et klokkeslæt som 07:30, et tal som 1 eller 1,5 eller en andel som 0,98.",
            "{field} cannot be read: {found}.",
            "Write a date such as 02-03-2026, a time such as 07:30, a number such as 1 or 1,5 or a share such as 0,98.",
        ),
        "R03": _words(
            "Slut er det samme som Start ({found}).",
            "Ret tiden. Et helt døgn skrives 00:00 til 24:00.",
            "End is the same as start ({found}).",
            "Correct the time. A whole day is written 00:00 to 24:00.",
        ),
        "R04": _words(
            "Registreringen er over 12 timer ({found}) og er ikke nat.",
            "Se efter, om Start og Slut er byttet om; del den ellers i de aktiviteter, den består af.",
            "The entry is over 12 hours ({found}) and is not night.",
            "See whether start and end are swapped; else split it into the activities it consists of.",
        ),
        "R05": _words(
            "Registreringen overlapper en anden for samme borger: {found}.",
            "Ret tiderne, så borgeren kun er ét sted ad gangen. To ansatte samtidig skrives som 2 i Personale.",
            "The entry overlaps another for the same citizen: {found}.",
            "Correct the times so that the citizen is in one place at a time. Two staff at once is 2 in Personale.",
        ),
        "R08": _words(
            "{field} er {found}; det skal være mindst 1, og antallet af borgere højst husets.",
            "Skriv, hvor mange ansatte der var, og hvor mange borgere tiden gjaldt.",
            "{field} is {found}; it must be at least 1, and the number of citizens at most the house's.",
            "Write how many staff there were and how many citizens the time was for.",
        ),
        "R09": _words(
            "{found} ansatte på én gang er usædvanligt.",
            "Ret tallet, eller begrund det i Bemærkning.",
            "{found} staff at once is unusual.",
            "Correct the number, or give the reason under Bemærkning.",
        ),
        "R10": _words(
            "Over 24 timers støtte på et døgn uden ekstra personale ({found} timer).",
            "Se efter registreringer, der står to gange, eller fælles tid, hvor Borgere mangler.",
            "Over 24 hours of support on a day without extra staff ({found} hours).",
            "Look for entries that stand twice, or shared time where Borgere is wrong.",
        ),
        "R11": _words(
            "Vågen og sovende nat overlapper: {found}.",
            "En nat er enten vågen (N) eller sovende (S); ret kategorien eller tiderne.",
            "Waking and sleeping night overlap: {found}.",
            "A night is either waking (N) or sleeping (S); correct the category or the times.",
        ),
        "R12": _words(
            "Udkald (T) ligger uden for en sovende nat: {found}.",
            "Skriv den sovende nat (S), som udkaldet afbrød, eller vælg D.",
            "A call-out (T) lies outside a sleeping night: {found}.",
            "Write the sleeping night (S) that the call-out broke, or choose D.",
        ),
        "R14": _words(
            "{field} er ikke på listen: {found}.",
            "Vælg en værdi fra rullelisten i cellen.",
            "{field} is not in the list: {found}.",
            "Choose a value from the drop-down list in the cell.",
        ),
        "R15": _words(
            "Datoen {found} ligger uden for måleperioden.",
            "Ret datoen, eller flyt registreringen til en dag i perioden.",
            "The date {found} lies outside the period.",
            "Correct the date, or move the entry to a day of the period.",
        ),
        "R16": _words(
            "Datoen {found} ligger i fremtiden.",
            "Send skemaet, når perioden er gået, så det viser, hvad der er givet.",
            "The date {found} lies in the future.",
            "Send the form when the period is over, so that it shows what was given.",
        ),
        "R17": _words(
            "Flere dage er helt ens ({found}).",
            "Se efter, at dagene er registreret og ikke kun kopieret; skriv gerne en bemærkning.",
            "Several days are identical ({found}).",
            "Make sure that the days were recorded and not only copied; a remark helps.",
        ),
        "R18": _words(
            "Alle tider er hele eller halve timer ({found} registreringer).",
            "Det er i orden, hvis det er sådan, dagen gik. Skriv ellers tiden så nøjagtigt, som I ved den.",
            "All times are whole or half hours ({found} entries).",
            "That is fine if the day went so. Else write the time as exactly as you know it.",
        ),
        "R19": _words(
            "Cellen indeholder en formel; værdien {found}, der var gemt med den, er brugt.",
            "Kontrollér tallet, eller skriv det direkte i cellen.",
            "The cell holds a formula; the value {found} saved with it was used.",
            "Check the number, or write it directly in the cell.",
        ),
        "R20": _words(
            "For få dage til at veje hverdag og weekend (hverdage + weekenddage: {found}).",
            "Mål mindst 5 hverdage og 2 weekenddage.",
            "Too few days to weigh weekdays and weekend (weekdays + weekend days: {found}).",
            "Measure at least 5 weekdays and 2 weekend days.",
        ),
        "R21": _words(
            "{field} indeholder et CPR-nummer eller en e-mailadresse.",
            "Slet det, gem og send igen. Sagen kendes på sagsnøglen.",
            "{field} holds a CPR number or an e-mail address.",
            "Delete it, save and send again. The case is known by its key.",
        ),
        "R22": _words(
            "{field} begynder som en formel: {found}.",
            "Begynd teksten med et bogstav eller et tal.",
            "{field} begins like a formula: {found}.",
            "Begin the text with a letter or a digit.",
        ),
        "R23": _words(
            "Fælles tid er ikke ens i husets skemaer: {found}.",
            "Aftal i huset, hvor mange ansatte og borgere tiden gjaldt, og ret skemaerne.",
            "Shared time is not the same in the house's forms: {found}.",
            "Agree in the house how many staff and citizens the time was for, and correct the forms.",
        ),
        "R24": _words(
            "Husets skemaer bruger mere personale, end vagtplanen har: {found}.",
            "Ret Personale og Borgere, eller ret vagtplanen i sagslisten.",
            "The house's forms use more staff than the roster has: {found}.",
            "Correct Personale and Borgere, or the roster in the case list.",
        ),
        "R25": _words(
            "Natten til den første dag ({found}) begyndte før perioden og tælles ikke; den sidste nat tælles hel.",
            "Intet. En nat hører til den dag, den begynder.",
            "The night to the first day ({found}) began before the period and is not counted; the last night is.",
            "Nothing. A night belongs to the day it starts on.",
        ),
        "R26": _words(
            "Forslag fra mønsteret, som ingen har bekræftet, tæller ikke: {found}.",
            "Bekræft dagen eller de enkelte forslag med Ja, eller vælg Nej, hvor de ikke passer.",
            "Suggestions from the pattern that nobody confirmed are not counted: {found}.",
            "Confirm the day or the single suggestions with Ja, or choose Nej where they are wrong.",
        ),
        "R27": _words(
            "Den sidste nat slutter ved midnat; morgenen {found} er ikke udfyldt.",
            "Skriv nattens kode i kolonnen Morgen efter, til natten sluttede.",
            "The last night ends at midnight; the morning of {found} is not filled in.",
            "Write the night's code in the column Morning after, until the night ended.",
        ),
        "C01": _words(
            "{found} står flere gange.",
            "Lad hver sag, hver leverandør, hvert hus og hver kode stå én gang, og hvert tema én gang i en sags Behov.",
            "{found} stands more than once.",
            "Let each case, provider, house and code stand once, and each theme once in a case's Behov.",
        ),
        "C02": _words(
            "{field} mangler.",
            "Udfyld cellen; feltet er påkrævet.",
            "{field} is missing.",
            "Fill in the cell; the field is required.",
        ),
        "C03": _words(
            "{field} findes ikke på listen: {found}.",
            "Vælg en værdi fra rullelisten, eller tilføj den på det ark, den hører til.",
            "{field} is not in the list: {found}.",
            "Choose a value from the drop-down list, or add it on the sheet where it belongs.",
        ),
        "C04": _words(
            "De bestilte timer pr. tema er ikke lig med det samlede timetal ({found}).",
            "Ret det samlede timetal eller fordelingen; det samlede tal bruges.",
            "The ordered hours by theme do not equal the stated total ({found}).",
            "Correct the total or the distribution; the total is used.",
        ),
        "K01": _words(
            "Takstlinjen er ikke belyst: {field} mangler.",
            "Bed leverandøren skrive linjens type, og hvad den dækker.",
            "The tariff line is unaccounted: {field} is missing.",
            "Ask the provider for the line's type and what it covers.",
        ),
        "K02": _words(
            "Timeprisen {found} kr. ligger uden for 250 til 700 kr.",
            "Kontrollér timepris, basis og beløb hos leverandøren.",
            "The price per hour, {found} kr, is outside 250 to 700 kr.",
            "Check hour price, base and amount with the provider.",
        ),
        "K03": _words(
            "{field}: det står ikke, om beløbet er det.",
            "Vælg ja eller nej; beløb sammenlignes uden moms og uden husleje og kost.",
            "{field}: it is not stated whether the amount does.",
            "Choose yes or no; amounts are compared without VAT and without rent and food.",
        ),
        "K04": _words(
            "Behovet er dateret {found}, efter at taksten begyndte at gælde.",
            "Vurdér, om taksten stadig svarer til behovet.",
            "The need is dated {found}, after the tariff came into force.",
            "Consider whether the tariff still matches the need.",
        ),
        "N01": _words(
            "Projektmappen kan ikke læses tilbage: {found}.",
            "Hent sammenligningen her på ny, skriv ændringerne i den, og send den. Denne fil har intet ændret.",
            "The workbook cannot be read back: {found}.",
            "Fetch the comparison here anew, write the changes in it, and send that. This file has changed nothing.",
        ),
        "N02": _words(
            "Sagen {found} er ikke på sagslisten.",
            "Ret sagsnøglen, eller slet rækken; en ny sag kommer ind med sagslisten.",
            "The case {found} is not on the case list.",
            "Correct the case key, or delete the row; a new case comes in by the case list.",
        ),
        "N03": _words(
            "Rækkens udgave mangler eller er ikke sendt ud for sagen (fundet: {found}).",
            "Skriv ændringen i en ny sammenligning, og lad de skjulte kolonner blive på deres række.",
            "The row's version is missing or was not sent out for the case (found: {found}).",
            "Write the change in a new comparison, and let the hidden columns stay on their row.",
        ),
        "N04": _words(
            "{field} er en formel eller begynder som en: {found}.",
            "Skriv teksten selv i cellen, og begynd den med et bogstav eller et tal.",
            "{field} is a formula or begins like one: {found}.",
            "Write the text itself in the cell, and begin it with a letter or a digit.",
        ),
        "N05": _words(
            "{field} er for lang eller har tegn, der ikke kan vises ({found}).",
            "Skriv højst 1.000 tegn i Note og højst 100 tegn på én linje i Ansvarlig.",
            "{field} is too long or has characters that cannot be shown ({found}).",
            "Write at most 1,000 characters in Note and at most 100 characters on one line in Responsible.",
        ),
        "N06": _words(
            "Rækken er ændret begge steder, og intet er overskrevet. {field} her / i servicen: {found}.",
            "Vælg på siden, hvad der gælder, eller skriv det her, som servicen har, hvor det skal blive stående.",
            "The row was changed on both sides, and nothing was overwritten. {field} here / in the service: {found}.",
            "Choose on the page what holds, or write here what the service has where that is to stay.",
        ),
        "N07": _words(
            "Kolonnen {field} læses ikke tilbage ({found}).",
            "I skal ikke gøre noget: kun Status, Note, Næste opfølgning og Ansvarlig læses. Tallene er servicens egne.",
            "The column {field} is not read back ({found}).",
            "Nothing needs to be done: only status, note, follow-up and responsible are read; no figure is.",
        ),
    }
)
