"""Which host a schedule is made for, and what its sheet Resultat asks of BITark's functions there.

`x_entries` are ten columns in the order of `ENTRY_FIELDS`: every row as it counts, with what is confirmed of a
suggestion. A row with a fault is one of them, so that the function's own words for it are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Part
from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import PART_TEXTS


class Flavour(StrEnum):
    """Where BITark's functions come from: nowhere, a desktop add-in, or an add-in of Office.js."""

    PLAIN = "plain"
    DESKTOP = "desktop"
    OFFICEJS = "officejs"


_PREFIXES = {Flavour.DESKTOP: "", Flavour.OFFICEJS: "_xldudf_"}
"""What Excel puts before a function's name when it saves the file; a function of Office.js is known again by it."""

ENTRIES_NAME = "x_entries"
"""The defined name of the ten columns."""

WEEKLY_HOURS, CONTACT_HOURS = "BIT_WEEKLY_HOURS", "BIT_CONTACT_HOURS"

_PARAMETERS = (
    "sleeping_weight",
    "contact_categories",
    "share_key",
    "absence_rule",
    "daylight_saving",
    "extra_holidays",
)
"""Parameters by which hours are measured. The functions take none of them: they know the standard."""

_DIRECT = Text("D Direkte, alle ansatte", "D Direct, all staff")


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure in hours per week that a function is asked for.

    `key` is `financed`, `resource`, `contact` or a category's letter; `categories` are those that the function is told
    to count, "" where it knows them.
    """

    key: str
    label: Text
    function: str
    categories: str = ""

    def call(self, flavour: Flavour) -> str:
        """The call as it stands in a file."""
        letters = f',"{self.categories}"' if self.categories else ""
        return f"{_PREFIXES[flavour]}{self.function}({ENTRIES_NAME},bit_period_start,bit_period_end{letters})"


def asks_functions(flavour: Flavour, parameters: ParameterSet) -> bool:
    """True where the functions are there to be asked and measure by the same parameters as the sheet."""
    standard = ParameterSet()
    same = all(getattr(parameters, name) == getattr(standard, name) for name in _PARAMETERS)
    return flavour is not Flavour.PLAIN and same


def asked(parameters: ParameterSet) -> Iterator[Asked]:
    """What is asked: the hours that the tariff pays for, all resource hours, contact hours, and each category's."""
    financed, contact = (
        " ".join(sorted(letters)) for letters in (parameters.financed_categories, parameters.contact_categories)
    )
    categories = [category for category in Category if category in RESOURCE_CATEGORIES]
    paid = Text(f"Timer, taksten betaler ({financed})", f"Hours the tariff pays for ({financed})")
    if financed:
        yield Asked("financed", paid, WEEKLY_HOURS, financed)
    yield Asked("resource", Text("Ressourcetimer i alt", "Resource hours in all"), WEEKLY_HOURS, " ".join(categories))
    yield Asked("contact", Text(f"Kontakttimer ({contact})", f"Contact hours ({contact})"), CONTACT_HOURS)
    for category in categories:
        label = _DIRECT if category is Category.DIRECT else PART_TEXTS[Part(category.value)]
        yield Asked(category.value, label, WEEKLY_HOURS, category.value)
