"""The events as a calendar that other programs subscribe to (RFC 5545): whole days, case keys, nothing else."""

import datetime as dt
from collections.abc import Iterable

from sync.wheel.events import KINDS, Event

LINE_OCTETS = 75
MIMETYPE = "text/calendar; charset=utf-8"


def calendar(events: Iterable[Event], now: dt.datetime, language: str) -> bytes:
    """The calendar as bytes; the same event has the same identity each time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//BITark//aarshjul//DA", "X-WR-CALNAME:BITark"]
    for event in events:
        day, next_day = event.date, event.date + dt.timedelta(days=1)
        summary = f"{KINDS[event.kind].in_language(language)}: {event.case_key}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(f'{day:%Y%m%d}-{event.kind}-{event.case_key}')}@bitark",
            f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{next_day:%Y%m%d}",
            f"SUMMARY:{_escaped(summary)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _folded(line: str) -> bytes:
    """A line of at most 75 octets; what is longer goes on in the next, after a space, and no letter is split."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > LINE_OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
