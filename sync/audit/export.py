"""Entries for other programs: CSV that no spreadsheet program takes for formulas, or a JSON object a line."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import Row

from sync.audit.shape import Shape
from sync.audit.words import case_of, sentence
from sync.store.audit import HASHED

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (*HASHED, "hash")


def lines(entries: Iterable[Row[Any]], shape: Shape) -> Iterator[str]:
    """The entries one by one, each with its line break."""
    match shape:
        case Shape.SENTENCES:
            yield from (f"{entry.number}  {entry.at}  {sentence(entry)}\n" for entry in entries)
        case Shape.JSON_LINES:
            for entry in entries:
                kept = {name: getattr(entry, name) for name in COLUMNS} | {"case_key": entry.case_key}
                yield orjson.dumps(kept | {"detail": orjson.loads(entry.detail)}).decode() + "\n"
        case Shape.CSV:
            yield _csv_line(["number", "at", "actor", "action", "subject", "case", "detail", "sentence", "hash"])
            for entry in entries:
                told = (entry.actor, entry.action, entry.subject, case_of(entry), entry.detail, sentence(entry))
                yield _csv_line([entry.number, entry.at, *map(_harmless, told), entry.hash])


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv_line(values: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(values)
    return line.getvalue()
