"""When a worker does what keeps the queue in order."""

from itertools import pairwise

import pytest

from sync.ingest import Reader
from sync.jobs import LOST_AFTER_SECONDS, worker_app
from sync.store import Store

HOUR, MONDAY_NOON = 3600, 1_772_452_800


@pytest.mark.parametrize("kind", ["postgresql"])
def test_lost_jobs_are_looked_for_every_three_seconds_lost_rows_every_minute_and_originals_every_ten(
    store: Store, reader: Reader
) -> None:
    planned = worker_app(store, reader).periodic_registry.periodic_tasks.values()
    longest = {}
    for one in planned:
        moments = one.croniter.all_next(float, start_time=MONDAY_NOON)
        until_the_next = [MONDAY_NOON, *(moment for moment, _ in zip(moments, range(HOUR), strict=False))]
        longest[one.task.name] = {later - earlier for earlier, later in pairwise(until_the_next)}
    assert longest == {"rescue": {LOST_AFTER_SECONDS / 2}, "requeue": {60}, "originals": {600}}
