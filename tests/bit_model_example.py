"""The worked example of the domain text, section 4: a house of six, Mon 2 to Sun 15 March 2026."""

import datetime as dt

from bit_model.calendar import days_between
from bit_model.schedule import Category, Entry, Period, Schedule

PERIOD = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 15))

WEEKDAY = """
07:00 08:00 Hygiejne               D 1 1 Egenomsorg
08:00 08:30 Morgenmad              F 1 6 Praktiske opgaver
09:00 15:00 Dagtilbud              A 1 1
15:30 16:30 Struktur               D 1 1 Mentale funktioner
17:00 18:30 Aftensmad              F 2 6 Praktiske opgaver
19:00 20:00 Bad, to personer       D 2 1 Egenomsorg
20:00 22:00 Stue                   F 1 6 Relationer
22:00 22:15 Dokumentation          X 1 1
23:00 07:00 Vågen nat              N 1 6
"""
WEEKEND = """
08:00 09:00 Hygiejne               D 1 1 Egenomsorg
09:00 10:00 Brunch                 F 1 6 Praktiske opgaver
11:00 13:00 Tur                    F 1 2 Samfundsliv
13:00 17:00 Fælles                 F 1 6 Relationer
17:00 18:30 Aftensmad              F 2 6 Praktiske opgaver
19:00 20:00 Bad, to personer       D 2 1 Egenomsorg
20:00 22:00 Stue                   F 1 6 Relationer
22:00 22:15 Dokumentation          X 1 1
23:00 07:00 Vågen nat              N 1 6
"""


def minutes(text: str) -> int:
    """Minutes after midnight of HH:MM."""
    return int(text[:2]) * 60 + int(text[3:])


def day_entries(date: dt.date, pattern: str) -> list[Entry]:
    """The entries of one day from a small text table."""
    found = []
    for line in pattern.strip().splitlines():
        times, activity, rest = line[:11].split(), line[12:35].strip(), line[35:].split(maxsplit=3)
        theme = rest[3] if len(rest) > 3 else ""
        start, end = (minutes(text) for text in times)
        found.append(Entry(date, start, end, activity, Category(rest[0]), int(rest[1]), int(rest[2]), theme))
    return found


def worked_schedule(period: Period = PERIOD) -> Schedule:
    """The example's schedule over any period of ordinary days."""
    entries = [
        entry
        for date in days_between(period.start, period.end)
        for entry in day_entries(date, WEEKEND if date.weekday() >= 5 else WEEKDAY)
    ]
    return Schedule("S-2026-0042", period, tuple(entries), "Tilbuddet", "Hus 1", 6)
