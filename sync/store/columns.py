"""Column types that keep a value alike on both databases: text, fractions as text, moments in UTC."""

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

BIG_INTEGER = Integer().with_variant(BigInteger, "postgresql")
"""Of 64 bits on both: SQLite's integers are that wide by themselves."""
SEALED_MARK = b"\x93BITARK\x01"
"""How sealed bytes begin; neither JSON, a workbook nor packed entries do."""
_NOT_STORED = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with a mark for each NUL, which PostgreSQL has no place for, and each half of a character."""
    return _NOT_STORED.sub("\N{REPLACEMENT CHARACTER}", text)


class Words(TypeDecorator[str]):
    """Text that is compared and ordered by its code points, as SQLite does it, whatever PostgreSQL's locale is."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """On PostgreSQL with the collation "C"."""
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text that is stored."""
        return None if value is None else storable(value)


class ExactFraction(TypeDecorator[Fraction]):
    """A rational number as the text "numerator/denominator"; a database integer could be too narrow for either."""

    impl = String(120)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """On PostgreSQL without a length, since it would hold to it."""
        return dialect.type_descriptor(String() if dialect.name == "postgresql" else String(120))

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
        """The moment, aware; PostgreSQL gives it in the zone of the connection, SQLite without one."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Sealed(TypeDecorator[bytes]):
    """Bytes that only `sync.store.secrets` makes and opens; anything else is refused before it is stored.

    `holds_json` says what is inside: a value as JSON, or bytes as they are.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, *, holds_json: bool = True) -> None:
        super().__init__()
        self.holds_json = holds_json

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """The bytes that are stored; raises ValueError for what is not sealed."""
        if value is not None and not value.startswith(SEALED_MARK):
            msg = "a sealed column takes only what `seal` made"
            raise ValueError(msg)
        return value
