"""How pages are made: Det Fælles Designsystem's macros in Jinja, and figures as Danes write them."""

import datetime as dt
from enum import StrEnum
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol, get_minus_sign_symbol
from flask import Flask, url_for
from flask_babel import get_locale
from jinja2 import ChoiceLoader, FunctionLoader
from markupsafe import Markup

from bit_model.checks import masked
from bit_model.comparison import Comparison
from bit_model.rounding import Number, half_up
from bit_model.schedule import Part
from sync import words
from workbook_templates import readings

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
COMPONENTS = files("sync") / "static" / "vendor" / "dkfds"
NOTHING = "–"
_NUNJUCKS = (
    (" !== ", " != "),
    (" === ", " == "),
    ("elseif", "elif"),
    (" | safe", ""),
    ("params.items", "params['items']"),
    *((f'"ariaLabel": "{name}"', f'"ariaLabel": icon_word("{name}")') for name in words.ICONS),
)
"""From Nunjucks to Jinja. Without `safe` every text is escaped, also where the macros trust it."""


def set_up(app: Flask) -> None:
    """Make macros, filters and words known to every template."""
    environment = app.jinja_env
    environment.autoescape = True  # also for macros whose file names Flask does not know as HTML
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.loader = ChoiceLoader(
        [FunctionLoader(_component), environment.loader or FunctionLoader(lambda _: None)]
    )
    environment.filters |= {
        "hours": hours,
        "signed": signed_hours,
        "kr": kroner,
        "moment": moment,
        "written_moment": lambda text: moment(dt.datetime.fromisoformat(text)),
        "day": day,
        "word": word,
        "status": status,
        "part": part,
        "part_named": lambda letter: part(Part(letter)),
        "case_state": case_state,
        "due": due,
        "act": act,
        "role": role,
        "outcome": outcome,
        "whole_kr": whole_kroner,
        "per_day": rate,
        "kilobytes": kilobytes,
        "clock": clock,
        "minutes": minutes,
        "weekday": weekday,
        "whole": whole,
        "unit": unit,
        "masked": masked,
        "pair": lambda value: (value, value),
    }
    environment.globals |= {
        "reading_text": reading,
        "language": language,
        "icons_url": _icons_url,
        "icon_word": _icon_word,
    }


def language() -> str:
    """`da` or `en`, whichever the page is in."""
    locale = get_locale()
    return locale.language if locale else "da"


def hours(value: Number | float | None) -> str:
    """Hours with two decimals, half up; a dash where there are none."""
    return NOTHING if value is None else _decimal(value)


def signed_hours(value: Number | None) -> str:
    """A difference with its sign, `+1,67`, as a caseworker reads it."""
    if value is None:
        return NOTHING
    rounded = half_up(value)
    return ("+" if rounded > 0 else "−" if rounded < 0 else "±") + _decimal(abs(rounded))


def kroner(ore: int | None) -> str:
    """Integer øre as kroner."""
    return NOTHING if ore is None else _decimal(half_up(ore) / 100)


def whole_kroner(value: Number | None) -> str:
    """An amount in whole kroner, half up; a minus where more is paid."""
    if value is None:
        return NOTHING
    rounded = half_up(value, 0)
    return ("−" if rounded < 0 else "") + str(format_decimal(abs(rounded), "#,##0", locale=language()))


def rate(value: Number | None) -> str:
    """Kroner with two decimals, half up; a dash where there is no amount."""
    if value is None:
        return NOTHING
    rounded = half_up(value)
    return ("−" if rounded < 0 else "") + _decimal(abs(rounded))


def moment(value: dt.datetime) -> str:
    """A moment in Danish time."""
    return format_datetime(value.astimezone(COPENHAGEN), "d. MMM y HH:mm", locale=language())


def day(value: dt.date | None, form: str = "d. MMM y") -> str:
    """A date; `form` is a CLDR pattern."""
    return NOTHING if value is None else format_date(value, form, locale=language())


def clock(minutes: int) -> str:
    """Minutes after midnight as 07:30."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes(value: Number) -> str:
    """Minutes as whole minutes, half up, for a small place; less than one is told as such."""
    rounded = half_up(value, 0)
    return f"{rounded}" if rounded else "<1"


def weekday(number: int, form: str = "EEEE") -> str:
    """The weekday of a number, 0 is Monday; `form` is a CLDR pattern."""
    return format_date(dt.date(2024, 1, 1 + number), form, locale=language())


def whole(text: str) -> Markup:
    """A key in a heading, which begins a line of its own rather than break."""
    return Markup('<span class="bit-whole">{}</span>').format(text)


def kilobytes(size: int) -> str:
    """A file's size in whole kB, at least one."""
    return f"{max(1, round(size / 1000)):n} kB"


def unit(value: str) -> str:
    """A parameter's unit in the page's language; a sign such as % as it is."""
    known = words.UNITS.get(value)
    return known.in_language(language()) if known else value


def word(value: StrEnum) -> str:
    """A member of a closed set in the page's language."""
    return readings.word(value, language())


def status(value: str) -> str:
    """A submission's status in words."""
    return words.STATUSES[value].in_language(language())


def case_state(value: str) -> str:
    """Where a case of a round stands, in words."""
    return words.CASE_STATES[value].in_language(language())


def due(value: str) -> str:
    """How near the deadline is, in words."""
    return words.DUES[value].in_language(language())


def act(value: str) -> str:
    """What a person did about a file, in words."""
    return words.ACTS[value].in_language(language())


def role(value: str) -> str:
    """What an account may do, in words."""
    return words.ROLES[value].in_language(language())


def outcome(value: str) -> str:
    """What was decided, in words."""
    return words.OUTCOMES[value].in_language(language())


def part(value: Part) -> str:
    """A part of the hours in words."""
    return words.PARTS[value].in_language(language())


def reading(comparison: Comparison) -> str:
    """The reading of a comparison in the page's language."""
    return readings.reading_text(comparison, language())


def _decimal(value: Number | float) -> str:
    rounded = half_up(value) if not isinstance(value, float) else value
    return f"{rounded:,.2f}".translate(_signs(language()))


@cache
def _signs(words: str) -> dict[int, str]:
    """What stands in a number of the language for Python's signs. Formatting by Babel takes a fifth of a page."""
    signs = {",": get_group_symbol(words), ".": get_decimal_symbol(words), "-": get_minus_sign_symbol(words)}
    return str.maketrans(signs)


def _icon_word(name: str) -> str:
    return words.ICONS[name].in_language(language())


def _icons_url() -> str:
    return url_for("static", filename="vendor/dkfds/img/all-svg-icons.svg")


def _component(name: str) -> str | None:
    if not name.startswith("components/"):
        return None
    source = (COMPONENTS / name).read_text(encoding="utf-8")
    for nunjucks, jinja in _NUNJUCKS:
        source = source.replace(nunjucks, jinja)
    return source.replace('href="#', 'href="{{ icons_url() }}#')
