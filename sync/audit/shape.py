"""The shapes that entries are exported in. Apart, so that the command line knows them without a database."""

from enum import StrEnum


class Shape(StrEnum):
    """How entries are written."""

    SENTENCES = "tekst"
    CSV = "csv"
    JSON_LINES = "jsonl"
