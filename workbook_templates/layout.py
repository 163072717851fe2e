"""What a declaration is made of: texts, fields, tables and templates. Data only, no Excel library."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbook_templates.kinds import Kind


@dataclass(frozen=True, slots=True)
class Text:
    """A text for users in the product's two languages."""

    da: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in `da` or `en`; Danish for any other."""
        return self.en if language == "en" else self.da


@dataclass(frozen=True, slots=True)
class Field:
    """One input or computed value: a header field in a cell of its own, or a column of a table.

    `choices` names the list that the value must be on. `formula` makes the field computed: written by the builder,
    locked, and never read. In it `{key}` stands for the cell of another column in the same row.
    """

    key: str
    label: Text
    kind: Kind
    help: Text = Text("", "")
    required: bool = False
    unit: str = ""
    choices: str = ""
    width: int = 14
    formula: str = ""
    locked: bool = False
    """Filled in by whoever issues the template, and not for the receiver to change."""
    asked: bool = False
    """People are asked for it as if it were required, but a file without it is read."""

    @property
    def must(self) -> bool:
        """Whether people see that it must be filled in."""
        return self.required or self.asked

    @property
    def name(self) -> str:
        """The defined name of a header field."""
        return f"bit_{self.key}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one header row on a sheet of their own; columns are found by their header text."""

    key: str
    sheet: str
    fields: tuple[Field, ...]
    help: Text = Text("", "")
    prefilled: frozenset[str] = frozenset()
    """Columns that are filled in at issue; a row with nothing else is blank."""
    since: int = 1
    """The first version of the template that has the table."""

    @property
    def inputs(self) -> tuple[Field, ...]:
        """The columns that are read, in the order they are written."""
        return tuple(field for field in self.fields if not field.formula)


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of workbook. A name and version once issued keep their meaning for ever."""

    name: str
    version: int
    title: Text
    header_sheet: str
    header: tuple[Field, ...]
    tables: tuple[Table, ...]
    earlier: frozenset[int] = frozenset()
    """Versions issued before this one that are still read."""
    series: str = ""
    """What comes before the number in the names of sheets of which there are several, such as Uge 10 and Uge 11."""

    def reads(self, version: object) -> bool:
        """True for this version and for the earlier ones that are still read."""
        return version == self.version or version in self.earlier

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Every field with the sheet it stands on."""
        for field in self.header:
            yield self.header_sheet, field
        for table in self.tables:
            for field in table.fields:
                yield table.sheet, field

    def table(self, key: str) -> Table:
        """The table with this key; raises `KeyError` where there is none."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)


def fold(label: str) -> str:
    """A label as it is compared: case, spaces and a trailing colon or star do not count."""
    return "".join(label.split()).casefold().rstrip(":*")
