"""What a person typed into a page's form: each field read, and what cannot be used told beside it.

No free text holds a CPR number or an e-mail address: it is refused with its field, and the text is not shown again.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal

from flask_babel import gettext

from bit_model.checks import check_text
from workbook_templates.kinds import DATE, NumberKind, UnreadableError

LONGEST = 1_000
LARGEST = 1_000_000
"""Of a number: far above any day rate or hours of a week."""
AMOUNT = NumberKind(lowest=0)


class Typed:
    """A form as it was sent. Reading a field that cannot be used gives nothing and adds to `errors`, by field name."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = {name: value.strip() for name, value in (values or {}).items() if name != "csrf_token"}
        self.errors: dict[str, str] = {}

    def text(self, name: str, *, required: bool = True, longest: int = LONGEST) -> str:
        """A text; empty where it may be, or cannot be used."""
        value = self.values.get(name, "").replace("\r\n", "\n")
        if any(finding.code == "R21" for finding in check_text(value, name, 0)):
            self.values[name] = ""
            return self.refuse(
                name,
                gettext("Feltet indeholder et CPR-nummer eller en e-mailadresse. Skriv det uden, fx med sagens nøgle."),
            )
        if len(value) > longest:
            return self.refuse(name, gettext("Teksten er for lang. Skriv højst %(n)s tegn.", n=longest))
        if any(not (character.isprintable() or character == "\n") for character in value):
            return self.refuse(name, gettext("Teksten har tegn, der ikke kan vises. Skriv den igen."))
        if required and not value:
            return self.refuse(name, gettext("Udfyld feltet."))
        return value

    def line(self, name: str, *, required: bool = True, longest: int = 100) -> str:
        """A text of one line."""
        return " ".join(self.text(name, required=required, longest=longest).split())

    def date(self, name: str, *, required: bool = True) -> dt.date | None:
        """A date, written in any way that a template's cells may hold."""
        value = self.line(name, required=required)
        if not value:
            return None
        try:
            date: dt.date = DATE.parse(value)
        except UnreadableError:
            self.refuse(name, gettext("Det er ikke en dato. Skriv fx 02-03-2026."))
            return None
        return date

    def number(self, name: str, *, required: bool = True, largest: int = LARGEST) -> Decimal | None:
        """A number that is not negative, with at most two decimals, written as in a template's cells."""
        value = self.line(name, required=required)
        if not value:
            return None
        try:
            number: Decimal = AMOUNT.parse(value)
        except UnreadableError:
            number = Decimal("NaN")
        if number.is_nan() or number > largest or number != round(number, 2):
            self.refuse(name, gettext("Det er ikke et tal, der kan bruges her. Skriv fx 4505 eller 4505,50."))
            return None
        return number

    def one_of(self, name: str, choices: Collection[str]) -> str:
        """One of the choices."""
        value = self.values.get(name, "")
        return value if value in choices else self.refuse(name, gettext("Vælg en af mulighederne."))

    def refuse(self, name: str, why: str) -> str:
        """Add what is wrong with a field, where nothing was yet; returns the empty text."""
        self.errors.setdefault(name, why)
        return ""
