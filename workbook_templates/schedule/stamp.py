"""Issuing schedule templates: one master per round is built, and each case's own values are stamped into a copy.

Building takes most of a second and is the same for every case of a round but for a few cells. In the master these hold
marks; a stamp writes the parts that have marks anew and takes the others, deflated already, as they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bit_model.case import Case
from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry, Period
from bit_model.terms import Theme
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.schedule.book import schedule_parts
from workbook_templates.schedule.codes import code_keys, codes_content
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.patterns import pattern_content, pattern_keys
from workbook_templates.sheets import cell_text

GOAL_ROWS = 6
"""Goals have room in steps of so many rows, so that most cases of a round share one master."""
_STAMP_LEVEL = 1
_SHARED_STRINGS = "xl/sharedStrings.xml"
_FIRST_NUMBER = 8_000_000_000_000_001
_TEXT_KEYS = ("token", "case_key", "provider", "house")


Pattern = Mapping[str, Sequence[Entry]]
"""What is usual on a `weekday` and on a day of the `weekend`, as `bit_model.usual_day` gives it."""


def issue_schedule(  # noqa: PLR0913  # a case, what its round has in common, and the kind of template
    case: Case,
    period: Period,
    house_size: int | None,
    token: str,
    parameters: ParameterSet,
    language: str = "da",
    *,
    form: Form = Form.LIST,
    pattern: Pattern | None = None,
    flavour: Flavour = Flavour.PLAIN,
) -> bytes:
    """The case's schedule template for the period as .xlsx bytes; a pattern is suggested on every date.

    In the list form a usual day has room for `PATTERN_ROWS` entries, of which the first are suggested.
    """
    shape, content = schedule_content(
        case, period, house_size, token, parameters, language, form=form, pattern=pattern, flavour=flavour
    )
    return _master(shape).stamp(content)


def schedule_content(  # noqa: PLR0913  # a case, what its round has in common, and the kind of template
    case: Case,
    period: Period,
    house_size: int | None,
    token: str,
    parameters: ParameterSet,
    language: str = "da",
    *,
    form: Form = Form.LIST,
    pattern: Pattern | None = None,
    flavour: Flavour = Flavour.PLAIN,
) -> tuple[Shape, dict[str, Any]]:
    """What a case's template has in common with others, and its own values as `schedule_parts` takes them."""
    themes: dict[str, Decimal] = {}
    goals: dict[str, Decimal] = {}
    for line in case.order:
        themes[line.theme] = themes.get(line.theme, Decimal(0)) + line.hours
        if line.goal.strip():
            goals[line.goal] = goals.get(line.goal, Decimal(0)) + line.hours
    content: dict[str, Any] = {
        "token": token,
        "case_key": case.case_key,
        "provider": case.provider,
        "house": case.house,
        "house_size": house_size,
        "need": case.need,
    }
    content |= {f"theme_hours_{i}": themes.get(theme) for i, theme in enumerate(Theme)}
    for i, (goal, hours) in enumerate(goals.items()):
        content |= {f"goal_{i}": goal, f"goal_hours_{i}": hours}
    rows = GOAL_ROWS * max(1, -(-len(goals) // GOAL_ROWS))
    if form is Form.GRID:
        content |= codes_content(house_size, pattern, language)
    elif pattern:
        content |= pattern_content(pattern)
    return Shape(period, parameters, rows, language, form, bool(pattern), flavour), content


@dataclass(frozen=True, slots=True)
class _Slot:
    """A marked cell: what stands before its value, the value's key, and its index among the shared strings."""

    cell: str
    key: str
    string: str = ""


@dataclass(frozen=True, slots=True)
class _Master:
    """A built template: the zip of the parts that no case changes, and the others, cut at their marks."""

    fixed: bytes
    strings: tuple[str, ...]
    """Literal XML at even places, keys at odd."""
    sheets: Mapping[str, tuple[str | _Slot, ...]]

    def stamp(self, content: Mapping[str, Any]) -> bytes:
        """The workbook with these values."""
        target = BytesIO()
        target.write(self.fixed)
        with ZipFile(target, "a", ZIP_DEFLATED, compresslevel=_STAMP_LEVEL) as book:
            for name, pieces in self.sheets.items():
                xml = "".join(p if isinstance(p, str) else _cell(p, content.get(p.key)) for p in pieces)
                book.writestr(_entry(name), xml, compresslevel=_STAMP_LEVEL)
            strings = "".join(_string(content.get(piece)) if i % 2 else piece for i, piece in enumerate(self.strings))
            book.writestr(_entry(_SHARED_STRINGS), strings, compresslevel=_STAMP_LEVEL)
        return target.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _cell(slot: _Slot, value: Any) -> str:
    if value is None or value == "":
        return f"<c {slot.cell}/>"
    if slot.string:
        return f'<c {slot.cell} t="s"><v>{slot.string}</v></c>'
    return f"<c {slot.cell}><v>{float(value):.16G}</v></c>"


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")


def _string(value: str | None) -> str:
    """A shared string as spreadsheets escape it: also what is no XML character, and what looks like such an escape."""
    text = cell_text(value or "")
    keep = ' xml:space="preserve"' if text != text.strip() else ""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", text)
    text = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{keep}>{text}</t>"


@lru_cache(maxsize=8)
def _master(shape: Shape) -> _Master:
    number_keys = ["house_size", "need", *(f"theme_hours_{i}" for i in range(len(Theme)))]
    number_keys += [f"goal_hours_{i}" for i in range(shape.goals)]
    text_keys = [*_TEXT_KEYS, *(f"goal_{i}" for i in range(shape.goals))]
    if shape.form is Form.GRID or shape.patterned:
        more_texts, more_numbers = code_keys() if shape.form is Form.GRID else pattern_keys()
        text_keys += more_texts
        number_keys += more_numbers
    numbers = {key: _FIRST_NUMBER + i for i, key in enumerate(number_keys)}
    texts = {key: f"@@{key}@@" for key in text_keys}
    parts = schedule_parts(shape, numbers | texts)
    strings = parts.pop(_SHARED_STRINGS).decode()
    places = {text: str(i) for i, text in enumerate(re.findall(r"<si><t[^>]*>([^<]*)</t></si>", strings))}
    by_string = {places[text]: key for key, text in texts.items()}
    by_number = {str(number): key for key, number in numbers.items()}
    sheets = {}
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        pieces = _cut(parts[name].decode(), by_string, by_number)
        if len(pieces) > 1:
            sheets[name] = pieces
            del parts[name]
    fixed = BytesIO()
    with ZipFile(fixed, "w", ZIP_DEFLATED, compresslevel=9) as book:
        for name, part in parts.items():
            book.writestr(_entry(name), part, compresslevel=9)
    keys = "|".join(texts)
    return _Master(fixed.getvalue(), tuple(re.split(rf"<t>@@({keys})@@</t>", strings)), sheets)


_CELL = re.compile(r'<c (r="[A-Z]+\d+"(?: s="\d+")?)(?: t="(s)")?><v>(\d+)</v></c>')


def _cut(xml: str, by_string: Mapping[str, str], by_number: Mapping[str, str]) -> tuple[str | _Slot, ...]:
    pieces: list[str | _Slot] = []
    done = 0
    for match in _CELL.finditer(xml):
        cell, is_string, value = match.groups()
        key = by_string.get(value) if is_string else by_number.get(value)
        if key:
            pieces += [xml[done : match.start()], _Slot(cell, key, value if is_string else "")]
            done = match.end()
    return (*pieces, xml[done:])
