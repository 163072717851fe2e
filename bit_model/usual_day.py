"""The usual weekday and weekend day of a schedule: what a provider is offered as the pattern of a new round."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from operator import itemgetter

from bit_model.calendar import is_weekend_or_holiday
from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry, Schedule

WEEKDAY, WEEKEND = "weekday", "weekend"


def usual_day(schedule: Schedule, parameters: ParameterSet) -> Mapping[str, tuple[Entry, ...]]:
    """The entries, alike in all but date and row, that stand on more than half of the counted days of a kind.

    By kind of day (`WEEKDAY`, and `WEEKEND` with the holidays on weekdays), in order of start. Each has the first date
    it stands on and row 0. A kind without counted days has none. Days wholly absent are not counted (domain text,
    section 4).
    """
    left_out = measure(schedule, parameters).left_out
    kinds = {
        day: WEEKEND if is_weekend_or_holiday(day, parameters.extra_holidays) else WEEKDAY
        for day in schedule.period.days
        if day not in left_out
    }
    dates: dict[str, dict[Entry, set[dt.date]]] = {WEEKDAY: defaultdict(set), WEEKEND: defaultdict(set)}
    for entry in schedule.entries:
        if entry.date in kinds:
            alike = entry._replace(date=schedule.period.start, row=0)
            dates[kinds[entry.date]][alike].add(entry.date)
    days = list(kinds.values())
    return {
        kind: tuple(
            sorted(
                (entry._replace(date=min(on)) for entry, on in found.items() if 2 * len(on) > days.count(kind)),
                key=itemgetter(slice(1, 10)),
            )
        )
        for kind, found in dates.items()
    }
