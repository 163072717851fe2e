"""Column types that keep a value exact: fractions as text, moments in UTC."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator


class ExactFraction(TypeDecorator[Fraction]):
    """A rational number as the text "numerator/denominator"; a database integer could be too narrow for either."""

    impl = String(120)
    cache_ok = True

    def process_bind_param(self, value: Fraction | Decimal | int | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text that is stored."""
        return None if value is None else "{}/{}".format(*value.as_integer_ratio())

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:  # noqa: ARG002
        """The fraction in the text."""
        if value is None:
            return None
        numerator, _, denominator = value.partition("/")
        return Fraction(int(numerator), int(denominator))


class UtcMoment(TypeDecorator[dt.datetime]):
    """A moment, aware and in UTC on both sides; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """The moment in UTC; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment without a zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """The moment, aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)
